//! What another program does with a card, beside the daemon.

use lanyard_iso7816::{CardChannel, Command, Status, exchange};
use lanyard_virtcard::Card;

const PIV: [u8; 11] = [0xA0, 0, 0, 3, 8, 0, 0, 0x10, 0, 1, 0];
const PUK: &str = "12345678";

/// Verifies a passcode, and leaves the card as it is then.
pub(crate) fn verify(card: &mut Card, passcode: &str) -> Status {
    send(card, Command::new(0x20, 0, 0x80), &[passcode])
}

/// Replaces a passcode.
pub(crate) fn change(card: &mut Card, current: &str, new: &str) -> Status {
    send(card, Command::new(0x24, 0, 0x80), &[current, new])
}

/// Gives a card all its tries back, and this passcode.
pub(crate) fn unblock(card: &mut Card, new: &str) -> Status {
    send(card, Command::new(0x2C, 0, 0x80), &[PUK, new])
}

fn send(card: &mut dyn CardChannel, command: Command, values: &[&str]) -> Status {
    let selected = exchange(card, &Command::new(0xA4, 4, 0).plain(PIV)).unwrap();
    assert_eq!(selected.status, Status::SUCCESS);
    let body: Vec<u8> = values.iter().flat_map(|value| padded(value)).collect();
    exchange(card, &command.plain(body)).unwrap().status
}

/// The eight bytes that stand for a passcode.
pub(crate) fn padded(passcode: &str) -> [u8; 8] {
    let mut padded = [0xFF; 8];
    padded.iter_mut().zip(passcode.bytes()).for_each(|(place, byte)| *place = byte);
    padded
}
