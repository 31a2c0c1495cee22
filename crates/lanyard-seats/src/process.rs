//! A process that is held on to while somebody is asked about its number (`pidfd_open(2)`).
//!
//! A number is not used again while its process is there. Whoever pins a process, asks about the number and then
//! finds the process still running was told about that process, and no other.

use std::{io, os::fd::OwnedFd};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    process::{Pid, PidfdFlags, pidfd_open},
};

/// A process, whether it runs or not.
#[derive(Debug)]
pub(crate) struct Pinned(OwnedFd);

impl Pinned {
    /// The process that has this number now. Where the bus gives no descriptor (`ProcessFD`, which dbus-daemon 1.14
    /// does not), that may already be another than the one that made the connection; the session that is found must
    /// then still be the same user's.
    pub(crate) fn by_number(pid: u32) -> io::Result<Self> {
        let number = i32::try_from(pid).ok().and_then(Pid::from_raw);
        let number = number.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(Self(pidfd_open(number, PidfdFlags::empty())?))
    }

    /// The process that made the connection, as the kernel told the bus (`SO_PEERPIDFD`).
    pub(crate) fn by_descriptor(pidfd: OwnedFd) -> Self {
        Self(pidfd)
    }

    /// Whether it has not ended. Doubt counts as ended.
    pub(crate) fn still_runs(&self) -> bool {
        let mut watched = [PollFd::new(&self.0, PollFlags::IN)];
        matches!(poll(&mut watched, Some(&Timespec::default())), Ok(0))
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn a_process_runs_until_it_has_ended_whoever_has_its_number_then() {
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let pinned = Pinned::by_number(child.id()).unwrap();
        assert!(pinned.still_runs());
        drop(child.stdin.take());
        child.wait().unwrap();
        assert!(!pinned.still_runs());
        // Its number is free now: nobody is found by it, or somebody else.
        let now = Pinned::by_number(child.id());
        assert!(now.is_err() || !pinned.still_runs());
    }

    #[test]
    fn a_process_that_ended_before_anybody_waited_for_it_has_ended() {
        let mut child = Command::new("true").spawn().unwrap();
        let pinned = Pinned::by_number(child.id()).unwrap();
        let mut watched = [PollFd::new(&pinned.0, PollFlags::IN)];
        assert_eq!(poll(&mut watched, None).unwrap(), 1);
        assert!(!pinned.still_runs());
        child.wait().unwrap();
    }

    #[test]
    fn a_number_that_no_process_can_have_pins_nothing() {
        for pid in [0, u32::MAX, i32::MAX.unsigned_abs()] {
            assert!(Pinned::by_number(pid).is_err(), "{pid}");
        }
    }
}
