//! Checks of `lanyard-iso7816`: data objects, commands, and one whole exchange.

use lanyard_iso7816::{
    Body, Command, Expected, SHORT_BODY, exchange as exchange_whole, exchange_first, tlv as reader,
};

use crate::conversation::Teller;

/// So often at most an answer is fetched with GET RESPONSE: its first part (T=0), and 512 more until
/// `lanyard-iso7816` gives up; each asked for once more when the card wants another length.
pub(crate) const MOST_FETCHES: usize = 2 * (1 + 512);

const VERIFY: u8 = 0x20;
const GENERAL_AUTHENTICATE: u8 = 0x87;
const GET_RESPONSE: u8 = 0xC0;
const GET_DATA: u8 = 0xCB;

/// VERIFY with nobody's passcode, as a card receives it.
const VERIFY_WITH_PASSCODE: [u8; 13] =
    [0, VERIFY, 0, 0x80, 8, 0x31, 0x31, 0x31, 0x31, 0x31, 0x31, 0x31, 0x31];

/// Data objects: what is read lies in the input, can be written again, and is found again.
pub fn tlv(input: &[u8]) {
    let mut rest = input;
    while let Ok((object, after)) = reader::read(rest) {
        assert!(object.value.len() + after.len() < rest.len(), "an object has a tag and a length");
        assert_eq!(reader::read_beginning(rest), Ok(object));
        let mut again = Vec::new();
        assert_eq!(reader::write(&mut again, object.tag, object.value), Ok(()));
        assert_eq!(reader::read(&again), Ok((object, &[][..])));
        rest = after;
    }
    match (reader::read(rest), reader::read_beginning(rest)) {
        (Err(reader::TlvError::Value { stated, present }), beginning) => {
            assert!(present < stated);
            assert_eq!(beginning.map(|object| object.value.len()), Ok(present));
        }
        (whole, beginning) => assert_eq!(whole.map(|(object, _)| object), beginning),
    }
    if let Ok((first, _)) = reader::read(input) {
        assert_eq!(reader::find(input, first.tag), Ok(first.value));
    }
}

/// Commands as a card receives them: nothing is invented, a body may be secret and is treated so, and
/// sending it again says the same.
pub fn command(input: &[u8]) {
    let Ok(command) = Command::parse(input) else { return };
    let header = [command.class, command.instruction, command.p1, command.p2];
    assert!(input.starts_with(&header));
    assert!(!matches!(command.body, Body::Plain(_)), "it may hold a passcode");
    let body = command.body.bytes();
    assert!(4 + body.len() <= input.len());
    if command.is_chained() {
        return;
    }
    let mut joined = Vec::new();
    let segments = command.segments();
    for (number, segment) in (1..).zip(&segments) {
        assert!(segment.len() <= 4 + 1 + SHORT_BODY + 1);
        let Ok(again) = Command::parse(segment) else {
            unreachable!("what was written cannot be read");
        };
        joined.extend_from_slice(again.body.bytes());
        let is_last = number == segments.len();
        assert_eq!(again.is_chained(), !is_last);
        if is_last {
            assert_eq!(again.expected, in_short_form(command.expected));
        }
    }
    assert_eq!(joined, body);
}

/// What a short command can ask for.
fn in_short_form(expected: Expected) -> Expected {
    match expected {
        Expected::Exactly(256..) => Expected::Most,
        Expected::Exactly(_) | Expected::Most | Expected::Nothing => expected,
    }
}

/// One exchange with a card that answers what the input says: it ends, a secret is sent once, and an
/// empty VERIFY never gets data. The first byte chooses what is said.
pub fn exchange(input: &[u8]) {
    let (&choice, answers) = input.split_first().unwrap_or((&0, &[]));
    let command = command_number(choice);
    let how = if choice < 0x80 { exchange_whole } else { exchange_first };
    let mut card = Teller::new(answers);
    let _ = how(&mut card, &command);
    let (ours, others): (Vec<_>, Vec<_>) =
        card.heard().iter().partition(|heard| heard.get(1) == Some(&command.instruction));
    assert!(others.iter().all(|heard| heard.get(1) == Some(&GET_RESPONSE)));
    let most = if choice < 0x80 { MOST_FETCHES } else { 2 };
    assert!(others.len() <= most, "fetched {} times", others.len());
    let lengths: Vec<usize> = ours.iter().map(|heard| heard.len()).collect();
    match (&command.body, command.expected) {
        (Body::Secret(_), _) => assert_eq!(lengths, [VERIFY_WITH_PASSCODE.len()]),
        (Body::Empty, Expected::Nothing) => assert_eq!(lengths, [4]),
        _ => assert!(ours.len() <= 2 * command.segments().len(), "sent {} times", ours.len()),
    }
}

/// VERIFY without and with a passcode, GET DATA, and a command that is sent as a chain.
fn command_number(choice: u8) -> Command {
    match choice % 4 {
        0 => Command::new(VERIFY, 0, 0x80),
        1 => verify(),
        2 => Command::new(GET_DATA, 0x3F, 0xFF).plain([0x5C, 3, 0x5F, 0xC1, 5]).expecting_most(),
        _ => Command::new(GENERAL_AUTHENTICATE, 7, 0x9A).plain([0x7C; 300]).expecting_most(),
    }
}

/// A secret body is what a card received.
#[expect(clippy::expect_used, reason = "the command is a constant")]
fn verify() -> Command {
    Command::parse(&VERIFY_WITH_PASSCODE).expect("the command is well-formed")
}
