//! A session as its own desk is told of it.

use std::time::{SystemTime, UNIX_EPOCH};

use lanyard_dbus::RoleDescription;
use lanyard_roles::{Activity, Effective};
use lanyard_session::{
    CardPlace, Knowledge, Offered, Proof as _, RoleOffer, Session, State, Whereabouts,
};

use super::{Allowed, Keeping};
use crate::engine::CardId;

/// What a holder is told for whom the directory has no role.
const NO_ROLE: &str = "You have no role here. Your Registration Authority assigns roles, and your sponsor can ask for them.";

/// What is told of a session; paths are added where they are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// The holder's unique identifier.
    pub uuid: String,
    /// Her name, as the directory has it.
    pub name: Option<String>,
    /// In a word.
    pub state: &'static str,
    /// Her card, while it is in.
    pub card: Option<CardId>,
    /// What is known of her roles, in a word.
    pub knowledge: &'static str,
    /// Roles that can be chosen.
    pub roles: Vec<RoleDescription>,
    /// The session's role.
    pub role: Option<RoleDescription>,
    /// What may be done now.
    pub activities: Vec<String>,
    /// Since when, in seconds since 1970-01-01T00:00:00Z.
    pub started: i64,
    /// Until when at the latest.
    pub expires: i64,
    /// What the holder must be shown.
    pub notices: Vec<String>,
    /// How its tickets name it, while it has what signs them.
    pub sid: Option<String>,
}

impl Keeping {
    pub(super) fn described(&self, session: &Session<Allowed>) -> Described {
        let role = session.role();
        let insertion = session.proof().insertion();
        let is_in = session.card() == CardPlace::In;
        let roles: Vec<_> = self.machine.offered(session).map(|it| offered(&it)).collect();
        let is_known = matches!(session.knowledge(), Knowledge::Fresh | Knowledge::Stale);
        let has_none = is_known && roles.is_empty() && role.is_none();
        let notices = role.and_then(|offer| offer.role.role.notice());
        let expiry = session.proof().trusted().expiry().renewal.advice();
        Described {
            uuid: session.proof().holder().to_string(),
            name: self.names.get(&session.id()).cloned(),
            state: session.state().word(),
            card: is_in.then(|| CardId::numbered(insertion.number())),
            knowledge: knowledge(session.knowledge()),
            roles,
            role: role.map(|offer| described(offer, false)),
            activities: self.activities(session).iter().map(ToString::to_string).collect(),
            started: seconds(session.started_at()),
            expires: self.machine.ends_at(session).map_or(i64::MAX, seconds),
            notices: has_none
                .then_some(NO_ROLE)
                .into_iter()
                .chain(notices)
                .chain(expiry)
                .map(str::to_owned)
                .collect(),
            sid: self.tickets.get(&session.id()).map(|tickets| tickets.session().to_owned()),
        }
    }

    /// Everything that may be done in a session now: nothing, while it is locked or without a role.
    fn activities(&self, session: &Session<Allowed>) -> Vec<Activity> {
        self.effective(session).map(|all| all.activities().to_vec()).unwrap_or_default()
    }

    /// Whether something may be done in a session now.
    pub(super) fn has(&self, session: &Session<Allowed>, activity: Activity) -> bool {
        self.effective(session).is_some_and(|all| all.has(activity))
    }

    fn effective(&self, session: &Session<Allowed>) -> Option<Effective> {
        let role = session.role().filter(|_| session.state() == State::Active)?;
        Some(role.role.role.effective(&self.catalogue))
    }
}

fn offered(offered: &Offered<'_, Allowed>) -> RoleDescription {
    described(offered.offer, offered.whereabouts == Whereabouts::Elsewhere)
}

fn described(offer: &RoleOffer<Allowed>, elsewhere: bool) -> RoleDescription {
    let Allowed { role, organisation_name, .. } = &offer.role;
    RoleDescription {
        id: offer.id.as_str().to_owned(),
        organisation: offer.organisation.as_str().to_owned(),
        organisation_name: organisation_name.clone(),
        code: role.code.to_string(),
        name: role.name.clone(),
        elsewhere,
    }
}

const fn knowledge(knowledge: Knowledge) -> &'static str {
    match knowledge {
        Knowledge::Awaited => "awaited",
        Knowledge::Fresh => "fresh",
        Knowledge::Stale => "stale",
        Knowledge::Unavailable => "unavailable",
    }
}

/// A time before 1970 shows as 0.
fn seconds(time: SystemTime) -> i64 {
    let since_1970 = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX)
}
