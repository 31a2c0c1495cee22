//! Where a reader is plugged into, and in which language it speaks.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use super::{Conversation, Line};
use crate::card::Card;
use crate::{vpcd, vscard};

/// A virtual reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Socket {
    /// vsmartcard's, which listens at this address.
    Vpcd(SocketAddr),
    /// QEMU's `ccid-card-passthru`, which listens on this Unix socket.
    Vscard(PathBuf),
}

impl Socket {
    /// Connects, if the reader is there.
    pub(super) fn knock(&self) -> io::Result<(Box<dyn Line>, Box<dyn Conversation>)> {
        match self {
            Self::Vpcd(address) => vpcd::knock(*address),
            Self::Vscard(path) => vscard::knock(path),
        }
    }

    /// Makes a card fit for the reader, before it is put in. QEMU's hands through what the driver sends
    /// and knows no blocks of T=1: behind it every card speaks T=0.
    pub fn suit(&self, card: &mut Card) {
        match self {
            Self::Vpcd(_) => {}
            Self::Vscard(_) => card.speak_t0(),
        }
    }
}

impl From<SocketAddr> for Socket {
    fn from(address: SocketAddr) -> Self {
        Self::Vpcd(address)
    }
}

impl fmt::Display for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Vpcd(address) => address.fmt(f),
            Self::Vscard(path) => path.display().fmt(f),
        }
    }
}
