//! What to say to a card: the PIV application of SP 800-73-4, spoken over any [`CardChannel`].
//!
//! Three short conversations, each for one transaction: [`identify`] a card, [`authenticate`] its holder,
//! [`change`] the passcode. What they are made of stands in [`piv`]. A passcode is sent only for an intent
//! that the ledger has on disk, and every attempt gives back its settlement.
//!
//! This crate knows no reader, no PC/SC, no clock and no randomness; it judges no certificate. PKCS#11
//! modules will stand beside PIV here.
//!
//! [`CardChannel`]: lanyard_iso7816::CardChannel

mod authenticate;
mod certificate;
mod change;
mod identify;
mod jose;
mod opening;
mod passcode;
pub mod piv;
mod public_key;
mod statement;

pub use authenticate::{Authentication, authenticate, authenticate_at_keys};
pub use certificate::{Certificate, CertificateError, HolderUuid};
pub use change::{ChangeOfPasscode, change, change_at_keys};
pub use identify::{Identity, Unidentified, identify};
pub use lanyard_ledger::{CardSerial, MalformedSerial};
pub use opening::{Continuity, IdentifiedCard, LastTry, NotSent, Shown};
pub use passcode::{
    Characters, Dates, ImpossibleRules, LONGEST_ENTRY, LONGEST_PASSCODE, NewPasscode, NotRepeated,
    Obvious, Passcode, RepeatedPasscode, Rules, Unfit, Unsettable,
};
pub use public_key::{KeyKind, PublicKey, UnsuitableKey};
pub use statement::{STATEMENT_KIND, Statement, ToSign};
