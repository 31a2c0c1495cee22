//! Role documents: what the national sign-in service (CIS2) answers at `userinfo`, unchanged.
//!
//! Lenient where real data is: levels as strings or integers, one value or a list, absent lists. Strict
//! where a mistake would give somebody a role: identifiers, codes and dates have their form, or the role is
//! left out. Fields that are not known are not looked at.

mod fault;
mod lenient;
mod role;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

pub use fault::{
    DocumentFault, LONGEST_DOCUMENT, LONGEST_TEXT, MOST_ENTRIES, MOST_ORGANISATIONS, MOST_ROLES,
    RoleFault, RoleProblem,
};
pub use role::{Role, short_role_name};

use crate::dates::CloseDate;
use crate::identifiers::{OdsCode, RoleId, Uuid};
use crate::object::object;

/// A person and her roles, as a document says. Who signed it is not known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// `nhsid_useruid`.
    pub uuid: Uuid,
    /// `name`; else title, given and family name, as far as they are there.
    pub name: Option<String>,
    /// `idassurancelevel`.
    pub identity_assurance: Option<String>,
    /// Those that could be read, in the document's order.
    pub roles: Vec<Role>,
    /// Names of organisations, as far as they are there.
    pub organisations: BTreeMap<OdsCode, String>,
}

#[derive(Deserialize)]
struct Raw {
    #[serde(default, deserialize_with = "lenient::text")]
    nhsid_useruid: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    given_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    family_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    title: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    idassurancelevel: Option<String>,
    #[serde(default, deserialize_with = "lenient::values")]
    nhsid_nrbac_roles: Vec<Box<RawValue>>,
    #[serde(default, deserialize_with = "lenient::values")]
    nhsid_user_orgs: Vec<Box<RawValue>>,
}

#[derive(Deserialize)]
struct RawOrganisation {
    #[serde(default, deserialize_with = "lenient::text")]
    org_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    org_code: Option<String>,
}

impl Person {
    /// Reads a document: the person, and the roles that had to be left out.
    ///
    /// # Errors
    /// [`DocumentFault`] when nothing of it can be used.
    pub fn parse(json: &[u8]) -> Result<(Self, Vec<RoleProblem>), DocumentFault> {
        if json.len() > LONGEST_DOCUMENT {
            return Err(DocumentFault::TooLong);
        }
        let raw: Raw = object(json).map_err(DocumentFault::Shape)?;
        raw.check_sizes()?;
        let uuid = raw.nhsid_useruid.as_deref().and_then(Uuid::parse).ok_or(DocumentFault::Uuid)?;
        let name = raw.whole_name();
        let (roles, problems) = roles(&raw.nhsid_nrbac_roles);
        let organisations =
            raw.nhsid_user_orgs.iter().filter_map(|value| organisation(value)).collect();
        let identity_assurance = raw.idassurancelevel;
        Ok((Self { uuid, name, identity_assurance, roles, organisations }, problems))
    }

    /// The role with this identifier.
    pub fn role(&self, id: &RoleId) -> Option<&Role> {
        self.roles.iter().find(|role| role.id == *id)
    }

    /// The name of the organisation of a role; there may be none.
    pub fn organisation_name(&self, code: &OdsCode) -> Option<&str> {
        self.organisations.get(code).map(String::as_str)
    }

    /// The roles that are open at a time.
    pub fn open_roles(&self, close_date: CloseDate, at: Timestamp) -> impl Iterator<Item = &Role> {
        self.roles.iter().filter(move |role| role.dates.standing(close_date, at).is_open())
    }

    /// When a role next opens or closes, after this time.
    pub fn next_change(&self, close_date: CloseDate, at: Timestamp) -> Option<Timestamp> {
        let changes = |role: &Role| role.dates.standing(close_date, at).changes();
        self.roles.iter().filter_map(changes).min()
    }
}

impl Raw {
    fn check_sizes(&self) -> Result<(), DocumentFault> {
        let texts = [
            ("name", &self.name),
            ("given_name", &self.given_name),
            ("family_name", &self.family_name),
            ("title", &self.title),
            ("idassurancelevel", &self.idassurancelevel),
        ];
        let long = |text: &Option<String>| text.as_ref().is_some_and(|it| it.len() > LONGEST_TEXT);
        if let Some((field, _)) = texts.into_iter().find(|(_, text)| long(text)) {
            return Err(DocumentFault::LongText { field });
        }
        if self.nhsid_nrbac_roles.len() > MOST_ROLES {
            return Err(DocumentFault::TooMany { what: "roles", limit: MOST_ROLES });
        }
        if self.nhsid_user_orgs.len() > MOST_ORGANISATIONS {
            let (what, limit) = ("organisations", MOST_ORGANISATIONS);
            return Err(DocumentFault::TooMany { what, limit });
        }
        Ok(())
    }

    fn whole_name(&self) -> Option<String> {
        let filled = |text: &&str| !text.is_empty();
        let whole = self.name.as_deref().map(str::trim).filter(filled);
        whole.map(ToOwned::to_owned).or_else(|| {
            let parts = [&self.title, &self.given_name, &self.family_name];
            let parts: Vec<&str> =
                parts.into_iter().flatten().map(|part| part.trim()).filter(filled).collect();
            (!parts.is_empty()).then(|| parts.join(" "))
        })
    }
}

fn roles(values: &[Box<RawValue>]) -> (Vec<Role>, Vec<RoleProblem>) {
    let (mut roles, mut problems) = (Vec::new(), Vec::new());
    for (number, value) in (1..).zip(values) {
        match Role::read(value.get()) {
            Ok(role) => roles.push((number, role)),
            Err(fault) => problems.push(RoleProblem { number, fault }),
        }
    }
    let mut times: BTreeMap<RoleId, usize> = BTreeMap::new();
    for (_, role) in &roles {
        *times.entry(role.id.clone()).or_default() += 1;
    }
    roles.retain(|(number, role)| {
        let doubled = times.get(&role.id).is_some_and(|times| *times > 1);
        if doubled {
            let fault = RoleFault::Duplicate { id: role.id.clone() };
            problems.push(RoleProblem { number: *number, fault });
        }
        !doubled
    });
    problems.sort_by_key(|problem| problem.number);
    (roles.into_iter().map(|(_, role)| role).collect(), problems)
}

/// A name is for people alone: one that cannot be read is none.
fn organisation(value: &RawValue) -> Option<(OdsCode, String)> {
    let raw: RawOrganisation = object(value.get().as_bytes()).ok()?;
    let name = raw.org_name.filter(|name| !name.is_empty() && name.len() <= LONGEST_TEXT)?;
    Some((OdsCode::parse(&raw.org_code?)?, name))
}
