//! The whole conversation that changes a passcode, for one transaction: SELECT, tries, CHANGE REFERENCE
//! DATA, logging out. A wrong current passcode costs a try, so everything is as for signing in.

use lanyard_iso7816::CardChannel;
use lanyard_ledger::{IntentSynced, Purpose, Settlement};

use crate::{
    IdentifiedCard, NotSent, Passcode, RepeatedPasscode, Shown,
    authenticate::leave,
    opening::open,
    piv::{
        Attempted, Change, KeyedChannel, LoggedOut, PasscodeChanged, Tries, Verdict,
        change_passcode, change_passcode_at_keys,
    },
};

/// What became of a change that was sent.
#[derive(Debug)]
#[must_use = "the ledger must be told, and the card perhaps be reset"]
pub struct ChangeOfPasscode {
    /// What the card made of it.
    pub verdict: Verdict<PasscodeChanged>,
    /// How the attempt ended, for the ledger.
    pub settlement: Settlement,
    /// How the card was left; where it needs a reset, the transaction must end with one.
    pub logged_out: LoggedOut,
}

/// Speaks with the card on this channel, which must be the caller's alone until this returns. `begin` is
/// given the tries left, and makes the intent for this card and for a change of passcode.
///
/// # Errors
/// [`NotSent`] when nothing was sent, and no try was spent.
pub fn change<E>(
    channel: &mut dyn CardChannel,
    card: &IdentifiedCard<'_>,
    current: &Passcode,
    new: &RepeatedPasscode,
    shown: Shown,
    begin: impl FnOnce(Tries) -> Result<IntentSynced, E>,
) -> Result<ChangeOfPasscode, NotSent<E>> {
    let command = Change::of(current, new)?;
    let (tries, intent) = open(channel, card, shown, Purpose::ChangePasscode, begin)?;
    let Attempted { verdict, settlement } = change_passcode(channel, command, tries, intent);
    let logged_out = leave(channel, &verdict);
    Ok(ChangeOfPasscode { verdict, settlement, logged_out })
}

/// As [`change`], with the passcodes that the holder enters at the reader's keys.
///
/// # Errors
/// As [`change`].
pub fn change_at_keys<E>(
    channel: &mut dyn KeyedChannel,
    card: &IdentifiedCard<'_>,
    shown: Shown,
    begin: impl FnOnce(Tries) -> Result<IntentSynced, E>,
) -> Result<ChangeOfPasscode, NotSent<E>> {
    let (tries, intent) = open(channel, card, shown, Purpose::ChangePasscode, begin)?;
    let Attempted { verdict, settlement } = change_passcode_at_keys(channel, tries, intent);
    let logged_out = leave(channel, &verdict);
    Ok(ChangeOfPasscode { verdict, settlement, logged_out })
}
