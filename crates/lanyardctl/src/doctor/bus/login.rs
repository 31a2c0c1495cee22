//! Where the caller's login session sits, as logind tells.
//!
//! By the process, else by the session in which the user is shown things, as the daemon itself looks for it
//! (`lanyard-seats`), which also watches what changes and makes the machine wait before it sleeps.

use zbus::{Connection, OwnedObjectPath, OwnedVariant, Structure};

use super::question::{Gone, Party, Properties, owner, take};

/// A login session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::doctor) struct Login {
    pub(in crate::doctor) session: String,
    /// Whose it is. With `sudo` the process stays in the session of who called it.
    pub(in crate::doctor) user: u32,
    /// Empty when it sits nowhere.
    pub(in crate::doctor) seat: String,
    /// `x11`, `wayland`, `tty`, ...
    pub(in crate::doctor) kind: String,
    pub(in crate::doctor) is_active: bool,
    pub(in crate::doctor) is_remote: bool,
}

const MANAGER: (&str, &str) = ("/org/freedesktop/login1", "org.freedesktop.login1.Manager");

/// Asks for the caller's own session.
pub(super) async fn ask(bus: &Connection, uid: u32) -> Result<Login, Gone> {
    let logind = owner(bus, "org.freedesktop.login1").await?;
    let logind = Party { bus, name: logind.as_str() };
    let (at, manager) = MANAGER;
    let own = logind.ask((at, manager, "GetSessionByPID"), &(std::process::id(),)).await;
    let own = match own {
        Ok(path) => Some(session(&logind, &path).await?),
        Err(Gone::NoSuchThing) => None,
        Err(gone) => return Err(gone),
    };
    // A service manager's session is no desk; what it starts belongs to the user's display.
    match own.filter(|(class, _)| !class.starts_with("manager")) {
        Some((_, login)) => Ok(login),
        None => display(&logind, uid).await,
    }
}

async fn display(logind: &Party<'_>, uid: u32) -> Result<Login, Gone> {
    let (at, manager) = MANAGER;
    let user: OwnedObjectPath = logind.ask((at, manager, "GetUser"), &(uid,)).await?;
    let mut properties = logind.properties(user.as_str(), "org.freedesktop.login1.User").await?;
    let (session_id, path): (String, OwnedObjectPath) = pair(&mut properties, "Display")?;
    if session_id.is_empty() {
        return Err(Gone::NoSuchThing);
    }
    Ok(session(logind, &path).await?.1)
}

/// A session's class, and the session.
async fn session(logind: &Party<'_>, path: &OwnedObjectPath) -> Result<(String, Login), Gone> {
    let interface = "org.freedesktop.login1.Session";
    let mut properties = logind.properties(path.as_str(), interface).await?;
    let (user, _): (u32, OwnedObjectPath) = pair(&mut properties, "User")?;
    let (seat, _): (String, OwnedObjectPath) = pair(&mut properties, "Seat")?;
    let state: String = take(&mut properties, "State")?;
    let login = Login {
        session: take(&mut properties, "Id")?,
        user,
        seat,
        kind: take(&mut properties, "Type")?,
        is_active: take::<bool>(&mut properties, "Active")? && state != "closing",
        is_remote: take(&mut properties, "Remote")?,
    };
    Ok((take(&mut properties, "Class")?, login))
}

/// A name or a number with a path.
fn pair<T: TryFrom<OwnedVariant>>(
    properties: &mut Properties,
    name: &str,
) -> Result<(T, OwnedObjectPath), Gone> {
    let fields = take::<Structure<'_>>(properties, name)?.into_fields();
    let mut fields = fields.into_iter().map(OwnedVariant::try_from);
    let mut next = || fields.next().and_then(Result::ok);
    let first = next().and_then(|value| T::try_from(value).ok());
    let second = next().and_then(|value| OwnedObjectPath::try_from(value).ok());
    let odd = || Gone::Odd { why: format!("it has no usable {name}") };
    Ok((first.ok_or_else(odd)?, second.ok_or_else(odd)?))
}
