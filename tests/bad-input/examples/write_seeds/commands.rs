//! What terminals say: single commands, and rows of them for the virtual card.

use lanyard_bad_input::conversation::{Part, joined};

use super::Seed;

const SELECT: &[u8] = &[0, 0xA4, 4, 0, 11, 0xA0, 0, 0, 3, 8, 0, 0, 0x10, 0, 1, 0, 0];
const CHUID: &[u8] = &[0, 0xCB, 0x3F, 0xFF, 5, 0x5C, 3, 0x5F, 0xC1, 2, 0];
const CERTIFICATE: &[u8] = &[0, 0xCB, 0x3F, 0xFF, 5, 0x5C, 3, 0x5F, 0xC1, 1, 0];
const GET_RESPONSE: &[u8] = &[0, 0xC0, 0, 0, 0];
const TRIES: &[u8] = &[0, 0x20, 0, 0x80];
const FORGET: &[u8] = &[0, 0x20, 0xFF, 0x80];
const RIGHT: &[u8] = b"\x00\x20\x00\x80\x0873915048";
const WRONG: &[u8] = b"\x00\x20\x00\x80\x08111111\xFF\xFF";
const CHANGE: &[u8] = b"\x00\x24\x00\x80\x1073915048123456\xFF\xFF";
const CHANGE_WRONGLY: &[u8] = b"\x00\x24\x00\x80\x10000000\xFF\xFF123456\xFF\xFF";
const UNBLOCK: &[u8] = b"\x00\x2C\x00\x80\x1060284917123456\xFF\xFF";
const UNBLOCK_WRONGLY: &[u8] = b"\x00\x2C\x00\x80\x1000000000123456\xFF\xFF";
const ASK_WITNESS: &[u8] = &[0, 0x87, 3, 0x9B, 4, 0x7C, 2, 0x80, 0, 0];
const ASK_CHALLENGE: &[u8] = &[0, 0x87, 3, 0x9B, 4, 0x7C, 2, 0x81, 0, 0];
const ANSWER_CHALLENGE: &[u8] =
    &[0, 0x87, 3, 0x9B, 12, 0x7C, 10, 0x82, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0];
const GENERATE: &[u8] = &[0, 0x47, 0, 0x9E, 5, 0xAC, 3, 0x80, 1, 0x11, 0];
const PUT: &[u8] = &[0, 0xDB, 0x3F, 0xFF, 8, 0x5C, 3, 0x5F, 0xC1, 9, 0x53, 1, 0];

pub(crate) fn command() -> Vec<Seed> {
    let extended = [&[0, 0xDB, 0x3F, 0xFF, 0, 1, 0][..], &[9; 256], &[0, 0]].concat();
    vec![
        ("select", SELECT.to_vec()),
        ("read-chuid", CHUID.to_vec()),
        ("get-response", GET_RESPONSE.to_vec()),
        ("ask-tries", TRIES.to_vec()),
        ("verify", WRONG.to_vec()),
        ("chained", [&[0x10, 0x87, 0x11, 0x9E, 255][..], &[5; 255]].concat()),
        ("extended", extended),
        ("extended-no-body", vec![0, 0xCB, 0x3F, 0xFF, 0, 0, 0]),
        ("extended-zero-body", vec![0, 0xCB, 0x3F, 0xFF, 0, 0, 0, 0, 0]),
        ("length-lies", vec![0, 0xDB, 0x3F, 0xFF, 9, 1]),
        ("extended-length-lies", vec![0, 0xDB, 0x3F, 0xFF, 0, 0xFF, 0xFF, 1]),
        ("header-cut", vec![0, 0xA4, 4]),
        ("empty", vec![]),
    ]
}

pub(crate) fn reply() -> Vec<Seed> {
    let sign =
        [&[0, 0x87, 0x11, 0x9E, 38, 0x7C, 36, 0x82, 0, 0x81, 32][..], &[7; 32], &[0]].concat();
    let part = [&[0x10, 0xDB, 0x3F, 0xFF, 255][..], &[0x5C; 255]].concat();
    let row = |commands: &[&[u8]]| {
        let selected = [SELECT].into_iter().chain(commands.iter().copied());
        joined(selected.map(Some))
    };
    let reset: [Part<'_>; 5] = [Some(SELECT), Some(RIGHT), None, Some(SELECT), Some(TRIES)];
    vec![
        ("nothing-selected", joined([Some(TRIES), Some(WRONG), Some(CHUID)])),
        ("identified", row(&[CHUID, TRIES, CERTIFICATE, GET_RESPONSE, GET_RESPONSE])),
        ("signs", row(&[RIGHT, &sign, FORGET, TRIES])),
        ("blocked", row(&[WRONG; 8])),
        ("unblocked", row(&[WRONG, WRONG, UNBLOCK, TRIES])),
        ("unblocked-wrongly", row(&[WRONG, UNBLOCK_WRONGLY, TRIES])),
        ("puk-blocked", row(&[UNBLOCK_WRONGLY, UNBLOCK_WRONGLY, UNBLOCK_WRONGLY, UNBLOCK])),
        ("changed", row(&[CHANGE, TRIES])),
        ("changed-wrongly", row(&[CHANGE_WRONGLY, TRIES])),
        ("management-mutual", row(&[ASK_WITNESS, ASK_CHALLENGE, ANSWER_CHALLENGE])),
        ("management-refused", row(&[GENERATE, PUT])),
        ("reset-between", joined(reset)),
        ("chain-broken-off", row(&[&part, CHUID, GET_RESPONSE])),
        ("chain-of-two", row(&[&part, PUT])),
        ("answer-left-lying", row(&[CERTIFICATE, TRIES, GET_RESPONSE])),
        (
            "other-channel-and-class",
            row(&[&[1, 0x20, 0, 0x80], &[0x0C, 0x20, 0, 0x80], &[0x80, 0xCA]]),
        ),
        ("empty-commands", row(&[&[], &[0], &[0, 0x20, 0]])),
    ]
}
