//! The commands of an authentication, said by a raw PC/SC client: in one transaction, and as fast as it can.

use std::{
    ffi::{CStr, CString},
    sync::mpsc::{Receiver, Sender, channel},
    time::{Duration, Instant},
};

use lanyard_stack::{Card, Stack};
use pcsc::{Context, Disposition, MAX_BUFFER_SIZE, Protocols, Scope, ShareMode};

use crate::{BenchError, figures::Sample, overhead::without_card};

/// SELECT, tries, VERIFY with 123456, GENERAL AUTHENTICATE with the P-256 key 9A, logging out, tries
/// (SP 800-73-4 part 2 §3).
const COMMANDS: [&[u8]; 6] = [
    &[0, 0xA4, 4, 0, 11, 0xA0, 0, 0, 3, 8, 0, 0, 0x10, 0, 1, 0, 0],
    &[0, 0x20, 0, 0x80],
    &[0, 0x20, 0, 0x80, 8, b'1', b'2', b'3', b'4', b'5', b'6', 0xFF, 0xFF],
    &[
        0, 0x87, 0x11, 0x9A, 38, 0x7C, 36, 0x82, 0, 0x81, 32, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
        12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 0,
    ],
    &[0, 0x20, 0xFF, 0x80],
    &[0, 0x20, 0, 0x80],
];

/// The time outside the card, so many times.
pub(crate) fn measure(stack: &Stack, card: &Card, times: usize) -> Result<Sample, BenchError> {
    let reader = stack.reader_names().into_iter().next().unwrap_or_default();
    let reader = CString::new(reader).map_err(|error| BenchError::System(error.into()))?;
    let (ask, asked) = channel();
    let (tell, told) = channel();
    let client = stack.thread(move || {
        // Nobody listens any more: that is how it ends.
        let _ = converse(&reader, &asked, &tell).map_err(|error| tell.send(Err(error)));
    })?;
    let mut sample = Sample::default();
    for _ in 0..times {
        card.command("counts reset")?;
        ask.send(()).map_err(|_| BenchError::RawEnded)?;
        let took = told.recv().map_err(|_| BenchError::RawEnded)??;
        sample.add(without_card(took, card)?);
    }
    drop(ask);
    client.join().map_err(|_| BenchError::RawEnded)?;
    Ok(sample)
}

/// Says it all whenever it is asked, and tells how long that took.
#[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
fn converse(
    reader: &CStr,
    asked: &Receiver<()>,
    tell: &Sender<Result<Duration, BenchError>>,
) -> Result<(), BenchError> {
    let context = Context::establish(Scope::User)?;
    let mut card = context.connect(reader, ShareMode::Shared, Protocols::ANY)?;
    while asked.recv().is_ok() {
        let start = Instant::now();
        say(&mut card)?;
        if tell.send(Ok(start.elapsed())).is_err() {
            break;
        }
    }
    Ok(card.disconnect(Disposition::LeaveCard).map_err(|(_, error)| error)?)
}

fn say(card: &mut pcsc::Card) -> Result<(), BenchError> {
    let transaction = card.transaction()?;
    let mut buffer = [0; MAX_BUFFER_SIZE];
    for command in COMMANDS {
        let answer = transaction.transmit(command, &mut buffer)?;
        // Nothing else is an answer to all of them: tries are told as 63 Cx.
        if !matches!(answer, [.., 0x90, 0] | [0x63, 0xC3]) {
            return Err(BenchError::RawRefused);
        }
    }
    Ok(transaction.end(Disposition::LeaveCard).map_err(|(_, error)| error)?)
}
