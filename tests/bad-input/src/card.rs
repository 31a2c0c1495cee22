//! Checks of `lanyard-card`: the CHUID, the certificate's container, and the whole conversation.

use lanyard_card::{
    Certificate, HolderUuid, identify as identify_card,
    piv::{Slot, parse_certificate_object, parse_chuid},
};

use crate::conversation::Teller;
use crate::vocabulary::MOST_FETCHES;

/// SELECT twice, tries twice and a log-out between, the certificate: each said at most twice, and its
/// answer fetched. Of the CHUID only the first part is.
const MOST_COMMANDS: usize = 6 * (2 + MOST_FETCHES) + 2 + 2;

/// Instructions that read: SELECT, GET DATA, GET RESPONSE, and VERIFY as long as it is empty.
const HARMLESS: [u8; 4] = [SELECT, GET_DATA, GET_RESPONSE, VERIFY];
const SELECT: u8 = 0xA4;
const GET_DATA: u8 = 0xCB;
const GET_RESPONSE: u8 = 0xC0;
const VERIFY: u8 = 0x20;

/// CHUIDs: one that is cut has the number of the whole, or none.
pub fn chuid(input: &[u8]) {
    let whole = parse_chuid(input);
    let length = input.len();
    for end in [length / 4, length / 2, length.saturating_sub(1), 256] {
        if let Some(Ok(number)) = input.get(..end).map(parse_chuid) {
            assert_eq!(whole.as_ref(), Ok(&number), "another number in the first {end} bytes");
        }
    }
}

/// Containers of certificates: what comes out is a certificate of bounded length, whole and exact.
pub fn certificate(input: &[u8]) {
    let Ok(certificate) = parse_certificate_object(input) else { return };
    assert!(certificate.der().len() <= 65_536, "{} bytes", certificate.der().len());
    assert_eq!(Certificate::parse(certificate.der()).as_ref(), Ok(&certificate));
    if let Some(holder) = certificate.holder() {
        assert_eq!(HolderUuid::parse(holder.as_str()).as_ref(), Some(holder));
    }
}

/// The whole conversation with a card that answers what the input says: it ends, it only reads, it spends
/// no try, and a card that is known says the same with less.
pub fn identify(input: &[u8]) {
    let mut card = Teller::new(input);
    let identity = identify_card(&mut card, Slot::Authentication, &|_| None);
    only_reads(&card);
    let Ok(identity) = identity else { return };
    let mut again = Teller::new(input);
    let known = |_: &_| Some(identity.certificate.clone());
    let known = identify_card(&mut again, Slot::Authentication, &known);
    only_reads(&again);
    assert_eq!(known.as_ref(), Ok(&identity));
    assert!(again.heard().len() < card.heard().len(), "a known card is not asked again");
}

fn only_reads(card: &Teller<'_>) {
    assert!(card.heard().len() <= MOST_COMMANDS, "{} commands", card.heard().len());
    for command in card.heard() {
        let instruction = command.get(1).copied().unwrap_or_default();
        assert!(HARMLESS.contains(&instruction), "{command:02X?}");
        assert!(instruction != VERIFY || command.len() == 4, "a try was spent: {command:02X?}");
    }
}
