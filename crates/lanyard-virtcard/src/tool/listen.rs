//! Where orders come from: the lines of the control socket or of standard input, and the signals that
//! end the tool. Here are the threads that wait for them.

use std::io::{self, BufReader};
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
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for _ in signals.forever() {
            // The main thread may have ended already.
            let _told = events.send(Event::Stop);
        }
    })?;
    Ok(())
}

/// Reads orders from standard input and answers a person. Its end ends nothing.
pub(super) fn standard_input(events: Sender<Event>) -> io::Result<()> {
    thread::Builder::new().name("orders".to_owned()).spawn(move || {
        let mut out = io::stdout();
        // A person who no longer reads or writes may still want the card to stay in.
        let _ended =
            converse(io::stdin().lock(), &mut out, &events, &|outcome| words(outcome).to_owned());
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
    thread::Builder::new().name("control".to_owned()).spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let events = events.clone();
            let attend = thread::Builder::new().name("client".to_owned());
            // A client that no thread can attend to finds its connection closed.
            let _attended = attend.spawn(move || answer(client, &events));
        }
    })?;
    Ok(())
}

fn answer(client: UnixStream, events: &Sender<Event>) -> io::Result<()> {
    let mut writer = client.try_clone()?;
    converse(BufReader::new(client), &mut writer, events, &json)
}

/// Answers every line with one, until either side ends or the tool is told to.
fn converse(
    lines: impl io::BufRead,
    out: &mut impl io::Write,
    events: &Sender<Event>,
    say: &dyn Fn(&Outcome) -> String,
) -> io::Result<()> {
    for line in lines.lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let order = line.parse::<Order>().map_err(|error| error.to_string());
        let quits = order == Ok(Order::Quit);
        let outcome = match order.map(|order| ask(events, order)) {
            Ok(None) => return Ok(()),
            Ok(Some(outcome)) => outcome,
            Err(error) => Err(error),
        };
        let written = writeln!(out, "{}", say(&outcome));
        if quits {
            // Only now, so that the answer is not lost. The main thread may have ended already.
            let _told = events.send(Event::Stop);
        }
        written?;
    }
    Ok(())
}

/// Has the main thread carry out an order; `None` when it has ended.
fn ask(events: &Sender<Event>, order: Order) -> Option<Outcome> {
    let (reply, outcome) = channel();
    events.send(Event::Ordered(order, reply)).ok()?;
    outcome.recv().ok()
}
