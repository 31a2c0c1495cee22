//! Object paths. Numbers of readers and cards are never used again while the daemon runs. Requests, which are
//! nobody else's business, have paths that cannot be guessed.

use std::fmt;

use lanyard_dbus::{REQUESTS, ROOT};
use rustix::rand::{GetRandomFlags, getrandom};
use sha2::{Digest, Sha256};
use zbus::{ObjectPath, OwnedObjectPath};

use crate::engine::{CardId, ReaderId, RequestId};

/// `/org/lanyard/Lanyard1/reader7`
pub(super) fn reader(reader: ReaderId) -> OwnedObjectPath {
    path(&format!("{ROOT}/reader{reader}"))
}

/// `/org/lanyard/Lanyard1/card7`
pub(super) fn card(card: CardId) -> OwnedObjectPath {
    path(&format!("{ROOT}/card{card}"))
}

/// Where requests are. Only who was told a path finds it: it is 128 bits that depend on a secret of this
/// run of the daemon.
#[derive(Clone, Copy)]
pub(super) struct RequestPaths {
    secret: [u8; 32],
}

impl RequestPaths {
    pub(super) fn new() -> Self {
        let mut secret = [0; 32];
        #[expect(
            clippy::expect_used,
            reason = "getrandom(2) gives up to 256 bytes whole, and cannot fail"
        )]
        getrandom(&mut secret, GetRandomFlags::empty()).expect("the kernel has random numbers");
        Self { secret }
    }

    /// `/org/lanyard/Request/` and 32 hexadecimal digits.
    pub(super) fn path(&self, request: RequestId) -> OwnedObjectPath {
        let hash =
            Sha256::new_with_prefix(self.secret).chain_update(request.to_string()).finalize();
        let number = hash.iter().take(16).fold(0, |number, byte| number << 8 | u128::from(*byte));
        path(&format!("{REQUESTS}/{number:032x}"))
    }
}

impl fmt::Debug for RequestPaths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RequestPaths")
    }
}

/// The card that a path names, if it can be one.
pub(super) fn read_card(path: &ObjectPath<'_>) -> Option<CardId> {
    let number = path.strip_prefix(ROOT)?.strip_prefix("/card")?;
    let number = number.parse().ok().map(CardId::numbered)?;
    // Not `card07`, nor `card+7`.
    (card(number).as_str() == path.as_str()).then_some(number)
}

/// A card's path, or `/` for none.
pub(super) fn card_or_none(card_in_reader: Option<CardId>) -> OwnedObjectPath {
    card_in_reader.map_or_else(|| path("/"), card)
}

fn path(text: &str) -> OwnedObjectPath {
    #[expect(clippy::expect_used, reason = "letters, digits and slashes are a valid path")]
    OwnedObjectPath::try_from(text).expect("a valid object path")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_a_request_stays_and_cannot_be_guessed_from_another() {
        let paths = RequestPaths::new();
        let (first, second) = (RequestId::numbered(7), RequestId::numbered(8));
        assert_eq!(paths.path(first), paths.path(first));
        assert_ne!(paths.path(first), paths.path(second));
        assert_ne!(
            paths.path(first),
            RequestPaths::new().path(first),
            "another run, another secret"
        );
        assert_eq!(paths.path(first).as_str().len(), REQUESTS.len() + 1 + 32);
    }
}
