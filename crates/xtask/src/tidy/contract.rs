//! The D-Bus contract is spelled the same everywhere: `crates/lanyard-dbus` says what there is, and
//! Rust, XML, unit, policy and documents may name nothing else.

use std::collections::BTreeSet;

use super::Finding;
use super::tree::{File, Tree};

const PREFIX: &str = "org.lanyard.";
const BUS_NAME: &str = "org.lanyard.Lanyard1";
const PATH_PREFIX: &str = "/org/lanyard/";
/// What the object manager shows to everybody, and beside it what is somebody's own.
const ROOTS: [&str; 3] = ["/org/lanyard/Lanyard1", "/org/lanyard/Request", "/org/lanyard/Session"];

/// Every name that begins like ours is the bus name, an interface with XML, an error of the contract,
/// or a polkit action of a policy file.
pub(super) fn names_are_in_the_contract(tree: &Tree) -> Vec<Finding> {
    let known = known_names(tree);
    let why = "it is in neither the XML, nor the errors of lanyard-dbus, nor a polkit policy";
    occurrences(tree, PREFIX, |c| c.is_ascii_alphanumeric() || "._-".contains(c))
        .filter_map(|(file, line, name)| {
            let name = trimmed(name);
            let fine = known.contains(name) || name == trimmed(PREFIX);
            (!fine).then(|| file.finding(line, format!("the name {name}"), why))
        })
        .collect()
}

/// Every object path that begins like ours is a root or below one.
pub(super) fn paths_are_below_a_root(tree: &Tree) -> Vec<Finding> {
    let why = "all objects are below a root of the contract";
    occurrences(tree, PATH_PREFIX, |c| c.is_ascii_alphanumeric() || "/_".contains(c))
        .filter(|(.., path)| {
            let below = |rest: &str| rest.is_empty() || rest.starts_with('/');
            !ROOTS.iter().any(|root| path.strip_prefix(root).is_some_and(below))
        })
        .map(|(file, line, path)| file.finding(line, format!("the path {path}"), why))
        .collect()
}

/// All names of the contract.
fn known_names(tree: &Tree) -> BTreeSet<String> {
    let mut known = BTreeSet::from([BUS_NAME.to_owned(), format!("{BUS_NAME}.Error")]);
    let interfaces = tree.ending(".xml").filter_map(|file| {
        let name = file.path.rsplit('/').next()?.strip_suffix(".xml")?;
        name.starts_with(PREFIX).then(|| name.to_owned())
    });
    known.extend(interfaces);
    known.extend(errors(tree).map(|error| format!("{BUS_NAME}.Error.{error}")));
    let policies = tree.ending(".policy").flat_map(File::lines);
    known.extend(policies.filter_map(|(_, line)| Some(attribute(line, "<action id=\"")?.into())));
    known
}

/// The variants of the error enum, one a line with its text.
fn errors(tree: &Tree) -> impl Iterator<Item = &str> {
    let file = tree.ending("lanyard-dbus/src/error.rs").flat_map(File::lines);
    file.filter_map(|(_, line)| line.trim().strip_suffix("(String),"))
}

fn attribute<'a>(line: &'a str, start: &str) -> Option<&'a str> {
    line.split(start).nth(1)?.split('"').next()
}

/// The name without what follows it in a sentence, in a file's name or in a placeholder.
fn trimmed(name: &str) -> &str {
    let name = name.trim_end_matches(['.', '-', '_']);
    let ends = [".xml", ".conf", ".service", ".policy", ".rules"];
    ends.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name)
}

/// Everything in all files that begins with `start` and goes on with characters that `belongs` accepts.
fn occurrences<'a>(
    tree: &'a Tree,
    start: &'static str,
    belongs: impl Fn(char) -> bool + Copy + 'a,
) -> impl Iterator<Item = (&'a File, usize, &'a str)> {
    let lines = tree
        .files_with_meaning()
        .flat_map(|file| file.lines().map(move |(number, line)| (file, number, line)));
    lines.flat_map(move |(file, number, line)| {
        line.match_indices(start).filter_map(move |(at, _)| {
            let rest = line.get(at..)?;
            let length = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
            Some((file, number, rest.get(..length)?))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ERRORS: &str = "pub enum Error {\n    /// Gone.\n    CardRemoved(String),\n}\n";

    fn contract(document: &str) -> Tree {
        Tree::of(&[
            ("crates/lanyard-dbus/xml/org.lanyard.Lanyard1.Card.xml", ""),
            ("crates/lanyard-dbus/src/error.rs", ERRORS),
            ("systemd/actions.policy", "<action id=\"org.lanyard.read-audit\">"),
            ("docs/a.md", document),
        ])
    }

    #[test]
    fn names_of_the_contract_may_be_used() {
        let document = "org.lanyard.Lanyard1, org.lanyard.Lanyard1.Card. The file org.lanyard.Lanyard1.Card.xml, org.lanyard.Lanyard1.Error.CardRemoved and org.lanyard.Lanyard1.Error.*; org.lanyard.read-audit\n";
        assert_eq!(names_are_in_the_contract(&contract(document)), []);
    }

    #[test]
    fn a_name_that_the_contract_does_not_have_is_found() {
        let document = "org.lanyard.Lanyard\norg.lanyard.Lanyard1.Cards\norg.lanyard.Lanyard1.Error.Gone\norg.lanyard.write-audit\n";
        let findings = names_are_in_the_contract(&contract(document));
        let lines: Vec<usize> = findings.iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [1, 2, 3, 4]);
        assert_eq!(findings[1].what, "the name org.lanyard.Lanyard1.Cards");
    }

    #[test]
    fn a_path_beside_the_root_is_found() {
        let document = "/org/lanyard/Lanyard1, /org/lanyard/Lanyard1/card7\n/org/lanyard/Lanyard2/card\n/org/lanyard/Lanyard11\n";
        let findings = paths_are_below_a_root(&contract(document));
        let lines: Vec<usize> = findings.iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [2, 3]);
    }
}
