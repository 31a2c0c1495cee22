//! The files that take what a program writes, and showing them when a test fails.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// As much of a program's output as a message shows, in lines.
const SHOWN: usize = 60;

/// The folder of all output of one stack.
#[derive(Debug)]
pub(crate) struct OutputFolder {
    path: PathBuf,
    next: AtomicUsize,
}

impl OutputFolder {
    pub(crate) fn make(path: PathBuf) -> io::Result<Self> {
        fs::create_dir(&path)?;
        let next = AtomicUsize::new(1);
        Ok(Self { path, next })
    }

    /// Two new files, numbered in the order of the programs' starts.
    pub(crate) fn for_program(&self, name: &str) -> Output {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let name = name.rsplit('/').next().unwrap_or(name);
        let file = |kind| self.path.join(format!("{number:02}-{name}.{kind}"));
        Output { stdout: file("out"), stderr: file("err") }
    }

    /// Everything written so far, the end of each file, in the order of the programs' starts.
    pub(crate) fn report(&self) -> String {
        let mut files: Vec<PathBuf> = fs::read_dir(&self.path)
            .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
            .unwrap_or_default();
        files.sort();
        files.iter().map(|file| tail(file)).collect()
    }
}

/// Where one program's standard output and standard error go.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    stdout: PathBuf,
    stderr: PathBuf,
}

impl Output {
    /// Makes both files.
    pub(crate) fn create(&self) -> io::Result<(File, File)> {
        Ok((File::create(&self.stdout)?, File::create(&self.stderr)?))
    }

    pub(crate) fn stdout(&self) -> &Path {
        &self.stdout
    }

    pub(crate) fn stdout_text(&self) -> String {
        text(&self.stdout)
    }

    pub(crate) fn stderr_text(&self) -> String {
        text(&self.stderr)
    }

    /// The end of both.
    pub(crate) fn tail(&self) -> String {
        tail(&self.stdout) + &tail(&self.stderr)
    }
}

/// A file's text; outside programs may write what is not UTF-8, and a file may be gone.
fn text(file: &Path) -> String {
    String::from_utf8_lossy(&fs::read(file).unwrap_or_default()).into_owned()
}

/// The last lines of a file under its name; nothing when it is empty.
fn tail(file: &Path) -> String {
    let text = text(file);
    let lines: Vec<&str> = text.lines().collect();
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    match lines.len().checked_sub(SHOWN) {
        _ if lines.is_empty() => String::new(),
        None | Some(0) => format!("--- {name}\n{}\n", lines.join("\n")),
        Some(left_out) => format!(
            "--- {name} (the last {SHOWN} lines)\n{}\n",
            lines.iter().skip(left_out).copied().collect::<Vec<_>>().join("\n")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_shows_programs_in_order_and_only_the_end_of_much() {
        let folder = tempfile::tempdir().unwrap();
        let outputs = OutputFolder::make(folder.path().join("output")).unwrap();
        let first = outputs.for_program("one");
        let second = outputs.for_program("two");
        fs::write(second.stdout(), "short\n").unwrap();
        let much: Vec<String> = (0..SHOWN + 5).map(|line| format!("{line}.")).collect();
        fs::write(first.stdout(), much.join("\n")).unwrap();

        let report = outputs.report();
        let lines: Vec<&str> = report.lines().collect();
        assert_eq!(lines[..2], ["--- 01-one.out (the last 60 lines)", "5."]);
        assert_eq!(lines[SHOWN..], ["64.", "--- 02-two.out", "short"]);
    }
}
