//! A judgement as people are told it: the verdict and what to do first, then everything behind it.

use lanyard_trust::{Judgement, RevocationStatus, Source, UnixTime};

use super::verdict::{Found, Told, Trouble};
use crate::output::printable;

/// So many characters of a text are shown: a certificate can name 64 KiB.
const LONGEST: usize = 400;

/// The lines.
pub(super) fn of(told: &Told, judgement: &Judgement) -> Vec<String> {
    let mut lines = vec![first(told)];
    if let Some(finding) = judgement.first_refusal() {
        let reason = finding.reason();
        lines.push(format!("The holder is told: {} {}", reason.plain(), reason.advice()));
    }
    let renewal = judgement.expiry.and_then(|expiry| expiry.renewal.advice());
    let known = [
        ("Holder", told.holder.clone()),
        ("Subject", told.subject.clone()),
        ("Issuer", told.issuer.clone()),
        ("Serial", told.serial.clone()),
        ("Dates", dates(told)),
        ("Renewal", renewal.map(str::to_owned)),
        ("Revocation", judgement.revocation.as_ref().map(|known| revocation(known, judgement.at))),
    ];
    let known = known.into_iter().filter_map(|(what, text)| Some((what, text?)));
    lines.extend(known.map(|(what, text)| format!("{:<12}{}", format!("{what}:"), shown(&text))));
    lines.extend(listed("Path", told.path.iter().map(|subject| shown(subject))));
    lines.extend(listed("Findings", told.findings.iter().map(finding)));
    lines.extend(listed("Problems with files", told.problems.iter().map(trouble)));
    lines
}

fn first(told: &Told) -> String {
    let Told { verdict: word, at, .. } = told;
    match (*word, told.reason) {
        ("trusted", _) => format!("TRUSTED for signing in, at {at}."),
        ("valid", _) => format!("VALID, but not judged for signing in, at {at}."),
        (_, Some(reason)) => format!("REFUSED at {at}: {reason}."),
        (_, None) => format!("REFUSED at {at}."),
    }
}

fn dates(told: &Told) -> Option<String> {
    let left = match told.days_left? {
        days @ ..0 => format!("over for {}", counted(days.unsigned_abs(), "day")),
        days => format!("{} left", counted(days.unsigned_abs(), "day")),
    };
    let (from, until) = (told.not_before.as_ref()?, told.not_after.as_ref()?);
    Some(format!("{from} to {until}, {left}"))
}

fn revocation(known: &RevocationStatus, at: UnixTime) -> String {
    let age = known.age_seconds(at).map(age).unwrap_or_default();
    match known {
        RevocationStatus::Good { source, as_of, until } => {
            format!("not revoked, by {} of {as_of}{age}, which counts until {until}", by(*source))
        }
        RevocationStatus::Revoked { source, reason, since, as_of } => {
            format!("revoked at {since} ({reason}), by {} of {as_of}{age}", by(*source))
        }
        RevocationStatus::NotChecked { why } => {
            let why: Vec<String> = why.iter().map(ToString::to_string).collect();
            format!("not checked: {}", why.join("; "))
        }
    }
}

const fn by(source: Source) -> &'static str {
    match source {
        Source::List => "a list",
        Source::Answer => "an answer",
    }
}

fn age(seconds: i64) -> String {
    let Ok(seconds) = u64::try_from(seconds) else { return String::new() };
    let old = match seconds {
        ..3_600 => counted(seconds / 60, "minute"),
        3_600..172_800 => counted(seconds / 3_600, "hour"),
        _ => counted(seconds / 86_400, "day"),
    };
    format!(" ({old} old)")
}

fn counted(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn listed(
    title: &str,
    lines: impl ExactSizeIterator<Item = String>,
) -> impl Iterator<Item = String> {
    let title = (lines.len() > 0).then(|| format!("{title}:"));
    title.into_iter().chain(lines.map(|line| format!("  {line}")))
}

fn finding(found: &Found) -> String {
    let Found { check, place, weight, text } = found;
    let place = match place {
        None => "",
        Some(0) => "the certificate: ",
        Some(1) => "its issuer: ",
        Some(above) => &format!("authority {above} above it: "),
    };
    format!("{weight} ({check}): {place}{}", shown(text))
}

fn trouble(trouble: &Trouble) -> String {
    let number = trouble.number.map(|number| format!(", number {number}")).unwrap_or_default();
    format!("{}{number}: {}", shown(&trouble.file), shown(&trouble.text))
}

/// On one line, of bearable length, with nothing that a terminal could obey.
fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(LONGEST).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    printable(&shown)
}
