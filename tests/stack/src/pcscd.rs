//! pcscd, the real one, with vpcd's readers: started, killed, stopped, started again.
//!
//! It is ready when its socket accepts: its readers are there before it. Readers are fixed for the life
//! of a pcscd: built with libudev, as distributions do, it ignores `pcscd --hotplug` for readers of
//! reader.conf(5), so a reader that arrives is a pcscd that starts again.

use std::io;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::cell::Cell;
use crate::deadline::Deadline;
use crate::error::StackError;
use crate::output::OutputFolder;
use crate::process::Process;
use crate::programs::search_path;
use crate::readers::Readers;
use crate::watch::Watch;

const PATIENCE: Duration = Duration::from_secs(20);

/// The smartcard service of a stack.
#[derive(Debug)]
pub struct Pcscd {
    process: Option<Process>,
    readers: Readers,
    folder: PathBuf,
    outputs: Arc<OutputFolder>,
    cell: Arc<Cell>,
}

impl Pcscd {
    pub(crate) fn new(
        cell: &Arc<Cell>,
        outputs: &Arc<OutputFolder>,
        folder: PathBuf,
        readers: Readers,
    ) -> Self {
        Self {
            process: None,
            readers,
            folder,
            outputs: Arc::clone(outputs),
            cell: Arc::clone(cell),
        }
    }

    /// Starts it and waits until its socket accepts, at which time its readers are there. One that still
    /// runs is killed first.
    ///
    /// # Errors
    /// [`StackError::TooLate`] or [`StackError::Ended`] with pcscd's own words.
    pub fn start(&mut self) -> Result<(), StackError> {
        self.process = None;
        let built = Built::of_this_machine()?;
        let configuration = self
            .readers
            .write(&self.folder, &built.vpcd())
            .map_err(StackError::io("copying vpcd's driver (package vsmartcard-vpcd)"))?;
        let mut command = Command::new("pcscd");
        command.args(["--foreground", "--config"]).arg(configuration);

        let deadline = Deadline::after(PATIENCE);
        let watch = self.watch_sockets(&built.sockets)?;
        let output = self.outputs.for_program("pcscd");
        let mut process = Process::start(&self.cell, "pcscd", command, output)?;
        while !self.accepts(&built.sockets)? {
            let news = process.wait_for_news(&watch, deadline);
            let news = news.map_err(StackError::io("watching pcscd's socket"))?;
            if let Some(status) = process.status()? {
                return Err(process.ended(status));
            }
            if !news {
                return Err(process.too_late("a socket that accepts", PATIENCE));
            }
        }
        self.process = Some(process);
        Ok(())
    }

    /// SIGKILL: its socket stays behind, dead.
    ///
    /// # Errors
    /// [`StackError::Io`] when it does not run.
    pub fn kill(&mut self) -> Result<(), StackError> {
        self.running()?.kill()?;
        self.process = None;
        Ok(())
    }

    /// SIGTERM, as `systemctl stop pcscd` sends it: it removes its socket.
    ///
    /// # Errors
    /// [`StackError::TooLate`] when it does not end.
    pub fn terminate(&mut self) -> Result<ExitStatus, StackError> {
        let status = self.running()?.terminate(PATIENCE)?;
        self.process = None;
        Ok(status)
    }

    /// Gives it `count` readers, rounded up to an even number, from its next start on.
    ///
    /// # Errors
    /// [`StackError::TooManyReaders`] above [`MOST_READERS`](crate::MOST_READERS).
    pub fn set_readers(&mut self, name: &str, count: usize) -> Result<(), StackError> {
        self.readers = Readers::new(name, count)?;
        Ok(())
    }

    /// The readers' names as PC/SC shows them, in the order of the slots.
    pub fn reader_names(&self) -> Vec<String> {
        self.readers.names()
    }

    /// The running process.
    ///
    /// # Errors
    /// [`StackError::Io`] when it does not run.
    pub fn running(&mut self) -> Result<&mut Process, StackError> {
        self.process.as_mut().ok_or_else(|| StackError::Io {
            doing: "asking for pcscd".into(),
            source: io::ErrorKind::NotFound.into(),
        })
    }

    pub(crate) fn port(&self, slot: usize) -> Result<u16, StackError> {
        self.readers.port(slot)
    }

    /// Watches the folder of the socket, which the cell's own `/run` must have first.
    fn watch_sockets(&self, sockets: &Path) -> Result<Watch, StackError> {
        let folder = sockets.to_owned();
        let watch = self.cell.call(move || {
            std::fs::create_dir_all(&folder)?;
            Watch::entries(&folder)
        });
        watch.and_then(|watch| watch).map_err(StackError::io("watching pcscd's folder"))
    }

    fn accepts(&self, sockets: &Path) -> Result<bool, StackError> {
        let socket = sockets.join("pcscd.comm");
        let accepts = self.cell.call(move || UnixStream::connect(socket).is_ok());
        accepts.map_err(StackError::io("trying pcscd's socket"))
    }
}

/// Where this machine's pcscd was built to look for things.
#[derive(Clone, Debug)]
pub(crate) struct Built {
    /// Drivers of USB readers, and below them of serial ones.
    pub(crate) drivers: PathBuf,
    /// Its socket and the file with its process's number.
    sockets: PathBuf,
}

impl Built {
    /// Asks `pcscd --version`, once.
    pub(crate) fn of_this_machine() -> Result<Self, StackError> {
        static BUILT: OnceLock<Built> = OnceLock::new();
        if let Some(built) = BUILT.get() {
            return Ok(built.clone());
        }
        let mut ask = Command::new("pcscd");
        let output = ask.arg("--version").env("PATH", search_path()).output();
        let output =
            output.map_err(|source| StackError::NotStarted { program: "pcscd".into(), source })?;
        let built = Self::parse(&String::from_utf8_lossy(&output.stdout));
        Ok(BUILT.get_or_init(|| built).clone())
    }

    /// Reads the `Enabled features` of `pcscd --version`; what is not said is as Debian has it.
    fn parse(version: &str) -> Self {
        let feature = |key: &str, debian: &str| {
            let value = version.split_whitespace().find_map(|word| {
                let (name, value) = word.split_once('=')?;
                (name == key).then_some(value)
            });
            PathBuf::from(value.unwrap_or(debian))
        };
        Self {
            drivers: feature("usbdropdir", "/usr/lib/pcsc/drivers"),
            sockets: feature("ipcdir", "/run/pcscd"),
        }
    }

    /// vpcd's driver.
    fn vpcd(&self) -> PathBuf {
        self.drivers.join("serial/libifdvpcd.so")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_read_from_what_pcscd_says_of_itself() {
        let built =
            Built::parse("Enabled features: Linux usb usbdropdir=/lib64/d ipcdir=/run/p x=y\n");
        assert_eq!(built.vpcd(), Path::new("/lib64/d/serial/libifdvpcd.so"));
        assert_eq!(built.sockets, Path::new("/run/p"));
        assert_eq!(Built::parse("").sockets, Path::new("/run/pcscd"));
    }
}
