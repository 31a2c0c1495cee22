//! SELECT of the PIV application (SP 800-73-4 part 2 §3.1.1).

use lanyard_iso7816::{CardChannel, Command, ExchangeError, Status, exchange};

/// The application identifier with its version, and without (SP 800-73-4 part 1 §2.2). Cards exist that
/// answer only to one of them.
const IDENTIFIERS: [&[u8]; 2] =
    [&[0xA0, 0, 0, 3, 8, 0, 0, 0x10, 0, 1, 0], &[0xA0, 0, 0, 3, 8, 0, 0, 0x10, 0]];

/// Whether the card has the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selected {
    /// It is selected now, and nothing is verified in it.
    Piv,
    /// The card refused both identifiers; nothing more may be said to it.
    Refused,
}

/// Selects the PIV application. What the card tells of itself in the answer is not needed.
///
/// # Errors
/// [`ExchangeError`] when the card could not be asked.
pub fn select(channel: &mut dyn CardChannel) -> Result<Selected, ExchangeError> {
    for identifier in IDENTIFIERS {
        let command = Command::new(0xA4, 4, 0).plain(identifier).expecting_most();
        if exchange(channel, &command)?.status == Status::SUCCESS {
            return Ok(Selected::Piv);
        }
    }
    Ok(Selected::Refused)
}
