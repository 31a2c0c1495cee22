//! An engine with the hours of a day that a test makes pass, and what happens in them.

use std::{
    sync::LazyLock,
    time::{Duration, Instant, SystemTime},
};

use lanyard_card::{Identity, identify, piv::Slot};
use lanyard_dbus::CardState;
use lanyard_reader::{Atr, ReaderEvent, ReaderName};
use lanyard_virtcard::{Authorities, Card, Personas};
use lanyardd::engine::{
    CardId, CardReport, Effect, Engine, Event, Limits, Now, OrderId, Public, SiteRules,
};

pub(crate) const FREE_WITHIN: Duration = Duration::from_secs(5);
pub(crate) const PERSON_ANSWERS_WITHIN: Duration = Duration::from_secs(120);
pub(crate) const OUTCOME_IS_KEPT: Duration = Duration::from_secs(60);
pub(crate) const ANSWERS_WITHIN: Duration = Duration::from_secs(10);

/// What a nurse's card tells.
pub(crate) static IDENTITY: LazyLock<Identity> = LazyLock::new(|| {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    let authorities = Authorities::in_memory(now).unwrap();
    let personas = Personas::compiled_in().unwrap();
    let mut card = Card::issue(personas.named("nurse").unwrap(), &authorities, now).unwrap();
    identify(&mut card, Slot::Authentication, &|_| None).unwrap()
});

/// An engine with the hours of a day that a test makes pass.
pub(crate) struct Day {
    pub(crate) engine: Engine,
    pub(crate) start: Instant,
    pub(crate) passed: Duration,
    /// The last order to a card.
    pub(crate) order: OrderId,
}

impl Day {
    pub(crate) fn new() -> Self {
        let limits = Limits {
            card_answers_within: ANSWERS_WITHIN,
            card_is_free_within: FREE_WITHIN,
            person_answers_within: PERSON_ANSWERS_WITHIN,
            outcome_is_kept_for: OUTCOME_IS_KEPT,
        };
        #[expect(clippy::disallowed_methods, reason = "an instant can be had in no other way")]
        let start = Instant::now();
        Self {
            engine: Engine::new(limits, SiteRules::default()),
            start,
            passed: Duration::ZERO,
            order: OrderId::numbered(0),
        }
    }

    pub(crate) fn on(&mut self, event: Event) -> Vec<Effect> {
        let wall = SystemTime::UNIX_EPOCH + self.passed;
        let effects = self.engine.on(event, Now { steady: self.start + self.passed, wall });
        for effect in &effects {
            if let Effect::Attempt { order, .. } = effect {
                self.order = order.id;
            }
        }
        effects
    }

    /// A reader with a card in it that is being read.
    pub(crate) fn with_card(&mut self) -> CardId {
        self.on(Event::from(ReaderEvent::ReaderArrived(name(0))));
        let effects = self.on(inserted(0));
        effects.iter().find_map(opened).unwrap()
    }

    pub(crate) fn card(&self, card: CardId) -> (CardState, &'static str) {
        let card = Public::of(self.engine.picture()).card(card).unwrap();
        (card.state, card.reason)
    }
}

pub(crate) fn name(reader: usize) -> ReaderName {
    ReaderName::new(&format!("Reader {reader}")).unwrap()
}

pub(crate) fn inserted(reader: usize) -> Event {
    let atr = Atr::new(&[0x3B, 0x80]);
    Event::from(ReaderEvent::CardInserted { reader: name(reader), atr })
}

pub(crate) fn removed(reader: usize) -> Event {
    Event::from(ReaderEvent::CardRemoved { reader: name(reader) })
}

pub(crate) fn freed(reader: usize) -> Event {
    Event::from(ReaderEvent::CardFreed { reader: name(reader) })
}

pub(crate) fn report(card: CardId, report: CardReport) -> Event {
    Event::Card { card, report }
}

/// A card that tells this, with three tries at this workstation.
pub(crate) fn identified(identity: Identity) -> CardReport {
    CardReport::Identified { identity, tries_here: Some(3) }
}

pub(crate) fn opened(effect: &Effect) -> Option<CardId> {
    if let Effect::OpenCard { card, .. } = effect { Some(*card) } else { None }
}
