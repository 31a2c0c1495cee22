//! A terminal that a test holds the other side of (pty(7)): what a program shows there, whether it shows
//! what is typed, and typing.
//!
//! A program gets it as its controlling terminal through `setsid --ctty`.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::process::Stdio;
use std::time::Duration;

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::process::kill_process;
use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt};
use rustix::termios::{LocalModes, tcgetattr, tcgetpgrp};

use crate::deadline::Deadline;
use crate::error::StackError;
use crate::process::Signal;
use crate::program::Program;
use crate::stack::Stack;

/// A terminal.
#[derive(Debug)]
pub struct Terminal {
    ours: File,
    /// Open as long as this lives, so that the terminal outlives its programs.
    theirs: OwnedFd,
    shown: String,
}

impl Terminal {
    /// A terminal that shows what is typed, as terminals do.
    ///
    /// # Errors
    /// [`StackError::Io`] when the system has none.
    pub fn open() -> Result<Self, StackError> {
        open().map_err(StackError::io("opening a terminal"))
    }

    /// One of the workspace's own programs; see [`command`](Self::command).
    ///
    /// # Errors
    /// [`StackError::NotBuilt`], and as [`command`](Self::command).
    pub fn own(&self, stack: &Stack, program: &str) -> Result<Program, StackError> {
        self.command(stack, crate::own_program(program)?)
    }

    /// A program that will have this as its controlling terminal and its standard input. Its output goes
    /// where that of every program goes.
    ///
    /// # Errors
    /// [`StackError::Io`] when the terminal cannot be shared.
    pub fn command(
        &self,
        stack: &Stack,
        program: impl AsRef<OsStr>,
    ) -> Result<Program, StackError> {
        let theirs = self.theirs.try_clone().map_err(StackError::io("sharing a terminal"))?;
        let setsid = stack.command("setsid").args(["--ctty", "--wait"]).arg(program);
        Ok(setsid.stdin(Stdio::from(theirs)))
    }

    /// Waits until this is shown after what was waited for before, and gives back everything up to its end.
    ///
    /// # Errors
    /// [`StackError::TooLate`] with what was shown instead.
    pub fn wait_for(&mut self, what: &str, patience: Duration) -> Result<String, StackError> {
        let failed = || StackError::io("reading a terminal");
        let deadline = Deadline::after(patience);
        loop {
            if let Some(found) = self.shown.find(what) {
                let rest = self.shown.split_off(found + what.len());
                return Ok(std::mem::replace(&mut self.shown, rest));
            }
            if !deadline.wait_readable(&[self.ours.as_fd()]).map_err(failed())? {
                let what = format!("`{what}` on the terminal");
                return Err(StackError::TooLate { what, patience, output: self.shown.clone() });
            }
            self.read().map_err(failed())?;
        }
    }

    /// Everything that is shown and was not waited for.
    ///
    /// # Errors
    /// [`StackError::Io`].
    pub fn rest(&mut self) -> Result<String, StackError> {
        self.read().map_err(StackError::io("reading a terminal"))?;
        Ok(std::mem::take(&mut self.shown))
    }

    /// Types this; `\n` is the enter key, `\u{3}` Ctrl-C.
    ///
    /// # Errors
    /// [`StackError::Io`].
    pub fn types(&mut self, text: &str) -> Result<(), StackError> {
        self.ours.write_all(text.as_bytes()).map_err(StackError::io("typing"))
    }

    /// Whether what is typed is shown.
    ///
    /// # Errors
    /// [`StackError::Io`].
    pub fn echoes(&self) -> Result<bool, StackError> {
        let modes = tcgetattr(&self.theirs).map_err(io::Error::from);
        let modes = modes.map_err(StackError::io("asking a terminal"))?;
        Ok(modes.local_modes.contains(LocalModes::ECHO))
    }

    /// The process that has the terminal's foreground, as seen from outside the cell, for `/proc`.
    ///
    /// # Errors
    /// [`StackError::Io`].
    pub fn foreground(&self) -> Result<u32, StackError> {
        let process = tcgetpgrp(&self.ours).map_err(io::Error::from);
        let process = process.map_err(StackError::io("asking a terminal"))?;
        Ok(process.as_raw_nonzero().get().unsigned_abs())
    }

    /// Sends a signal to the process that has the terminal's foreground.
    ///
    /// # Errors
    /// [`StackError::Io`] when it is gone.
    pub fn signal_foreground(&self, signal: Signal) -> Result<(), StackError> {
        let process = tcgetpgrp(&self.ours).and_then(|process| kill_process(process, signal));
        process.map_err(io::Error::from).map_err(StackError::io("signalling a terminal's program"))
    }

    /// What the next program that reads a line gets when somebody presses enter: nothing but that, unless
    /// something that was typed before was left to it.
    ///
    /// # Errors
    /// [`StackError::Io`].
    pub fn line_for_the_next(&mut self) -> Result<String, StackError> {
        self.types("\n")?;
        let mut line = [0; 4096];
        let read = rustix::io::read(&self.theirs, &mut line).map_err(io::Error::from);
        let read = read.map_err(StackError::io("reading a terminal"))?;
        Ok(String::from_utf8_lossy(line.get(..read).unwrap_or_default()).into_owned())
    }

    /// Takes in everything that can be read now.
    fn read(&mut self) -> io::Result<()> {
        let mut bytes = [0; 4096];
        loop {
            match self.ours.read(&mut bytes) {
                Ok(0) => return Ok(()),
                Ok(read) => {
                    let read = bytes.get(..read).unwrap_or_default();
                    self.shown.push_str(&String::from_utf8_lossy(read));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }
}

fn open() -> io::Result<Terminal> {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
    grantpt(&ours)?;
    unlockpt(&ours)?;
    let theirs =
        ioctl_tiocgptpeer(&ours, OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
    fcntl_setfl(&ours, fcntl_getfl(&ours)? | OFlags::NONBLOCK)?;
    Ok(Terminal { ours: ours.into(), theirs, shown: String::new() })
}
