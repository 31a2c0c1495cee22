//! An honest virtual PIV card as SP 800-73-4 describes it.

mod atr;
mod authority;
mod bytes;
mod card;
mod certificate;
mod content;
mod counts;
mod fault;
mod issue;
mod key;
mod memory;
mod misbehave;
mod persona;
mod piv;
mod transport;
pub mod vpcd;

pub use authority::{Authorities, Authority};
pub use card::{Card, Reply, Tries};
pub use counts::Counts;
pub use fault::{Fault, UnknownFault};
pub use issue::IssueError;
pub use key::Algorithm;
pub use persona::{ApplicationKind, AuthorityName, Feature, Persona, PersonaError, Personas, Slot};
pub use piv::{ManagementAlgorithm, PasscodeFormat};
