//! `lanyardctl roles check`: whether the role that somebody works in has what an access profile needs.

use std::collections::BTreeMap;

use lanyard_dbus::ManagerProxy;
use lanyard_roles::{Activity, Catalogue, WHO_ADDS};
use lanyard_session::State;
use serde::Serialize;

use crate::{
    Failure, connection,
    ending::Ending,
    output::{self, Form, printable},
    session::{self, ToldRole},
};

/// What is told to machines.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Checked {
    profile: String,
    satisfied: bool,
    missing: Vec<Missing>,
    state: String,
    role: Option<ToldRole>,
}

/// An activity that is missing.
#[derive(Debug, Serialize)]
pub(super) struct Missing {
    pub(super) code: String,
    /// None where the catalogue has none.
    pub(super) name: Option<String>,
}

impl Missing {
    /// With the name that a catalogue has for it.
    pub(super) fn named(code: &str, catalogue: &Catalogue) -> Self {
        let name = Activity::parse(code).and_then(|code| catalogue.activity_name(code));
        Self { code: code.to_owned(), name: name.map(str::to_owned) }
    }

    /// `B0107 (View CP-IS Flag)`
    pub(super) fn words(&self) -> String {
        let name = self.name.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
        printable(&format!("{}{name}", self.code))
    }
}

/// Says yes, or what is missing and who adds it.
pub(crate) async fn check(bus: &str, profile: &str, form: Form) -> Result<(), Failure> {
    let bus = connection::open(bus).await?;
    let profiles: BTreeMap<_, _> =
        ManagerProxy::new(&bus).await?.profiles().await?.into_iter().collect();
    let needs = profiles.get(profile).ok_or_else(|| no_such(profile, profiles.keys()))?;
    let session = session::required(&bus).await?;
    let described = &session.described;
    let catalogue = Catalogue::starter();
    let lacks = |code: &&String| !described.activities.contains(code);
    let missing: Vec<_> =
        needs.iter().filter(lacks).map(|code| Missing::named(code, &catalogue)).collect();
    let role = described.role.as_ref();
    let checked = Checked {
        profile: profile.to_owned(),
        satisfied: missing.is_empty(),
        missing,
        state: described.state.clone(),
        role: role.map(|it| ToldRole::of(None, it, role)),
    };
    match form {
        Form::Json => output::json(&checked)?,
        Form::Words => output::line(&words(&checked, role.map(session::role).as_deref()))?,
    }
    if checked.satisfied { Ok(()) } else { Err(Failure::NotDone(Ending::Failed)) }
}

/// There is no such profile, and these there are.
pub(super) fn no_such<'a>(name: &str, known: impl Iterator<Item = &'a String>) -> Failure {
    let known = known.map(|name| printable(name)).collect::<Vec<_>>().join(", ");
    Failure::NoSuchProfile { name: printable(name), known }
}

/// In a session that is locked, or without a role, nothing may be done: that no role lacks anything would be no help.
fn words(checked: &Checked, role: Option<&str>) -> String {
    let profile = printable(&checked.profile);
    match role {
        Some(role) if checked.satisfied => format!("Yes: {role} has what {profile} needs."),
        Some(_) if checked.state == State::Locked.word() => {
            "No: the session is locked, so nothing may be done in it. `lanyardctl login` goes on with it."
                .to_owned()
        }
        Some(role) => {
            let missing: Vec<_> = checked.missing.iter().map(Missing::words).collect();
            format!("No: {role} lacks {} for {profile}. {WHO_ADDS}", missing.join(", "))
        }
        None => "No: no role is taken. `lanyardctl select` takes one.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(state: &str, missing: &[&str]) -> Checked {
        let catalogue = Catalogue::starter();
        Checked {
            profile: "cp-is-unscheduled".to_owned(),
            satisfied: missing.is_empty(),
            missing: missing.iter().map(|code| Missing::named(code, &catalogue)).collect(),
            state: state.to_owned(),
            role: None,
        }
    }

    #[test]
    fn what_is_missing_is_named_with_who_adds_it() {
        let role = Some("Nurse at ONE (A99901)");
        let yes = words(&checked("active", &[]), role);
        assert_eq!(yes, "Yes: Nurse at ONE (A99901) has what cp-is-unscheduled needs.");
        let no = words(&checked("active", &["B0107", "B9999"]), role);
        assert!(
            no.starts_with("No: Nurse at ONE (A99901) lacks B0107 (View CP-IS Flag), B9999 for"),
            "{no}"
        );
        assert!(no.ends_with(WHO_ADDS), "{no}");
        assert!(words(&checked("locked", &["B0107"]), role).contains("locked"));
        assert!(words(&checked("choosing-role", &["B0107"]), None).contains("no role is taken"));
    }
}
