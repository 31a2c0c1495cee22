//! What each return code of PC/SC means to us: one table, every code in it once.
//!
//! The codes are those of pcsc-lite (`pcsclite.h`, `winscard_clnt.c`, `winscard_msg.c`), read for what its
//! client library and pcscd return in fact, which is not always what their manual says.

use lanyard_iso7816::ChannelError;
use pcsc::Error;

use crate::ReaderError;

/// What a call to PC/SC failed of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Somebody ended the wait.
    Cancelled,
    /// The time of a wait is over.
    TimedOut,
    /// The service ended, or the context or handle did with it.
    ServiceGone,
    /// The service refuses us.
    Denied,
    /// No such reader is there.
    ReaderDeparted,
    /// The card is not there, or not the one that was connected to.
    CardRemoved,
    /// Another program reset the card.
    CardReset,
    /// The card does not answer.
    Mute,
    /// Another program keeps the card to itself.
    Kept,
    /// The service has no room.
    Busy,
    /// Anything else.
    Other(u32),
}

impl Fault {
    pub(crate) const fn of(error: Error) -> Self {
        match error {
            Error::Cancelled => Self::Cancelled,
            Error::Timeout => Self::TimedOut,

            // A lost connection, the calls after it, and handles that a new pcscd does not know. pcscd
            // hangs up without an answer on whom polkit refuses a card: see `card::connect`.
            Error::CommError
            | Error::NoService
            | Error::ServiceStopped
            | Error::InvalidHandle
            | Error::Shutdown
            | Error::SystemCancelled => Self::ServiceGone,

            // pcscd reset the connection without reading the request: polkit refused it.
            Error::SecurityViolation | Error::NoAccess => Self::Denied,

            // InvalidValue: the handle's reader is gone (`RFReaderInfoById`).
            Error::UnknownReader
            | Error::ReaderUnavailable
            | Error::NoReadersAvailable
            | Error::InvalidValue => Self::ReaderDeparted,

            Error::NoSmartcard | Error::RemovedCard => Self::CardRemoved,
            Error::ResetCard => Self::CardReset,

            // NotTransacted: the driver gave the command and got no answer, or got nothing at all after a
            // card was pulled.
            Error::UnresponsiveCard
            | Error::UnpoweredCard
            | Error::NotTransacted
            | Error::CommDataLost
            | Error::NotReady
            | Error::WaitedTooLong => Self::Mute,

            Error::SharingViolation => Self::Kept,
            Error::ServerTooBusy => Self::Busy,

            Error::InternalError
            | Error::InvalidParameter
            | Error::InvalidTarget
            | Error::NoMemory
            | Error::InsufficientBuffer
            | Error::UnknownCard
            | Error::CantDispose
            | Error::ProtoMismatch
            | Error::UnknownError
            | Error::InvalidAtr
            | Error::PciTooSmall
            | Error::ReaderUnsupported
            | Error::DuplicateReader
            | Error::CardUnsupported
            | Error::UnsupportedFeature
            | Error::IccInstallation
            | Error::IccCreateorder
            | Error::DirNotFound
            | Error::FileNotFound
            | Error::NoDir
            | Error::NoFile
            | Error::WriteTooMany
            | Error::BadSeek
            | Error::InvalidChv
            | Error::UnknownResMng
            | Error::NoSuchCertificate
            | Error::CertificateUnavailable
            | Error::NoKeyContainer
            | Error::UnsupportedCard
            | Error::WrongChv
            | Error::ChvBlocked
            | Error::Eof
            | Error::CancelledByUser
            | Error::CardNotAuthenticated
            | Error::CacheItemNotFound
            | Error::CacheItemStale
            | Error::CacheItemTooBig => Self::Other(error as u32),
        }
    }
}

/// A fault in the middle of a conversation. A refusal there is a connection that broke.
impl From<Fault> for ChannelError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::CardRemoved | Fault::ReaderDeparted => Self::CardRemoved,
            Fault::CardReset => Self::CardReset,
            Fault::Mute | Fault::TimedOut => Self::Mute,
            Fault::ServiceGone | Fault::Denied | Fault::Cancelled => Self::ServiceUnavailable,
            Fault::Kept | Fault::Busy => Self::Busy,
            Fault::Other(code) => Self::Transport { code },
        }
    }
}

/// A fault before any conversation.
impl From<Fault> for ReaderError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::ReaderDeparted => Self::Departed,
            Fault::Denied => Self::Denied,
            Fault::Cancelled
            | Fault::TimedOut
            | Fault::ServiceGone
            | Fault::CardRemoved
            | Fault::CardReset
            | Fault::Mute
            | Fault::Kept
            | Fault::Busy
            | Fault::Other(_) => Self::Card(fault.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each code that means something of its own: to a conversation, and before one.
    const MEANINGS: [(Error, ChannelError, ReaderError); 14] = {
        use ChannelError::{Busy, CardRemoved, CardReset, Mute, ServiceUnavailable};
        use ReaderError::{Card, Denied, Departed};
        [
            (Error::CommError, ServiceUnavailable, Card(ServiceUnavailable)),
            (Error::NoService, ServiceUnavailable, Card(ServiceUnavailable)),
            (Error::ServiceStopped, ServiceUnavailable, Card(ServiceUnavailable)),
            (Error::InvalidHandle, ServiceUnavailable, Card(ServiceUnavailable)),
            (Error::SecurityViolation, ServiceUnavailable, Denied),
            (Error::UnknownReader, CardRemoved, Departed),
            (Error::ReaderUnavailable, CardRemoved, Departed),
            (Error::InvalidValue, CardRemoved, Departed),
            (Error::NoSmartcard, CardRemoved, Card(CardRemoved)),
            (Error::RemovedCard, CardRemoved, Card(CardRemoved)),
            (Error::ResetCard, CardReset, Card(CardReset)),
            (Error::UnresponsiveCard, Mute, Card(Mute)),
            (Error::NotTransacted, Mute, Card(Mute)),
            (Error::SharingViolation, Busy, Card(Busy)),
        ]
    };

    #[test]
    fn every_code_has_its_meaning() {
        for (code, in_conversation, before) in MEANINGS {
            assert_eq!(ChannelError::from(Fault::of(code)), in_conversation, "{code:?}");
            assert_eq!(ReaderError::from(Fault::of(code)), before, "{code:?}");
        }
    }

    #[test]
    fn a_code_without_a_meaning_is_passed_on_as_a_number() {
        let code = 0x8010_000F;
        assert_eq!(Fault::of(Error::ProtoMismatch), Fault::Other(code));
        assert_eq!(ChannelError::from(Fault::Other(code)), ChannelError::Transport { code });
    }
}
