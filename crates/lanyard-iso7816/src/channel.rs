//! The channel to a card, and one whole exchange on it: chaining, GET RESPONSE, `6C xx`.
//!
//! The same for PC/SC and for a virtual card in process. Nothing is ever sent twice, with the one
//! exception that `6C xx` demands and that no secret body is given.

use crate::{Body, Command, Expected, Response, ResponseTooShort, Status, instruction::name};

/// The longest answer that is collected, in bytes: what one extended response could hold.
const LONGEST_ANSWER: usize = 65_536;

/// The most parts that are fetched for one answer. The longest answer has 256 full ones; a card that gives
/// a byte at a time would hold its reader for minutes, and nobody else could speak to it.
const MOST_PARTS: usize = 512;

const GET_RESPONSE: u8 = 0xC0;

/// Something that carries one command APDU to a card and one response APDU back.
pub trait CardChannel {
    /// Sends `command` as it is and waits for the answer, whatever its status word.
    ///
    /// # Errors
    /// [`ChannelError`] when no answer came.
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError>;
}

/// Why no answer came from a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChannelError {
    /// The card is no longer in the reader, or the reader is gone.
    #[error("the card was removed")]
    CardRemoved,
    /// Another program reset the card: nothing said before still holds.
    #[error("the card was reset by another program")]
    CardReset,
    /// The card does not answer.
    #[error("the card does not answer")]
    Mute,
    /// The smartcard service ended.
    #[error("the smartcard service is not available")]
    ServiceUnavailable,
    /// Another program keeps the card to itself.
    #[error("another program keeps the card to itself")]
    Busy,
    /// Any other fault of the transport.
    #[error("the reader reported fault {code:#010X}")]
    Transport {
        /// The code the transport gave, PC/SC's where it is PC/SC.
        code: u32,
    },
}

/// Why an exchange ended without a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeError {
    /// The card could not be reached.
    #[error(transparent)]
    Channel(#[from] ChannelError),
    /// The card's answer was no response APDU.
    #[error(transparent)]
    TooShort(#[from] ResponseTooShort),
    /// The card promised more data without end.
    #[error(
        "the card's answer does not end (over {LONGEST_ANSWER} bytes or {MOST_PARTS} parts, or none where \
         more was promised)"
    )]
    Endless,
}

/// Sends a command and collects its whole answer. The status is that of the last part.
///
/// # Errors
/// [`ExchangeError`]; a status word other than `90 00` is not an error here.
pub fn exchange(
    channel: &mut dyn CardChannel,
    command: &Command,
) -> Result<Response, ExchangeError> {
    let mut response = exchange_first(channel, command)?;
    let mut parts = 0;
    while let Some(length) = response.status.more_available() {
        let part = next_part(channel, length)?;
        parts += 1;
        let promises_more = part.status.more_available().is_some();
        let total = response.data.len() + part.data.len();
        if total > LONGEST_ANSWER || (promises_more && parts == MOST_PARTS) {
            return Err(ExchangeError::Endless);
        }
        response.data.extend_from_slice(&part.data);
        response.status = part.status;
    }
    Ok(response)
}

/// Sends a command and takes only the first part of its answer: the status may be `61 xx`, and the rest
/// is left with the card, which forgets it at the next command. A card that speaks T=0 gives even the first
/// part of an answer to a body only when it is fetched.
///
/// # Errors
/// [`ExchangeError`], as for [`exchange`].
pub fn exchange_first(
    channel: &mut dyn CardChannel,
    command: &Command,
) -> Result<Response, ExchangeError> {
    let response = send_at_length(channel, command)?;
    match response.status.more_available() {
        Some(length) if response.data.is_empty() => next_part(channel, length),
        Some(_) | None => Ok(response),
    }
}

/// Fetches what `61 xx` promised: never nothing with a further promise.
fn next_part(channel: &mut dyn CardChannel, length: u8) -> Result<Response, ExchangeError> {
    let expected = if length == 0 { Expected::Most } else { Expected::Exactly(length.into()) };
    let rest = Command { expected, ..Command::new(GET_RESPONSE, 0, 0) };
    let part = send_at_length(channel, &rest)?;
    if part.data.is_empty() && part.status.more_available().is_some() {
        return Err(ExchangeError::Endless);
    }
    Ok(part)
}

/// Sends a command, and once more with the length that the card wants instead.
fn send_at_length(
    channel: &mut dyn CardChannel,
    command: &Command,
) -> Result<Response, ExchangeError> {
    let response = send(channel, command)?;
    let corrected = response.status.correct_length().and_then(|length| command.asking_for(length));
    match corrected {
        Some(corrected) => send(channel, &corrected),
        None => Ok(response),
    }
}

/// Sends every segment of a command; a chain ends early when the card refuses a part.
fn send(channel: &mut dyn CardChannel, command: &Command) -> Result<Response, ExchangeError> {
    let mut response = Response::status(Status::NO_PRECISE_DIAGNOSIS);
    for segment in command.segments() {
        response = Response::parse(channel.transmit(&segment)?)?;
        if response.status != Status::SUCCESS {
            break;
        }
    }
    tracing::trace!(
        instruction = format_args!("{:02X}", command.instruction),
        p1 = format_args!("{:02X}", command.p1),
        p2 = format_args!("{:02X}", command.p2),
        sent = command.body.bytes().len(),
        received = response.data.len(),
        status = %response.status,
        "{}", name(command.instruction)
    );
    Ok(response)
}

impl Command {
    /// The same command with the length the card wants. Not for a secret, which is never sent twice; nor
    /// for a command that expected nothing: under T=0 its new length byte would be taken for that of a
    /// body, and VERIFY would check a passcode that nobody entered.
    fn asking_for(&self, length: u8) -> Option<Self> {
        let body = match (&self.body, self.expected, length) {
            (Body::Secret(_), ..) | (_, Expected::Nothing, _) | (.., 0) => return None,
            (Body::Empty, ..) => Body::Empty,
            (Body::Plain(bytes), ..) => Body::Plain(bytes.clone()),
        };
        let expected = Expected::Exactly(length.into());
        Some(Self { body, expected, ..*self })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::*;

    /// A card that gives prepared answers and remembers what it was asked.
    #[derive(Default)]
    struct Script {
        answers: VecDeque<Vec<u8>>,
        asked: Vec<Vec<u8>>,
    }

    impl Script {
        fn answering(answers: impl IntoIterator<Item = Vec<u8>>) -> Self {
            Self { answers: answers.into_iter().collect(), asked: Vec::new() }
        }
    }

    impl CardChannel for Script {
        fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
            self.asked.push(command.to_vec());
            self.answers.pop_front().ok_or(ChannelError::CardRemoved)
        }
    }

    #[test]
    fn a_long_answer_is_collected_with_get_response() {
        let mut card = Script::answering([vec![1, 2, 0x61, 2], vec![3, 4, 0x90, 0]]);
        let response = exchange(&mut card, &Command::new(0xCB, 0x3F, 0xFF)).unwrap();
        assert_eq!(response, Response::data([1, 2, 3, 4]));
        assert_eq!(card.asked[1], [0, 0xC0, 0, 0, 2]);
    }

    #[test]
    fn the_first_part_alone_costs_one_command() {
        let mut card = Script::answering([vec![1, 2, 0x61, 0]]);
        let response = exchange_first(&mut card, &Command::new(0xCB, 0x3F, 0xFF)).unwrap();
        assert_eq!((response.data, card.asked.len()), (vec![1, 2], 1));
    }

    #[test]
    fn the_first_part_of_an_answer_over_t0_is_fetched_and_the_rest_is_left() {
        let mut card = Script::answering([vec![0x61, 0], vec![1, 2, 0x61, 9]]);
        let response = exchange_first(&mut card, &Command::new(0xCB, 0x3F, 0xFF)).unwrap();
        assert_eq!(response, Response { data: vec![1, 2], status: Status(0x6109) });
        assert_eq!(card.asked[1..], [[0, 0xC0, 0, 0, 0]]);
    }

    #[test]
    fn a_promise_that_was_too_great_is_corrected() {
        let answers = [vec![0x61, 3], vec![0x6C, 2], vec![1, 2, 0x90, 0]];
        let mut card = Script::answering(answers);
        let response = exchange(&mut card, &Command::new(0xCB, 0x3F, 0xFF)).unwrap();
        assert_eq!(response, Response::data([1, 2]));
        assert_eq!(card.asked[2], [0, 0xC0, 0, 0, 2]);
    }

    #[test]
    fn an_endless_answer_is_given_up() {
        let mut full = Script::answering(vec![[vec![7; 256], vec![0x61, 0]].concat(); 1000]);
        let mut empty = Script::answering(vec![vec![0x61, 0x10]; 1000]);
        let command = Command::new(0xCB, 0x3F, 0xFF).expecting_most();
        assert_eq!(exchange(&mut full, &command), Err(ExchangeError::Endless));
        assert_eq!(exchange(&mut empty, &command), Err(ExchangeError::Endless));
        assert_eq!((full.asked.len(), empty.asked.len()), (257, 2));
    }

    #[test]
    fn an_answer_in_drops_is_given_up() {
        let mut card = Script::answering(vec![vec![7, 0x61, 0]; 1000]);
        let command = Command::new(0xCB, 0x3F, 0xFF).expecting_most();
        assert_eq!(exchange(&mut card, &command), Err(ExchangeError::Endless));
        assert_eq!(card.asked.len(), 1 + 512);
    }

    #[test]
    fn a_wrong_length_is_corrected_once() {
        let mut card = Script::answering([vec![0x6C, 2], vec![5, 6, 0x90, 0]]);
        let response = exchange(&mut card, &Command::new(0xCB, 0, 0).expecting_most()).unwrap();
        assert_eq!(response, Response::data([5, 6]));
        assert_eq!(card.asked[1], [0, 0xCB, 0, 0, 2]);
    }

    #[test]
    fn a_secret_is_never_sent_twice() {
        let mut card = Script::answering([vec![0x6C, 2], vec![0x90, 0]]);
        let command = Command::parse(&[0, 0x20, 0, 0x80, 4, 0x31, 0x32, 0x33, 0x34, 0]).unwrap();
        assert_eq!(exchange(&mut card, &command), Ok(Response::status(Status(0x6C02))));
        assert_eq!(card.asked.len(), 1);
    }

    #[test]
    fn a_command_that_expected_nothing_is_not_given_a_length() {
        let mut card = Script::answering([vec![0x6C, 2], vec![0x90, 0]]);
        let verify = Command::new(0x20, 0, 0x80);
        assert_eq!(exchange(&mut card, &verify), Ok(Response::status(Status(0x6C02))));
        assert_eq!(card.asked.len(), 1);
    }

    #[test]
    fn a_refused_part_ends_the_chain() {
        let mut card = Script::answering([vec![0x68, 0x84]]);
        let command = Command::new(0x87, 7, 0x9A).plain([0; 300]);
        assert_eq!(exchange(&mut card, &command).unwrap().status, Status::CHAINING_NOT_SUPPORTED);
        assert_eq!(card.asked.len(), 1);
    }

    #[test]
    fn no_bytes_at_all_is_an_error() {
        let mut card = Script::answering([vec![]]);
        let error = exchange(&mut card, &Command::new(0, 0, 0)).unwrap_err();
        assert_eq!(error, ExchangeError::TooShort(ResponseTooShort { length: 0 }));
    }
}
