//! `lanyardctl roles`: the roles that can be chosen; `check` and `report`: what is missing of an access profile, in
//! the session's role or in the whole directory; `catalogue`: tables become the file of job roles and activities.

mod check;
mod report;
mod site;
mod tables;

use crate::{
    Failure, connection,
    output::{self, Form},
    session::{self, Current, ToldRole, numbered},
};

pub(crate) use check::check;
pub(crate) use report::report;
pub(crate) use tables::{TableFault, catalogue};

/// Lists the roles that can be chosen.
pub(crate) async fn list(bus: &str, form: Form) -> Result<(), Failure> {
    let session = session::required(&connection::open(bus).await?).await?;
    match form {
        Form::Json => {
            let current = session.described.role.as_ref();
            let told = |(number, role)| ToldRole::of(Some(number), role, current);
            numbered(&session.described).map(told).try_for_each(|role| output::json(&role))
        }
        Form::Words if session.described.roles.is_empty() => {
            let why = session::no_roles(&session.described);
            output::line(&format!("There is no role to choose: {why}."))
        }
        Form::Words => words(&session).iter().try_for_each(|line| output::line(line)),
    }
}

/// The roles with their numbers; the session's own is marked.
pub(crate) fn words(session: &Current<'_>) -> Vec<String> {
    let current = session.described.role.as_ref().map(|role| role.id.as_str());
    let line = |(number, role): (usize, &_)| entry(number, role, current);
    numbered(&session.described).map(line).collect()
}

/// A role in a line.
pub(crate) fn entry(
    number: usize,
    role: &lanyard_dbus::RoleDescription,
    current: Option<&str>,
) -> String {
    let mark = if current == Some(role.id.as_str()) { '*' } else { ' ' };
    format!("{mark} {number:2}  {}", session::role(role))
}
