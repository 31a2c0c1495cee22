//! A question to somebody on the bus, and why there is no answer.

use std::{collections::HashMap, io};

use serde::Serialize;
use zbus::{
    Connection, DynamicType, OwnedVariant, fdo,
    names::{BusName, OwnedUniqueName, WellKnownName},
    wire::DynamicDeserialize,
};

use crate::doctor::Missing;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Gone {
    /// There is no bus, or it does not answer.
    NoBus {
        /// Why.
        why: String,
    },
    /// Nobody has that name.
    Absent,
    /// No answer came in time.
    Silent,
    /// It knows nothing of what it is asked about.
    NoSuchThing,
    /// Another error, or an answer that cannot be understood.
    Odd {
        /// What.
        why: String,
    },
}

/// Every property of an interface, by name.
pub(super) type Properties = HashMap<String, OwnedVariant>;

/// Somebody on the bus.
pub(super) struct Party<'a> {
    pub(super) bus: &'a Connection,
    pub(super) name: &'a str,
}

impl Party<'_> {
    /// Asks by calling a method.
    pub(super) async fn ask<B, T>(
        &self,
        (path, interface, method): (&str, &str, &str),
        body: &B,
    ) -> Result<T, Gone>
    where
        B: Serialize + DynamicType,
        T: for<'de> DynamicDeserialize<'de>,
    {
        let answer =
            self.bus.call_method(Some(self.name), path, Some(interface), method, body).await?;
        Ok(answer.body().deserialize()?)
    }

    /// Reads all properties of an interface.
    pub(super) async fn properties(&self, path: &str, interface: &str) -> Result<Properties, Gone> {
        self.ask((path, "org.freedesktop.DBus.Properties", "GetAll"), &(interface,)).await
    }
}

/// A property of its type.
pub(super) fn take<T: TryFrom<OwnedVariant>>(
    properties: &mut Properties,
    name: &str,
) -> Result<T, Gone> {
    let value = properties.remove(name).and_then(|value| T::try_from(value).ok());
    value.ok_or_else(|| Gone::Odd { why: format!("it has no usable {name}") })
}

/// Who has a name; asking starts nobody.
pub(super) async fn owner(bus: &Connection, name: &'static str) -> Result<OwnedUniqueName, Gone> {
    let name = WellKnownName::from_static_str(name).map_err(|_| Gone::Absent)?;
    let owner = fdo::DBusProxy::new(bus).await?.get_name_owner(BusName::from(name)).await;
    Ok(owner.map_err(zbus::Error::from)?)
}

impl From<Missing> for Gone {
    fn from(why: Missing) -> Self {
        match why {
            Missing::Late => Self::Silent,
            Missing::Broken => {
                Self::Odd { why: "lanyardctl itself failed when it asked".to_owned() }
            }
        }
    }
}

impl From<zbus::Error> for Gone {
    fn from(error: zbus::Error) -> Self {
        match error {
            zbus::Error::FDO(known) => match *known {
                fdo::Error::ServiceUnknown(_) | fdo::Error::NameHasNoOwner(_) => Self::Absent,
                fdo::Error::NoReply(_)
                | fdo::Error::Timeout(_)
                | fdo::Error::TimedOut(_)
                | fdo::Error::Disconnected(_) => Self::Silent,
                fdo::Error::UnknownMethod(_)
                | fdo::Error::UnknownObject(_)
                | fdo::Error::UnknownInterface(_) => Self::NoSuchThing,
                fdo::Error::ZBus(error) => error.into(),
                other => Self::Odd { why: other.to_string() },
            },
            zbus::Error::InputOutput(error) if error.kind() == io::ErrorKind::TimedOut => {
                Self::Silent
            }
            zbus::Error::MethodError(name, ..) if NO_SUCH_THING.contains(&name.as_str()) => {
                Self::NoSuchThing
            }
            other => Self::Odd { why: other.to_string() },
        }
    }
}

/// logind's and systemd's own names for it.
const NO_SUCH_THING: [&str; 4] = [
    "org.freedesktop.login1.NoSessionForPID",
    "org.freedesktop.login1.NoSuchUser",
    "org.freedesktop.login1.NoUserForPID",
    "org.freedesktop.systemd1.NoSuchUnit",
];
