//! What pcscd sees: its readers, and waiting until a card that was put in or pulled is noticed.
//!
//! vpcd is asked by pcscd every 400 ms, so a virtual card is in its reader a while before any PC/SC
//! client can find it there. The client is a program of its own, `lanyard-pcsc`: one process cannot speak
//! to two pcscd at a time.

use crate::error::StackError;
use crate::program::Finished;
use crate::stack::Stack;

const PROGRAM: &str = "lanyard-pcsc";

/// How long a card may stay unnoticed.
const MILLISECONDS: &str = "10000";

impl Stack {
    /// The readers that a PC/SC client finds.
    ///
    /// # Errors
    /// [`StackError::Ended`] with the client's words, when there is no pcscd.
    pub fn readers(&self) -> Result<Vec<String>, StackError> {
        let names = ask(self, &["list"])?.stdout;
        Ok(names.lines().map(str::to_owned).collect())
    }

    /// Waits until pcscd sees a card in this slot.
    ///
    /// # Errors
    /// [`StackError::Ended`] with the client's words, when it does not within 10 s.
    pub fn wait_until_in(&self, slot: usize) -> Result<(), StackError> {
        self.wait_until(slot, "present")
    }

    /// Waits until pcscd sees no card in this slot.
    ///
    /// # Errors
    /// [`StackError::Ended`] with the client's words, when it still does after 10 s.
    pub fn wait_until_out(&self, slot: usize) -> Result<(), StackError> {
        self.wait_until(slot, "empty")
    }

    fn wait_until(&self, slot: usize, state: &str) -> Result<(), StackError> {
        let names = self.reader_names();
        let name = names.get(slot).map_or("", String::as_str);
        ask(self, &["wait", name, state, MILLISECONDS]).map(drop)
    }
}

fn ask(stack: &Stack, question: &[&str]) -> Result<Finished, StackError> {
    let finished = stack.own(PROGRAM)?.args(question).run()?;
    if finished.status.success() {
        return Ok(finished);
    }
    Err(StackError::Ended {
        program: format!("{PROGRAM} {}", question.join(" ")),
        status: finished.status,
        output: finished.stderr,
    })
}
