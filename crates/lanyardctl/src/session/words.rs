//! A session in words for people. What comes from the directory or the bus passes through [`printable`].
//!
//! Words of a later version are shown as they are.

use lanyard_dbus::{RoleDescription, SessionDescription};
use lanyard_roles::short_role_name;
use lanyard_session::{EndReason, State};

use crate::output::printable;

/// `General Medical Practitioner at TEST PRACTICE ONE (A99901)`
pub(crate) fn role(role: &RoleDescription) -> String {
    let organisation = match &role.organisation_name {
        Some(name) => format!("{name} ({})", role.organisation),
        None => role.organisation.clone(),
    };
    let elsewhere = if role.elsewhere { ", elsewhere" } else { "" };
    printable(&format!("{} at {organisation}{elsewhere}", short_role_name(&role.name)))
}

/// What a state means.
pub(crate) fn state(word: &str) -> String {
    let known = State::ALL.iter().find(|state| state.word() == word);
    known.map_or_else(|| printable(word), |state| state.text().to_owned())
}

/// What the reason of an end means.
pub(crate) fn ended(word: &str) -> String {
    let known = EndReason::ALL.iter().find(|reason| reason.word() == word);
    known.map_or_else(|| printable(word), |reason| reason.text().to_owned())
}

/// Why there is no role to choose.
pub(crate) fn no_roles(session: &SessionDescription) -> &'static str {
    match session.knowledge.as_str() {
        "awaited" => "the role directory has not answered yet",
        "unavailable" => "the role directory does not answer; it is asked again",
        _ => "the role directory has none for this person",
    }
}

/// Who is signed in, and as what, in two lines or more.
///
/// `said` is what was said before: a notice in it is not repeated.
pub(crate) fn summary(session: &SessionDescription, said: &str) -> String {
    let who = session.name.as_ref().map_or_else(
        || format!("Signed in: {}", session.uuid),
        |name| format!("Signed in: {name} ({})", session.uuid),
    );
    let role = match (&session.role, session.roles.len()) {
        (Some(held), _) => format!("Role: {}", role(held)),
        (None, 0) => format!("No role: {}.", no_roles(session)),
        (None, 1) => "1 role can be chosen: `lanyardctl select 1` takes it.".to_owned(),
        (None, count) => format!("{count} roles can be chosen: `lanyardctl select` takes one."),
    };
    let locked = (session.state == State::Locked.word())
        .then(|| "The session is locked: `lanyardctl login` goes on with it.".to_owned());
    let notices = session.notices.iter().filter(|notice| !said.contains(*notice));
    let notices = notices.map(|notice| printable(notice));
    let lines = [printable(&who), role].into_iter().chain(locked).chain(notices);
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
pub(crate) mod tests {
    use zbus::OwnedObjectPath;

    use super::*;

    pub(crate) fn at(organisation: &str, name: Option<&str>, elsewhere: bool) -> RoleDescription {
        RoleDescription {
            id: format!("id-{organisation}"),
            organisation: organisation.to_owned(),
            organisation_name: name.map(str::to_owned),
            code: "S8000:G8000:R8001".to_owned(),
            name: "\"Clinical\":\"Clinical Access\":\"Nurse\"".to_owned(),
            elsewhere,
        }
    }

    fn session(roles: &[RoleDescription]) -> SessionDescription {
        SessionDescription {
            uuid: "999900000102".to_owned(),
            sid: None,
            name: Some("Test\u{7} Nurse".to_owned()),
            state: "choosing-role".to_owned(),
            card: OwnedObjectPath::try_from("/").unwrap(),
            knowledge: "fresh".to_owned(),
            roles: roles.to_vec(),
            role: None,
            activities: Vec::new(),
            started: 0,
            expires: 0,
            notices: Vec::new(),
        }
    }

    #[test]
    fn a_role_says_what_and_where() {
        assert_eq!(role(&at("A99901", Some("ONE"), false)), "Nurse at ONE (A99901)");
        assert_eq!(role(&at("A99901", None, true)), "Nurse at A99901, elsewhere");
        let odd = RoleDescription { name: "Nurse\u{1b}[2J".to_owned(), ..at("X", None, false) };
        assert_eq!(role(&odd), "Nurse\\u{1b}[2J at X");
    }

    #[test]
    fn a_session_says_what_there_is_to_do() {
        let who = "Signed in: Test\\u{7} Nurse (999900000102)\n";
        let nobody = summary(&session(&[]), "");
        assert!(
            nobody.starts_with(&format!("{who}No role: the role directory has none")),
            "{nobody}"
        );
        let away = SessionDescription { knowledge: "unavailable".to_owned(), ..session(&[]) };
        assert!(summary(&away, "").ends_with("does not answer; it is asked again."));
        let (one, two) = (at("A99901", None, false), at("A99902", None, true));
        let several = summary(&session(&[one.clone(), two]), "");
        let choose = "2 roles can be chosen: `lanyardctl select` takes one.";
        assert_eq!(several, format!("{who}{choose}"));
        let locked = SessionDescription {
            role: Some(one),
            state: "locked".to_owned(),
            notices: vec!["You are accountable.".to_owned()],
            ..session(&[])
        };
        let expected = "Role: Nurse at A99901\nThe session is locked: `lanyardctl login` goes on with it.\nYou \
                        are accountable.";
        assert_eq!(summary(&locked, ""), format!("{who}{expected}"));
        let said = summary(&locked, "All went well. You are accountable.");
        assert!(said.ends_with("goes on with it."), "{said}");
    }

    #[test]
    fn words_of_a_later_version_are_shown_as_they_are() {
        assert_eq!(ended("card-removed"), "the card was removed");
        assert_eq!(ended("eclipse\u{7}"), "eclipse\\u{7}");
        assert_eq!(state("active"), "the holder is signed in, in a role");
        assert_eq!(state("dozing"), "dozing");
    }
}
