//! What to say to a card: the PIV application of SP 800-73-4, spoken over any [`CardChannel`].
//!
//! Identifying a card is one short conversation: application selected, CHUID, tries left, certificate.
//! This crate knows no reader, no PC/SC, no clock and no rule of ours about passcodes; it judges no
//! certificate. PKCS#11 modules will stand beside PIV here.
//!
//! [`CardChannel`]: lanyard_iso7816::CardChannel

mod certificate;
mod identify;
pub mod piv;
mod serial;

pub use certificate::{Certificate, CertificateError, HolderUuid};
pub use identify::{Identity, Unidentified, identify};
pub use serial::{CardSerial, MalformedSerial};
