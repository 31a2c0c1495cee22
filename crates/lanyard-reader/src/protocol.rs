//! The two transmission protocols of contact cards, and what T=0 makes of a command (ISO/IEC 7816-3 §12.2).
//!
//! Over PC/SC, whoever sends to a T=0 card sends what T=0 can carry: one length byte, either of what
//! follows or of what is expected. Knows no card and no connection. What a card answers then, `61 xx` and
//! `6C xx`, is met where answers are collected, whatever the protocol.

use std::borrow::Cow;

use pcsc::Protocols;

/// The protocol that a card and its reader have agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// Byte by byte: half duplex, a command carries data one way only.
    T0,
    /// In blocks: a command goes as it is.
    T1,
}

impl Protocol {
    /// This protocol alone.
    pub(crate) const fn alone(self) -> Protocols {
        match self {
            Self::T0 => Protocols::T0,
            Self::T1 => Protocols::T1,
        }
    }

    /// A command as it is sent by this protocol.
    pub(crate) fn carried(self, command: &[u8]) -> Cow<'_, [u8]> {
        match self {
            Self::T0 => for_t0(command),
            Self::T1 => command.into(),
        }
    }
}

/// A short command as T=0 carries it. A body goes without `Le`, which the card takes for a wrong length:
/// it says `61 xx`, and GET RESPONSE fetches. Without body and `Le`, the length byte is 0. Nothing that may
/// be secret is copied. Extended length is unknown to T=0, and left for the card to refuse.
fn for_t0(command: &[u8]) -> Cow<'_, [u8]> {
    match command {
        [_, _, _, _] => [command, &[0]].concat().into(),
        [_, _, _, _, lc @ (1..), body @ ..] if body.len() == usize::from(*lc) + 1 => {
            command.split_last().map_or(command, |(_le, rest)| rest).into()
        }
        _ => command.into(),
    }
}

#[cfg(test)]
mod tests {
    use lanyard_iso7816::{Body, Command};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_case_is_carried_as_the_standard_says() {
        let cases: [(&[u8], &[u8]); 5] = [
            (&[0, 0x20, 0, 0x80], &[0, 0x20, 0, 0x80, 0]),
            (&[0, 0xC0, 0, 0, 0x10], &[0, 0xC0, 0, 0, 0x10]),
            (&[0, 0xDB, 1, 2, 2, 7, 8], &[0, 0xDB, 1, 2, 2, 7, 8]),
            (&[0, 0xCB, 1, 2, 2, 7, 8, 0], &[0, 0xCB, 1, 2, 2, 7, 8]),
            (&[0, 0xCB, 1, 2, 0, 0, 1, 7, 0, 0], &[0, 0xCB, 1, 2, 0, 0, 1, 7, 0, 0]),
        ];
        for (command, carried) in cases {
            assert_eq!(*for_t0(command), *carried, "{command:02X?}");
            assert_eq!(*Protocol::T1.carried(command), *command);
        }
    }

    proptest! {
        #[test]
        fn only_the_expected_length_is_ever_lost(
            body in prop::collection::vec(any::<u8>(), 0..600),
            asks in any::<bool>(),
        ) {
            let command = Command::new(0xCB, 0x3F, 0xFF).plain(body);
            let command = if asks { command.expecting_most() } else { command };
            for segment in command.segments() {
                let (sent, meant) = (Protocol::T0.carried(&segment), Command::parse(&segment));
                let (sent, meant) = (Command::parse(&sent).unwrap(), meant.unwrap());
                prop_assert_eq!(sent.body.bytes(), meant.body.bytes());
                prop_assert_eq!((sent.class, sent.p1, sent.p2), (meant.class, meant.p1, meant.p2));
                let one_way = matches!(sent.body, Body::Empty)
                    || sent.expected == lanyard_iso7816::Expected::Nothing;
                prop_assert!(one_way);
            }
        }

        #[test]
        fn any_bytes_are_carried(bytes: Vec<u8>) {
            prop_assert!(bytes.len().abs_diff(for_t0(&bytes).len()) <= 1);
        }
    }
}
