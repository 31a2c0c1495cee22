//! Sessions in the engine: what happens to cards, desks and clients goes into the machine of
//! `lanyard-session`, and what it wants done goes out in the engine's own terms.
//!
//! Who may hear what of a session is decided here: its desk's subscribers, and nobody else.

mod asked;
mod described;
mod recorded;
mod sitting;
mod ticketing;

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use lanyard_card::HolderUuid;
use lanyard_dbus::Outcome;
use lanyard_roles::{Catalogue, RoleProof};
use lanyard_session::{
    Desk, DirectoryAnswer, Event, Freshness, Insertion, News, Proof as _, Proven, Session,
    SessionId, Sessions, Settings, SignedIn, Ticket,
};
use lanyard_ticket::Tickets;
use lanyard_trust::Reason as Refused;

use super::{CardId, Client, ClientName, Conclusion, Effect, Engine, Now, Reply, RequestId, Wait};

pub use described::Described;
use sitting::Sitting;
pub use ticketing::{SignedTicket, TicketOrder};

/// What a role allows, as a session keeps it.
#[derive(Clone, Debug)]
pub struct Allowed {
    /// The role.
    pub role: Arc<lanyard_roles::Role>,
    /// The name of its organisation, where one is known.
    pub organisation_name: Option<String>,
    /// What its registration authority has signed; none in a document that nobody has signed.
    pub proof: Option<RoleProof>,
}

impl PartialEq for Allowed {
    /// A role that is signed anew every day is the same one, and so is one with other dates: the offer has these.
    fn eq(&self, other: &Self) -> bool {
        let lanyard_roles::Role {
            id,
            position,
            organisation,
            code,
            name,
            activities,
            areas,
            workgroups,
            unread_codes,
            activity_names,
            area_names,
            workgroup_names,
            dates: _,
        } = &*self.role;
        let other = &*other.role;
        (id, position, organisation) == (&other.id, &other.position, &other.organisation)
            && (code, name) == (&other.code, &other.name)
            && (activities, activity_names) == (&other.activities, &other.activity_names)
            && (areas, area_names) == (&other.areas, &other.area_names)
            && (workgroups, workgroup_names) == (&other.workgroups, &other.workgroup_names)
            && *unread_codes == other.unread_codes
    }
}

/// After how long a directory is asked again that could not say what holds now.
const ASKED_AGAIN_AFTER: Duration = Duration::from_secs(30);

/// The sessions, and who waits for and hears of them.
#[derive(Debug)]
pub(super) struct Keeping {
    machine: Sessions<Allowed>,
    catalogue: Arc<Catalogue>,
    /// Who is answered when a record is on the disk.
    waiting: BTreeMap<Ticket, Waiting>,
    /// Who is told of the sessions of which desk.
    subscribers: BTreeMap<ClientName, Desk>,
    /// Holders' names, as the directory has them.
    names: BTreeMap<SessionId, String>,
    /// What signs the sessions' tickets. With a session its key goes.
    tickets: BTreeMap<SessionId, Arc<Tickets>>,
    /// What the machine was told of desks.
    sitting: Sitting,
}

/// Somebody who is answered when what was asked for is recorded and given.
#[derive(Debug)]
enum Waiting {
    /// Requests to sign in at a desk.
    SignIn(Desk, Vec<RequestId>, Conclusion),
    /// Who chose a role.
    Role(Reply),
}

/// What applications of one desk are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// Of which session.
    pub session: SessionId,
    /// What.
    pub news: News,
    /// To whom, and to nobody else.
    pub to: Vec<ClientName>,
}

impl Keeping {
    pub(super) fn new(settings: Settings, catalogue: Arc<Catalogue>, now: Now) -> Self {
        Self {
            machine: Sessions::new(settings, at(now)),
            catalogue,
            waiting: BTreeMap::new(),
            subscribers: BTreeMap::new(),
            names: BTreeMap::new(),
            tickets: BTreeMap::new(),
            sitting: Sitting::default(),
        }
    }

    /// These are the rules from now on.
    pub(super) fn hold_by(&mut self, settings: Settings) {
        self.machine.hold_by(settings);
    }

    /// Whether somebody's leaving matters.
    pub(super) fn is_subscribed(&self, client: &ClientName) -> bool {
        self.subscribers.contains_key(client)
    }

    /// Somebody left the bus.
    pub(super) fn leaves(&mut self, client: &ClientName) {
        self.subscribers.remove(client);
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.machine.deadline()
    }

    /// Something happened; what belonged to a session that is over goes with it.
    fn on(&mut self, event: Event<Allowed>, now: Now) -> Vec<lanyard_session::Effect> {
        let wanted = self.machine.on(event, at(now));
        let Self { machine, names, tickets, .. } = self;
        let lasts = |id: &SessionId| machine.all().any(|session| session.id() == *id);
        names.retain(|id, _| lasts(id));
        tickets.retain(|id, _| lasts(id));
        wanted
    }

    /// A session, also one whose start is not recorded yet.
    fn of_number(&self, id: SessionId) -> Option<&Session<Allowed>> {
        self.machine.all().find(|session| session.id() == id)
    }

    /// A session, once its start is recorded.
    fn shown(&self, id: SessionId) -> Option<&Session<Allowed>> {
        self.machine.session(self.of_number(id)?.desk())
    }

    /// How many there are, once their starts are recorded.
    pub(super) fn count(&self) -> usize {
        self.machine.all().filter(|session| self.shown(session.id()).is_some()).count()
    }

    fn of_desk(&self, desk: &Desk) -> Vec<ClientName> {
        let of_desk = self.subscribers.iter().filter(|(_, of)| *of == desk);
        of_desk.map(|(client, _)| client.clone()).collect()
    }
}

const fn at(now: Now) -> lanyard_session::Now {
    lanyard_session::Now { steady: now.steady, wall: now.wall }
}

/// The insertion that the proofs of a card speak of.
pub(super) const fn insertion(card: CardId) -> Insertion {
    Insertion::numbered(card.number())
}

fn ask_about(session: &Session<Allowed>) -> Effect {
    Effect::AskDirectory { session: session.id(), holder: session.proof().holder().clone() }
}

impl Engine {
    /// Something happened that sessions must know of.
    pub(super) fn in_sessions(&mut self, event: Event<Allowed>, now: Now) -> Vec<Effect> {
        let wanted = self.sessions.on(event, now);
        wanted.into_iter().flat_map(|wanted| self.session_effect(wanted, now)).collect()
    }

    fn session_effect(&mut self, wanted: lanyard_session::Effect, now: Now) -> Vec<Effect> {
        use lanyard_session::Effect as Wanted;
        match wanted {
            Wanted::AskDirectory(session, holder) => vec![Effect::AskDirectory { session, holder }],
            Wanted::Grant { ticket, record } => {
                let record = recorded::record(&record);
                vec![Effect::Grant { ticket, record }]
            }
            Wanted::Given(notice) | Wanted::Tell(notice) => vec![self.announce(&notice)],
            Wanted::Revoke(notice, record) => {
                vec![self.announce(&notice), Effect::Record(recorded::record(&record))]
            }
            Wanted::Record(record) => vec![Effect::Record(recorded::record(&record))],
            // Answered by whoever asked; nobody else is concerned.
            Wanted::Refused(..) => Vec::new(),
            Wanted::Withheld(ticket, refusal) => self.not_given(ticket, refusal, now),
        }
    }

    fn announce(&self, notice: &lanyard_session::Notice) -> Effect {
        let to = self.sessions.of_desk(notice.desk());
        let (session, news) = (notice.session(), notice.news().clone());
        Effect::Announce(Announcement { session, news, to })
    }

    /// A holder has proved who she is: her requests are answered when the session's record is on the disk.
    pub(super) fn proved(
        &mut self,
        card: CardId,
        (proven, tickets): (Proven, Option<Arc<Tickets>>),
        now: Now,
    ) -> Vec<Effect> {
        let expiry = Some(proven.trusted().expiry());
        let conclusion = Conclusion { expiry, ..self.card_told(card) };
        let Some((desk, requests, mut effects)) = self.take_attempt(card, Outcome::Ok) else {
            return Vec::new();
        };
        let Some(desk) = desk else {
            effects.extend(self.conclude_all(requests, &conclusion, now));
            return effects;
        };
        effects.extend(self.person_is_at(&desk, now));
        let signed_in = Event::SignedIn { desk: desk.clone(), proof: proven };
        let mut wanted = self.sessions.on(signed_in, now);
        if asked::outcome_of(&wanted).1.is_none() {
            self.sessions.keep_tickets(&desk, tickets);
            wanted.extend(self.screen_is_seen(&desk, now));
        }
        let (ticket, refusal) = asked::outcome_of(&wanted);
        effects.extend(wanted.into_iter().flat_map(|wanted| self.session_effect(wanted, now)));
        match (ticket, refusal) {
            (_, Some(refusal)) => {
                effects.extend(self.conclude_all(requests, &asked::refused(refusal), now));
            }
            (Some(ticket), None) => {
                self.sessions.waiting.insert(ticket, Waiting::SignIn(desk, requests, conclusion));
            }
            (None, None) => {
                let conclusion = Conclusion { session: self.session_at(&desk), ..conclusion };
                effects.extend(self.conclude_all(requests, &conclusion, now));
            }
        }
        effects
    }

    /// That somebody is signed in, and how many tries her card has, while it is in.
    fn card_told(&self, card: CardId) -> Conclusion {
        let known = self.picture.card(card).and_then(|card| card.state.known());
        Conclusion::with_tries(Outcome::Ok, known.and_then(|known| known.tries().told()))
    }

    /// The directory has answered.
    pub(super) fn roles_known(
        &mut self,
        session: SessionId,
        (answer, name): (DirectoryAnswer<Allowed>, Option<String>),
        now: Now,
    ) -> Vec<Effect> {
        if self.sessions.of_number(session).is_some()
            && let Some(name) = name
        {
            self.sessions.names.insert(session, name);
        }
        let is_current = matches!(answer, DirectoryAnswer::Roles(_, Freshness::Fresh));
        if is_current {
            self.waits.remove(&Wait::AskAgain(session));
        } else {
            self.waits.insert(Wait::AskAgain(session), now.steady + ASKED_AGAIN_AFTER);
        }
        self.in_sessions(Event::RolesKnown(session, answer), now)
    }

    /// Asks the directory about the holder of a session, if there is one still.
    pub(super) fn ask_directory(&self, session: SessionId) -> Vec<Effect> {
        self.sessions.of_number(session).map(ask_about).into_iter().collect()
    }

    /// The card does not say, or says something else than before: who rested on it may do nothing more.
    pub(super) fn card_in_doubt(&mut self, card: CardId, now: Now) -> Vec<Effect> {
        let failed = self.of_card(card).into_iter().map(Event::Failed);
        failed.flat_map(|event| self.in_sessions(event, now)).collect()
    }

    fn of_card(&self, card: CardId) -> Vec<SessionId> {
        let of_card = self.sessions.machine.all();
        let of_card = of_card.filter(|session| session.proof().insertion() == insertion(card));
        of_card.map(Session::id).collect()
    }

    /// The directory may say something else of this holder, or of everybody.
    pub(super) fn roles_changed(&self, of: Option<&HolderUuid>) -> Vec<Effect> {
        let concerned = self
            .sessions
            .machine
            .all()
            .filter(|session| of.is_none_or(|holder| holder == session.proof().holder()));
        concerned.map(ask_about).collect()
    }

    /// A verdict on the certificate of a card that somebody is signed in with. That its revocation cannot be
    /// checked just now is no reason to send a whole ward away; what is known against it is.
    pub(super) fn session_learns(
        &mut self,
        card: CardId,
        refused: Refused,
        now: Now,
    ) -> Vec<Effect> {
        if matches!(refused, Refused::NotChecked | Refused::Clock) {
            return Vec::new();
        }
        let distrusted = self.of_card(card).into_iter().map(Event::CertificateDistrusted);
        distrusted.flat_map(|event| self.in_sessions(event, now)).collect()
    }

    /// A holder who is signed in need not be asked again, unless that is wanted: what her requests are told.
    pub(super) fn signed_in_already(
        &self,
        client: &Client,
        card: Option<CardId>,
    ) -> Option<(SessionId, Conclusion)> {
        let desk = self.owners.desk_of(client)?;
        let SignedIn::Yes(id) = self.sessions.machine.is_signed_in(&desk) else {
            return None;
        };
        let session = self.sessions.machine.session(&desk)?;
        let is_hers = card.is_none_or(|card| session.proof().insertion() == insertion(card));
        let card = self.card_told(CardId::numbered(session.proof().insertion().number()));
        let expiry = Some(session.proof().trusted().expiry());
        is_hers.then_some((id, Conclusion { session: Some(id), expiry, ..card }))
    }
}
