//! A terminal that does not show what is typed, and that is as it was afterwards (termios(3)).

use std::{fs::File, io};

use rustix::termios::{
    LocalModes, OptionalActions, QueueSelector, SpecialCodeIndex, Termios, tcflush, tcgetattr,
    tcsetattr,
};

/// While this lives, what is typed is not shown.
pub(super) struct Unseen<'a> {
    terminal: &'a File,
    before: Termios,
}

impl<'a> Unseen<'a> {
    pub(super) fn on(terminal: &'a File) -> io::Result<Self> {
        let before = tcgetattr(terminal)?;
        let mut unseen = before.clone();
        unseen.local_modes.remove(LocalModes::ECHO | LocalModes::ECHONL);
        // Stopping, and ending with a core file, would leave the terminal as it is now. Ctrl-C is in order.
        for code in [SpecialCodeIndex::VSUSP, SpecialCodeIndex::VQUIT] {
            unseen.special_codes[code] = DISABLED;
        }
        tcsetattr(terminal, OptionalActions::Flush, &unseen)?;
        Ok(Self { terminal, before })
    }
}

/// `_POSIX_VDISABLE` on Linux: no key has this meaning.
const DISABLED: u8 = 0;

impl Drop for Unseen<'_> {
    fn drop(&mut self) {
        forget_typed(self.terminal);
        // Nothing can be done about a terminal that has gone.
        let _ = tcsetattr(self.terminal, OptionalActions::Now, &self.before);
    }
}

/// What was typed and not read must not become somebody else's input.
pub(super) fn forget_typed(terminal: &File) {
    // Nothing can be done about a terminal that has gone.
    let _ = tcflush(terminal, QueueSelector::IFlush);
}
