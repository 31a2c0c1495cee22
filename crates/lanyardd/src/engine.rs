//! The one owner of state: events come in with the time, effects go out.
//!
//! No await, no clock, no I/O, no randomness: the same events give the same effects, so that every
//! ordering can be tested. What may be seen of its picture is decided in `view`, who may ask in `guard`.

mod effect;
mod event;
mod picture;
mod view;

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

pub use effect::{Change, Effect, Publication};
pub use event::{CardReport, Event, Now};
pub use picture::{Card, CardId, CardState, Picture, Reader, ReaderId};
pub use view::{Personal, Public, PublicCard};

use lanyard_card::{Identity, piv::Tries};
use lanyard_dbus::UnusableReason;
use lanyard_reader::{Atr, ReaderEvent, ReaderName, Service};

/// How long the engine waits for whom.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For a card to tell who it is, once it is being asked.
    pub card_answers_within: Duration,
    /// For other programs to let us talk to the card.
    pub card_is_free_within: Duration,
}

/// The daemon's mind.
#[derive(Debug)]
pub struct Engine {
    picture: Picture,
    limits: Limits,
    last_id: u64,
    /// Cards that are being waited for, and what it means when they do not come in time.
    waits: BTreeMap<CardId, (Instant, UnusableReason)>,
    /// Cards that another program keeps, or kept when we last heard of it.
    keepers: BTreeMap<CardId, Keeper>,
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
            keepers: BTreeMap::new(),
        }
    }

    /// What is true now.
    pub const fn picture(&self) -> &Picture {
        &self.picture
    }

    /// When to come back with [`Event::DeadlineReached`], unless something else happens before.
    pub fn deadline(&self) -> Option<Instant> {
        self.waits.values().map(|(deadline, _)| *deadline).min()
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
            Event::Stopping => self.everything_departs(),
            Event::DeadlineReached => self.on_deadline(now),
        }
    }

    fn on_reader_event(&mut self, event: ReaderEvent, now: Now) -> Vec<Effect> {
        let known = |name: &ReaderName| self.picture.reader_named(name);
        match event {
            ReaderEvent::ServiceChanged(service) => self.service_changed(service),
            ReaderEvent::ReaderArrived(name) => self.reader_arrived(name),
            ReaderEvent::ReaderDeparted(name) => match known(&name) {
                Some(reader) => self.reader_departed(reader),
                None => Vec::new(),
            },
            ReaderEvent::CardInserted { reader: name, atr } => match known(&name) {
                Some(reader) => self.card_inserted(reader, name, atr, now),
                None => Vec::new(),
            },
            ReaderEvent::CardRemoved { reader: name } => match known(&name) {
                Some(reader) => self.card_removed(reader),
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

    fn reader_departed(&mut self, reader: ReaderId) -> Vec<Effect> {
        let mut effects = self.card_removed(reader);
        self.picture.readers.remove(&reader);
        effects.push(self.publish(Change::ReaderDeparted(reader)));
        effects
    }

    fn everything_departs(&mut self) -> Vec<Effect> {
        let readers: Vec<_> = self.picture.readers.keys().copied().collect();
        readers.into_iter().flat_map(|reader| self.reader_departed(reader)).collect()
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
        let mut effects = self.card_removed(reader);
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
        self.waits.insert(card, (deadline, UnusableReason::Busy));
    }

    /// Also right when there is no card.
    fn card_removed(&mut self, reader: ReaderId) -> Vec<Effect> {
        let in_reader = self.picture.readers.get_mut(&reader);
        let Some(card) = in_reader.and_then(|reader| reader.card.take()) else {
            return Vec::new();
        };
        self.picture.cards.remove(&card);
        self.waits.remove(&card);
        self.keepers.remove(&card);
        vec![self.publish(Change::CardRemoved(card, reader)), Effect::CloseCard { card }]
    }

    fn on_card_report(&mut self, id: CardId, report: CardReport, now: Now) -> Vec<Effect> {
        if self.picture.card(id).is_none() {
            return Vec::new();
        }
        match report {
            CardReport::Asking => {
                let deadline = now.steady + self.limits.card_answers_within;
                self.waits.insert(id, (deadline, UnusableReason::Mute));
                Vec::new()
            }
            CardReport::Identified(identity) => self.card_is(id, identified(identity)),
            CardReport::Unusable(reason) => self.card_is(id, CardState::Unusable(reason)),
            CardReport::Kept => self.card_is_kept(id, now),
        }
    }

    fn card_is_kept(&mut self, id: CardId, now: Now) -> Vec<Effect> {
        match self.keepers.insert(id, Keeper::Refused) {
            Some(Keeper::Gone) => self.open_again(id, now),
            Some(Keeper::Refused) | None => {
                self.card_is(id, CardState::Unusable(UnusableReason::Busy))
            }
        }
    }

    fn card_is(&mut self, id: CardId, state: CardState) -> Vec<Effect> {
        self.waits.remove(&id);
        match self.picture.card_entry(id) {
            Some(mut entry) => {
                entry.get_mut().state = state;
                vec![self.publish(Change::Card(id))]
            }
            None => Vec::new(),
        }
    }

    fn on_deadline(&mut self, now: Now) -> Vec<Effect> {
        let late = self.waits.iter().filter(|(_, (deadline, _))| *deadline <= now.steady);
        let late: Vec<_> = late.map(|(card, (_, reason))| (*card, *reason)).collect();
        let states = late.into_iter().map(|(card, reason)| (card, CardState::Unusable(reason)));
        states.flat_map(|(card, state)| self.card_is(card, state)).collect()
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
