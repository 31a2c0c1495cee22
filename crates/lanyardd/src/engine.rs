//! The one owner of state: events come in with the time, effects go out.
//!
//! No await, no clock, no I/O, no randomness: the same events give the same effects, so that every
//! ordering can be tested. What may be seen of its picture is decided in `view`, who may ask in `guard`.

mod admission;
mod asking;
mod attempt;
mod beginning;
mod broken_off;
mod cards;
mod client;
mod conditions;
mod described;
mod desks;
mod effect;
mod ending;
mod entering;
mod event;
mod judging;
mod order;
mod owners;
mod picture;
mod prompt;
mod prompting;
mod question;
mod readers;
pub(crate) mod record;
mod request;
mod sessions;
mod tries;
mod trust;
mod view;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Instant,
};

pub use client::{AgentAddress, Client, ClientName, Login};
pub use conditions::{Conditions, Limits};
pub use effect::{Change, Effect, Publication};
pub use event::{AttemptReport, CardReport, Event, Now};
pub use order::{Keys, Order, Task};
pub use picture::{
    Card, CardId, CardState, JudgingId, Known, OrderId, Picture, PromptId, Reader, ReaderId,
    RequestId,
};
pub use prompt::{AgentFault, AgentReport, Entry, Prompt};
pub use question::{Answer, Options, Question, Reply, SessionQuestion};
pub use request::{Conclusion, Request};
pub use sessions::{Allowed, Announcement, Described, SignedTicket, TicketOrder};
pub use tries::TriesLeft;
pub(crate) use trust::refusal_of;
pub use trust::{Trust, Trusted};
pub use view::{Personal, Public, PublicCard, request_of};

use lanyard_dbus::{Outcome, Reason, UnusableReason};
use lanyard_seats::Access;
use lanyard_session::SessionId;

use attempt::Attempt;
use judging::Judging;
use lanyard_roles::Catalogue;
use owners::Owners;
use sessions::Keeping;

/// What a person entered, in memory of its own.
pub use lanyard_iso7816::SecretBytes as Secret;

/// The daemon's mind.
#[derive(Debug)]
pub struct Engine {
    picture: Picture,
    /// What attempts begin under.
    conditions: Arc<Conditions>,
    last_id: u64,
    /// What is being waited for, and until when.
    waits: BTreeMap<Wait, Instant>,
    /// The passcode agent of each desktop.
    agents: BTreeMap<Login, AgentAddress>,
    /// Who sits where, and whose cards these are.
    owners: Owners,
    /// What is being done to authenticate the holder of a card.
    attempts: BTreeMap<CardId, Attempt>,
    /// Which certificates are being judged, and by what.
    judging: Judging,
    /// Who is signed in.
    sessions: Keeping,
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
    /// The card's certificate is being judged.
    Judgement(CardId),
    /// A verdict may become another by time alone.
    JudgeAgain(CardId),
    /// A person is asked for the card's passcode.
    Person(CardId),
    /// Other programs keep the card from an order.
    Turn(CardId),
    /// The card checks a passcode and proves its key.
    Proof(CardId),
    /// The reader may be about to tell that the card was pulled.
    Removal(CardId),
    /// An outcome can be read.
    Forget(RequestId),
    /// The role directory could not say what holds now.
    AskAgain(SessionId),
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
    pub fn new(
        conditions: Conditions,
        access: Access,
        (sessions, catalogue): (lanyard_session::Settings, Arc<Catalogue>),
        now: Now,
    ) -> Self {
        Self {
            picture: Picture::empty(),
            conditions: Arc::new(conditions),
            last_id: 0,
            waits: BTreeMap::new(),
            agents: BTreeMap::new(),
            owners: Owners::new(access),
            attempts: BTreeMap::new(),
            judging: Judging::new(),
            sessions: Keeping::new(sessions, catalogue, now),
            watched: BTreeSet::new(),
            keepers: BTreeMap::new(),
        }
    }

    /// What is true now.
    pub const fn picture(&self) -> &Picture {
        &self.picture
    }

    /// How many sessions are open, locked ones too.
    pub fn open_sessions(&self) -> usize {
        self.sessions.count()
    }

    /// When to come back with [`Event::DeadlineReached`], unless something else happens before.
    pub fn deadline(&self) -> Option<Instant> {
        self.waits.values().copied().chain(self.sessions.deadline()).min()
    }

    /// Takes note of an event and says what has to be done, in order.
    ///
    /// What is due in sessions is done before: nobody is answered by a role that is over.
    pub fn on(&mut self, event: Event, now: Now) -> Vec<Effect> {
        let mut effects = self.in_sessions(lanyard_session::Event::DeadlineReached, now);
        effects.extend(self.take_in(event, now));
        effects
    }

    fn take_in(&mut self, event: Event, now: Now) -> Vec<Effect> {
        match event {
            Event::Readers(events) => self.on_reader_events(events, now),
            Event::ReaderDescribed { reader, pin_pad, seat } => {
                self.on_reader_described(reader, pin_pad, seat, now)
            }
            Event::Card { card, report } => self.on_card_report(card, report, now),
            Event::Judged { card, judging, judged, is_last } => {
                self.on_judged(card, judging, (judged, is_last), now)
            }
            Event::RolesKnown { session, answer, name } => {
                self.roles_known(session, (answer, name), now)
            }
            Event::RolesChanged(of) => self.roles_changed(of.as_ref()),
            Event::GrantRecorded { ticket, is_recorded } => {
                self.grant_recorded(ticket, is_recorded, now)
            }
            Event::TicketSigned(signed) => vec![self.ticket_signed(signed)],
            Event::EvidenceChanged(stamp) => self.evidence_is(stamp, now),
            Event::Desk(event) => self.on_desk(&event, now),
            Event::Asked { client, question, reply } => self.on_asked(client, question, reply, now),
            Event::ClientLeft(client) => self.client_left(&client, now),
            Event::Agent { prompt, report } => self.on_agent(prompt, report, now),
            Event::SettingsTaken { conditions, sessions } => {
                self.on_settings(conditions, *sessions, now)
            }
            Event::Stopping => self.on_stopping(now),
            Event::DeadlineReached => self.on_deadline(now),
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
            Wait::Free(card) => self.free_is_late(card, now),
            Wait::Answer(card) => self.card_is(card, unusable(UnusableReason::Mute), now),
            Wait::Judgement(card) => self.judgement_is_late(card, now),
            Wait::JudgeAgain(card) => self.judge(card, now),
            Wait::Person(card) => self.person_is_late(card, now),
            Wait::Turn(card) => self.turn_is_late(card, now),
            Wait::Proof(card) => {
                let failed = Conclusion::because(Outcome::Failed, Reason::Mute);
                let record = self.record_of_end(card, &failed);
                let mut effects = self.card_is(card, unusable(UnusableReason::Mute), now);
                effects.extend(self.answer_all(card, &failed, now));
                effects.extend(record);
                effects
            }
            Wait::Removal(card) => self.was_not_pulled(card, now),
            Wait::Forget(request) => self.forget(request),
            Wait::AskAgain(session) => self.ask_directory(session),
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
