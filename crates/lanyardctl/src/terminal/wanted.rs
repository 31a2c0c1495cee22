//! Waiting for a key only as long as somebody waits for what is typed: the daemon takes a prompt back by
//! closing its end of the pipe, also by dying (poll(2)).

use std::{
    io::{self, PipeReader, PipeWriter},
    os::fd::{BorrowedFd, OwnedFd},
};

use rustix::{
    event::{PollFd, PollFlags, poll},
    io::Errno,
};

use super::Unsaid;
use crate::Failure;

/// For whom something is typed: typing ends when they are gone.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// The write end of the pipe that the passcode goes to.
    pub(crate) by: OwnedFd,
    /// Closed by us when everything is to end.
    pub(crate) until: PipeReader,
}

/// The command's own wish for something that is typed.
#[derive(Debug)]
pub(crate) struct Asker {
    /// Where what is typed would go; it goes back to the caller instead.
    unused: PipeReader,
    stop: PipeWriter,
}

impl Asker {
    /// Ends the typing.
    pub(crate) fn end(self) {
        drop(self.stop);
        drop(self.unused);
    }
}

impl Wanted {
    /// For the command itself.
    pub(crate) fn by_us() -> io::Result<(Self, Asker)> {
        let ((unused, by), (until, stop)) = (io::pipe()?, io::pipe()?);
        Ok((Self { by: by.into(), until }, Asker { unused, stop }))
    }

    /// Waits until there is something to be read, or nobody wants it any more.
    pub(super) fn wait_for(&self, input: BorrowedFd<'_>) -> Result<(), Unsaid> {
        loop {
            let mut watched = [
                PollFd::from_borrowed_fd(input, PollFlags::IN),
                // The write end of a pipe tells of an error when nobody reads it any more (poll(2)).
                PollFd::new(&self.by, PollFlags::empty()),
                PollFd::new(&self.until, PollFlags::IN),
            ];
            match poll(&mut watched, None) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return Err(Failure::Terminal(error.into()).into()),
            }
            let [input, by, until] = watched.map(|it| !it.revents().is_empty());
            if by || until {
                return Err(Unsaid::Unwanted);
            }
            if input {
                return Ok(());
            }
        }
    }
}
