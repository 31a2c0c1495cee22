//! The smartcard service and the readers: what comes, goes, and tells of itself.

use lanyard_dbus::{Outcome, Reason};
use lanyard_reader::{PinPad, ReaderEvent, ReaderName, Service};
use lanyard_seats::SeatName;
use lanyard_session::{Departure, Event};

use super::{Change, Conclusion, Effect, Engine, Now, Reader, ReaderId, sessions::insertion};

impl Engine {
    /// What was seen at one glance. That the service is lost is told after the cards that went with it.
    pub(super) fn on_reader_events(&mut self, events: Vec<ReaderEvent>, now: Now) -> Vec<Effect> {
        let is_loss = |event: &ReaderEvent| match event {
            ReaderEvent::ServiceChanged(service) => *service != Service::Running,
            ReaderEvent::ReaderArrived(_)
            | ReaderEvent::ReaderDeparted(_)
            | ReaderEvent::CardInserted { .. }
            | ReaderEvent::CardRemoved { .. }
            | ReaderEvent::CardFreed { .. } => false,
        };
        let mut effects = Vec::new();
        if events.iter().any(is_loss) {
            let cards: Vec<_> = self.picture.cards.keys().copied().collect();
            let gone = |card| Event::CardGone(insertion(card), Departure::ServiceGone);
            effects.extend(cards.into_iter().flat_map(|card| self.in_sessions(gone(card), now)));
        }
        effects.extend(events.into_iter().flat_map(|event| self.on_reader_event(event, now)));
        effects
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
        let reader = Reader { name: name.clone(), seat: None, pin_pad: None, card: None };
        self.picture.readers.insert(id, reader);
        vec![self.publish(Change::ReaderArrived(id)), Effect::DescribeReader { reader: id, name }]
    }

    fn reader_departed(&mut self, reader: ReaderId, now: Now) -> Vec<Effect> {
        let mut effects = self.card_removed(reader, now);
        self.picture.readers.remove(&reader);
        effects.push(self.publish(Change::ReaderDeparted(reader)));
        effects
    }

    /// Attempts end, then everything is withdrawn.
    pub(super) fn on_stopping(&mut self, now: Now) -> Vec<Effect> {
        let stopping = Conclusion::because(Outcome::Failed, Reason::Stopping);
        let cards: Vec<_> = self.attempts.keys().copied().collect();
        let mut effects = self.in_sessions(Event::Stopping, now);
        for card in cards {
            effects.extend(self.end(card, &stopping, now));
        }
        effects.extend(self.everything_departs(now));
        effects
    }

    fn everything_departs(&mut self, now: Now) -> Vec<Effect> {
        let readers: Vec<_> = self.picture.readers.keys().copied().collect();
        readers.into_iter().flat_map(|reader| self.reader_departed(reader, now)).collect()
    }

    pub(super) fn on_reader_described(
        &mut self,
        id: ReaderId,
        pin_pad: Option<PinPad>,
        seat: Option<SeatName>,
        now: Now,
    ) -> Vec<Effect> {
        match self.picture.readers.get_mut(&id) {
            Some(reader) if reader.pin_pad != pin_pad || reader.seat != seat => {
                reader.pin_pad = pin_pad;
                reader.seat = seat;
                let mut effects = vec![self.publish(Change::Reader(id))];
                effects.extend(self.desks_changed(now));
                effects
            }
            Some(_) | None => Vec::new(),
        }
    }
}
