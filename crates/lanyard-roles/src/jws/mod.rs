//! JSON Web Signatures (RFC 7515) in the compact form, and nothing else of the family.
//!
//! The key decides which algorithms count, never the header alone; keys that come along in a header are
//! not looked at (RFC 8725 §3.1, §3.10). A type keeps one kind of statement from passing for another
//! (§3.11).

mod compact;
mod key;
mod signing;

pub use compact::{Compact, JwsFault, LONGEST_JWS};
pub use key::{Algorithm, KeyError, PublicKey};
pub use signing::{SignError, SigningKey};
