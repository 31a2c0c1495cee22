//! What holds for every input: no bytes harm the card, chaining changes nothing, and the counters are
//! never wrong.

use std::sync::LazyLock;

use crate::common::{card_of, personas, say, select, tries, verify};
use lanyard_iso7816::{Body, CardChannel as _, Command};
use lanyard_virtcard::Card;
use proptest::prelude::*;

/// A card without keys is issued in no time.
fn quick_card(more: &str) -> Card {
    static PERSONAS: LazyLock<lanyard_virtcard::Personas> = LazyLock::new(personas);
    let mut personas = PERSONAS.clone();
    let text = format!(
        "[[persona]]\nname = \"one\"\nabout = \"\"\nholder-uuid = \"999900000999\"\n\
         holder-name = \"Test One\"\nslots = [\"9e\"]\n{more}"
    );
    personas.add(&text).unwrap();
    card_of(&personas, "one")
}

/// Commands that are nearly right reach further than random bytes.
fn nearly_a_command() -> impl Strategy<Value = Vec<u8>> {
    let instruction = prop::sample::select(vec![
        0xA4, 0xCB, 0x20, 0x24, 0x2C, 0x87, 0xDB, 0x47, 0xC0, 0x10, 0xFF,
    ]);
    let class = prop::sample::select(vec![0x00, 0x10, 0x0C, 0x80]);
    let p2 = prop::sample::select(vec![0x80, 0x81, 0x9A, 0x9B, 0x9E, 0xFF, 0]);
    let p1 = prop::sample::select(vec![0x00, 0x03, 0x04, 0x11, 0x3F, 0xFF]);
    let objects = vec![0x5C, 0x7C, 0x80, 0x81, 0x82, 0x85, 0xAC, 0x53, 0x7E, 0x5F, 0xC1, 1, 2, 3];
    let byte = prop_oneof![prop::sample::select(objects), any::<u8>()];
    let body = prop::collection::vec(byte, 0..40);
    (class, instruction, p1, p2, body).prop_map(|(class, instruction, p1, p2, body)| {
        let length = u8::try_from(body.len()).unwrap();
        [vec![class, instruction, p1, p2, length], body].concat()
    })
}

fn anything() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..300),
        nearly_a_command(),
        Just(vec![0, 0xA4, 4, 0, 5, 0xA0, 0, 0, 3, 8]),
    ]
}

/// What can be done about the passcode.
#[derive(Clone, Copy, Debug)]
enum Act {
    Right,
    Wrong,
    NoPasscode,
    Forget,
    Reset,
    ChangeRight,
    ChangeWrong,
    UnblockRight,
    UnblockWrong,
}

fn act() -> impl Strategy<Value = Act> {
    prop::sample::select(vec![
        Act::Right,
        Act::Wrong,
        Act::Wrong,
        Act::NoPasscode,
        Act::Forget,
        Act::Reset,
        Act::ChangeRight,
        Act::ChangeWrong,
        Act::UnblockRight,
        Act::UnblockWrong,
    ])
}

fn pair(instruction: u8, first: [u8; 8]) -> Command {
    Command::new(instruction, 0, 0x80).plain([first, *b"123456\xFF\xFF"].concat())
}

/// The counters as they should be: passcode, PUK, verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Model {
    passcode: u8,
    puk: u8,
    verified: bool,
}

impl Model {
    fn compare(counter: &mut u8, full: u8, right: bool) -> u16 {
        match (*counter, right) {
            (0, _) => 0x6983,
            (_, true) => {
                *counter = full;
                0x9000
            }
            (_, false) => {
                *counter -= 1;
                0x63C0 | u16::from(*counter)
            }
        }
    }

    /// The status word that this act leads to.
    fn after(&mut self, act: Act, full: u8) -> u16 {
        match act {
            Act::Right | Act::Wrong | Act::ChangeRight | Act::ChangeWrong => {
                let right = matches!(act, Act::Right | Act::ChangeRight);
                let status = Self::compare(&mut self.passcode, full, right);
                match status {
                    0x9000 => self.verified = true,
                    0x6983 => {}
                    _ => self.verified = false,
                }
                status
            }
            Act::NoPasscode if self.passcode == 0 => 0x6983,
            Act::NoPasscode => 0x6A80,
            Act::Forget | Act::Reset => {
                self.verified = false;
                0x9000
            }
            Act::UnblockRight | Act::UnblockWrong => {
                let right = matches!(act, Act::UnblockRight);
                let status = Self::compare(&mut self.puk, 3, right);
                if status == 0x9000 {
                    self.passcode = full;
                } else {
                    self.verified = false;
                }
                status
            }
        }
    }
}

fn carry_out(card: &mut Card, act: Act) -> u16 {
    match act {
        Act::Right => verify(card, "123456"),
        Act::Wrong => verify(card, "111111"),
        Act::NoPasscode => verify(card, "12"),
        Act::Forget => say(card, &Command::new(0x20, 0xFF, 0x80)).status.0,
        Act::Reset => {
            card.reset();
            select(card);
            0x9000
        }
        Act::ChangeRight => say(card, &pair(0x24, *b"123456\xFF\xFF")).status.0,
        Act::ChangeWrong => say(card, &pair(0x24, *b"111111\xFF\xFF")).status.0,
        Act::UnblockRight => say(card, &pair(0x2C, *b"12345678")).status.0,
        Act::UnblockWrong => say(card, &pair(0x2C, *b"00000000")).status.0,
    }
}

/// One command in one APDU of extended length.
fn extended(command: &Command) -> Vec<u8> {
    let body = command.body.bytes();
    let length = u16::try_from(body.len()).unwrap();
    let mut wire = vec![0, command.instruction, command.p1, command.p2, 0];
    wire.extend(length.to_be_bytes());
    wire.extend(body);
    wire.extend([0, 0]);
    wire
}

proptest! {
    #[test]
    fn no_bytes_harm_the_card(commands in prop::collection::vec(anything(), 1..60)) {
        let mut card = quick_card("features = [\"extended-length\"]");
        for command in &commands {
            let answer = card.transmit(command).unwrap();
            prop_assert!(answer.len() >= 2);
        }
        card.reset();
        select(&mut card);
    }

    #[test]
    fn the_counters_are_never_wrong(
        acts in prop::collection::vec(act(), 1..60),
        full in 1_u8..=15,
    ) {
        let mut card = quick_card(&format!("tries = {full}"));
        select(&mut card);
        let mut model = Model { passcode: full, puk: 3, verified: false };
        for act in acts {
            let expected = model.after(act, full);
            prop_assert_eq!(carry_out(&mut card, act), expected, "{:?}", act);
            let seen = Model {
                passcode: card.tries().passcode,
                puk: card.tries().puk,
                verified: card.is_verified(),
            };
            prop_assert_eq!(seen, model);
            let told = match model {
                Model { verified: true, .. } => 0x9000,
                Model { passcode: 0, .. } => 0x6983,
                Model { passcode, .. } => 0x63C0 | u16::from(passcode),
            };
            prop_assert_eq!(tries(&mut card), told);
        }
    }

    #[test]
    fn whoever_does_not_know_the_passcode_has_so_many_guesses(
        guesses in prop::collection::vec("[0-9]{6,8}", 1..40),
        full in 1_u8..=15,
    ) {
        let mut card = quick_card(&format!("tries = {full}\npasscode = \"00000000\""));
        select(&mut card);
        let mut compared = 0;
        for guess in guesses.iter().filter(|guess| *guess != "00000000") {
            if verify(&mut card, guess) != 0x6983 {
                compared += 1;
            }
        }
        prop_assert!(compared <= full);
        if compared == full {
            prop_assert_eq!(verify(&mut card, "00000000"), 0x6983);
        }
    }

    #[test]
    fn a_chained_command_does_what_the_extended_one_does(
        instruction in prop::sample::select(vec![0xA4_u8, 0xCB, 0x20, 0xDB, 0x87]),
        body in prop::collection::vec(any::<u8>(), 1..700),
    ) {
        let mut card = quick_card("features = [\"extended-length\"]");
        select(&mut card);
        let command = Command::new(instruction, 0x3F, 0xFF).plain(body).expecting_most();
        let chained = say(&mut card, &command);
        let whole = card.transmit(&extended(&command)).unwrap();
        prop_assert_eq!(chained.to_wire(), whole);
        prop_assert!(matches!(command.body, Body::Plain(_)));
    }
}
