//! How one input is a whole conversation: parts one after another, and a card that answers with them.
//!
//! A part is a length of two bytes, big-endian, and so many bytes; the last may be cut. The length `FF FF`
//! stands for a card that is pulled there.

use lanyard_iso7816::{CardChannel, ChannelError};

/// The length that stands for a pulled card.
const PULLED: usize = 0xFFFF;

/// One part of an input; none where the card is pulled.
pub type Part<'a> = Option<&'a [u8]>;

/// The parts of an input. Any bytes have some.
pub fn parts(mut input: &[u8]) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    while let Some((length, rest)) = input.split_first_chunk() {
        let length = usize::from(u16::from_be_bytes(*length));
        if length == PULLED {
            parts.push(None);
            input = rest;
        } else {
            let (part, rest) = rest.split_at(length.min(rest.len()));
            parts.push(Some(part));
            input = rest;
        }
    }
    parts
}

/// The input that has these parts, each shorter than 65,535 bytes: a longer one is cut.
pub fn joined<'a>(parts: impl IntoIterator<Item = Part<'a>>) -> Vec<u8> {
    let mut input = Vec::new();
    for part in parts {
        let length = part.map_or(PULLED, |part| part.len().min(PULLED - 1));
        input.extend_from_slice(&u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes());
        input.extend(part.unwrap_or_default().iter().take(length));
    }
    input
}

/// A card that answers what the input says, and its last answer for ever. Without any answer, or when the
/// input says so, it is pulled.
#[derive(Debug)]
pub struct Teller<'a> {
    answers: Vec<Part<'a>>,
    heard: Vec<Vec<u8>>,
}

impl<'a> Teller<'a> {
    /// A card that has heard nothing yet.
    pub fn new(input: &'a [u8]) -> Self {
        Self { answers: parts(input), heard: Vec::new() }
    }

    /// Every command it was sent.
    pub fn heard(&self) -> &[Vec<u8>] {
        &self.heard
    }
}

impl CardChannel for Teller<'_> {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
        let answer = self.answers.get(self.heard.len()).or(self.answers.last());
        self.heard.push(command.to_vec());
        match answer {
            Some(Some(answer)) => Ok(answer.to_vec()),
            Some(None) | None => Err(ChannelError::CardRemoved),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_cut_where_they_were_joined() {
        let said = [Some(&[1, 2, 3][..]), Some(&[]), None, Some(&[4])];
        assert_eq!(parts(&joined(said)), said);
    }

    #[test]
    fn a_part_that_promises_more_than_is_there_has_what_is_there() {
        assert_eq!(parts(&[0, 9, 1, 2]), [Some(&[1, 2][..])]);
        assert_eq!(parts(&[0]), []);
    }

    #[test]
    fn the_last_answer_is_given_for_ever() {
        let input = joined([Some(&[0x6A, 0x82][..]), Some(&[0x90, 0])]);
        let mut card = Teller::new(&input);
        let answers: Vec<_> = (0..4).map(|_| card.transmit(&[0, 1, 2, 3]).unwrap()).collect();
        assert_eq!(answers, [[0x6A, 0x82], [0x90, 0], [0x90, 0], [0x90, 0]]);
        assert_eq!(card.heard().len(), 4);
    }
}
