//! Object paths of readers and cards. Numbers are never used again while the daemon runs.

use lanyard_dbus::{REQUESTS, ROOT};
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

/// `/org/lanyard/Request/7`
pub(super) fn request(request: RequestId) -> OwnedObjectPath {
    path(&format!("{REQUESTS}/{request}"))
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
