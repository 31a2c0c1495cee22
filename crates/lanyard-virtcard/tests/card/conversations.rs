//! Conversations with cards, as data: `card PERSONA` takes a new card, `> ` is what is sent, `< ` what
//! must come back (`*` stands for any bytes), `reset` takes the power away and gives it back.

use std::fs;
use std::path::Path;

use crate::common::hex;
use lanyard_iso7816::CardChannel as _;
use lanyard_virtcard::Card;

#[test]
fn cards_answer_as_the_standard_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conversations");
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        hold(&entry.unwrap().path());
        count += 1;
    }
    assert!(count >= 9, "only {count} conversations were found");
}

fn hold(file: &Path) {
    let text = fs::read_to_string(file).unwrap();
    let mut card: Option<Card> = None;
    let mut answer = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let place = format!("{}:{}", file.display(), number + 1);
        match line.split_once(' ').unwrap_or((line, "")) {
            ("card", name) => card = Some(crate::common::card(name)),
            ("reset", _) => card.as_mut().expect(&place).reset(),
            (">", command) => {
                answer = card.as_mut().expect(&place).transmit(&hex(command)).expect(&place);
            }
            ("<", pattern) => assert!(fits(pattern, &answer), "{place}: {answer:02X?}"),
            ("" | "#", _) => {}
            _ => panic!("{place}: what is this?"),
        }
    }
}

/// Whether the pieces between the stars follow each other, the first at the beginning, the last at the
/// end.
fn fits(pattern: &str, answer: &[u8]) -> bool {
    let pieces: Vec<Vec<u8>> = pattern.split('*').map(hex).collect();
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else {
        return false;
    };
    if pieces.len() == 1 {
        return answer == first;
    }
    let Some(mut rest) = answer.strip_prefix(first.as_slice()) else {
        return false;
    };
    for piece in &pieces[1..pieces.len() - 1] {
        let found = rest.windows(piece.len().max(1)).position(|window| window == piece);
        let Some(at) = found else {
            return false;
        };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}

#[test]
fn patterns_fit_what_they_describe_and_nothing_else() {
    assert!(fits("61 * 90 00", &[0x61, 1, 2, 0x90, 0]));
    assert!(!fits("61 * 90 00", &[0x61, 1, 2, 0x63, 0]));
    assert!(fits("90 00", &[0x90, 0]) && !fits("90 00", &[1, 0x90, 0]));
    assert!(fits("01 * 02 * 03", &[1, 9, 2, 9, 3]));
}
