//! What judgements about certificates rest on: folders that are watched, and lists and OCSP answers that
//! are fetched. All of it is one immutable [`Snapshot`], replaced at once.
//!
//! [`Evidence`] is the door. Files and sockets are here, on plain threads; the clock is handed in. Nothing
//! is believed here: what was fetched is evidence, and `lanyard-trust` judges it (RFC 5280, RFC 6960).

mod board;
mod clock;
mod door;
mod fetching;
mod folders;
mod news;
mod pem;
mod problem;
mod settings;
mod snapshot;

pub use clock::Clock;
pub use door::{Evidence, Gathered};
pub use fetching::{Asked, Fault, Fetched, Http, Order, Outcome, Question, Source};
pub use news::News;
pub use problem::{Problem, ProblemFact};
pub use settings::{Fetching, Folders, Settings, Wanted};
pub use snapshot::{Judged, Presented, Snapshot, Stamp};
