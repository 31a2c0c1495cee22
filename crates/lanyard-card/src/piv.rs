//! The PIV card application (SP 800-73-4), from the terminal's side: one file a question.
//!
//! Each function sends one command (or what a command needs to be whole) and gives the answer a type.
//! What to do with the answers, and in which order to ask, is decided elsewhere.

mod attempt;
mod certificate;
mod change;
mod chuid;
mod keys;
mod possession;
mod select;
mod sign;
mod tries;
mod verify;

pub use attempt::{Attempted, Unclear, Verdict};
pub use certificate::{Slot, parse_certificate_object, read_certificate};
pub use change::{Change, PasscodeChanged, change_passcode, change_passcode_at_keys};
pub use chuid::{parse_chuid, read_chuid};
pub use keys::{EndedAtKeys, KeyedChannel};
pub use possession::{KeyHeld, NotHeld, prove_possession};
pub use select::{Selected, select};
pub use sign::Unsigned;
pub use tries::{LoggedOut, Tries, drop_verified_state, ensure_logged_out, tries_left};
pub use verify::{PasscodeVerified, Verify, verify, verify_at_keys};

use lanyard_iso7816::{CardChannel, Command, ExchangeError, Response, Status, tlv::TlvError};

use crate::{CertificateError, MalformedSerial};

/// The reference of the PIV Card Application PIN (SP 800-73-4 part 1 table 4b).
const APPLICATION_PIN: u8 = 0x80;

/// The data object that every answer to GET DATA is wrapped in (SP 800-73-4 part 2 §3.1.2).
const DATA: u32 = 0x53;

/// Why something could not be read from a card that has the PIV application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The exchange failed.
    #[error(transparent)]
    Exchange(#[from] ExchangeError),
    /// The card does not have the data object.
    #[error("the card does not have this data object")]
    Absent,
    /// The card refused for a reason that the standard does not foresee here.
    #[error("the card refused with {0}")]
    Refused(Status),
    /// The data object is malformed.
    #[error("a data object is malformed: {0}")]
    Malformed(#[from] TlvError),
    /// The card has no number to tell it by.
    #[error(transparent)]
    Serial(#[from] MalformedSerial),
    /// The certificate is compressed in a way that cannot be undone, or to more than fits.
    #[error("the certificate cannot be decompressed")]
    Compression,
    /// The certificate is none.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
}

/// Asks for a data object by its tag: whole, or the first part of it.
fn get_data(
    channel: &mut dyn CardChannel,
    tag: [u8; 3],
    exchange: fn(&mut dyn CardChannel, &Command) -> Result<Response, ExchangeError>,
) -> Result<Vec<u8>, ReadError> {
    let [a, b, c] = tag;
    let command = Command::new(0xCB, 0x3F, 0xFF).plain([0x5C, 3, a, b, c]).expecting_most();
    let response = exchange(channel, &command)?;
    match response.status {
        Status::SUCCESS => Ok(response.data),
        Status::NOT_FOUND | Status::REFERENCE_NOT_FOUND => Err(ReadError::Absent),
        status if status.more_available().is_some() => Ok(response.data),
        status => Err(ReadError::Refused(status)),
    }
}
