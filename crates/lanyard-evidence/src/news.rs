//! What the daemon is told without asking.

use std::io;

use crate::fetching::Fault;
use crate::problem::Problem;
use crate::snapshot::Stamp;

/// Something that happened. Told from whichever thread noticed it; whoever hears it must not wait there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// The evidence is another now: what was judged may be judged again. Two may come in any order, the
    /// higher stamp counts.
    Changed(Stamp),
    /// Something is wrong with a file or folder that was not wrong before.
    Problem(Problem),
    /// An address gave nothing that counts.
    Fetch {
        /// Where.
        address: String,
        /// Why.
        fault: Fault,
    },
    /// A list could not be kept for the next start.
    NotKept {
        /// Where it comes from.
        address: String,
        /// Why.
        error: io::ErrorKind,
    },
}
