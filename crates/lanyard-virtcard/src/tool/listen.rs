//! Where orders come from: the lines of the control socket or of standard input, and the signals that
//! end the tool. Every function here starts one thread that waits.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::{fs, thread};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::Event;
use super::order::Order;
use super::outcome::{Outcome, json, words};

/// Tells of SIGTERM and SIGINT.
pub(super) fn signals(events: Sender<Event>) -> io::Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGINT])?;
    thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            for _ in signals.forever() {
                // The main thread may have ended already.
                let _told = events.send(Event::Stop);
            }
        })?;
    Ok(())
}

/// Reads orders from standard input and answers a person. Its end ends nothing.
pub(super) fn standard_input(events: Sender<Event>) -> io::Result<()> {
    thread::Builder::new()
        .name("orders".to_owned())
        .spawn(move || {
            for line in io::stdin().lines().map_while(Result::ok) {
                if line.trim().is_empty() {
                    continue;
                }
                let Some(outcome) = ask(&events, &line) else {
                    return;
                };
                let mut out = io::stdout().lock();
                if writeln!(out, "{}", words(&outcome)).is_err() {
                    return;
                }
            }
        })?;
    Ok(())
}

/// Listens on a socket that belongs to this process alone; a socket that nobody listens on any more is
/// replaced.
pub(super) fn control_socket(path: &Path, events: Sender<Event>) -> io::Result<()> {
    if UnixStream::connect(path).is_ok() {
        let kind = io::ErrorKind::AddrInUse;
        return Err(io::Error::new(kind, "another process listens there"));
    }
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let listener = UnixListener::bind(path)?;
    thread::Builder::new()
        .name("control".to_owned())
        .spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let events = events.clone();
                let attend = thread::Builder::new().name("client".to_owned());
                // A client that no thread can attend to finds its connection closed.
                let _attended = attend.spawn(move || answer(client, &events));
            }
        })?;
    Ok(())
}

/// One line of JSON for every line of a client.
fn answer(client: UnixStream, events: &Sender<Event>) -> io::Result<()> {
    let mut writer = client.try_clone()?;
    for line in BufReader::new(client).lines() {
        let Some(outcome) = ask(events, &line?) else {
            return Ok(());
        };
        writer.write_all(format!("{}\n", json(&outcome)).as_bytes())?;
    }
    Ok(())
}

/// Has the main thread carry out one line; `None` when it has ended.
fn ask(events: &Sender<Event>, line: &str) -> Option<Outcome> {
    let order = match line.parse::<Order>() {
        Ok(order) => order,
        Err(error) => return Some(Err(error.to_string())),
    };
    let (reply, outcome) = channel();
    events.send(Event::Ordered(order, reply)).ok()?;
    outcome.recv().ok()
}
