//! `lanyardctl select`: the role to work in, as named on the command line, or as chosen in this terminal.

mod asked;
mod meant;
mod search;

use std::io::{self, IsTerminal as _};

use lanyard_dbus::RoleDescription;

pub(crate) use asked::ask;
use meant::Meant;

use crate::{
    Failure, connection,
    ending::Ending,
    interrupts::Interrupts,
    output::{self, Form, printable},
    roles,
    session::{self, Current, ToldRole, numbered},
};

/// Takes a role.
pub(crate) async fn select(bus: &str, wanted: Option<&str>, form: Form) -> Result<(), Failure> {
    let bus = connection::open(bus).await?;
    let session = session::required(&bus).await?;
    if session.described.roles.is_empty() {
        return Err(Failure::NoRoles(session::no_roles(&session.described)));
    }
    let chosen = match wanted {
        Some(wanted) => meant(&session, wanted, form)?,
        None if io::stdin().is_terminal() => {
            ask(&session.described, &mut Interrupts::take()?).await?
        }
        None => {
            several(&session, session.described.roles.iter(), form)?;
            return Err(Failure::NotDone(Ending::ChoiceNeeded));
        }
    };
    let Some(chosen) = chosen else { return Err(Failure::NotDone(Ending::Cancelled)) };
    take(&session, &chosen, form).await
}

/// Takes this role, and says so.
pub(crate) async fn take(
    session: &Current<'_>,
    role: &RoleDescription,
    form: Form,
) -> Result<(), Failure> {
    session.select(role).await?;
    match form {
        Form::Words => output::line(&format!("Role: {}", session::role(role))),
        Form::Json => {
            let number = numbered(&session.described).find(|(_, it)| it.id == role.id);
            let role = ToldRole::of(number.map(|(number, _)| number), role, Some(role));
            output::json(&serde_json::json!({ "outcome": "ok", "role": role }))
        }
    }
}

fn meant(
    session: &Current<'_>,
    wanted: &str,
    form: Form,
) -> Result<Option<RoleDescription>, Failure> {
    match Meant::by(wanted, &session.described.roles) {
        Meant::One(role) => Ok(Some(role.clone())),
        Meant::Several(roles) => {
            several(session, roles.into_iter(), form)?;
            Err(Failure::NotDone(Ending::ChoiceNeeded))
        }
        Meant::Nothing => Err(Failure::NoSuchRole(printable(wanted))),
    }
}

/// Writes what could be meant, with the numbers that say which.
fn several<'a>(
    session: &Current<'_>,
    could_be: impl Iterator<Item = &'a RoleDescription>,
    form: Form,
) -> Result<(), Failure> {
    let ids: Vec<&str> = could_be.map(|role| role.id.as_str()).collect();
    let current = session.described.role.as_ref();
    let roles = numbered(&session.described).filter(|(_, role)| ids.contains(&role.id.as_str()));
    match form {
        Form::Json => {
            let roles: Vec<_> =
                roles.map(|(number, role)| ToldRole::of(Some(number), role, current)).collect();
            output::json(&serde_json::json!({ "outcome": "choice-needed", "roles": roles }))
        }
        Form::Words => {
            output::line(
                "Several roles could be meant. Say which one with `lanyardctl select NUMBER`:",
            )?;
            let current = current.map(|role| role.id.as_str());
            let mut lines = roles.map(|(number, role)| roles::entry(number, role, current));
            lines.try_for_each(|line| output::line(&line))
        }
    }
}
