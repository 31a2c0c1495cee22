//! A workstation with one desk, two people's cards, a clock that is turned by hand and a disk that writes.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant, SystemTime},
};

use lanyard_session::{
    Departure, Desk, DirectoryAnswer, Effect, EndReason, Event, Freshness, Insertion, News, Now,
    Organisation, Proven, Record, Recorded, RoleId, RoleOffer, SessionId, Sessions, Settings,
    State, Ticket,
};

use crate::cards::{PersonsCard, Proofs, today};

pub(crate) const HOUR: Duration = Duration::from_secs(60 * 60);
pub(crate) const MINUTE: Duration = Duration::from_secs(60);

/// What a role allows, here: a word.
pub(crate) type Offer = RoleOffer<&'static str>;

pub(crate) struct House {
    pub(crate) sessions: Sessions<&'static str>,
    pub(crate) now: Now,
    cards: BTreeMap<&'static str, PersonsCard>,
    insertions: u64,
}

pub(crate) fn desk() -> Desk {
    Desk::new("c2", "seat0")
}

/// A role at the site's own organisation, for ever.
pub(crate) fn role(id: &str) -> Offer {
    let (id, organisation) = (RoleId::new(id), Organisation::new("X09"));
    RoleOffer { id, organisation, from: None, until: None, role: "as given" }
}

pub(crate) fn roles(roles: impl IntoIterator<Item = Offer>) -> DirectoryAnswer<&'static str> {
    DirectoryAnswer::Roles(roles.into_iter().collect(), Freshness::Fresh)
}

/// The news in effects, whatever kind of effect.
pub(crate) fn news(effects: &[Effect]) -> Vec<News> {
    let notices = effects.iter().filter_map(|effect| match effect {
        Effect::Given(notice) | Effect::Revoke(notice, _) | Effect::Tell(notice) => Some(notice),
        _ => None,
    });
    notices.map(|notice| notice.news().clone()).collect()
}

/// Everything that is written because of effects, waited for or not.
pub(crate) fn recorded(effects: &[Effect]) -> Vec<Recorded> {
    let records = effects.iter().filter_map(|effect| match effect {
        Effect::Grant { record, .. } | Effect::Revoke(_, record) | Effect::Record(record) => {
            Some(record)
        }
        _ => None,
    });
    records.map(|record: &Record| record.what.clone()).collect()
}

pub(crate) fn ticket(effects: &[Effect]) -> Option<Ticket> {
    effects.iter().find_map(|effect| match effect {
        Effect::Grant { ticket, .. } => Some(*ticket),
        _ => None,
    })
}

pub(crate) fn end(effects: &[Effect]) -> Option<EndReason> {
    news(effects).into_iter().find_map(|news| match news {
        News::Ended(reason) => Some(reason),
        _ => None,
    })
}

impl House {
    pub(crate) fn new(settings: Settings) -> Self {
        #[expect(clippy::disallowed_methods, reason = "an instant can be made in no other way")]
        let now = Now { steady: Instant::now(), wall: today() };
        let sessions = Sessions::new(settings, now);
        let mut house = Self { sessions, now, cards: BTreeMap::new(), insertions: 0 };
        assert_eq!(house.on(Event::DeskEntered(desk())), []);
        house
    }

    pub(crate) fn on(&mut self, event: Event<&'static str>) -> Vec<Effect> {
        self.sessions.on(event, self.now)
    }

    /// The disk writes what is to be written, until nothing is.
    pub(crate) fn on_disk(&mut self, mut effects: Vec<Effect>) -> Vec<Effect> {
        let mut next = ticket(&effects);
        while let Some(ticket) = next {
            let more = self.on(Event::Recorded(ticket));
            next = self::ticket(&more);
            effects.extend(more);
        }
        effects
    }

    pub(crate) fn insert(&mut self) -> Insertion {
        self.insertions += 1;
        let insertion = Insertion::numbered(self.insertions);
        assert_eq!(self.on(Event::CardInserted(insertion)), []);
        insertion
    }

    pub(crate) fn pull(&mut self, insertion: Insertion) -> Vec<Effect> {
        self.on(Event::CardGone(insertion, Departure::Removed))
    }

    pub(crate) fn proves(&mut self, persona: &'static str, insertion: Insertion) -> Proven {
        let card = self.cards.entry(persona).or_insert_with(|| PersonsCard::of(persona));
        let Proofs { serial, held, trusted } = card.proves();
        Proven::of(insertion, serial, held, trusted).unwrap()
    }

    /// All three proofs of a card that is in.
    pub(crate) fn signs_in(&mut self, persona: &'static str, insertion: Insertion) -> Vec<Effect> {
        let proof = self.proves(persona, insertion);
        self.on(Event::SignedIn { desk: desk(), proof })
    }

    /// The nurse is signed in, and the directory gives her these roles.
    pub(crate) fn nurse_with(
        &mut self,
        offers: impl IntoIterator<Item = Offer>,
    ) -> (Insertion, SessionId) {
        let insertion = self.insert();
        let started = self.signs_in("nurse", insertion);
        self.on_disk(started);
        let session = self.session();
        let known = self.on(Event::RolesKnown(session, roles(offers)));
        self.on_disk(known);
        (insertion, session)
    }

    pub(crate) fn session(&self) -> SessionId {
        self.sessions.session(&desk()).unwrap().id()
    }

    pub(crate) fn state(&self) -> Option<State> {
        Some(self.sessions.session(&desk())?.state())
    }

    pub(crate) fn role(&self) -> Option<String> {
        let role = self.sessions.session(&desk())?.role()?;
        Some(role.id.to_string())
    }

    pub(crate) fn offered(&self) -> Vec<String> {
        let session = self.sessions.session(&desk()).unwrap();
        self.sessions.offered(session).map(|offered| offered.offer.id.to_string()).collect()
    }

    /// Time passes on both clocks, and the machine is called when it wants to be.
    pub(crate) fn later(&mut self, span: Duration) -> Vec<Effect> {
        let until = Now { steady: self.now.steady + span, wall: self.now.wall + span };
        let mut effects = Vec::new();
        while let Some(deadline) = self.sessions.deadline().filter(|it| *it <= until.steady) {
            assert!(deadline > self.now.steady, "no progress");
            self.now.wall += deadline - self.now.steady;
            self.now.steady = deadline;
            effects.extend(self.on(Event::DeadlineReached));
        }
        self.now = until;
        effects
    }

    /// The clock on the wall is set.
    pub(crate) fn wall_is(&mut self, wall: SystemTime) -> Vec<Effect> {
        self.now.wall = wall;
        self.on(Event::DeadlineReached)
    }
}
