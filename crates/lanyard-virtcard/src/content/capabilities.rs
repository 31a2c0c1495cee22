//! The Card Capability Container (SP 800-73-4 part 1 §3.1.1, appendix A table 8): kept for terminals of
//! the Government Smart Card Interoperability Specification; most of it is empty on every PIV card.

use super::{chuid, end};
use crate::bytes::object;
use crate::persona::Persona;

pub(super) const TAG: u32 = 0x5F_C107;

/// The registered identifier of the specification, manufacturer and card type, before the card's own
/// number.
const CARD_IDENTIFIER: [u8; 7] = [0xA0, 0, 0, 1, 0x16, 0xFF, 2];

pub(super) fn content(persona: &Persona) -> Vec<u8> {
    // Fourteen bytes: 21 in all (appendix A).
    let number = chuid::guid(persona);
    let identifier: Vec<u8> = CARD_IDENTIFIER.into_iter().chain(number).take(21).collect();
    let facts = [
        object(0xF0, &identifier),
        object(0xF1, &[0x21]),
        object(0xF2, &[0x21]),
        object(0xF3, &[]),
        object(0xF4, &[0]),
        object(0xF5, &[0x10]),
    ];
    let empty = [0xF6, 0xF7, 0xFA, 0xFB, 0xFC, 0xFD].map(|tag| object(tag, &[]));
    [facts.concat(), empty.concat(), end()].concat()
}
