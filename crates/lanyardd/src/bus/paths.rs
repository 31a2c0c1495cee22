//! Object paths. Numbers of readers and cards are never used again while the daemon runs. Requests and sessions,
//! which are nobody else's business, have paths that cannot be guessed.

use std::fmt;

use lanyard_dbus::{REQUESTS, ROOT, SESSIONS};
use lanyard_session::SessionId;
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

/// Where requests and sessions are. Only who was told a path finds it: it is 128 bits that depend on a secret of
/// this run of the daemon.
#[derive(Clone, Copy)]
pub(super) struct SecretPaths {
    secret: [u8; 32],
}

impl SecretPaths {
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
    pub(super) fn request(&self, request: RequestId) -> OwnedObjectPath {
        self.path(REQUESTS, request.number())
    }

    /// `/org/lanyard/Session/` and 32 hexadecimal digits.
    pub(super) fn session(&self, session: SessionId) -> OwnedObjectPath {
        self.path(SESSIONS, session.number())
    }

    fn path(&self, below: &str, number: u64) -> OwnedObjectPath {
        let named = Sha256::new_with_prefix(self.secret).chain_update(below);
        let hash = named.chain_update(number.to_string()).finalize();
        let number = hash.iter().take(16).fold(0, |number, byte| number << 8 | u128::from(*byte));
        path(&format!("{below}/{number:032x}"))
    }
}

impl fmt::Debug for SecretPaths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretPaths")
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
        let paths = SecretPaths::new();
        let (first, second) = (RequestId::numbered(7), RequestId::numbered(8));
        assert_eq!(paths.request(first), paths.request(first));
        assert_ne!(paths.request(first), paths.request(second));
        assert_ne!(
            paths.request(first),
            SecretPaths::new().request(first),
            "another run, another secret"
        );
        assert_eq!(paths.request(first).as_str().len(), REQUESTS.len() + 1 + 32);
    }
}
