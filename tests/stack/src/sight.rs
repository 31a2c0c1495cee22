//! What pcscd sees: waiting until a card that was put in or pulled is noticed.
//!
//! vpcd is asked by pcscd every 400 ms, so a virtual card is in its reader a while before any PC/SC
//! client can find it there.

use std::ffi::CString;
use std::time::Duration;

use pcsc::{Context, ReaderState, Scope, State};

use crate::deadline::Deadline;
use crate::error::StackError;
use crate::stack::Stack;

const PATIENCE: Duration = Duration::from_secs(10);

impl Stack {
    /// Waits until pcscd sees a card in this slot.
    ///
    /// # Errors
    /// [`StackError::TooLate`] when it does not, or is not there itself.
    pub fn wait_until_in(&self, slot: usize) -> Result<(), StackError> {
        self.wait_until(slot, State::PRESENT)
    }

    /// Waits until pcscd sees no card in this slot.
    ///
    /// # Errors
    /// [`StackError::TooLate`] when it still does, or is not there itself.
    pub fn wait_until_out(&self, slot: usize) -> Result<(), StackError> {
        self.wait_until(slot, State::EMPTY)
    }

    fn wait_until(&self, slot: usize, state: State) -> Result<(), StackError> {
        let names = self.reader_names();
        let name = names.get(slot).cloned().unwrap_or_default();
        let what = format!("{state:?} in reader {slot}, {name:?}");
        let name = CString::new(name).unwrap_or_default();
        let waiter = self.thread(move || watch(name, state))?;
        let output = match waiter.join() {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the waiting thread panicked".into(),
        };
        Err(StackError::TooLate {
            what,
            patience: PATIENCE,
            output,
        })
    }
}

/// Waits for a state of one reader, as any PC/SC client would.
fn watch(reader: CString, wanted: State) -> Result<(), pcsc::Error> {
    let deadline = Deadline::after(PATIENCE);
    let context = Context::establish(Scope::User)?;
    let mut states = [ReaderState::new(reader, State::UNAWARE)];
    loop {
        context.get_status_change(deadline.left(), &mut states)?;
        for state in &mut states {
            if state.event_state().contains(wanted) {
                return Ok(());
            }
            state.sync_current_state();
        }
    }
}
