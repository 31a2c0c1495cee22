//! The main thread's desk: takes events one after another, has the station act on them, and knows who
//! still waits for a card to go in.

use std::io::{self, Write as _};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant, SystemTime};

use lanyard_virtcard::plug::{PlugEvent, Socket};

use super::Event;
use super::order::Order;
use super::outcome::{Facts, Outcome};
use super::station::{Station, Step};

/// How long `insert` waits for the reader.
const INSERTION: Duration = Duration::from_secs(5);

/// The main thread's: who is waiting for a card to go in, and how to tell.
pub(super) struct Desk {
    pub(super) station: Station,
    pub(super) waiting: Option<Waiting>,
    /// Whether a program listens, or a person.
    pub(super) program: bool,
}

/// Somebody who waits for the card to be in.
pub(super) enum Waiting {
    /// Since the start: as long as it takes.
    Start,
    /// An order, which does not wait for ever.
    Order(Sender<Outcome>, Instant),
}

impl Desk {
    pub(super) fn open(&mut self, insert: bool) {
        if !insert {
            self.announce();
            return;
        }
        match self.station.carry_out(Order::Insert(None), today()) {
            Step::Inserting => self.waiting = Some(Waiting::Start),
            Step::Done(Err(error)) => complain(&error),
            Step::Done(Ok(_)) => {}
        }
    }

    pub(super) fn attend(&mut self, events: &Receiver<Event>) {
        loop {
            match self.next(events) {
                Ok(Event::Ordered(order, reply)) => self.order(order, reply),
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

    fn order(&mut self, order: Order, reply: Sender<Outcome>) {
        let ends_waiting = matches!(order, Order::Remove | Order::Swap(_) | Order::Quit);
        if ends_waiting && let Some(Waiting::Order(earlier, _)) = self.waiting.take() {
            tell(&earlier, Err("the card was taken away before it was in".to_owned()));
        }
        match self.station.carry_out(order, today()) {
            Step::Done(outcome) => tell(&reply, outcome),
            Step::Inserting => {
                self.waiting = Some(Waiting::Order(reply, instant() + INSERTION));
            }
        }
    }

    fn happened(&mut self, event: PlugEvent) {
        match event {
            PlugEvent::Connected => match self.waiting.take() {
                Some(Waiting::Order(reply, _)) => tell(&reply, Ok(self.station.status())),
                Some(Waiting::Start) => self.announce(),
                None => self.remark("The reader is back."),
            },
            PlugEvent::Unreachable if matches!(self.waiting, Some(Waiting::Start)) => {
                complain(&format!("{} I go on trying.", unreachable(&self.station.socket)));
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
            tell(&reply, Err(unreachable(&self.station.socket)));
        }
    }

    /// Says that orders are taken now.
    fn announce(&self) {
        let status = self.station.status();
        if !self.program {
            say(&format!("{} Write `help` to hear what can be done.", status.words));
            return;
        }
        if let Facts::Status(status) = status.facts {
            let persona = self.station.persona();
            let inserted = status.inserted;
            say(&serde_json::json!({"ready": true, "persona": persona, "inserted": inserted})
                .to_string());
        }
    }

    /// What only a person wants to hear: programs ask for the status.
    fn remark(&self, words: &str) {
        if !self.program {
            say(words);
        }
    }
}

fn unreachable(socket: &Socket) -> String {
    let advice = match socket {
        Socket::Vpcd(_) => {
            "Install vsmartcard-vpcd and start pcscd (`systemctl start pcscd`, or `pcscd --foreground`); \
             started by systemd, it ends a minute after its last client."
        }
        Socket::Vscard(_) => "Start QEMU with its ccid-card-passthru on that socket.",
    };
    format!("No virtual reader listens at {socket}. {advice}")
}

fn tell(waiting: &Sender<Outcome>, outcome: Outcome) {
    // Whoever asked may be gone.
    let _told = waiting.send(outcome);
}

pub(super) fn say(line: &str) {
    // A closed standard output is no reason to pull the card.
    let _written = writeln!(io::stdout().lock(), "{line}");
}

fn complain(line: &str) {
    let _written = writeln!(io::stderr().lock(), "{line}");
}

#[expect(clippy::disallowed_methods, reason = "the outermost layer: dates of certificates")]
pub(super) fn today() -> SystemTime {
    SystemTime::now()
}

#[expect(clippy::disallowed_methods, reason = "the outermost layer: how long an order waits")]
fn instant() -> Instant {
    Instant::now()
}
