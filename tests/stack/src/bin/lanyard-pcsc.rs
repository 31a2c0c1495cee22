//! `lanyard-pcsc`: the plainest PC/SC client, for looking into a stack from a process of its own.
//!
//! `list` prints the readers, one a line. `wait READER present|empty MILLISECONDS` ends when pcscd sees
//! the reader so. `keep READER MILLISECONDS` waits for a card, connects exclusively, prints `kept`, or
//! `refused` when another program was faster, and leaves the card when its standard input ends.
//! `hold READER MILLISECONDS` does the same with a transaction on a shared connection, and prints `held`.
//! libpcsclite keeps the states of all readers in one place for a whole process, so a test
//! process with several stacks cannot do this itself.

use std::env;
use std::error::Error;
use std::ffi::CString;
use std::io::{Read as _, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use pcsc::{Context, Disposition, Error as Pcsc, Protocols, ReaderState, Scope, ShareMode, State};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match *words {
        ["list"] => list(),
        ["wait", reader, "present", patience] => wait(reader, State::PRESENT, patience),
        ["wait", reader, "empty", patience] => wait(reader, State::EMPTY, patience),
        ["keep", reader, patience] => keep(reader, patience),
        ["hold", reader, patience] => hold(reader, patience),
        _ => {
            Err("list, wait READER present|empty MILLISECONDS, or keep|hold READER MILLISECONDS"
                .into())
        }
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
    see(&Context::establish(Scope::User)?, reader, wanted, patience)
}

fn see(
    context: &Context,
    reader: &str,
    wanted: State,
    patience: &str,
) -> Result<(), Box<dyn Error>> {
    let patience = Duration::from_millis(patience.parse()?);
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

/// As programs do that want a card for themselves.
fn keep(reader: &str, patience: &str) -> Result<(), Box<dyn Error>> {
    let context = Context::establish(Scope::User)?;
    see(&context, reader, State::PRESENT, patience)?;
    let name = CString::new(reader)?;
    let mut out = std::io::stdout().lock();
    match context.connect(&name, ShareMode::Exclusive, Protocols::ANY) {
        Ok(card) => {
            writeln!(out, "kept")?;
            std::io::stdin().read_to_end(&mut Vec::new())?;
            card.disconnect(Disposition::LeaveCard).map_err(|(_, error)| error)?;
        }
        Err(Pcsc::SharingViolation) => writeln!(out, "refused")?,
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// As programs do that do not let others in.
fn hold(reader: &str, patience: &str) -> Result<(), Box<dyn Error>> {
    let context = Context::establish(Scope::User)?;
    see(&context, reader, State::PRESENT, patience)?;
    let mut card = context.connect(&CString::new(reader)?, ShareMode::Shared, Protocols::ANY)?;
    let transaction = card.transaction()?;
    writeln!(std::io::stdout().lock(), "held")?;
    std::io::stdin().read_to_end(&mut Vec::new())?;
    transaction.end(Disposition::LeaveCard).map_err(|(_, error)| error)?;
    card.disconnect(Disposition::LeaveCard).map_err(|(_, error)| error.into())
}
