//! Sessions: who is signed in at which desk, in which role, and the moment it ends.
//!
//! One machine, [`Sessions`]: events come in with the time, [`Effect`]s go out. No I/O, no clock, no waiting,
//! no randomness. It knows no bus, no card command, no code of a role and no file; a session is persisted
//! nowhere.
//!
//! # States
//!
//! ```text
//!              SignedIn(three proofs)
//!                      │
//!                      ▼
//!              ┌ being recorded ┐      nobody knows of it yet
//!              └───────┬────────┘
//!                      │ Recorded
//!                      ▼
//!              ┌──────────────┐   a role, recorded   ┌────────┐ ─┐ another role,
//!              │ ChoosingRole │ ───────────────────▶ │ Active │  │ recorded
//!              └──────────────┘                      └────────┘ ◀┘
//!                      ▲ │                             ▲ │
//!   waits for nothing, │ │ locked                      │ │  card removed, doubt, suspend,
//!   and that is        │ ▼                             │ ▼  screen, user switch, asked
//!   recorded         ┌─────────────────────────────────────┐
//!                    │ Locked              (keeps its role)│
//!                    └─────────────────────────────────────┘
//!
//!        from everywhere, at once ──▶ Ended(reason), and nothing after it
//! ```
//!
//! # What a caller can rely on
//!
//! 1. **Three proofs or no session.** A session is made of a [`Proven`] alone, and only while its insertion is
//!    there. Resuming a session that was locked by anything but the screen takes another one, of the same card.
//! 2. **Recorded before given.** A start, a role and a resumption leave as [`Effect::Grant`]; what applications
//!    are shown of it, [`Effect::Given`], is made of the confirmed record. What takes is shown at once.
//! 3. **One desk.** A [`Notice`] names the desk it is for. A desk has one session; of the desks of a seat only
//!    the one that is active there can have one that is not locked.
//! 4. **Doubt leads out of `Active`**: by the site's [`OnRemoval`] to the end or to the lock.
//! 5. **One end**: each session that was shown ends by one [`News::Ended`], with a reason, and nothing follows.
//! 6. **Clocks shorten, never lengthen.** Between two events the longer span of both clocks counts.
//!
//! # What was decided
//!
//! - **A holder without a role** is signed in and stays in [`State::ChoosingRole`], with nothing to choose from;
//!   [`Session::knowledge`] says whether the directory said so or could not be asked. When a role opens or
//!   comes, it is offered; the only one, at an organisation of the site's, is taken.
//! - **A role that closes, is withdrawn or changed** while a session is in it ends the session
//!   ([`EndReason::RoleRevoked`]), also a locked one. The directory failing withdraws nothing.
//! - **The same card again** at its desk refreshes the session: the proof is the new one, and counts as
//!   activity. The session's length counts from its start.
//! - **Another card**, also of the same holder, replaces it, as soon as it is proved.
//! - **The idle limit** does not count in a locked session; the greatest length does.
//! - **A switch of users** takes the desk from its holder: to go on she proves her card again.

mod desk;
mod effect;
mod event;
mod grant;
mod machine;
mod notice;
mod offers;
mod proof;
mod reason;
mod role;
mod session;
mod settings;
#[cfg(test)]
mod tests;
mod time;
mod words;

pub use desk::Desk;
pub use effect::{Choice, Effect, News, Record, Recorded, Withheld};
pub use event::{Departure, Event};
pub use grant::Ticket;
pub use machine::{Sessions, SignedIn};
pub use notice::Notice;
pub use proof::{Insertion, NotOneCard, Proof, Proven};
pub use reason::{EndReason, LockReason, Refusal};
pub use role::{
    DirectoryAnswer, Freshness, Knowledge, Organisation, RoleId, RoleOffer, Whereabouts,
};
pub use session::{CardPlace, Offered, Session, SessionId, State};
pub use settings::{Elsewhere, OnRemoval, OnSwitch, Reverify, Settings};
pub use time::Now;
