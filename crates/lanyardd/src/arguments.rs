//! The command line of the daemon.

use std::{convert::Infallible, fmt, path::PathBuf, str::FromStr};

use clap::Parser;

/// The identity agent for smartcards: watches readers and cards, and tells the desktop's applications
/// over D-Bus.
#[derive(Clone, Debug, Parser)]
#[command(name = "lanyardd", version)]
pub struct Arguments {
    /// Read the settings from this file, and from the folder beside it whose name ends in .d instead; without
    /// it, from /etc/lanyard/lanyard.toml and /etc/lanyard/lanyard.d, if they exist
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Serve this bus: system, session, or the address of one
    #[arg(long, value_name = "BUS", default_value = "system")]
    pub bus: Bus,

    /// Check the settings, say what is wrong with them, and end
    #[arg(long)]
    pub check_config: bool,
}

/// The bus to be served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bus {
    /// The system bus.
    System,
    /// The session bus of the caller.
    Session,
    /// A D-Bus server address, such as `unix:path=/run/private/bus`.
    Address(String),
}

impl FromStr for Bus {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text {
            "system" => Self::System,
            "session" => Self::Session,
            address => Self::Address(address.to_owned()),
        })
    }
}

impl fmt::Display for Bus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::System => "system",
            Self::Session => "session",
            Self::Address(address) => address,
        })
    }
}
