//! The session of this desk, as the daemon tells whoever sits there.

mod settled;
mod told;
mod words;

use lanyard_dbus::{Error, ManagerProxy, RoleDescription, SessionDescription, SessionProxy};
use zbus::{Connection, OwnedObjectPath, fdo};

use crate::Failure;

pub(crate) use settled::{News, settled};
pub(crate) use told::{Told, ToldRole, numbered};
#[cfg(test)]
pub(crate) use words::tests;
pub(crate) use words::{ended, no_roles, role, state, summary};

/// A session, and what it was when it was asked.
#[derive(Debug)]
pub(crate) struct Current<'a> {
    proxy: SessionProxy<'a>,
    pub(crate) described: SessionDescription,
}

/// The session of this desk; none when nobody is signed in.
pub(crate) async fn current<'a>(bus: &Connection) -> Result<Option<Current<'a>>, Failure> {
    let path = match ManagerProxy::new(bus).await?.current_session().await {
        Ok(path) => path,
        Err(Error::NoSession(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    match Current::at(bus, path).await {
        Ok(current) => Ok(Some(current)),
        // It ended meanwhile.
        Err(Failure::NoSession) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// The session of this desk, without which nothing can be done.
pub(crate) async fn required<'a>(bus: &Connection) -> Result<Current<'a>, Failure> {
    current(bus).await?.ok_or(Failure::NoSession)
}

impl Current<'_> {
    /// The session at a path.
    pub(crate) async fn at(bus: &Connection, path: OwnedObjectPath) -> Result<Self, Failure> {
        let proxy = SessionProxy::builder(bus).path(path).build().await?;
        let described = proxy.describe().await.map_err(failed)?;
        Ok(Self { proxy, described: SessionDescription::from_answer(described)? })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &str {
        self.proxy.inner().path().as_str()
    }

    /// Takes a role.
    pub(crate) async fn select(&self, role: &RoleDescription) -> Result<(), Failure> {
        self.proxy.select_role(&role.id).await.map_err(failed)
    }

    /// Nothing may be done in it until its card is proved again.
    pub(crate) async fn lock(&self) -> Result<(), Failure> {
        self.proxy.lock().await.map_err(failed)
    }

    /// Signs the holder out.
    pub(crate) async fn end(&self) -> Result<(), Failure> {
        self.proxy.end().await.map_err(failed)
    }
}

/// A session that is over is not there, in the words of D-Bus.
fn failed(error: Error) -> Failure {
    const GONE: &str = "org.freedesktop.DBus.Error.UnknownObject";
    let is_gone = match &error {
        Error::NoSession(_) => true,
        Error::ZBus(zbus::Error::MethodError(name, ..)) => name.as_str() == GONE,
        Error::ZBus(zbus::Error::FDO(error)) => matches!(**error, fdo::Error::UnknownObject(_)),
        _ => false,
    };
    if is_gone { Failure::NoSession } else { error.into() }
}
