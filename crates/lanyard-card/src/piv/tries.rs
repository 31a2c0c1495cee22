//! How many tries are left, and forgetting that a passcode was verified (SP 800-73-4 part 2 §3.2.1).
//!
//! Both are VERIFY without data: neither can spend a try.

use lanyard_iso7816::{CardChannel, Command, ExchangeError, Status, exchange};

use super::APPLICATION_PIN;

const VERIFY: u8 = 0x20;
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
const REFERENCE_DATA_UNUSABLE: Status = Status(0x6984);

/// Tells the card to forget that the passcode was verified. Old cards do not know the command; whether
/// it helped is seen by asking [`tries_left`] again.
///
/// # Errors
/// [`ExchangeError`] when the card could not be told.
pub fn drop_verified_state(channel: &mut dyn CardChannel) -> Result<(), ExchangeError> {
    exchange(channel, &Command::new(VERIFY, RESET_STATUS, APPLICATION_PIN)).map(drop)
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
}
