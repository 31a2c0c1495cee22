//! What a site decides about where evidence comes from. The defaults suit a ward with a slow network.

use std::path::PathBuf;
use std::time::Duration;

/// Where evidence comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What lies on this machine.
    pub folders: Folders,
    /// What is asked of others.
    pub fetching: Fetching,
}

/// Folders with files in PEM form (any number in one) or DER form (one). Names that begin with a dot or end
/// with `~` are left out, and so are folders within.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    /// Whom the site trusts.
    pub anchors: PathBuf,
    /// Further authorities.
    pub intermediates: Option<PathBuf>,
    /// Revocation lists.
    pub lists: Option<PathBuf>,
    /// OCSP responders that are trusted for every issuer.
    pub responders: Option<PathBuf>,
    /// The longest file with a revocation list, in bytes.
    pub longest_list: usize,
}

impl Folders {
    /// Anchors in this folder, and nothing else; lists up to 64 MiB.
    pub const fn new(anchors: PathBuf) -> Self {
        let longest_list = LONGEST_LIST;
        Self { anchors, intermediates: None, lists: None, responders: None, longest_list }
    }
}

/// A million entries with reasons are 50 MB.
const LONGEST_LIST: usize = 64 * 1024 * 1024;

/// What is fetched, and what that may cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetching {
    /// Whether revocation lists are fetched from the addresses that certificates name.
    pub lists: Wanted,
    /// Whether OCSP responders are asked.
    pub answers: Wanted,
    /// The responder for certificates that name none.
    pub responder: Option<String>,
    /// Whether requests carry a number that the answer must repeat.
    pub nonce: Wanted,
    /// How long one list or answer may take altogether: name, connection, redirects, body.
    pub patience: Duration,
    /// The longest list, in bytes.
    pub longest_list: usize,
    /// The longest answer, in bytes.
    pub longest_answer: usize,
    /// How long something fetched counts as fresh, whatever its `nextUpdate` says; in seconds. It stays
    /// evidence for as long as it is current, also when nothing newer can be had.
    pub longest_fresh_seconds: i64,
    /// How long nobody asks again after a failure, in seconds.
    pub failure_seconds: i64,
    /// A PEM file with the roots for `https:` addresses; without it they are not fetched.
    pub https_roots: Option<PathBuf>,
    /// A folder that belongs to this program alone, in which lists survive a restart.
    pub cache: Option<PathBuf>,
}

/// Something that is wanted or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// It is.
    Yes,
    /// It is not.
    No,
}

impl Default for Fetching {
    fn default() -> Self {
        Self {
            lists: Wanted::Yes,
            answers: Wanted::Yes,
            responder: None,
            nonce: Wanted::Yes,
            patience: Duration::from_secs(3),
            longest_list: LONGEST_LIST,
            longest_answer: 64 * 1024,
            longest_fresh_seconds: 24 * 60 * 60,
            failure_seconds: 60,
            https_roots: None,
            cache: None,
        }
    }
}
