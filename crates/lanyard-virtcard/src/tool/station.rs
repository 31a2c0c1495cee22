//! The station: the reader's place, the card that is in it, and the drawer with the others.
//!
//! Decides what an order does; says nothing itself and waits for nothing.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use lanyard_virtcard::plug::{Departure, Plug, PlugEvent, SharedCard, Socket, lock};
use lanyard_virtcard::{Authorities, Card, Fault, Personas, RevocationReason};

use super::Event;
use super::order::{HELP, Order};
use super::outcome::{Done, Facts, Outcome, Status, Traffic};

/// Everything there is to decide about.
pub(super) struct Station {
    pub(super) socket: Socket,
    pub(super) personas: Personas,
    pub(super) authorities: Authorities,
    /// Where cards are kept between runs; in this process alone where absent.
    pub(super) folder: Option<PathBuf>,
    pub(super) events: Sender<Event>,
    drawer: HashMap<String, SharedCard>,
    persona: String,
    present: Option<Present>,
    /// The card before, until it has left the reader.
    departure: Option<Departure>,
    insertions: u64,
}

/// The card that is in.
struct Present {
    plug: Plug,
    number: u64,
    plugged: bool,
}

/// What an order led to at once.
pub(super) enum Step {
    /// It is done.
    Done(Outcome),
    /// The card is on its way into the reader: the outcome follows.
    Inserting,
}

impl Station {
    pub(super) fn new(
        socket: Socket,
        personas: Personas,
        authorities: Authorities,
        folder: Option<PathBuf>,
        persona: String,
        events: Sender<Event>,
    ) -> Self {
        Self {
            socket,
            personas,
            authorities,
            folder,
            events,
            drawer: HashMap::new(),
            persona,
            present: None,
            departure: None,
            insertions: 0,
        }
    }

    pub(super) fn carry_out(&mut self, order: Order, now: SystemTime) -> Step {
        let outcome = match order {
            Order::Insert(persona) => return self.insert(persona, now),
            Order::Swap(persona) => {
                // Before the other one is pulled: a new card takes its time.
                if let Err(error) = self.card(&persona, now) {
                    return Step::Done(Err(error));
                }
                self.pull();
                return self.insert(Some(persona), now);
            }
            Order::Remove => self.remove(),
            Order::Status => Ok(self.status()),
            Order::Counts => self.with_card(|card| traffic(card)),
            Order::ResetCounts => self.with_card(|card| {
                card.reset_counts();
                done("Counting from zero.", Facts::Nothing {})
            }),
            Order::Fault(fault) => self.with_card(|card| set_fault(card, fault)),
            Order::Revoke(persona, reason) => self.revoke(&persona, reason, now),
            Order::Personas => Ok(self.personas()),
            Order::Help => Ok(done(HELP, Facts::Nothing {})),
            Order::Quit => {
                self.pull();
                Ok(done("Good bye.", Facts::Nothing {}))
            }
        };
        Step::Done(outcome)
    }

    fn insert(&mut self, persona: Option<String>, now: SystemTime) -> Step {
        if self.present.is_some() {
            let words = format!("{} is in the reader: `remove` it or `swap`", self.persona);
            return Step::Done(Err(words));
        }
        let persona = persona.unwrap_or_else(|| self.persona.clone());
        match self.plug(persona, now) {
            Ok(()) => Step::Inserting,
            Err(error) => Step::Done(Err(error)),
        }
    }

    fn plug(&mut self, persona: String, now: SystemTime) -> Result<(), String> {
        let card = self.card(&persona, now)?;
        self.persona = persona;
        self.insertions += 1;
        let (events, number) = (self.events.clone(), self.insertions);
        let tell = move |event| {
            // The main thread may have ended already.
            let _told = events.send(Event::Plug(number, event));
        };
        let plug = Plug::insert(self.socket.clone(), card, self.departure.take(), tell)
            .map_err(|error| error.to_string())?;
        self.present = Some(Present { plug, number, plugged: false });
        Ok(())
    }

    /// The persona's card: the one in the drawer, else the one kept in the folder, else a new one.
    fn card(&mut self, name: &str, now: SystemTime) -> Result<SharedCard, String> {
        if let Some(card) = self.drawer.get(name) {
            return Ok(Arc::clone(card));
        }
        let persona = self.personas.named(name).map_err(|error| error.to_string())?;
        let card = match &self.folder {
            Some(folder) => Card::open(persona, &self.authorities, folder, now),
            None => Card::issue(persona, &self.authorities, now),
        };
        let mut card =
            card.map_err(|error| format!("the card of {name} cannot be had: {error}"))?;
        self.socket.suit(&mut card);
        let card = Arc::new(Mutex::new(card));
        self.drawer.insert(name.to_owned(), Arc::clone(&card));
        Ok(card)
    }

    pub(super) fn remove(&mut self) -> Outcome {
        if self.pull() {
            Ok(done(format!("{} is out.", self.persona), Facts::Nothing {}))
        } else {
            Err("there is no card in the reader".to_owned())
        }
    }

    /// Pulls the card, if there is one.
    fn pull(&mut self) -> bool {
        let Some(present) = self.present.take() else {
            return false;
        };
        self.departure = Some(present.plug.remove());
        true
    }

    /// Takes note of what happened to a card; `None` when that card is out already.
    pub(super) fn note(&mut self, number: u64, event: PlugEvent) -> Option<PlugEvent> {
        let present = self.present.as_mut().filter(|present| present.number == number)?;
        match event {
            PlugEvent::Connected => present.plugged = true,
            PlugEvent::Lost | PlugEvent::Unreachable => present.plugged = false,
            PlugEvent::Pulled => drop(self.remove()),
        }
        Some(event)
    }

    pub(super) fn persona(&self) -> &str {
        &self.persona
    }

    pub(super) fn status(&self) -> Done {
        let status = self.facts();
        let words = match (status.inserted, status.plugged, status.tries) {
            (true, true, Some(tries)) => format!("{} is in, {tries} tries left.", self.persona),
            (true, _, _) => format!("{} waits for the reader.", self.persona),
            (false, _, _) => format!("No card is in; {} would be next.", self.persona),
        };
        done(words, Facts::Status(status))
    }

    fn facts(&self) -> Status {
        let card = self.drawer.get(&self.persona).map(|card| lock(card));
        Status {
            persona: self.persona.clone(),
            inserted: self.present.is_some(),
            plugged: self.present.as_ref().is_some_and(|present| present.plugged),
            tries: card.as_ref().map(|card| card.tries().passcode),
            puk_tries: card.as_ref().map(|card| card.tries().puk),
            verified: card.as_ref().map(|card| card.is_verified()),
            fault: card.and_then(|card| card.fault().map(|fault| fault.to_string())),
        }
    }

    /// Orders about the card concern the one that is in, or the one that was in last.
    fn with_card(&self, act: impl FnOnce(&mut Card) -> Done) -> Outcome {
        let card = self.drawer.get(&self.persona);
        let card = card.ok_or_else(|| "no card was in the reader yet".to_owned())?;
        Ok(act(&mut lock(card)))
    }

    fn revoke(&mut self, name: &str, reason: RevocationReason, now: SystemTime) -> Outcome {
        if self.authorities.folder().is_none() {
            let words = "nobody sees the lists: start with `--ca DIR` or `--state DIR`";
            return Err(words.to_owned());
        }
        let persona = self.personas.named(name).map_err(|error| error.to_string())?;
        self.authorities.revoke(persona, reason, now).map_err(|error| error.to_string())?;
        Ok(done(format!("The certificates of {name} are revoked."), Facts::Nothing {}))
    }

    fn personas(&self) -> Done {
        let names = self.personas.iter().map(|persona| persona.name.clone()).collect();
        done(list(&self.personas), Facts::Personas { personas: names })
    }
}

/// The personas, one a line.
pub(super) fn list(personas: &Personas) -> String {
    let line =
        |persona: &lanyard_virtcard::Persona| format!("{:14}{}", persona.name, persona.about);
    personas.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn traffic(card: &Card) -> Done {
    let counts = card.counts();
    let words = format!(
        "{} commands, {} bytes in, {} bytes out.",
        counts.apdus, counts.bytes_in, counts.bytes_out
    );
    done(words, Facts::Counts(Traffic::from(counts)))
}

fn set_fault(card: &mut Card, fault: Option<Fault>) -> Done {
    card.set_fault(fault);
    let words = match fault {
        Some(fault) => format!("From now on: {fault}."),
        None => "Nothing is wrong with the card any more.".to_owned(),
    };
    done(words, Facts::Nothing {})
}

fn done(words: impl Into<String>, facts: Facts) -> Done {
    let words = words.into();
    Done { words, facts }
}
