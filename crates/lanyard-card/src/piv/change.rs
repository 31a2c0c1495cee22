//! CHANGE REFERENCE DATA (SP 800-73-4 part 2 §3.2.2): the current passcode is compared as by VERIFY, with
//! the same tries, and replaced when it is right.

use lanyard_iso7816::{CardChannel, SecretCommand, SecretCommandError};
use lanyard_ledger::IntentSynced;

use super::{
    APPLICATION_PIN, Attempted, KeyedChannel, Tries,
    attempt::{attempt, attempt_at_keys},
};
use crate::{Passcode, RepeatedPasscode};

const CHANGE_REFERENCE_DATA: u8 = 0x24;

/// A change of passcode that is ready to leave.
#[derive(Debug)]
pub struct Change(SecretCommand);

/// The proof that the card has the new passcode, made by [`change_passcode`] alone.
#[derive(Debug, PartialEq, Eq)]
pub struct PasscodeChanged(());

impl Change {
    /// The command that replaces one passcode by the other.
    ///
    /// # Errors
    /// [`SecretCommandError::Memory`] when there is no safe place for it.
    pub fn of(current: &Passcode, new: &RepeatedPasscode) -> Result<Self, SecretCommandError> {
        let parts = [current.padded(), new.padded()];
        SecretCommand::new(CHANGE_REFERENCE_DATA, 0, APPLICATION_PIN, &parts).map(Self)
    }
}

/// Sends CHANGE REFERENCE DATA once and never again; `before` and `intent` as for [`verify`]. A card that
/// accepts it may count as verified afterwards. [`Verdict::WrongFormat`] may be about either passcode.
///
/// [`verify`]: super::verify
/// [`Verdict::WrongFormat`]: super::Verdict::WrongFormat
pub fn change_passcode(
    channel: &mut dyn CardChannel,
    command: Change,
    before: Tries,
    intent: IntentSynced,
) -> Attempted<PasscodeChanged> {
    attempt(channel, command.0, before, intent).map(PasscodeChanged)
}

/// As [`change_passcode`], with the passcodes that the holder enters at the reader's keys.
pub fn change_passcode_at_keys(
    channel: &mut dyn KeyedChannel,
    before: Tries,
    intent: IntentSynced,
) -> Attempted<PasscodeChanged> {
    let header = [0, CHANGE_REFERENCE_DATA, 0, APPLICATION_PIN];
    attempt_at_keys(channel, header, before, intent).map(PasscodeChanged)
}
