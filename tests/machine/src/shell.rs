//! The shell in the guest, behind a serial port: a script goes in, its exit code and output come out.
//!
//! The other side is `image/files/usr/local/sbin/lanyard-shell`.

use std::path::Path;
use std::time::Duration;

use crate::base64;
use crate::error::MachineError;
use crate::lines::Lines;

/// Longer than the guest lets a script run.
const PATIENCE: Duration = Duration::from_secs(110);

/// Booting under emulation on a busy machine.
const BOOT: Duration = Duration::from_secs(300);

/// The guest's shell.
#[derive(Debug)]
pub(crate) struct Shell {
    lines: Lines,
}

/// What came of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finished {
    pub(crate) code: i32,
    /// Standard output and standard error, without the last line's end.
    pub(crate) output: String,
}

impl Shell {
    pub(crate) fn connect(socket: &Path) -> Result<Self, MachineError> {
        let lines = Lines::connect(socket).map_err(MachineError::io("connecting to the guest"))?;
        Ok(Self { lines })
    }

    /// Runs a script that has to succeed; its output.
    pub(crate) fn run(&mut self, script: &str) -> Result<String, MachineError> {
        succeeded(script, self.attempt(script)?)
    }

    /// Runs a script that waits until the guest has booted.
    pub(crate) fn first(&mut self, script: &str) -> Result<Finished, MachineError> {
        self.within(BOOT, script)
    }

    /// Runs a script that may fail.
    pub(crate) fn attempt(&mut self, script: &str) -> Result<Finished, MachineError> {
        self.within(PATIENCE, script)
    }

    fn within(&mut self, patience: Duration, script: &str) -> Result<Finished, MachineError> {
        let doing = || MachineError::io(format!("in the guest, `{script}`"));
        self.lines.say(&base64::encode(script.as_bytes())).map_err(doing())?;
        let line = self.lines.hear(patience).map_err(doing())?;
        let (code, output) = line.split_once(' ').unwrap_or((&line, ""));
        let output = String::from_utf8_lossy(&base64::decode(output)).trim_end().to_owned();
        Ok(Finished { code: code.parse().unwrap_or(-1), output })
    }
}

fn succeeded(script: &str, finished: Finished) -> Result<String, MachineError> {
    let Finished { code, output } = finished;
    if code == 0 {
        return Ok(output);
    }
    Err(MachineError::Guest { script: script.to_owned(), code, output })
}
