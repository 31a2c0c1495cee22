//! Why a command could not be carried out, in words for whoever called it.

use std::{io, path::PathBuf};

use lanyard_audit::AuditError;
use lanyard_dbus::{Error, IncompleteDescription};
use zbus::DBusError;

use lanyard_settings::{SettingsError, WrongCatalogue};

use crate::{certificate::FileFault, ending::Ending, output::printable, roles::TableFault};

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The bus is not there.
    #[error("the {bus} bus cannot be reached: {source}")]
    Bus {
        /// Which bus.
        bus: String,
        /// Why.
        source: zbus::Error,
    },
    /// Nobody owns the daemon's name.
    #[error("lanyardd is not running on this bus")]
    NotRunning,
    /// The daemon's name lost its owner while something was waited for.
    #[error("lanyardd ended before this was done")]
    DaemonWent,
    /// The daemon or the bus failed.
    #[error("{0}")]
    Call(zbus::Error),
    /// The daemon's objects lack something.
    #[error("{path} has no usable property {property}: is lanyardd of another version?")]
    Property {
        /// Which object.
        path: String,
        /// Which property.
        property: &'static str,
    },
    /// What the daemon tells of a card lacks something.
    #[error("{0}: is lanyardd of another version?")]
    Description(#[from] IncompleteDescription),
    /// The daemon refused, and said why.
    #[error("{}", why(.0))]
    Refused(Error),
    /// There is no such card.
    #[error("there is no card {0}; `lanyardctl cards` lists those there are")]
    NoSuchCard(String),
    /// Nobody is signed in at this desk.
    #[error("nobody is signed in at this desk; `lanyardctl login` signs in")]
    NoSession,
    /// There is no such role.
    #[error("there is no role {0}; `lanyardctl roles` lists those that can be chosen")]
    NoSuchRole(String),
    /// No role can be chosen.
    #[error("there is no role to choose: {0}")]
    NoRoles(&'static str),
    /// There is no such access profile.
    #[error("there is no profile {name}; there are {known}")]
    NoSuchProfile {
        /// What it was called.
        name: String,
        /// Those there are.
        known: String,
    },
    /// The role directory cannot be read.
    #[error("{}: cannot be read: {why}", printable(&folder.to_string_lossy()))]
    Directory {
        /// The folder.
        folder: PathBuf,
        /// Why.
        why: io::Error,
    },
    /// A table or a catalogue cannot be read.
    #[error("{}: {why}", printable(&file.to_string_lossy()))]
    Table {
        /// Which file.
        file: PathBuf,
        /// What is wrong with it.
        why: TableFault,
    },
    /// The settings are not in order.
    #[error("{}", printable(&.0.to_string()))]
    Settings(#[from] SettingsError),
    /// There is no catalogue.
    #[error("no catalogue: {}", printable(&.0.to_string()))]
    Catalogue(#[from] WrongCatalogue),
    /// Interrupted twice: nobody waits for an orderly end any more.
    #[error("interrupted")]
    Interrupted,
    /// It did not come to what was wanted; that has been said.
    #[error("")]
    NotDone(Ending),
    /// The bus ended.
    #[error("the connection to the bus ended")]
    BusClosed,
    /// Nobody can be asked here.
    #[error("the terminal cannot be used: {0}")]
    Terminal(#[source] io::Error),
    /// A passcode would not be safe in our memory.
    #[error("memory cannot be kept from others, so no passcode is asked for: {0}")]
    Memory(#[source] io::Error),
    /// There is no audit log.
    #[error("there is no audit log at {}", .0.display())]
    NoLog(PathBuf),
    /// The audit log cannot be read.
    #[error(transparent)]
    Log(#[from] AuditError),
    /// A certificate cannot be judged, for what is wrong with a file.
    #[error("{}: {why}", printable(&file.to_string_lossy()))]
    Unjudged {
        /// The file or folder.
        file: PathBuf,
        /// What is wrong with it.
        why: FileFault,
    },
    /// A file cannot be written.
    #[error("{}: cannot be written: {why}", printable(&file.to_string_lossy()))]
    NotWritten {
        /// The file.
        file: PathBuf,
        /// Why.
        why: io::Error,
    },
    /// What was found cannot be written.
    #[error("cannot write: {0}")]
    Output(#[from] io::Error),
}

impl Failure {
    /// How the command ends by it.
    pub(crate) const fn ending(&self) -> Ending {
        match self {
            Self::NotDone(ending) => *ending,
            Self::Interrupted => Ending::Cancelled,
            Self::Bus { .. }
            | Self::NotRunning
            | Self::DaemonWent
            | Self::Call(_)
            | Self::Property { .. }
            | Self::Description(_)
            | Self::Refused(_)
            | Self::NoSuchCard(_)
            | Self::NoSession
            | Self::NoSuchRole(_)
            | Self::NoRoles(_)
            | Self::NoSuchProfile { .. }
            | Self::Directory { .. }
            | Self::BusClosed
            | Self::Terminal(_)
            | Self::Memory(_)
            | Self::NoLog(_)
            | Self::Log(_)
            | Self::Unjudged { .. }
            | Self::Table { .. }
            | Self::NotWritten { .. }
            | Self::Settings(_)
            | Self::Catalogue(_)
            | Self::Output(_) => Ending::Failed,
        }
    }
}

/// What the daemon says, without the error's name on the bus.
fn why(error: &Error) -> String {
    let said = error.description().unwrap_or_default();
    if matches!(error, Error::AccessDenied(_)) {
        format!("not allowed: {said}")
    } else {
        said.to_owned()
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::ZBus(error) => error.into(),
            refused => Self::Refused(refused),
        }
    }
}

impl From<zbus::Error> for Failure {
    fn from(error: zbus::Error) -> Self {
        match error {
            zbus::Error::FDO(error) => (*error).into(),
            zbus::Error::MethodError(ref name, ..) => match name.as_str() {
                "org.freedesktop.DBus.Error.ServiceUnknown"
                | "org.freedesktop.DBus.Error.NameHasNoOwner" => Self::NotRunning,
                "org.freedesktop.DBus.Error.NoReply" => Self::DaemonWent,
                _ => Self::Call(error),
            },
            other => Self::Call(other),
        }
    }
}

impl From<zbus::fdo::Error> for Failure {
    fn from(error: zbus::fdo::Error) -> Self {
        match error {
            zbus::fdo::Error::ServiceUnknown(_) | zbus::fdo::Error::NameHasNoOwner(_) => {
                Self::NotRunning
            }
            zbus::fdo::Error::NoReply(_) => Self::DaemonWent,
            other => Self::Call(other.into()),
        }
    }
}
