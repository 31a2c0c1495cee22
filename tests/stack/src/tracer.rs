//! strace(1) on one thread of a program of the stack: it writes down the thread's system calls, or kills
//! the program at one of them.
//!
//! It attaches before it says so, so that nothing is missed that the thread does afterwards. A call at which
//! the program is killed is not made any more.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use crate::error::StackError;
use crate::process::Process;
use crate::stack::Stack;

const PATIENCE: Duration = Duration::from_secs(20);

/// A running strace. Dropping it lets its thread go.
#[derive(Debug)]
pub struct Tracer {
    strace: Process,
    trace: PathBuf,
}

impl Tracer {
    /// Attaches to the thread of `program` whose name begins with `thread`; `options` are strace's own.
    ///
    /// # Errors
    /// [`StackError::Io`] when there is no such thread, else as [`Process::wait_for_line`].
    pub fn attach(
        stack: &Stack,
        program: &Process,
        thread: &str,
        options: &[&str],
    ) -> Result<Self, StackError> {
        let number = program.thread_inside(thread)?;
        let trace = stack.folder().join("trace");
        // strace says on standard error that it is there, and only standard output is waited for.
        let strace = stack.command("sh").args(["-c", "exec strace \"$@\" 2>&1", "strace"]);
        let strace = strace.args(options).arg("-o").arg(&trace).args(["-p", &number]);
        let mut strace = strace.start()?;
        strace.wait_for_line("being attached", PATIENCE, |line| line.ends_with("attached"))?;
        Ok(Self { strace, trace })
    }

    /// Lets the thread go, if it is still there, and gives back what was written down, one call a line.
    ///
    /// # Errors
    /// As [`Process::terminate`], and [`StackError::Io`] when nothing was written.
    pub fn detach(mut self) -> Result<String, StackError> {
        if self.strace.status()?.is_none() {
            self.strace.terminate(PATIENCE)?;
        }
        fs::read_to_string(&self.trace).map_err(StackError::io("reading what strace wrote"))
    }
}
