//! Rules about Rust files: the header, the length, and reasons for exceptions.

use super::Finding;
use super::tree::{File, Tree};

/// Above this many lines a file has certainly two ideas.
const TOO_LONG: usize = 500;

/// Above this many lines a file may have two ideas.
const LONG: usize = 300;

/// Every file begins with `//!`: what it is for.
pub(super) fn opens_with_its_duty(tree: &Tree) -> Vec<Finding> {
    let silent = tree.rust().filter(|file| !file.text.starts_with("//!"));
    let why = "a file opens by telling what it is for";
    silent.map(|file| file.finding(1, "no `//!` on the first line", why)).collect()
}

/// No file is too long.
pub(super) fn has_one_idea(tree: &Tree) -> Vec<Finding> {
    longer_than(tree, TOO_LONG)
}

/// Files that are long, not yet too long: worth a thought, no fault.
pub(super) fn worth_splitting(tree: &Tree) -> Vec<Finding> {
    let mut long = longer_than(tree, LONG);
    long.retain(|finding| finding.line <= TOO_LONG);
    long
}

/// Lints are expected, not allowed, so that an exception that is no longer needed shows.
pub(super) fn expects_instead_of_allowing(tree: &Tree) -> Vec<Finding> {
    let attributes = ["#[allow(", "#![allow("];
    let why = "write `expect` with a reason, or repair it";
    code_lines(tree)
        .filter(|(.., line)| attributes.iter().any(|attribute| line.contains(attribute)))
        .map(|(file, number, _)| file.finding(number, "an allowed lint", why))
        .collect()
}

/// What looks like leaving something out says why: ignored tests, unfinished code.
pub(super) fn gives_reasons(tree: &Tree) -> Vec<Finding> {
    let bare = [
        ("#[ignore]", "an ignored test"),
        ("todo!()", "unfinished code"),
        ("unimplemented!()", "unfinished code"),
    ];
    let why = "say why it is so, in words";
    code_lines(tree)
        .flat_map(|(file, number, line)| {
            let found = bare.iter().filter(|(text, _)| line.contains(text));
            found.map(move |(_, what)| file.finding(number, *what, why)).collect::<Vec<_>>()
        })
        .chain(sleeps(tree))
        .collect()
}

/// Sleeping needs an `expect` with its reason close above, or at the head of the file.
fn sleeps(tree: &Tree) -> Vec<Finding> {
    let calls = ["thread::sleep(", "time::sleep("];
    let why = "wait for the event with a deadline, or `expect` the lint with the reason";
    code_lines(tree)
        .filter(|(_, _, line)| calls.iter().any(|call| line.contains(call)))
        .filter(|(file, ..)| !file.text.contains("clippy::disallowed_methods"))
        .map(|(file, number, _)| file.finding(number, "a sleep", why))
        .collect()
}

fn longer_than(tree: &Tree, limit: usize) -> Vec<Finding> {
    let why = "a file of more than one idea is split by idea";
    let measured = tree.rust().map(|file| (file, file.text.lines().count()));
    measured
        .filter(|(_, lines)| *lines > limit)
        .map(|(file, lines)| file.finding(lines, format!("{lines} lines"), why))
        .collect()
}

/// The lines of all Rust files that are no comments.
fn code_lines(tree: &Tree) -> impl Iterator<Item = (&File, usize, &str)> {
    let files = tree.files_with_meaning().filter(|file| file.is_rust());
    files.flat_map(|file| {
        let lines = file.lines().filter(|(_, line)| !line.trim_start().starts_with("//"));
        lines.map(move |(number, line)| (file, number, line))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_header_is_found() {
        let tree = Tree::of(&[("a.rs", "//! Duty.\n"), ("b.rs", "\n//! Late.\n"), ("c.py", "")]);
        let findings = opens_with_its_duty(&tree);
        assert_eq!(findings.len(), 1);
        assert_eq!(
            findings[0].to_string(),
            "b.rs:1: no `//!` on the first line, a file opens by telling what it is for"
        );
    }

    #[test]
    fn long_files_are_noted_and_too_long_ones_found() {
        let long = "x\n".repeat(LONG + 1);
        let too_long = "x\n".repeat(TOO_LONG + 1);
        let tree = Tree::of(&[("a.rs", "x\n"), ("b.rs", &long), ("c.rs", &too_long)]);
        assert_eq!(has_one_idea(&tree)[0].file, "c.rs");
        assert_eq!(worth_splitting(&tree)[0].file, "b.rs");
        assert_eq!((has_one_idea(&tree).len(), worth_splitting(&tree).len()), (1, 1));
    }

    #[test]
    fn an_allowed_lint_is_found_but_not_in_a_comment() {
        let text = "//! #[allow(x)]\n#[allow(dead_code)]\nfn a() {}\n";
        let findings = expects_instead_of_allowing(&Tree::of(&[("a.rs", text)]));
        assert_eq!((findings.len(), findings[0].line), (1, 2));
    }

    #[test]
    fn leaving_out_needs_a_reason() {
        let text = "#[ignore = \"needs a card\"]\n#[ignore]\nfn a() { todo!() }\nfn b() { todo!(\"chaining\") }\n";
        let findings = gives_reasons(&Tree::of(&[("a.rs", text)]));
        let lines: Vec<usize> = findings.iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [2, 3]);
    }

    #[test]
    fn a_sleep_needs_an_expected_lint() {
        let sleep = "std::thread::sleep(second);\n";
        let excused = format!("#[expect(clippy::disallowed_methods, reason = \"x\")]\n{sleep}");
        let tree = Tree::of(&[("a.rs", sleep), ("b.rs", &excused)]);
        let findings = gives_reasons(&tree);
        assert_eq!((findings.len(), findings[0].file.as_str()), (1, "a.rs"));
    }
}
