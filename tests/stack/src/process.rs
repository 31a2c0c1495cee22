//! A program that runs in the cell: its output, its end, and how it is waited for.
//!
//! Standard output and standard error go to files of the stack, so that nothing blocks on a full pipe
//! and a failed test can show them. News are awaited on descriptors: inotify(7) for output, a pidfd for
//! the end.

use std::fs;
use std::io;
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Pid, PidfdFlags, kill_process, pidfd_open};

use crate::cell::Cell;
use crate::deadline::Deadline;
use crate::error::StackError;
use crate::output::Output;
use crate::programs::search_path;
use crate::watch::Watch;

pub use rustix::process::Signal;

/// A running program. Dropping it kills it.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    output: Output,
    /// Lines of standard output that [`next_line`](Self::next_line) has given back.
    told: usize,
    // Declared last: the cell must outlive its processes.
    _cell: Arc<Cell>,
}

impl Process {
    /// Starts `command` in the cell, with its output in `output`.
    pub(crate) fn start(
        cell: &Arc<Cell>,
        name: &str,
        mut command: Command,
        output: Output,
    ) -> Result<Self, StackError> {
        let (stdout, stderr) =
            output.create().map_err(StackError::io("making files for output"))?;
        command
            .stdout(stdout)
            .stderr(stderr)
            .env("PATH", search_path())
            // Ctrl-C at the terminal is for the harness alone.
            .process_group(0);
        let child = cell
            .spawn(command)
            .map_err(|source| StackError::NotStarted { program: name.into(), source })?;
        Ok(Self { name: name.into(), child, output, told: 0, _cell: Arc::clone(cell) })
    }

    /// The process's number as seen outside the cell, for `/proc`.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The process's number as programs in the cell see it.
    ///
    /// # Errors
    /// [`StackError::Io`] when it has ended.
    pub fn id_inside(&self) -> Result<String, StackError> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id()));
        let status = status.map_err(self.failed("reading the status of"))?;
        Ok(innermost(&status))
    }

    /// The number that a thread has within the cell; `name` is what its name begins with.
    ///
    /// # Errors
    /// [`StackError::Io`] when there is no such thread.
    pub(crate) fn thread_inside(&self, name: &str) -> Result<String, StackError> {
        let found = inside(self.id(), name).map_err(self.failed("reading the threads of"))?;
        let absent = || io::Error::new(io::ErrorKind::NotFound, format!("no thread {name}"));
        found.ok_or_else(|| self.failed("looking for a thread of")(absent()))
    }

    /// What it has written to standard output so far.
    pub fn stdout(&self) -> String {
        self.output.stdout_text()
    }

    /// What it has written to standard error so far.
    pub fn stderr(&self) -> String {
        self.output.stderr_text()
    }

    /// Sends SIGTERM and waits for the end.
    ///
    /// # Errors
    /// [`StackError::TooLate`] when it is still there after `patience`.
    pub fn terminate(&mut self, patience: Duration) -> Result<ExitStatus, StackError> {
        self.signal(Signal::TERM)?;
        self.wait(patience)
    }

    /// Sends SIGKILL and waits for the end.
    ///
    /// # Errors
    /// [`StackError::Io`] when the kernel refuses.
    pub fn kill(&mut self) -> Result<ExitStatus, StackError> {
        let ended = self.child.kill().and_then(|()| self.child.wait());
        ended.map_err(self.failed("killing"))
    }

    /// Sends a signal.
    ///
    /// # Errors
    /// [`StackError::Io`] when the process is gone.
    pub fn signal(&self, signal: Signal) -> Result<(), StackError> {
        kill_process(Pid::from_child(&self.child), signal)
            .map_err(io::Error::from)
            .map_err(self.failed("signalling"))
    }

    /// Waits for the end.
    ///
    /// # Errors
    /// [`StackError::TooLate`] when it is still there after `patience`.
    pub fn wait(&mut self, patience: Duration) -> Result<ExitStatus, StackError> {
        let status = wait_for_exit(&mut self.child, patience).map_err(self.failed("awaiting"))?;
        status.ok_or_else(|| self.too_late("its end", patience))
    }

    /// How it ended, if it did.
    ///
    /// # Errors
    /// [`StackError::Io`] when the kernel does not say.
    pub fn status(&mut self) -> Result<Option<ExitStatus>, StackError> {
        let status = self.child.try_wait();
        status.map_err(self.failed("asking after"))
    }

    /// Waits for a line on standard output that `is_it` accepts, also one already written, and gives it
    /// back without its end.
    ///
    /// # Errors
    /// [`StackError::TooLate`] after `patience`; [`StackError::Ended`] when the program ended without it.
    pub fn wait_for_line(
        &mut self,
        what: &str,
        patience: Duration,
        is_it: impl Fn(&str) -> bool,
    ) -> Result<String, StackError> {
        self.wait_for(what, patience, |text| {
            text.lines().find(|line| is_it(line)).map(str::to_owned)
        })
    }

    /// Waits for the next line on standard output that was not yet given back by this, and gives it back
    /// without its end.
    ///
    /// # Errors
    /// As [`wait_for_line`](Self::wait_for_line).
    pub fn next_line(&mut self, patience: Duration) -> Result<String, StackError> {
        let told = self.told;
        let line = self
            .wait_for("another line", patience, |text| text.lines().nth(told).map(str::to_owned))?;
        self.told += 1;
        Ok(line)
    }

    /// Waits until `find` finds something in the complete lines of standard output.
    fn wait_for<T>(
        &mut self,
        what: &str,
        patience: Duration,
        find: impl Fn(&str) -> Option<T>,
    ) -> Result<T, StackError> {
        let deadline = Deadline::after(patience);
        let watch =
            Watch::writes(self.output.stdout()).map_err(self.failed("watching the output of"))?;
        loop {
            // Its end is asked for before its output is read: nothing is written after the end.
            let status = self.status()?;
            let text = self.stdout();
            let complete = text.rfind('\n').and_then(|end| text.get(..end));
            if let Some(found) = complete.and_then(&find) {
                return Ok(found);
            }
            if let Some(status) = status {
                return Err(self.ended(status));
            }
            let news = self.wait_for_news(&watch, deadline);
            if !news.map_err(self.failed("watching"))? {
                return Err(self.too_late(what, patience));
            }
        }
    }

    /// Waits until the watch tells something or the program ends: false when the deadline passed.
    pub(crate) fn wait_for_news(&self, watch: &Watch, deadline: Deadline) -> io::Result<bool> {
        let end = self.end()?;
        let news = deadline.wait_readable(&[watch.as_fd(), end.as_fd()])?;
        watch.clear()?;
        Ok(news)
    }

    /// A descriptor that becomes readable when it ends.
    pub(crate) fn end(&self) -> io::Result<OwnedFd> {
        Ok(pidfd_open(Pid::from_child(&self.child), PidfdFlags::empty())?)
    }

    /// The error for something that did not happen in time, with what the program wrote.
    pub(crate) fn too_late(&self, what: &str, patience: Duration) -> StackError {
        StackError::TooLate {
            what: format!("`{}`: {what}", self.name),
            patience,
            output: self.output.tail(),
        }
    }

    /// The error for a program that should not have ended.
    pub(crate) fn ended(&self, status: ExitStatus) -> StackError {
        StackError::Ended { program: self.name.clone(), status, output: self.output.tail() }
    }

    fn failed(&self, doing: &str) -> impl FnOnce(io::Error) -> StackError + use<> {
        StackError::io(format!("{doing} `{}`", self.name))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only when it has ended and been waited for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The innermost number of a thread.
fn inside(process: u32, name: &str) -> io::Result<Option<String>> {
    for thread in fs::read_dir(format!("/proc/{process}/task"))? {
        let status = fs::read_to_string(thread?.path().join("status"))?;
        if status.strip_prefix("Name:\t").is_some_and(|it| it.starts_with(name)) {
            return Ok(Some(innermost(&status)));
        }
    }
    Ok(None)
}

/// The innermost number in a status (`NSpid` of proc(5)).
fn innermost(status: &str) -> String {
    let numbers = status.lines().find_map(|line| line.strip_prefix("NSpid:")).unwrap_or_default();
    numbers.split_whitespace().last().unwrap_or_default().to_owned()
}

/// Waits for a child's end: `None` when it is still there after `patience`.
pub(crate) fn wait_for_exit(
    child: &mut Child,
    patience: Duration,
) -> io::Result<Option<ExitStatus>> {
    if let Some(status) = child.try_wait()? {
        return Ok(Some(status));
    }
    let end = pidfd_open(Pid::from_child(child), PidfdFlags::empty())?;
    if Deadline::after(patience).wait_readable(&[end.as_fd()])? {
        child.wait().map(Some)
    } else {
        Ok(None)
    }
}
