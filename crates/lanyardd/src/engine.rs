//! The one owner of state: events come in with the time, effects go out.
//!
//! No await, no clock, no I/O, no randomness: the same events give the same effects, so that every
//! ordering can be tested. What may be seen of its picture is decided in `view`, who may ask in `guard`.

mod asking;
mod attempt;
mod client;
mod effect;
mod event;
mod picture;
mod prompt;
mod question;
mod request;
mod view;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::{Duration, Instant},
};

pub use client::{AgentAddress, Client, ClientName};
pub use effect::{Change, Effect, Entry, Publication};
pub use event::{AttemptReport, CardReport, Event, Now};
pub use picture::{Card, CardId, CardState, Picture, PromptId, Reader, ReaderId, RequestId};
pub use prompt::{AgentFault, AgentReport, Prompt};
pub use question::{Answer, Options, Question, Reply};
pub use request::{Conclusion, Request};
pub use view::{Personal, Public, PublicCard, request_of};

use lanyard_card::{Identity, piv::Tries};
use lanyard_dbus::{Outcome, UnusableReason};
use lanyard_reader::{Atr, ReaderEvent, ReaderName, Service};

use attempt::Attempt;

/// What a person entered, in memory of its own.
pub use lanyard_iso7816::SecretBytes as Secret;

/// How long the engine waits for whom.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For a card to tell who it is, once it is being asked.
    pub card_answers_within: Duration,
    /// For other programs to let us talk to the card.
    pub card_is_free_within: Duration,
    /// For a person to answer a prompt.
    pub person_answers_within: Duration,
    /// For a client to read how its request ended.
    pub outcome_is_kept_for: Duration,
}

/// The daemon's mind.
#[derive(Debug)]
pub struct Engine {
    picture: Picture,
    limits: Limits,
    last_id: u64,
    /// What is being waited for, and until when.
    waits: BTreeMap<Wait, Instant>,
    /// The passcode agent of each user's desktop.
    agents: BTreeMap<u32, AgentAddress>,
    /// What is being done to authenticate the holder of a card.
    attempts: BTreeMap<CardId, Attempt>,
    /// Clients whose leaving matters.
    watched: BTreeSet<ClientName>,
    /// Cards that another program keeps, or kept when we last heard of it.
    keepers: BTreeMap<CardId, Keeper>,
}

/// Something that does not last for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Wait {
    /// Other programs keep the card.
    Free(CardId),
    /// The card is being read.
    Answer(CardId),
    /// A person is asked for the card's passcode.
    Person(CardId),
    /// The card checks a passcode and proves its key.
    Proof(CardId),
    /// An outcome can be read.
    Forget(RequestId),
}

/// What is known of another program that keeps a card to itself. That we were refused and that the card was
/// freed are told by two threads, in either order.
#[derive(Clone, Copy, Debug)]
enum Keeper {
    /// We were refused: the card is opened again when it is freed.
    Refused,
    /// The card was freed while we were on our way: a refusal that comes after is out of date.
    Gone,
}

impl Engine {
    /// An engine that knows nothing yet.
    pub const fn new(limits: Limits) -> Self {
        Self {
            picture: Picture::empty(),
            limits,
            last_id: 0,
            waits: BTreeMap::new(),
            agents: BTreeMap::new(),
            attempts: BTreeMap::new(),
            watched: BTreeSet::new(),
            keepers: BTreeMap::new(),
        }
    }

    /// What is true now.
    pub const fn picture(&self) -> &Picture {
        &self.picture
    }

    /// When to come back with [`Event::DeadlineReached`], unless something else happens before.
    pub fn deadline(&self) -> Option<Instant> {
        self.waits.values().copied().min()
    }

    /// Takes note of an event and says what has to be done, in order.
    pub fn on(&mut self, event: Event, now: Now) -> Vec<Effect> {
        match event {
            Event::Readers(events) => {
                events.into_iter().flat_map(|event| self.on_reader_event(event, now)).collect()
            }
            Event::ReaderDescribed { reader, has_pin_pad, seat } => {
                self.on_reader_described(reader, has_pin_pad, seat)
            }
            Event::Card { card, report } => self.on_card_report(card, report, now),
            Event::Asked { client, question, reply } => self.on_asked(client, question, reply, now),
            Event::ClientLeft(client) => self.client_left(&client, now),
            Event::Agent { prompt, report } => self.on_agent(prompt, report, now),
            Event::Stopping => self.everything_departs(now),
            Event::DeadlineReached => self.on_deadline(now),
        }
    }

    fn on_reader_event(&mut self, event: ReaderEvent, now: Now) -> Vec<Effect> {
        let known = |name: &ReaderName| self.picture.reader_named(name);
        match event {
            ReaderEvent::ServiceChanged(service) => self.service_changed(service),
            ReaderEvent::ReaderArrived(name) => self.reader_arrived(name),
            ReaderEvent::ReaderDeparted(name) => match known(&name) {
                Some(reader) => self.reader_departed(reader, now),
                None => Vec::new(),
            },
            ReaderEvent::CardInserted { reader: name, atr } => match known(&name) {
                Some(reader) => self.card_inserted(reader, name, atr, now),
                None => Vec::new(),
            },
            ReaderEvent::CardRemoved { reader: name } => match known(&name) {
                Some(reader) => self.card_removed(reader, now),
                None => Vec::new(),
            },
            ReaderEvent::CardFreed { reader: name } => match known(&name) {
                Some(reader) => self.card_freed(reader, name, now),
                None => Vec::new(),
            },
        }
    }

    fn service_changed(&mut self, service: Service) -> Vec<Effect> {
        if self.picture.service == service {
            return Vec::new();
        }
        self.picture.service = service;
        vec![self.publish(Change::Service)]
    }

    fn reader_arrived(&mut self, name: ReaderName) -> Vec<Effect> {
        if self.picture.reader_named(&name).is_some() {
            return Vec::new();
        }
        let id = ReaderId(self.next_id());
        let seat = lanyard_reader::seat::DEFAULT_SEAT.to_owned();
        let reader = Reader { name: name.clone(), seat, has_pin_pad: false, card: None };
        self.picture.readers.insert(id, reader);
        vec![self.publish(Change::ReaderArrived(id)), Effect::DescribeReader { reader: id, name }]
    }

    fn reader_departed(&mut self, reader: ReaderId, now: Now) -> Vec<Effect> {
        let mut effects = self.card_removed(reader, now);
        self.picture.readers.remove(&reader);
        effects.push(self.publish(Change::ReaderDeparted(reader)));
        effects
    }

    fn everything_departs(&mut self, now: Now) -> Vec<Effect> {
        let readers: Vec<_> = self.picture.readers.keys().copied().collect();
        readers.into_iter().flat_map(|reader| self.reader_departed(reader, now)).collect()
    }

    fn on_reader_described(
        &mut self,
        id: ReaderId,
        has_pin_pad: bool,
        seat: String,
    ) -> Vec<Effect> {
        match self.picture.readers.get_mut(&id) {
            Some(reader) if reader.has_pin_pad != has_pin_pad || reader.seat != seat => {
                reader.has_pin_pad = has_pin_pad;
                reader.seat = seat;
                vec![self.publish(Change::Reader(id))]
            }
            Some(_) | None => Vec::new(),
        }
    }

    fn card_inserted(
        &mut self,
        reader: ReaderId,
        name: ReaderName,
        atr: Option<Atr>,
        now: Now,
    ) -> Vec<Effect> {
        // Two insertions without a removal between them cannot be; if they are, the first card is gone.
        let mut effects = self.card_removed(reader, now);
        let card = CardId(self.next_id());
        // Also without an answer to reset, which may be missing for a moment only: the thread will tell.
        let state = CardState::Reading;
        self.picture.cards.insert(card, Card { reader, atr, inserted_at: now.wall, state });
        if let Some(reader) = self.picture.readers.get_mut(&reader) {
            reader.card = Some(card);
        }
        effects.push(self.publish(Change::CardInserted(card, reader)));
        self.wait_until_free(card, now);
        effects.push(Effect::OpenCard { card, reader: name });
        effects
    }

    /// A reader that was described in vain is described again, a card that was refused is opened again.
    fn card_freed(&mut self, id: ReaderId, name: ReaderName, now: Now) -> Vec<Effect> {
        let mut effects = vec![Effect::DescribeReader { reader: id, name }];
        let Some(card) = self.picture.reader(id).and_then(|reader| reader.card) else {
            return effects;
        };
        match self.keepers.get(&card) {
            Some(Keeper::Refused) => effects.extend(self.open_again(card, now)),
            Some(Keeper::Gone) | None => drop(self.keepers.insert(card, Keeper::Gone)),
        }
        effects
    }

    /// Stays unusable until it is read.
    fn open_again(&mut self, id: CardId, now: Now) -> Vec<Effect> {
        self.keepers.remove(&id);
        let reader = self.picture.card(id).and_then(|card| self.picture.reader(card.reader));
        let Some(reader) = reader.map(|reader| reader.name.clone()) else {
            return Vec::new();
        };
        self.wait_until_free(id, now);
        vec![Effect::CloseCard { card: id }, Effect::OpenCard { card: id, reader }]
    }

    fn wait_until_free(&mut self, card: CardId, now: Now) {
        let deadline = now.steady + self.limits.card_is_free_within;
        self.waits.insert(Wait::Free(card), deadline);
    }

    /// Also right when there is no card.
    fn card_removed(&mut self, reader: ReaderId, now: Now) -> Vec<Effect> {
        let in_reader = self.picture.readers.get_mut(&reader);
        let Some(card) = in_reader.and_then(|reader| reader.card.take()) else {
            return Vec::new();
        };
        self.picture.cards.remove(&card);
        self.waits.remove(&Wait::Free(card));
        self.waits.remove(&Wait::Answer(card));
        self.keepers.remove(&card);
        let mut effects =
            vec![self.publish(Change::CardRemoved(card, reader)), Effect::CloseCard { card }];
        effects.extend(self.end(card, &Conclusion::plain(Outcome::CardRemoved), now));
        effects
    }

    fn on_card_report(&mut self, id: CardId, report: CardReport, now: Now) -> Vec<Effect> {
        if self.picture.card(id).is_none() {
            return Vec::new();
        }
        match report {
            CardReport::Asking => {
                let deadline = now.steady + self.limits.card_answers_within;
                self.waits.remove(&Wait::Free(id));
                self.waits.insert(Wait::Answer(id), deadline);
                Vec::new()
            }
            CardReport::Identified(identity) => self.card_is(id, identified(identity), now),
            CardReport::Unusable(reason) => self.card_is(id, CardState::Unusable(reason), now),
            CardReport::Attempted(report) => self.on_attempted(id, report, now),
            CardReport::Kept => self.card_is_kept(id, now),
        }
    }

    fn card_is_kept(&mut self, id: CardId, now: Now) -> Vec<Effect> {
        match self.keepers.insert(id, Keeper::Refused) {
            Some(Keeper::Gone) => self.open_again(id, now),
            Some(Keeper::Refused) | None => {
                self.card_is(id, CardState::Unusable(UnusableReason::Busy), now)
            }
        }
    }

    fn card_is(&mut self, id: CardId, state: CardState, now: Now) -> Vec<Effect> {
        self.waits.remove(&Wait::Free(id));
        self.waits.remove(&Wait::Answer(id));
        let Some(mut entry) = self.picture.card_entry(id) else {
            return Vec::new();
        };
        entry.get_mut().state = state;
        let mut effects = vec![self.publish(Change::Card(id))];
        effects.extend(self.go_on(id, now));
        effects
    }

    /// A card that has told who it is told how many tries it has left.
    fn card_has(&mut self, id: CardId, tries: Tries) -> Vec<Effect> {
        let Some(mut entry) = self.picture.card_entry(id) else {
            return Vec::new();
        };
        let card = entry.get_mut();
        match &card.state {
            CardState::Ready(identity) | CardState::Blocked(identity)
                if identity.tries != tries =>
            {
                card.state = identified(Identity { tries, ..identity.clone() });
                vec![self.publish(Change::Card(id))]
            }
            CardState::Reading
            | CardState::Ready(_)
            | CardState::Blocked(_)
            | CardState::Unusable(_) => Vec::new(),
        }
    }

    fn on_deadline(&mut self, now: Now) -> Vec<Effect> {
        let late = self.waits.iter().filter(|(_, deadline)| **deadline <= now.steady);
        let late: Vec<_> = late.map(|(wait, _)| *wait).collect();
        let mut effects = Vec::new();
        for wait in late {
            // What was done about an earlier wait may have ended this one.
            if self.waits.remove(&wait).is_some() {
                effects.extend(self.too_late(wait, now));
            }
        }
        effects
    }

    fn too_late(&mut self, wait: Wait, now: Now) -> Vec<Effect> {
        let unusable = CardState::Unusable;
        match wait {
            Wait::Free(card) => self.card_is(card, unusable(UnusableReason::Busy), now),
            Wait::Answer(card) => self.card_is(card, unusable(UnusableReason::Mute), now),
            Wait::Person(card) => self.person_is_late(card, now),
            Wait::Proof(card) => {
                let mut effects = self.card_is(card, unusable(UnusableReason::Mute), now);
                effects.extend(self.end(card, &Conclusion::because(Outcome::Failed, "mute"), now));
                effects
            }
            Wait::Forget(request) => self.forget(request),
        }
    }

    fn publish(&self, change: Change) -> Effect {
        Effect::Publish(Publication { picture: Arc::new(self.picture.clone()), change })
    }

    const fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }
}

fn identified(identity: Identity) -> CardState {
    match identity.tries {
        Tries::Blocked => CardState::Blocked(identity),
        Tries::Left(_) | Tries::Verified | Tries::Untold => CardState::Ready(identity),
    }
}
