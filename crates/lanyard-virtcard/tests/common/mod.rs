//! What the tests of this crate share: authorities made once, cards of a persona, commands in hex.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use lanyard_virtcard::{Authorities, Card, Personas};

/// The day the cards are issued: 1 September 2026.
pub(crate) fn today() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_788_220_800)
}

pub(crate) static AUTHORITIES: LazyLock<Authorities> =
    LazyLock::new(|| Authorities::in_memory(today()).unwrap());

pub(crate) fn personas() -> Personas {
    Personas::compiled_in().unwrap()
}

pub(crate) fn card(name: &str) -> Card {
    Card::issue(personas().named(name).unwrap(), &AUTHORITIES, today()).unwrap()
}

pub(crate) fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u32> = digits
        .chars()
        .filter_map(|digit| digit.to_digit(16))
        .collect();
    digits
        .chunks(2)
        .map(|pair| u8::try_from(pair[0] << 4 | pair[1]).unwrap())
        .collect()
}
