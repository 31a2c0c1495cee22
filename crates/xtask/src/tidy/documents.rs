//! Rules about documents: decisions are numbered, links lead somewhere, tests that are named are there.

use super::Finding;
use super::tree::{File, Tree};

const DECISIONS: &str = "docs/decisions/";

/// Says of each claim which tests show it.
const THREAT_MODEL: &str = "docs/threat-model.md";

/// Decisions are numbered from 1, each number once, none left out.
pub(super) fn decisions_have_no_gaps(tree: &Tree) -> Vec<Finding> {
    let why = "decisions are files NNNN-what-was-decided.md, numbered without gaps";
    let mut decisions: Vec<&File> = tree
        .ending(".md")
        .filter(|file| file.path.starts_with(DECISIONS) && !file.path.ends_with("/README.md"))
        .collect();
    decisions.sort_by(|a, b| a.path.cmp(&b.path));
    (1..)
        .zip(decisions)
        .filter_map(|(number, file)| {
            let start = format!("{DECISIONS}{number:04}-");
            let what = format!("not number {number:04}");
            (!file.path.starts_with(&start)).then(|| file.finding(1, what, why))
        })
        .collect()
}

/// Every link of a document to a file of the repository finds it.
pub(super) fn links_lead_somewhere(tree: &Tree) -> Vec<Finding> {
    let why = "the repository has no such file";
    let mut findings = Vec::new();
    for file in tree.ending(".md") {
        for (number, line) in prose(file) {
            for link in links(line).filter(|link| is_local(link)) {
                if !target(file, link).is_some_and(|path| tree.has(&path)) {
                    findings.push(file.finding(number, format!("a link to {link}"), why));
                }
            }
        }
    }
    findings
}

/// Every test that the threat model names stands in the file that its name leads to. A name of a test is a sentence.
pub(super) fn named_tests_exist(tree: &Tree) -> Vec<Finding> {
    let why = "no test of this name stands where its link leads: what shows the claim?";
    let mut findings = Vec::new();
    for file in tree.ending(THREAT_MODEL) {
        for (number, line) in file.lines() {
            let mut quoted = line.split('`').skip(1);
            while let (Some(name), after) = (quoted.next(), quoted.next().unwrap_or_default()) {
                if is_sentence(name) && !leads_to_the_test(tree, file, name, after) {
                    findings.push(file.finding(number, format!("the test {name}"), why));
                }
            }
        }
    }
    findings
}

/// Whether what stands after the name is a link to a file with a function of that name.
fn leads_to_the_test(tree: &Tree, from: &File, name: &str, after: &str) -> bool {
    let link = after.strip_prefix("](").and_then(|rest| rest.split(')').next());
    let path = link.and_then(|link| target(from, link));
    let function = format!("fn {name}(");
    tree.rust().any(|file| Some(&file.path) == path.as_ref() && file.text.contains(&function))
}

/// Three words or more, joined as in a name of Rust.
fn is_sentence(name: &str) -> bool {
    let of_name = |c: char| c == '_' || c.is_ascii_lowercase() || c.is_ascii_digit();
    name.chars().all(of_name) && name.split('_').count() > 2
}

/// The lines outside blocks of code.
fn prose(file: &File) -> impl Iterator<Item = (usize, &str)> {
    let mut in_code = false;
    file.lines().filter(move |(_, line)| {
        let fence = line.trim_start().starts_with("```");
        in_code ^= fence;
        !in_code && !fence
    })
}

/// The targets of `[text](target)`, without the title that may follow.
fn links(line: &str) -> impl Iterator<Item = &str> {
    let targets = line.split("](").skip(1);
    targets.filter_map(|rest| rest.split([')', ' ']).next())
}

fn is_local(link: &str) -> bool {
    !(link.contains("://") || link.starts_with("mailto:") || link.starts_with('#'))
}

/// The path from the root that a link in `file` means; none when it leaves the repository.
fn target(file: &File, link: &str) -> Option<String> {
    let link = link.split('#').next().unwrap_or_default();
    let mut path: Vec<&str> = match link.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => file.path.split('/').collect(),
    };
    path.pop();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(path.pop()?),
            part => path.push(part),
        }
    }
    Some(path.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_or_doubled_decision_is_found() {
        let numbered = |names: &[&str]| {
            let paths: Vec<_> = names.iter().map(|name| format!("{DECISIONS}{name}")).collect();
            let files: Vec<_> = paths.iter().map(|path| (path.as_str(), "")).collect();
            decisions_have_no_gaps(&Tree::of(&files)).len()
        };
        assert_eq!(numbered(&["0001-a.md", "0002-b.md", "README.md"]), 0);
        assert_eq!(numbered(&["0001-a.md", "0003-b.md"]), 1);
        assert_eq!(numbered(&["0001-a.md", "0001-b.md"]), 1);
    }

    #[test]
    fn links_are_followed_from_where_they_stand() {
        let document = "[up](../README.md#top) [here](b.md \"B\") [folder](./decisions)\n\
            [out](https://example.org) [below](#part) [root](/docs/b.md)\n\
            [gone](c.md) [outside](../../x.md)\n```\n[code](nothing.md)\n```\n";
        let tree = Tree::of(&[
            ("README.md", ""),
            ("docs/a.md", document),
            ("docs/b.md", ""),
            ("docs/decisions/0001-a.md", ""),
        ]);
        let findings = links_lead_somewhere(&tree);
        let whats: Vec<&str> = findings.iter().map(|finding| finding.what.as_str()).collect();
        assert_eq!(whats, ["a link to c.md", "a link to ../../x.md"]);
        assert!(findings.iter().all(|finding| finding.line == 3));
    }

    #[test]
    fn a_test_that_is_named_and_not_there_is_found() {
        let document = "| kept | [`a_thing_holds`](../tests/a.rs), [`another_thing_holds`](../tests/a.rs) |\n\
            | `a_thing_holds` | `Type`, `a_field`, [`a_thing_holds`](../tests/b.rs) |";
        let test = "#[test]\nfn a_thing_holds() {}";
        let tree = Tree::of(&[(THREAT_MODEL, document), ("tests/a.rs", test), ("tests/b.rs", "")]);
        let findings = named_tests_exist(&tree);
        let found: Vec<_> = findings.iter().map(|found| (found.line, &*found.what)).collect();
        let expected =
            ["the test another_thing_holds", "the test a_thing_holds", "the test a_thing_holds"];
        assert_eq!(found, [(1, expected[0]), (2, expected[1]), (2, expected[2])]);
    }
}
