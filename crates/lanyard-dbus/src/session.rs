//! What `Session.Describe` answers, as a dictionary that may grow.

use std::collections::HashMap;

use zbus::{OwnedObjectPath, OwnedVariant, Variant};

use crate::describe::{IncompleteDescription, perhaps, take};

/// Who is signed in, and as what. For the session's own desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionDescription {
    /// `uuid`: the 12 digits of the holder's unique identifier.
    pub uuid: String,
    /// `name`: as the role directory has it; absent when it has none.
    pub name: Option<String>,
    /// `state`: `choosing-role`, `active` or `locked`.
    pub state: String,
    /// `card`: the card, `/` when it is not in a reader.
    pub card: OwnedObjectPath,
    /// `knowledge`: what is known of the holder's roles.
    pub knowledge: String,
    /// `roles`: those that can be chosen now.
    pub roles: Vec<RoleDescription>,
    /// `role`: that of the session; absent while there is none.
    pub role: Option<RoleDescription>,
    /// `activities`: the codes of what may be done now.
    pub activities: Vec<String>,
    /// `started`, in seconds since 1970-01-01T00:00:00Z.
    pub started: i64,
    /// `expires`, in seconds since 1970-01-01T00:00:00Z.
    pub expires: i64,
    /// `notices`: what the holder must be shown.
    pub notices: Vec<String>,
    /// `sid`: how its tickets name it to servers; absent when it can give none.
    pub sid: Option<String>,
}

/// A role as it can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleDescription {
    /// `id`: the directory's `person_roleid`.
    pub id: String,
    /// `organisation`: its ODS code.
    pub organisation: String,
    /// `organisation-name`: absent where it is not known.
    pub organisation_name: Option<String>,
    /// `code`: staff group, sub-group and job role.
    pub code: String,
    /// `name`: of the role, as the directory writes it.
    pub name: String,
    /// `elsewhere`: whether its organisation is not the site's.
    pub elsewhere: bool,
}

impl SessionDescription {
    /// The answer as it goes over the bus.
    pub fn into_answer(self) -> HashMap<&'static str, Variant<'static>> {
        let roles: Vec<_> = self.roles.into_iter().map(RoleDescription::into_entry).collect();
        let mut answer = HashMap::from([
            ("uuid", Variant::from(self.uuid)),
            ("state", Variant::from(self.state)),
            ("card", Variant::from(self.card.into_inner())),
            ("knowledge", Variant::from(self.knowledge)),
            ("roles", Variant::from(roles)),
            ("activities", Variant::from(self.activities)),
            ("started", Variant::from(self.started)),
            ("expires", Variant::from(self.expires)),
            ("notices", Variant::from(self.notices)),
        ]);
        answer.extend(self.name.map(|name| ("name", Variant::from(name))));
        answer.extend(self.sid.map(|sid| ("sid", Variant::from(sid))));
        answer.extend(self.role.map(|role| ("role", Variant::from(role.into_entry()))));
        answer
    }

    /// Reads an answer; keys that are not known are passed over.
    ///
    /// # Errors
    /// [`IncompleteDescription`] names the key that is missing or of another type.
    pub fn from_answer(
        mut answer: HashMap<String, OwnedVariant>,
    ) -> Result<Self, IncompleteDescription> {
        let answer = &mut answer;
        let roles: Vec<HashMap<String, OwnedVariant>> = take(answer, "roles")?;
        let role: Option<HashMap<String, OwnedVariant>> = perhaps(answer, "role")?;
        Ok(Self {
            uuid: take(answer, "uuid")?,
            name: perhaps(answer, "name")?,
            state: take(answer, "state")?,
            card: take(answer, "card")?,
            knowledge: take(answer, "knowledge")?,
            roles: roles.into_iter().map(RoleDescription::from_entry).collect::<Result<_, _>>()?,
            role: role.map(RoleDescription::from_entry).transpose()?,
            activities: take(answer, "activities")?,
            started: take(answer, "started")?,
            expires: take(answer, "expires")?,
            notices: take(answer, "notices")?,
            sid: perhaps(answer, "sid")?,
        })
    }
}

impl RoleDescription {
    fn into_entry(self) -> HashMap<&'static str, Variant<'static>> {
        let mut entry = HashMap::from([
            ("id", Variant::from(self.id)),
            ("organisation", Variant::from(self.organisation)),
            ("code", Variant::from(self.code)),
            ("name", Variant::from(self.name)),
            ("elsewhere", Variant::from(self.elsewhere)),
        ]);
        let name = self.organisation_name.map(|name| ("organisation-name", Variant::from(name)));
        entry.extend(name);
        entry
    }

    fn from_entry(mut entry: HashMap<String, OwnedVariant>) -> Result<Self, IncompleteDescription> {
        let entry = &mut entry;
        Ok(Self {
            id: take(entry, "id")?,
            organisation: take(entry, "organisation")?,
            organisation_name: perhaps(entry, "organisation-name")?,
            code: take(entry, "code")?,
            name: take(entry, "name")?,
            elsewhere: take(entry, "elsewhere")?,
        })
    }
}
