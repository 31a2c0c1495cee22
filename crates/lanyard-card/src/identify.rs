//! Who is this card? One short conversation, for one transaction: SELECT, CHUID, tries, certificate.
//!
//! A card found verified is logged out before its tries are read, so that nobody rides on another
//! program's passcode. A card that does not answer to our application is left alone.

use lanyard_iso7816::{CardChannel, ExchangeError};

use crate::{
    CardSerial, Certificate,
    piv::{
        ReadError, Selected, Slot, Tries, drop_verified_state, read_certificate, read_chuid,
        select, tries_left,
    },
};

/// What a card told of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Its number.
    pub serial: CardSerial,
    /// The certificate of the sign-in key.
    pub certificate: Certificate,
    /// Tries left; [`Tries::Verified`] only when the card would not be logged out, and a reset must.
    pub tries: Tries,
}

/// Why a card cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unidentified {
    /// The card has no application that we know.
    #[error("the card has no application known here")]
    Unsupported,
    /// The application is there, but it was never personalised: no number or no certificate.
    #[error("the card is blank")]
    Blank,
    /// The card's answers make no sense.
    #[error("the card cannot be read: {0}")]
    Unreadable(ReadError),
    /// The card could not be asked to the end.
    #[error(transparent)]
    Lost(#[from] lanyard_iso7816::ChannelError),
}

/// Identifies the card on this channel, which must be the caller's alone until this returns.
/// A card whose certificate is `known` by its number is not asked for it again.
///
/// # Errors
/// [`Unidentified`] says why it cannot be used.
pub fn identify(
    channel: &mut dyn CardChannel,
    slot: Slot,
    known: &dyn Fn(&CardSerial) -> Option<Certificate>,
) -> Result<Identity, Unidentified> {
    if select(channel)? == Selected::Refused {
        return Err(Unidentified::Unsupported);
    }
    let serial = read_chuid(channel)?;
    let tries = tries_after_logging_out(channel)?;
    let certificate = match known(&serial) {
        Some(certificate) => certificate,
        None => read_certificate(channel, slot)?,
    };
    Ok(Identity { serial, certificate, tries })
}

fn tries_after_logging_out(channel: &mut dyn CardChannel) -> Result<Tries, ExchangeError> {
    match tries_left(channel)? {
        Tries::Verified => {
            drop_verified_state(channel)?;
            tries_left(channel)
        }
        told @ (Tries::Left(_) | Tries::Blocked | Tries::Untold) => Ok(told),
    }
}

impl From<ReadError> for Unidentified {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Exchange(exchange) => exchange.into(),
            ReadError::Absent | ReadError::Serial(_) => Self::Blank,
            ReadError::Refused(_)
            | ReadError::Malformed(_)
            | ReadError::Compression
            | ReadError::Certificate(_) => Self::Unreadable(error),
        }
    }
}

impl From<ExchangeError> for Unidentified {
    fn from(error: ExchangeError) -> Self {
        match error {
            ExchangeError::Channel(lost) => Self::Lost(lost),
            ExchangeError::TooShort(_) | ExchangeError::Endless => {
                Self::Unreadable(ReadError::Exchange(error))
            }
        }
    }
}
