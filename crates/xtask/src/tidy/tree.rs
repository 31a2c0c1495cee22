//! The files of the repository, as git knows them: what is committed or about to be.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::Finding;
use crate::cargo;
use crate::error::TaskError;

/// What may stand at the top level, besides names that begin with a dot.
const TOP_LEVEL: [&str; 10] = [
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "crates",
    "docs",
    "systemd",
    "tests",
    "udev",
];

/// The files that rules look at.
#[derive(Debug, Default)]
pub(super) struct Tree {
    files: Vec<File>,
}

/// A file and its path from the root, with `/`. What is no text has an empty one.
#[derive(Debug)]
pub(super) struct File {
    pub(super) path: String,
    pub(super) text: String,
}

impl Tree {
    /// Reads every file that git tracks or would track.
    pub(super) fn of_the_repository() -> Result<Self, TaskError> {
        let mut list = Command::new("git");
        list.args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"]);
        let (listed, paths) = cargo::output(&mut list)?;
        if !listed {
            return Err(TaskError::Failed { command: cargo::shown(&list) });
        }
        let files = paths
            .split_terminator('\0')
            // A file that was removed but is still in the index has nothing to be looked at.
            .filter_map(|path| Some((path, fs::read(path).ok()?)))
            .map(|(path, bytes)| File {
                path: path.into(),
                text: String::from_utf8(bytes).unwrap_or_default(),
            });
        Ok(Self { files: files.collect() })
    }

    /// Made-up files, for the rules' tests.
    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let file =
            |(path, text): &(&str, &str)| File { path: (*path).into(), text: (*text).into() };
        Self { files: files.iter().map(file).collect() }
    }

    pub(super) fn files(&self) -> &[File] {
        &self.files
    }

    /// All but tidy's own sources, whose tests are full of made-up faults.
    pub(super) fn files_with_meaning(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| !file.path.starts_with("crates/xtask/src/tidy/"))
    }

    /// The files whose names end so.
    pub(super) fn ending(&self, end: &str) -> impl Iterator<Item = &File> {
        self.files.iter().filter(move |file| file.path.ends_with(end))
    }

    /// The Rust files.
    pub(super) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.is_rust())
    }

    /// Whether there is a file, or a folder with files, at this path.
    pub(super) fn has(&self, path: &str) -> bool {
        let below = format!("{path}/");
        let is_it = |file: &File| file.path == path || file.path.starts_with(&below);
        path.is_empty() || self.files.iter().any(is_it)
    }
}

impl File {
    pub(super) fn is_rust(&self) -> bool {
        Path::new(&self.path).extension().is_some_and(|end| end == "rs")
    }

    /// The lines with their numbers, from 1.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }

    /// A finding in this file.
    pub(super) fn finding(
        &self,
        line: usize,
        what: impl Into<String>,
        why: &'static str,
    ) -> Finding {
        Finding { file: self.path.clone(), line, what: what.into(), why }
    }
}

/// Only known names stand at the top level.
pub(super) fn top_level_is_known(tree: &Tree) -> Vec<Finding> {
    let stranger = |file: &&File| {
        let top = file.path.split('/').next().unwrap_or_default();
        !top.starts_with('.') && !TOP_LEVEL.contains(&top)
    };
    let why = "the top level holds crates, systemd, udev, tests, docs and what must stand there";
    let strangers = tree.files().iter().filter(stranger);
    strangers.map(|file| file.finding(1, "does not belong here", why)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stranger_at_the_top_level_is_found() {
        let tree = Tree::of(&[
            ("README.md", ""),
            (".ci/run", ""),
            ("crates/a/src/lib.rs", ""),
            ("scripts/run.sh", ""),
        ]);
        let findings = top_level_is_known(&tree);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].file, "scripts/run.sh");
    }

    #[test]
    fn folders_are_there_when_files_are_in_them() {
        let tree = Tree::of(&[("docs/decisions/0001-a.md", "")]);
        assert!(tree.has("docs/decisions") && tree.has("docs/decisions/0001-a.md"));
        assert!(!tree.has("docs/dec") && !tree.has("doc"));
    }
}
