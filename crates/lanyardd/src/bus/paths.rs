//! Object paths of readers and cards. Numbers are never used again while the daemon runs.

use lanyard_dbus::ROOT;
use zbus::OwnedObjectPath;

use crate::engine::{CardId, ReaderId};

/// `/org/lanyard/Lanyard1/reader7`
pub(super) fn reader(reader: ReaderId) -> OwnedObjectPath {
    path(&format!("{ROOT}/reader{reader}"))
}

/// `/org/lanyard/Lanyard1/card7`
pub(super) fn card(card: CardId) -> OwnedObjectPath {
    path(&format!("{ROOT}/card{card}"))
}

/// A card's path, or `/` for none.
pub(super) fn card_or_none(card_in_reader: Option<CardId>) -> OwnedObjectPath {
    card_in_reader.map_or_else(|| path("/"), card)
}

fn path(text: &str) -> OwnedObjectPath {
    #[expect(clippy::expect_used, reason = "letters, digits and slashes are a valid path")]
    OwnedObjectPath::try_from(text).expect("a valid object path")
}
