//! How many tries are left, and forgetting that a passcode was verified (SP 800-73-4 part 2 §3.2.1).
//!
//! Both are VERIFY without data: neither can spend a try.

use lanyard_iso7816::{CardChannel, Command, ExchangeError, Status, exchange};

use super::APPLICATION_PIN;

pub(super) const VERIFY: u8 = 0x20;
const RESET_STATUS: u8 = 0xFF;

/// What an empty VERIFY tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tries {
    /// So many, at least one.
    Left(u8),
    /// None: the passcode is blocked, or was never set.
    Blocked,
    /// The passcode counts as verified, so the card does not tell.
    Verified,
    /// The card keeps its counter to itself.
    Untold,
}

/// Asks how many tries are left.
///
/// # Errors
/// [`ExchangeError`] when the card could not be asked.
pub fn tries_left(channel: &mut dyn CardChannel) -> Result<Tries, ExchangeError> {
    let status = exchange(channel, &Command::new(VERIFY, 0, APPLICATION_PIN))?.status;
    Ok(match (status, status.tries_left()) {
        (Status::SUCCESS, _) => Tries::Verified,
        (Status::AUTHENTICATION_METHOD_BLOCKED | REFERENCE_DATA_UNUSABLE, _) | (_, Some(0)) => {
            Tries::Blocked
        }
        (_, Some(tries)) => Tries::Left(tries),
        _ => Tries::Untold,
    })
}

/// `69 84`: ISO/IEC 7816-4's word for reference data that cannot be used, seen on cards never unlocked.
pub(super) const REFERENCE_DATA_UNUSABLE: Status = Status(0x6984);

/// Tells the card to forget that the passcode was verified, and returns what it says to that. Old cards do
/// not know the command; whether it helped is seen by asking [`tries_left`] again.
///
/// # Errors
/// [`ExchangeError`] when the card could not be told.
pub fn drop_verified_state(channel: &mut dyn CardChannel) -> Result<Status, ExchangeError> {
    Ok(exchange(channel, &Command::new(VERIFY, RESET_STATUS, APPLICATION_PIN))?.status)
}

/// How a card was left after a conversation in which the passcode was, or may have been, verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a card that is not logged out must be reset"]
pub enum LoggedOut {
    /// Nobody rides on the passcode: the card was told to forget it, and asked. These tries are left;
    /// never [`Tries::Verified`].
    Yes(Tries),
    /// The transaction must end with a reset: the card does not know the command, is still verified, or did
    /// not answer.
    NeedsReset,
}

/// Logs the card out, and checks it by an empty VERIFY.
pub fn ensure_logged_out(channel: &mut dyn CardChannel) -> LoggedOut {
    let Ok(Status::SUCCESS) = drop_verified_state(channel) else {
        return LoggedOut::NeedsReset;
    };
    match tries_left(channel) {
        Ok(tries @ (Tries::Left(_) | Tries::Blocked | Tries::Untold)) => LoggedOut::Yes(tries),
        Ok(Tries::Verified) | Err(_) => LoggedOut::NeedsReset,
    }
}

#[cfg(test)]
mod tests {
    use lanyard_iso7816::ChannelError;

    use super::*;

    struct Answers(u16);

    impl CardChannel for Answers {
        fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
            assert_eq!(command, [0, 0x20, 0, 0x80]);
            Ok(self.0.to_be_bytes().to_vec())
        }
    }

    #[test]
    fn every_way_of_saying_it_is_understood() {
        for (word, tries) in [
            (0x63C3, Tries::Left(3)),
            (0x63CA, Tries::Left(10)),
            (0x63C0, Tries::Blocked),
            (0x6983, Tries::Blocked),
            (0x6984, Tries::Blocked),
            (0x9000, Tries::Verified),
            (0x6982, Tries::Untold),
            (0x6985, Tries::Untold),
            (0x6700, Tries::Untold),
            (0x6300, Tries::Untold),
        ] {
            assert_eq!(tries_left(&mut Answers(word)), Ok(tries), "{word:04X}");
        }
    }

    /// Answers the command to log out, then the question whether that helped.
    struct TwoAnswers(u16, Option<u16>);

    impl CardChannel for TwoAnswers {
        fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
            let word = match command {
                [0, 0x20, 0xFF, 0x80] => self.0,
                [0, 0x20, 0, 0x80] => self.1.ok_or(ChannelError::CardRemoved)?,
                _ => panic!("{command:02X?}"),
            };
            Ok(word.to_be_bytes().to_vec())
        }
    }

    #[test]
    fn a_card_is_logged_out_when_it_says_so_twice() {
        for (told, asked, logged_out) in [
            (0x9000, Some(0x63C3), LoggedOut::Yes(Tries::Left(3))),
            (0x9000, Some(0x6983), LoggedOut::Yes(Tries::Blocked)),
            (0x9000, Some(0x6982), LoggedOut::Yes(Tries::Untold)),
            (0x9000, Some(0x9000), LoggedOut::NeedsReset),
            (0x9000, None, LoggedOut::NeedsReset),
            (0x6A86, Some(0x63C3), LoggedOut::NeedsReset),
            (0x6D00, Some(0x9000), LoggedOut::NeedsReset),
        ] {
            let mut card = TwoAnswers(told, asked);
            assert_eq!(ensure_logged_out(&mut card), logged_out, "{told:04X} {asked:04X?}");
        }
    }
}
