//! The audit log: one record a line, each with the hash of the one before.
//!
//! Writes, rotates, verifies and shows the log; decides nothing about what is recorded when, and looks at
//! no clock. Whoever can write the file can also write all of it anew: what shows that is the [`Head`],
//! which the caller keeps elsewhere and hands back. How a record is hashed is in [`AuditLog`] and in
//! `docs/decisions/0008-the-audit-log-is-hashed-as-written.md`; times are RFC 3339, hashes SHA-256
//! (FIPS 180-4).

mod error;
mod event;
mod files;
mod head;
mod line;
mod lines;
mod log;
mod mark;
mod record;
mod settings;
mod show;
mod tail;
mod text;
mod time;
mod torn;
mod verify;
mod writer;

pub use error::{AuditError, Finding};
pub use event::{Event, Outcome};
pub use files::in_order;
pub use head::{Hash, Head, NotAHead};
pub use line::LONGEST_LINE;
pub use log::{AuditLog, Opened};
pub use record::{Caller, Record};
pub use settings::Settings;
pub use show::{Asker, Entry, Filter, Shown, show};
pub use text::{
    CardSerial, HolderUuid, LoginSession, Organisation, ReaderName, Reason, RoleId, TermsVersion,
    Unfit,
};
pub use verify::{Anchor, Broken, Fault, Place, Report, verify, verify_alone};
