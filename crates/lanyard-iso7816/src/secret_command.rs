//! A command with a secret body: one short APDU in a page of its own, sent at most once.
//!
//! It is consumed by being sent, is never chained, and no answer leads to a second command: neither
//! `6C xx` nor `61 xx`.

use std::fmt;

use crate::{
    CardChannel, ExchangeError, Response, SHORT_BODY, SecretBytes, SecretError, Status,
    instruction::name,
};

/// A command whose body nothing may show (ISO/IEC 7816-4 §5.1, case 3).
pub struct SecretCommand {
    apdu: SecretBytes,
}

/// Why there is no such command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretCommandError {
    /// There is no safe place for it.
    #[error(transparent)]
    Memory(#[from] SecretError),
    /// The body is empty, or longer than one short command carries.
    #[error("the body of a secret command has {length} bytes instead of 1 to {SHORT_BODY}")]
    Length {
        /// Bytes of the body.
        length: usize,
    },
}

impl SecretCommand {
    /// A command whose body is these parts, one after another.
    ///
    /// # Errors
    /// [`SecretCommandError`].
    pub fn new(
        instruction: u8,
        p1: u8,
        p2: u8,
        parts: &[&SecretBytes],
    ) -> Result<Self, SecretCommandError> {
        let length = parts.iter().map(|part| part.bytes().len()).sum();
        let Ok(lc @ 1..) = u8::try_from(length) else {
            return Err(SecretCommandError::Length { length });
        };
        let mut apdu = SecretBytes::new()?;
        apdu.append(&[0, instruction, p1, p2, lc])?;
        for part in parts {
            apdu.append(part.bytes())?;
        }
        Ok(Self { apdu })
    }

    /// Sends it and returns the first and only answer, whatever it says.
    ///
    /// # Errors
    /// [`ExchangeError`]; the card may have carried out the command all the same.
    pub fn send(self, channel: &mut dyn CardChannel) -> Result<Status, ExchangeError> {
        let called = self.apdu.bytes().get(1).map_or("", |instruction| name(*instruction));
        let answer = channel.transmit(self.apdu.bytes())?;
        let status = Response::parse(answer)?.status;
        tracing::trace!(command = ?self, %status, "{called}");
        Ok(status)
    }
}

impl fmt::Debug for SecretCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.apdu.bytes() {
            [_, instruction, p1, p2, ..] => {
                write!(f, "{instruction:02X} {p1:02X} {p2:02X} and a secret")
            }
            _ => f.write_str("secret"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ChannelError;

    /// A card that gives one answer and remembers what it was asked.
    struct Once(Vec<u8>, Vec<Vec<u8>>);

    impl CardChannel for Once {
        fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
            self.1.push(command.to_vec());
            Ok(self.0.clone())
        }
    }

    fn secret(bytes: &[u8]) -> SecretBytes {
        let mut secret = SecretBytes::new().unwrap();
        secret.append(bytes).unwrap();
        secret
    }

    #[test]
    fn it_is_sent_once_whatever_the_card_answers() {
        for word in [0x9000, 0x6C02, 0x6C08, 0x6108, 0x6700, 0x63C2, 0x6F00] {
            let mut card = Once(u16::to_be_bytes(word).into(), Vec::new());
            let command = SecretCommand::new(0x20, 0, 0x80, &[&secret(b"1234")]).unwrap();
            assert_eq!(command.send(&mut card), Ok(Status(word)));
            assert_eq!(card.1, [[0, 0x20, 0, 0x80, 4, b'1', b'2', b'3', b'4']]);
        }
    }

    #[test]
    fn its_parts_follow_each_other() {
        let mut card = Once(vec![0x90, 0], Vec::new());
        let parts = [&secret(b"12"), &secret(b"34")];
        SecretCommand::new(0x24, 0, 0x80, &parts).unwrap().send(&mut card).unwrap();
        assert_eq!(card.1, [[0, 0x24, 0, 0x80, 4, b'1', b'2', b'3', b'4']]);
    }

    #[test]
    fn a_body_that_one_short_command_does_not_carry_is_refused() {
        for (length, fits) in [(0, false), (1, true), (255, true), (256, false)] {
            let body = secret(&vec![7; length]);
            let error = SecretCommandError::Length { length };
            let command = SecretCommand::new(0x20, 0, 0x80, &[&body]).map(drop);
            assert_eq!(command, if fits { Ok(()) } else { Err(error) });
        }
    }

    #[test]
    fn an_answer_without_status_word_is_an_error() {
        let mut card = Once(vec![], Vec::new());
        let command = SecretCommand::new(0x20, 0, 0x80, &[&secret(b"1234")]).unwrap();
        assert!(matches!(command.send(&mut card), Err(ExchangeError::TooShort(_))));
    }

    #[test]
    fn its_body_is_never_printed() {
        let command = SecretCommand::new(0x20, 0, 0x80, &[&secret(b"1234")]).unwrap();
        assert_eq!(format!("{command:?}"), "20 00 80 and a secret");
    }
}
