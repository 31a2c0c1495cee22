//! An honest virtual PIV card as SP 800-73-4 describes it, with personas and faults.
//!
//! It is the other side of `lanyard-card` and shares no line of PIV with it: what the two agree on is the
//! standard, and OpenSC and yubico-piv-tool are the judges. There is no PC/SC in here.
//!
//! # In process
//!
//! A [`Card`] is a [`CardChannel`](lanyard_iso7816::CardChannel), so a test speaks to it as to any other:
//!
//! ```
//! use std::time::{Duration, SystemTime};
//! use lanyard_iso7816::{Command, exchange};
//! use lanyard_virtcard::{Authorities, Card, Personas};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let today = SystemTime::UNIX_EPOCH + Duration::from_secs(1_788_220_800);
//! let authorities = Authorities::in_memory(today)?;
//! let mut card = Card::issue(Personas::compiled_in()?.named("student")?, &authorities, today)?;
//!
//! let name = [0xA0, 0, 0, 3, 8, 0, 0, 0x10, 0, 1, 0];
//! exchange(&mut card, &Command::new(0xA4, 4, 0).plain(name))?;
//! let asked = exchange(&mut card, &Command::new(0x20, 0, 0x80))?;
//! assert_eq!(asked.status.tries_left(), Some(3));
//! assert_eq!(card.counts().apdus, 2);
//! # Ok(())
//! # }
//! ```
//!
//! [`Card::open`] keeps it in a folder, so that keys, data objects and tries survive. A counter is on disk
//! before the answer leaves.
//!
//! # In a virtual reader
//!
//! The program of the same name puts a card into vsmartcard's virtual reader, where every PC/SC program
//! finds it. With pcscd and `vsmartcard-vpcd` installed and running:
//!
//! ```text
//! $ lanyard-virtcard --persona nurse
//! nurse is in, 3 tries left. Write `help` to hear what can be done.
//! swap gp
//! gp is in, 3 tries left.
//! ```
//!
//! With `--vscard SOCKET` the reader is the one of a virtual machine, QEMU's `ccid-card-passthru`.
//!
//! With `--control SOCKET` it takes the same orders from a Unix socket, one a line, and answers each with
//! one line of JSON: `{"ok":true,…}` or `{"ok":false,"error":"…"}`. When the card is in, it prints one line
//! `{"ready":true,…}`.
//!
//! # The authorities behind it
//!
//! [`Authorities`] are a PKI as the field has it: a root, two authorities below it, revocation lists in
//! partitions that directory names tell apart, an OCSP responder; and a root that nobody should trust. In a
//! folder their files are what a daemon is configured with. A card is revoked at any time, also while it is
//! in a reader:
//!
//! ```
//! # use std::time::{Duration, SystemTime};
//! use lanyard_virtcard::{Authorities, Personas, RevocationReason};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let today = SystemTime::UNIX_EPOCH + Duration::from_secs(1_788_220_800);
//! let mut authorities = Authorities::in_memory(today)?;
//! let (before, personas) = (authorities.lists(), Personas::compiled_in()?);
//! authorities.revoke(personas.named("nurse")?, RevocationReason::KeyCompromise, today)?;
//! let after = authorities.lists();
//! assert_eq!(before.iter().zip(&after).filter(|(before, after)| before != after).count(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! # What it is not
//!
//! - Nothing on it is secret: keys lie in plain files, passcodes in the personas.
//! - No secure messaging, no virtual contact interface, no biometrics, no global PIN, no retired keys.
//! - The signatures of CHUID and security object are plain CMS data by the authority, without
//!   PIV's own content types.
//! - It answers at the speed of the machine unless a fault says otherwise.

mod atr;
mod bytes;
mod card;
mod content;
mod counts;
mod der;
mod fault;
mod files;
mod issue;
mod key;
mod memory;
mod misbehave;
mod persona;
mod personas;
mod piv;
mod pki;
pub mod plug;
mod transport;
mod vpcd;
mod vscard;

pub use card::{Card, Reply, Tries};
pub use counts::Counts;
pub use fault::{Fault, UnknownFault};
pub use issue::IssueError;
pub use key::Algorithm;
pub use persona::{ApplicationKind, AuthorityName, Feature, Persona, Slot};
pub use personas::{PersonaError, Personas};
pub use piv::{ManagementAlgorithm, PasscodeFormat};
pub use pki::{Authorities, Authority, Responder, RevocationReason, UnknownReason};
