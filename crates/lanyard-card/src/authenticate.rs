//! The whole conversation in which a holder proves who she is, for one transaction: SELECT, tries, VERIFY,
//! signature, logging out.
//!
//! The attempt is begun in the middle, when the tries are known: `begin` writes the intent and syncs it.
//! Nothing comes between VERIFY and the signature. Certificates are not judged here.

use lanyard_iso7816::CardChannel;
use lanyard_ledger::{IntentSynced, Purpose, Settlement};

use crate::{
    IdentifiedCard, NotSent, Passcode, PublicKey, Shown, ToSign,
    opening::open,
    piv::{
        Attempted, KeyHeld, KeyedChannel, LoggedOut, NotHeld, PasscodeVerified, Tries, Unclear,
        Verdict, Verify, ensure_logged_out, prove_possession, verify, verify_at_keys,
    },
};

/// What became of a passcode that was sent.
#[derive(Debug)]
#[must_use = "the ledger must be told, and the card perhaps be reset"]
pub struct Authentication {
    /// What the card made of it. Accepted, it has signed or not.
    pub verdict: Verdict<Result<KeyHeld, NotHeld>>,
    /// How the attempt ended, for the ledger.
    pub settlement: Settlement,
    /// How the card was left; where it needs a reset, the transaction must end with one.
    pub logged_out: LoggedOut,
}

/// Speaks with the card on this channel, which must be the caller's alone until this returns. `begin` is
/// given the tries left, and makes the intent for this card and for signing in; where the ledger leaves
/// fewer tries than the card, it is there that they are compared with what was shown.
///
/// The card signs `to_sign`: a challenge, or a statement. With P-256 the card hears four commands, with RSA-2048 six, and two that log it out.
///
/// # Errors
/// [`NotSent`] when the passcode was not sent, and no try was spent.
pub fn authenticate<E>(
    channel: &mut dyn CardChannel,
    card: &IdentifiedCard<'_>,
    passcode: &Passcode,
    shown: Shown,
    to_sign: impl Into<ToSign>,
    begin: impl FnOnce(Tries) -> Result<IntentSynced, E>,
) -> Result<Authentication, NotSent<E>> {
    PublicKey::of(&card.identity.certificate)?;
    let command = Verify::of(passcode)?;
    let (tries, intent) = open(channel, card, shown, Purpose::SignIn, begin)?;
    let Attempted { verdict, settlement } = verify(channel, command, tries, intent)
        .map(|mut verified| prove(&mut verified, card, to_sign));
    let logged_out = leave(channel, &verdict);
    Ok(Authentication { verdict, settlement, logged_out })
}

/// As [`authenticate`], with the passcode that the holder enters at the reader's keys: the channel is held
/// as long as that takes.
///
/// # Errors
/// As [`authenticate`].
pub fn authenticate_at_keys<E>(
    channel: &mut dyn KeyedChannel,
    card: &IdentifiedCard<'_>,
    shown: Shown,
    to_sign: impl Into<ToSign>,
    begin: impl FnOnce(Tries) -> Result<IntentSynced, E>,
) -> Result<Authentication, NotSent<E>> {
    PublicKey::of(&card.identity.certificate)?;
    let (tries, intent) = open(channel, card, shown, Purpose::SignIn, begin)?;
    let Attempted { verdict, settlement } = verify_at_keys(channel, tries, intent)
        .map(|mut verified| prove(&mut verified, card, to_sign));
    let logged_out = leave(channel, &verdict);
    Ok(Authentication { verdict, settlement, logged_out })
}

fn prove(
    verified: &mut PasscodeVerified<'_>,
    card: &IdentifiedCard<'_>,
    to_sign: impl Into<ToSign>,
) -> Result<KeyHeld, NotHeld> {
    prove_possession(verified, card.slot, &card.identity.certificate, to_sign)
}

/// Logs out a card that is, or may be, verified. A card that did not answer is not asked again: it may keep
/// its reader waiting.
pub(crate) fn leave<T>(channel: &mut dyn CardChannel, verdict: &Verdict<T>) -> LoggedOut {
    match *verdict {
        Verdict::Accepted(_)
        | Verdict::Refused(Tries::Verified)
        | Verdict::WrongFormat(Tries::Verified)
        | Verdict::EndedAtKeys(_, Tries::Verified)
        | Verdict::Unclear(Unclear::Status(_), _) => ensure_logged_out(channel),
        Verdict::Unclear(Unclear::NoAnswer(_), _) => LoggedOut::NeedsReset,
        // It was not verified before, and is not by this.
        Verdict::Refused(left) | Verdict::WrongFormat(left) | Verdict::EndedAtKeys(_, left) => {
            LoggedOut::Yes(left)
        }
        Verdict::NowBlocked | Verdict::WasBlocked => LoggedOut::Yes(Tries::Blocked),
    }
}
