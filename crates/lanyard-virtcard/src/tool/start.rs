//! The command line, and the main thread's loop.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant, SystemTime};

use clap::Parser;
use lanyard_virtcard::vpcd::PlugEvent;
use lanyard_virtcard::{Authorities, Personas};

use super::order::Order;
use super::outcome::{Done, Facts, Outcome};
use super::station::{Station, Step, list};
use super::{Event, listen};

/// How long `insert` waits for the reader.
const INSERTION: Duration = Duration::from_secs(5);

/// A virtual PIV smartcard in a virtual reader, for trying applications without hardware.
///
/// Install the virtual reader (Debian: vsmartcard-vpcd) and start pcscd; then run this program: the card
/// is in the reader "Virtual PCD 00 00" until it ends. Write `help` to hear what can be done with it.
///
/// The passcode of most personas is 123456, the unblocking key 12345678, the card management key
/// 0102030405060708 three times. Nothing on these cards is secret, and nobody on them exists.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Arguments {
    /// Whose card goes in first (`--list` names them).
    #[arg(long, value_name = "NAME", default_value = "gp")]
    persona: String,
    /// Where vpcd listens; its second slot is the next port.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:35963")]
    vpcd: SocketAddr,
    /// Keep cards here, so that keys, certificates and tries survive. Without it every run issues new
    /// cards.
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// Keep the throwaway authorities here, shared by many cards; the trusted root is
    /// DIR/trusted/root.pem. Default: "ca" in the state folder.
    #[arg(long, value_name = "DIR")]
    ca: Option<PathBuf>,
    /// Take orders from this Unix socket instead of standard input: one order a line, one line of JSON
    /// in return.
    #[arg(long, value_name = "SOCKET")]
    control: Option<PathBuf>,
    /// Start with the card in the reader, which is what happens anyway.
    #[arg(long, conflicts_with = "out")]
    insert: bool,
    /// Start with the card out of the reader.
    #[arg(long)]
    out: bool,
    /// Add personas of your own from a TOML file.
    #[arg(long, value_name = "FILE")]
    personas: Option<PathBuf>,
    /// List the personas and end.
    #[arg(long)]
    list: bool,
}

/// Runs until it is told to end.
///
/// # Errors
/// A sentence for the person who started it.
pub(crate) fn run(arguments: Arguments) -> Result<(), String> {
    let mut personas = Personas::compiled_in().map_err(|error| error.to_string())?;
    if let Some(file) = &arguments.personas {
        personas.add_file(file).map_err(|error| error.to_string())?;
    }
    if arguments.list {
        say(&list(&personas));
        return Ok(());
    }
    personas
        .named(&arguments.persona)
        .map_err(|error| error.to_string())?;
    let authorities = authorities(&arguments).map_err(|error| error.to_string())?;
    let (sender, events) = channel();
    let station = Station::new(
        arguments.vpcd,
        personas,
        authorities,
        arguments.state,
        arguments.persona,
        sender.clone(),
    );
    listen::signals(sender.clone()).map_err(|error| error.to_string())?;
    let program = arguments.control.is_some();
    match &arguments.control {
        Some(path) => listen::control_socket(path, sender)
            .map_err(|error| format!("cannot listen on {}: {error}", path.display()))?,
        None => listen::standard_input(sender).map_err(|error| error.to_string())?,
    }
    let mut desk = Desk {
        station,
        waiting: None,
        program,
    };
    desk.open(arguments.insert || !arguments.out);
    desk.attend(&events);
    if let Some(path) = &arguments.control {
        // Somebody may have removed it.
        let _removed = std::fs::remove_file(path);
    }
    Ok(())
}

fn authorities(arguments: &Arguments) -> Result<Authorities, lanyard_virtcard::IssueError> {
    let beside_state = arguments.state.as_ref().map(|folder| folder.join("ca"));
    match arguments.ca.clone().or(beside_state) {
        Some(folder) => Authorities::open(&folder, today()),
        None => Authorities::in_memory(today()),
    }
}

/// The main thread's: who is waiting for a card to go in, and how to tell.
struct Desk {
    station: Station,
    waiting: Option<Waiting>,
    /// Whether a program listens, or a person.
    program: bool,
}

/// Somebody who waits for the card to be in.
enum Waiting {
    /// Since the start: as long as it takes.
    Start,
    /// An order, which does not wait for ever.
    Order(Sender<Outcome>, Instant),
}

impl Desk {
    fn open(&mut self, insert: bool) {
        if !insert {
            self.announce();
            return;
        }
        match self.station.carry_out(Order::Insert(None), today()) {
            Step::Inserting => self.waiting = Some(Waiting::Start),
            Step::Done(Err(error)) => complain(&error),
            Step::Done(Ok(_)) | Step::Quit => {}
        }
    }

    fn attend(&mut self, events: &Receiver<Event>) {
        loop {
            match self.next(events) {
                Ok(Event::Ordered(order, reply)) => {
                    if self.order(order, reply).is_err() {
                        return;
                    }
                }
                Ok(Event::Plug(number, event)) => {
                    if let Some(event) = self.station.note(number, event) {
                        self.happened(event);
                    }
                }
                Err(RecvTimeoutError::Timeout) => self.give_up(),
                Ok(Event::Stop) | Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn next(&self, events: &Receiver<Event>) -> Result<Event, RecvTimeoutError> {
        match &self.waiting {
            Some(Waiting::Order(_, deadline)) => {
                events.recv_timeout(deadline.saturating_duration_since(instant()))
            }
            Some(Waiting::Start) | None => {
                events.recv().map_err(|_| RecvTimeoutError::Disconnected)
            }
        }
    }

    fn order(&mut self, order: Order, reply: Sender<Outcome>) -> Result<(), Quit> {
        let ends_waiting = matches!(order, Order::Remove | Order::Swap(_) | Order::Quit);
        if ends_waiting && let Some(Waiting::Order(earlier, _)) = self.waiting.take() {
            tell(
                &earlier,
                Err("the card was taken away before it was in".to_owned()),
            );
        }
        match self.station.carry_out(order, today()) {
            Step::Done(outcome) => tell(&reply, outcome),
            Step::Inserting => {
                self.waiting = Some(Waiting::Order(reply, instant() + INSERTION));
            }
            Step::Quit => {
                let words = "Good bye.".to_owned();
                let facts = Facts::Nothing {};
                tell(&reply, Ok(Done { words, facts }));
                return Err(Quit);
            }
        }
        Ok(())
    }

    fn happened(&mut self, event: PlugEvent) {
        match event {
            PlugEvent::Connected => match self.waiting.take() {
                Some(Waiting::Order(reply, _)) => tell(&reply, Ok(self.station.status())),
                Some(Waiting::Start) => self.announce(),
                None => self.remark("The reader is back."),
            },
            PlugEvent::Unreachable if matches!(self.waiting, Some(Waiting::Start)) => {
                complain(&format!(
                    "{} I go on trying.",
                    unreachable(self.station.address)
                ));
            }
            PlugEvent::Unreachable => {}
            PlugEvent::Lost => self.remark("The reader is gone; the card waits for it."),
            PlugEvent::Pulled => self.remark("The card was pulled."),
        }
    }

    fn give_up(&mut self) {
        if let Some(Waiting::Order(reply, _)) = self.waiting.take() {
            // It is out again, whether it was in or not.
            let _out = self.station.remove();
            tell(&reply, Err(unreachable(self.station.address)));
        }
    }

    /// Says that orders are taken now.
    fn announce(&self) {
        let status = self.station.status();
        if !self.program {
            say(&format!(
                "{} Write `help` to hear what can be done.",
                status.words
            ));
            return;
        }
        if let Facts::Status(status) = status.facts {
            let persona = self.station.persona();
            let inserted = status.inserted;
            say(
                &serde_json::json!({"ready": true, "persona": persona, "inserted": inserted})
                    .to_string(),
            );
        }
    }

    /// What only a person wants to hear: programs ask for the status.
    fn remark(&self, words: &str) {
        if !self.program {
            say(words);
        }
    }
}

/// The order to end.
struct Quit;

fn unreachable(address: SocketAddr) -> String {
    format!(
        "No virtual reader listens at {address}. Install vsmartcard-vpcd and start pcscd \
         (`systemctl start pcscd`, or `pcscd --foreground`)."
    )
}

fn tell(waiting: &Sender<Outcome>, outcome: Outcome) {
    // Whoever asked may be gone.
    let _told = waiting.send(outcome);
}

fn say(line: &str) {
    // A closed standard output is no reason to pull the card.
    let _written = writeln!(io::stdout().lock(), "{line}");
}

fn complain(line: &str) {
    let _written = writeln!(io::stderr().lock(), "{line}");
}

#[expect(
    clippy::disallowed_methods,
    reason = "the outermost layer: dates of certificates"
)]
fn today() -> SystemTime {
    SystemTime::now()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the outermost layer: how long an order waits"
)]
fn instant() -> Instant {
    Instant::now()
}
