//! Findings as people and as machines read them.

use std::io;

use super::finding::{Finding, Verdict};
use crate::{Failure, output::printable};

/// A line for each, below short headings, and how many need something at the end.
pub(crate) fn words(findings: &[Finding]) -> String {
    let mut lines = Vec::new();
    let mut heading = "";
    for finding in findings {
        if finding.check.heading() != heading {
            heading = finding.check.heading();
            lines.push(heading.to_owned());
        }
        lines.push(line(finding));
    }
    lines.push(summary(findings));
    lines.join("\n") + "\n"
}

/// One object a line.
pub(crate) fn json(findings: &[Finding]) -> Result<String, Failure> {
    let line = |finding| -> Result<String, Failure> {
        Ok(serde_json::to_string(finding).map_err(io::Error::from)? + "\n")
    };
    findings.iter().map(line).collect()
}

/// What is so, and what to do.
fn line(finding: &Finding) -> String {
    let Finding { verdict, fact, advice, .. } = finding;
    let advice = if advice.is_empty() { String::new() } else { format!(" - {advice}") };
    format!("  {} {}", verdict.sign(), printable(&format!("{fact}{advice}")))
}

fn summary(findings: &[Finding]) -> String {
    let count = |verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
    let (wrong, attention, unknown) =
        (count(Verdict::Wrong), count(Verdict::Attention), count(Verdict::Unknown));
    let parts = [
        (wrong, "✗ wrong"),
        (attention, "! to be looked at"),
        (unknown, "– not found out here"),
        (count(Verdict::Good), "✓ good"),
    ];
    let said = parts.iter().filter(|(count, _)| *count > 0);
    said.map(|(count, what)| format!("{count} {what}")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::Check;

    #[test]
    fn each_finding_is_a_line_below_its_heading() {
        let findings = [
            Check::Daemon.good("it runs"),
            Check::Unit.unknown("not asked", ""),
            Check::Pcscd.wrong("it is not there", "start it\u{1b}[2J"),
            Check::Lists.attention("one ends soon", "fetch it"),
        ];
        let expected = "The daemon\n  ✓ it runs\n  – not asked\nReaders and cards\n  ✗ it is not there - start \
                        it\\u{1b}[2J\nWhom to trust\n  ! one ends soon - fetch it\n1 ✗ wrong, 1 ! to be looked at, 1 – \
                        not found out here, 1 ✓ good\n";
        assert_eq!(words(&findings), expected);
    }

    #[test]
    fn machines_read_check_verdict_fact_and_advice() {
        let findings = [Check::Pcscd.wrong("gone", "start it"), Check::Daemon.good("runs")];
        let expected = "{\"check\":\"pcscd\",\"verdict\":\"wrong\",\"fact\":\"gone\",\"advice\":\"start it\"}\n\
                        {\"check\":\"daemon\",\"verdict\":\"good\",\"fact\":\"runs\"}\n";
        assert_eq!(json(&findings).unwrap(), expected);
    }
}
