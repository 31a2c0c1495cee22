//! The real `lanyardd` on the stack's bus and pcscd.
//!
//! It is up when its bus name is owned. Whoever waits for that asked the bus for news before the daemon
//! was started, so nothing is missed and the time is the daemon's own.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

use crate::deadline::Deadline;
use crate::error::StackError;
use crate::name_watch::NameWatch;
use crate::process::Process;
use crate::stack::Stack;

const PATIENCE: Duration = Duration::from_secs(20);

/// A running daemon. Dropping it kills it.
#[derive(Debug)]
pub struct Daemon {
    config: PathBuf,
    process: Process,
    start_took: Duration,
}

impl Daemon {
    pub(crate) fn start(stack: &Stack, config_text: &str) -> Result<Self, StackError> {
        let config = stack.folder().join("lanyard.toml");
        let defaults = defaults(stack, config_text)
            .map_err(StackError::io("making folders for what is recorded"))?;
        fs::write(&config, format!("{config_text}{defaults}"))
            .map_err(StackError::io("writing the daemon's configuration"))?;
        let (process, start_took) = launch(stack, &config)?;
        Ok(Self { config, process, start_took })
    }

    /// Starts it again with the same configuration file, killing the one that runs.
    ///
    /// # Errors
    /// As [`Stack::daemon`].
    pub fn restart(&mut self, stack: &Stack) -> Result<(), StackError> {
        if self.process.status()?.is_none() {
            self.process.kill()?;
        }
        (self.process, self.start_took) = launch(stack, &self.config)?;
        Ok(())
    }

    /// SIGTERM, and the status it ends with.
    ///
    /// # Errors
    /// [`StackError::TooLate`] when it does not end.
    pub fn terminate(&mut self) -> Result<ExitStatus, StackError> {
        self.process.terminate(PATIENCE)
    }

    /// SIGKILL.
    ///
    /// # Errors
    /// [`StackError::Io`] when it has ended before.
    pub fn kill(&mut self) -> Result<ExitStatus, StackError> {
        self.process.kill()
    }

    /// From starting the program to its name being owned, as a client on the bus saw it.
    pub fn start_took(&self) -> Duration {
        self.start_took
    }

    /// Its configuration file.
    pub fn config(&self) -> &PathBuf {
        &self.config
    }

    /// The process: number, output, signals.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }
}

/// What a test does not say: no login sessions, folders for ledger and audit log, the stack's own PKI to
/// believe, and roles for everybody.
fn defaults(stack: &Stack, config_text: &str) -> io::Result<String> {
    let records = stack.folder().join("records");
    let (pki, folder) = (stack.pki(), records.display());
    let pki = pki.display();
    let sections = [
        ("[access]", "mode = \"single-user\"".to_owned()),
        ("[ledger]", format!("folder = \"{folder}\"\n[audit]\nfile = \"{folder}/audit.jsonl\"")),
        (
            "[trust]",
            format!("anchors = \"{pki}/anchors\"\nintermediates = \"{pki}/intermediates\""),
        ),
        ("[revocation]", format!("lists = \"{pki}/lists\"\nresponders = \"\"\ncache = \"\"")),
    ];
    let roles = stack.roles().toml();
    let roles = roles.strip_prefix("[roles]\n").unwrap_or_default();
    let sections = sections.into_iter().chain([("[roles]", format!("seen = \"\"\n{roles}"))]);
    DirBuilder::new().recursive(true).mode(0o700).create(&records)?;
    let missing = sections.filter(|(section, _)| !config_text.contains(section));
    let missing = missing.map(|(section, settings)| format!("\n{section}\n{settings}"));
    Ok(missing.collect())
}

/// Starts the program and waits for its name.
fn launch(stack: &Stack, config: &PathBuf) -> Result<(Process, Duration), StackError> {
    let program =
        stack.own("lanyardd")?.arg("--config").arg(config).args(["--bus", stack.bus().address()]);
    let name = NameWatch::new(stack.bus().address(), lanyard_dbus::BUS_NAME)?;
    let deadline = Deadline::after(PATIENCE);
    let mut process = program.start()?;
    let owned = name.wait_owned(&process, deadline);
    if owned.map_err(StackError::io("waiting for the daemon's name"))? {
        return Ok((process, deadline.elapsed()));
    }
    match process.status()? {
        Some(status) => Err(process.ended(status)),
        None => Err(process.too_late("owning its bus name", PATIENCE)),
    }
}
