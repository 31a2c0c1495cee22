//! The test PKI: a root, two authorities below it, their revocation lists in partitions, an OCSP responder,
//! the holders' certificates; and a root apart that nobody should trust.
//!
//! Names, serial numbers, dates and extensions follow from the personas and the day, keys are new each time.
//! Fetching, serving and judging are others' work. RFC 5280 and RFC 6960 §4.2.2.2 for the forms.

mod authorities;
mod authority;
mod folder;
mod holder;
mod list;
mod office;
mod points;
mod reason;
mod register;
mod responder;
mod serial;
mod signer;

pub use authorities::Authorities;
pub use authority::Authority;
pub use reason::{RevocationReason, UnknownReason};
pub use responder::Responder;

pub(crate) use holder::issue;
