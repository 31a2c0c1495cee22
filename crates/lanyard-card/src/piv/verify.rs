//! VERIFY with a passcode (SP 800-73-4 part 2 §3.2.1): sent once, for an intent that is on the disk.
//!
//! Reading the tries before, and asking the person, is the duty of whoever begins the intent.

use std::fmt;

use lanyard_iso7816::{CardChannel, SecretCommand, SecretCommandError};
use lanyard_ledger::{CardSerial, IntentSynced};

use super::{
    APPLICATION_PIN, Attempted, KeyedChannel, Tries,
    attempt::{attempt, attempt_at_keys},
    tries::VERIFY,
};
use crate::Passcode;

/// A VERIFY that is ready to leave, so that nothing can fail between the intent and it.
#[derive(Debug)]
pub struct Verify(SecretCommand);

/// The proof that the card on this channel accepted a passcode just now, made by [`verify`] alone.
///
/// It holds the channel: it cannot outlive the transaction, nor be taken for another card's, and what
/// needs the passcode is said to the card through it. It is not for keeping: dropping it frees the channel,
/// and the card must then be logged out.
///
/// ```
/// # use {lanyard_card::piv::*, lanyard_iso7816::CardChannel, lanyard_ledger::IntentSynced};
/// # fn conversation(channel: &mut dyn CardChannel, command: Verify, intent: IntentSynced) {
/// let attempted = verify(channel, command, Tries::Untold, intent);
/// drop(attempted.verdict);
/// let logged_out = ensure_logged_out(channel);
/// # }
/// ```
///
/// ```compile_fail
/// # use {lanyard_card::piv::*, lanyard_iso7816::CardChannel, lanyard_ledger::IntentSynced};
/// # fn conversation(channel: &mut dyn CardChannel, command: Verify, intent: IntentSynced) {
/// let attempted = verify(channel, command, Tries::Untold, intent);
/// let logged_out = ensure_logged_out(channel);
/// drop(attempted.verdict);
/// # }
/// ```
#[must_use = "the card counts as verified until it is logged out"]
pub struct PasscodeVerified<'t> {
    channel: &'t mut dyn CardChannel,
    card: CardSerial,
}

impl Verify {
    /// The command for this passcode.
    ///
    /// # Errors
    /// [`SecretCommandError::Memory`] when there is no safe place for it.
    pub fn of(passcode: &Passcode) -> Result<Self, SecretCommandError> {
        SecretCommand::new(VERIFY, 0, APPLICATION_PIN, &[passcode.padded()]).map(Self)
    }
}

/// Sends VERIFY once and never again. `before` is what the card said of its tries in this transaction, of
/// which there should be some left, and `intent` is for the card on this channel.
pub fn verify(
    channel: &mut dyn CardChannel,
    command: Verify,
    before: Tries,
    intent: IntentSynced,
) -> Attempted<PasscodeVerified<'_>> {
    let card = intent.card().clone();
    let attempted = attempt(channel, command.0, before, intent);
    attempted.map(|()| PasscodeVerified { channel, card })
}

/// As [`verify`], with the passcode that the holder enters at the reader's keys.
pub fn verify_at_keys(
    channel: &mut dyn KeyedChannel,
    before: Tries,
    intent: IntentSynced,
) -> Attempted<PasscodeVerified<'_>> {
    let card = intent.card().clone();
    let attempted = attempt_at_keys(channel, [0, VERIFY, 0, APPLICATION_PIN], before, intent);
    attempted.map(|()| PasscodeVerified { channel, card })
}

impl PasscodeVerified<'_> {
    /// The card that accepted it.
    pub const fn card(&self) -> &CardSerial {
        &self.card
    }

    pub(crate) fn channel(&mut self) -> &mut dyn CardChannel {
        self.channel
    }
}

impl fmt::Debug for PasscodeVerified<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasscodeVerified")
    }
}
