//! What becomes of the log's files while it is written to: others take them away or change them, and they
//! are rotated.
//!
//! Never deletes a record unless the settings say how many files to keep. What cannot be done is a finding
//! where the log can go on, an error where it cannot.

use std::{fs::File, path::Path};

use super::{AuditLog, tail_of};
use crate::{
    AuditError, Finding, Head,
    files::{self, Place},
    line::Content,
    mark::Mark,
    tail,
    writer::{End, Writer},
};

impl AuditLog {
    /// Sees whether the file is still the one, and as long as it was left.
    pub(super) fn look_after_the_file(&mut self, time: &str) -> Result<(), AuditError> {
        let path = &self.settings.path;
        match files::place(path, self.writer.medium())? {
            Place::Same => self.look_at_the_length(time),
            Place::Empty => self.go_on_in(files::create(path)?, time),
            Place::Other { bytes: 0 } => match files::open(path)? {
                Some(file) => self.go_on_in(file, time),
                None => Err(AuditError::Missing { file: path.clone() }),
            },
            Place::Other { .. } => Err(AuditError::Replaced { file: path.clone() }),
        }
    }

    fn look_at_the_length(&mut self, time: &str) -> Result<(), AuditError> {
        let (file, end) = (self.writer.medium(), self.writer.end());
        let (head, left) = (end.head, end.length);
        let found = file.metadata().map_err(|error| self.failed(error))?.len();
        if found == left {
            return Ok(());
        }
        let line_ended = tail::ends_a_line(file, found).map_err(|error| self.failed(error))?;
        self.writer.go_on_from(End { head, length: found, line_ended, torn: None });
        self.findings.push(Finding::FileChanged { left, found });
        self.mark(time, &Mark::LogFileChanged)
    }

    /// Goes on in a new file, because somebody took the old one away.
    fn go_on_in(&mut self, file: File, time: &str) -> Result<(), AuditError> {
        self.sync()?;
        self.continue_in(file);
        self.findings.push(Finding::FileMissing);
        self.mark(time, &Mark::LogFileMissing)
    }

    fn mark(&mut self, time: &str, mark: &Mark) -> Result<(), AuditError> {
        let head =
            self.writer.write(time, Content::Mark(mark)).map_err(|error| self.failed(error))?;
        self.first.get_or_insert(head.sequence);
        Ok(())
    }

    fn continue_in(&mut self, file: File) {
        // What is torn at the end of the old file is closed at the beginning of the new one.
        let torn = self.writer.end().torn.clone();
        self.writer = Writer::new(file, End { torn, ..End::of_nothing(self.head()) });
        self.first = None;
    }

    /// Sets the file aside. A log that cannot be rotated still takes records.
    pub(super) fn rotate(&mut self, time: &str) {
        if let Err(error) = self.set_aside().and_then(|()| self.remove_oldest(time)) {
            self.findings.retain(|finding| !matches!(finding, Finding::NotRotated(_)));
            self.findings.push(Finding::NotRotated(error));
        }
    }

    fn set_aside(&mut self) -> Result<(), AuditError> {
        self.sync()?;
        let first = self.first.unwrap_or(self.head().sequence);
        let file = files::set_aside(&self.settings.path, first)?;
        self.continue_in(file);
        Ok(())
    }

    /// Removes the files that are too many, each after a record that says so.
    fn remove_oldest(&mut self, time: &str) -> Result<(), AuditError> {
        let Some(keep) = self.settings.keep else { return Ok(()) };
        let aside = files::aside(&self.settings.path)?;
        for oldest in aside.iter().take(aside.len().saturating_sub(keep.get())) {
            let last = last_of(oldest)?;
            self.mark(time, &Mark::OldLogRemoved(last))?;
            self.sync()?;
            files::remove(oldest)?;
        }
        Ok(())
    }
}

fn last_of(file: &Path) -> Result<Head, AuditError> {
    Ok(tail_of(file, None)?.end.head)
}
