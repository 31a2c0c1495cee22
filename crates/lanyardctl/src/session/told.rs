//! A session for machines: one form, in which every field always stands, `null` where nothing is known.

use lanyard_dbus::{RoleDescription, SessionDescription};
use serde::Serialize;

use super::Current;
use crate::clock;

/// A session.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Told {
    session: String,
    uuid: String,
    name: Option<String>,
    state: String,
    card: Option<String>,
    knowledge: String,
    role: Option<ToldRole>,
    /// How many roles can be chosen.
    roles: usize,
    activities: Vec<String>,
    started: Option<String>,
    expires: Option<String>,
    notices: Vec<String>,
}

/// A role.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct ToldRole {
    /// Its number among those that can be chosen; none when it cannot be chosen any more.
    number: Option<usize>,
    id: String,
    organisation: String,
    organisation_name: Option<String>,
    code: String,
    name: String,
    elsewhere: bool,
    current: bool,
}

impl Told {
    pub(crate) fn of(session: &Current<'_>) -> Self {
        let SessionDescription { uuid, name, state, card, knowledge, .. } = &session.described;
        let SessionDescription { roles, role, activities, .. } = &session.described;
        let number = |role: &RoleDescription| roles.iter().position(|it| it.id == role.id);
        let card = card.as_str();
        Self {
            session: session.path().to_owned(),
            uuid: uuid.clone(),
            name: name.clone(),
            state: state.clone(),
            card: (card != "/").then(|| card.to_owned()),
            knowledge: knowledge.clone(),
            role: role.as_ref().map(|it| ToldRole::of(number(it).map(|at| at + 1), it, Some(it))),
            roles: roles.len(),
            activities: activities.clone(),
            started: clock::utc_seconds(session.described.started),
            expires: clock::utc_seconds(session.described.expires),
            notices: session.described.notices.clone(),
        }
    }
}

impl ToldRole {
    pub(crate) fn of(
        number: Option<usize>,
        role: &RoleDescription,
        current: Option<&RoleDescription>,
    ) -> Self {
        Self {
            number,
            id: role.id.clone(),
            organisation: role.organisation.clone(),
            organisation_name: role.organisation_name.clone(),
            code: role.code.clone(),
            name: role.name.clone(),
            elsewhere: role.elsewhere,
            current: current.is_some_and(|current| current.id == role.id),
        }
    }
}

/// The roles that can be chosen, with the numbers they have everywhere.
pub(crate) fn numbered(
    session: &SessionDescription,
) -> impl Iterator<Item = (usize, &RoleDescription)> {
    (1..).zip(&session.roles)
}
