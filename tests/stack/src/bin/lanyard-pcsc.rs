//! `lanyard-pcsc`: the plainest PC/SC client, for looking into a stack from a process of its own.
//!
//! `list` prints the readers, one a line. `wait READER present|empty MILLISECONDS` ends when pcscd sees
//! the reader so. libpcsclite keeps the states of all readers in one place for a whole process, so a test
//! process with several stacks cannot do this itself.

use std::env;
use std::error::Error;
use std::ffi::CString;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use pcsc::{Context, ReaderState, Scope, State};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match *words {
        ["list"] => list(),
        ["wait", reader, "present", patience] => wait(reader, State::PRESENT, patience),
        ["wait", reader, "empty", patience] => wait(reader, State::EMPTY, patience),
        _ => Err("list, or wait READER present|empty MILLISECONDS".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _written = writeln!(std::io::stderr(), "lanyard-pcsc: {error}");
            ExitCode::FAILURE
        }
    }
}

fn list() -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    for reader in Context::establish(Scope::User)?.list_readers_owned()? {
        writeln!(out, "{}", reader.to_string_lossy())?;
    }
    Ok(())
}

/// Every wake-up may be the last for so long: pcscd's own words are `Timeout` then.
fn wait(reader: &str, wanted: State, patience: &str) -> Result<(), Box<dyn Error>> {
    let patience = Duration::from_millis(patience.parse()?);
    let context = Context::establish(Scope::User)?;
    let mut states = [ReaderState::new(CString::new(reader)?, State::UNAWARE)];
    loop {
        context.get_status_change(patience, &mut states)?;
        for state in &mut states {
            if state.event_state().contains(wanted) {
                return Ok(());
            }
            state.sync_current_state();
        }
    }
}
