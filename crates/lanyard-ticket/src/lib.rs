//! Session tickets, by which an application's *server* can believe what the desktop says: who is signed in,
//! since when, in which role.
//!
//! At sign-in the card signs a statement that names a fresh key of the session ([`Opening`]). That key signs
//! tickets ([`Tickets`]): JWTs for one audience, each with the statement, its certificates and the role as its
//! registration authority signed it. A server verifies all of that offline ([`Verifier`], `docs/tickets.md`).
//!
//! No file, no clock and no source of randomness is known here: times and a [`SecureRandom`] are handed in.
//! Whether a session is active is its owner's to know.
//!
//! [`SecureRandom`]: ring::rand::SecureRandom

mod given;
mod jwk;
mod jws;
mod key;
mod opening;
mod tickets;
mod verify;

pub use given::{Audience, Nonce};
pub use key::KeyFault;
pub use opening::{Beginning, NotOpened, Opening};
pub use tickets::{LIFE_S, NoTicket, TICKET_KIND, TicketFor, Tickets};
pub use verify::{
    Believed, CLOCK_SKEW_S, Expected, Fault, LONGEST_TICKET, Part, Refusal, Verifier,
};
