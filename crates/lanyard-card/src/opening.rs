//! How every conversation that sends a passcode begins: SELECT, still the same card, tries read again.
//!
//! Nothing here spends a try. What stops a conversation is one enum, so that each reason has its name.

use lanyard_iso7816::{CardChannel, ExchangeError, SecretCommandError};
use lanyard_ledger::{CardSerial, IntentSynced, Purpose, Settlement};

use crate::{
    Identity, UnsuitableKey,
    piv::{
        LoggedOut, ReadError, Selected, Slot, Tries, ensure_logged_out, read_chuid, select,
        tries_left,
    },
};

/// The card that a conversation is with.
#[derive(Clone, Copy, Debug)]
pub struct IdentifiedCard<'a> {
    /// What it told of itself when it was identified.
    pub identity: &'a Identity,
    /// The key that signs in, whose certificate was read.
    pub slot: Slot,
    /// Whether it can have been swapped since.
    pub continuity: Continuity,
}

/// What is known of the time since a card was identified.
///
/// Two cards are told apart by the connection, which costs nothing: it ends with the card, and a card that
/// goes loses its power and with it the channel. Only where the connection was made anew the card's number
/// is read and compared, for one command more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Continuity {
    /// The connection is the one over which the card was identified, and was never made anew.
    Unbroken,
    /// The connection was made anew since, as after a reset by another program: a card that was swapped
    /// *and then* reset looks like one that was reset.
    Broken,
}

/// What the person was told before she entered the passcode, and what she said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The tries she was shown, never more than the card had.
    pub tries: Tries,
    /// What she said to the last try.
    pub last_try: LastTry,
}

/// The person's word on spending the last try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastTry {
    /// She was not asked, or said no.
    Kept,
    /// She said yes.
    MayBeSpent,
}

/// Why no passcode was sent. The card has all its tries.
#[derive(Debug, thiserror::Error)]
pub enum NotSent<E> {
    /// The certificate's key would prove nothing; the card was not asked.
    #[error(transparent)]
    UnsuitableKey(#[from] UnsuitableKey),
    /// There is no safe place for the passcode; the card was not asked.
    #[error(transparent)]
    NoPlace(#[from] SecretCommandError),
    /// The card could not be asked.
    #[error(transparent)]
    Lost(#[from] ExchangeError),
    /// The card does not answer to our application any more.
    #[error("the card's application cannot be selected")]
    NotSelected,
    /// The card's number cannot be read again.
    #[error("the card's number cannot be read again: {0}")]
    Unreadable(ReadError),
    /// Another card is in the reader than the one identified.
    #[error("another card is in the reader")]
    AnotherCard,
    /// The card counts as verified by somebody else and cannot be logged out: the transaction must end
    /// with a reset.
    #[error("the card cannot be logged out and must be reset")]
    StaysVerified,
    /// No try was left.
    #[error("the passcode is blocked")]
    WasBlocked,
    /// Fewer tries are left than the person was shown, or the card does not tell any more. She must be
    /// asked again.
    #[error("fewer tries are left than were shown")]
    FewerTries(Tries),
    /// One try is left, and the person has not agreed to spend it.
    #[error("the last try needs the holder's consent")]
    LastTry,
    /// The attempt was not begun.
    #[error("the attempt was not begun")]
    NotBegun(E),
    /// The attempt was begun for another card or another purpose; the ledger must be told that nothing was
    /// sent.
    #[error("the attempt was begun for another card or purpose")]
    BegunForAnother(Settlement),
}

/// Selects, makes sure that it is the same card, reads the tries again, and has the attempt begun.
pub(crate) fn open<E>(
    channel: &mut dyn CardChannel,
    card: &IdentifiedCard<'_>,
    shown: Shown,
    purpose: Purpose,
    begin: impl FnOnce(Tries) -> Result<IntentSynced, E>,
) -> Result<(Tries, IntentSynced), NotSent<E>> {
    let serial = &card.identity.serial;
    if select(channel)? == Selected::Refused {
        return Err(NotSent::NotSelected);
    }
    match card.continuity {
        Continuity::Unbroken => {}
        Continuity::Broken => compare(channel, serial)?,
    }
    let tries = tries_when_logged_out(channel)?;
    consent(tries, shown)?;
    let intent = begin(tries).map_err(NotSent::NotBegun)?;
    if intent.card() == serial && intent.purpose() == purpose {
        Ok((tries, intent))
    } else {
        Err(NotSent::BegunForAnother(intent.not_sent()))
    }
}

fn compare<E>(channel: &mut dyn CardChannel, identified: &CardSerial) -> Result<(), NotSent<E>> {
    match read_chuid(channel) {
        Ok(serial) if serial == *identified => Ok(()),
        Ok(_) => Err(NotSent::AnotherCard),
        Err(ReadError::Exchange(error)) => Err(error.into()),
        Err(error) => Err(NotSent::Unreadable(error)),
    }
}

/// A card found verified is logged out first, so that nobody rides on another program's passcode.
fn tries_when_logged_out<E>(channel: &mut dyn CardChannel) -> Result<Tries, NotSent<E>> {
    match tries_left(channel)? {
        Tries::Verified => match ensure_logged_out(channel) {
            LoggedOut::Yes(tries) => Ok(tries),
            LoggedOut::NeedsReset => Err(NotSent::StaysVerified),
        },
        told @ (Tries::Left(_) | Tries::Blocked | Tries::Untold) => Ok(told),
    }
}

/// Whether what is left is what the person was shown. A card that keeps its counter to itself cannot be
/// compared; the ledger counts for it.
fn consent<E>(left: Tries, shown: Shown) -> Result<(), NotSent<E>> {
    match (left, shown.tries) {
        (Tries::Blocked, _) => Err(NotSent::WasBlocked),
        (Tries::Left(left), Tries::Left(shown)) if left < shown => {
            Err(NotSent::FewerTries(Tries::Left(left)))
        }
        (Tries::Untold | Tries::Verified, Tries::Left(_)) => Err(NotSent::FewerTries(left)),
        (Tries::Left(1), _) if shown.last_try == LastTry::Kept => Err(NotSent::LastTry),
        (Tries::Left(_) | Tries::Untold | Tries::Verified, _) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_try_is_spent_only_as_the_person_was_shown() {
        use LastTry::{Kept, MayBeSpent};
        use Tries::{Blocked, Left, Untold};
        for (left, tries, last_try, outcome) in [
            (Left(3), Left(3), Kept, "sent"),
            (Left(3), Left(2), Kept, "sent"),
            (Left(10), Left(3), Kept, "sent"),
            (Left(2), Left(3), MayBeSpent, "fewer tries are left than were shown"),
            (Left(1), Left(3), MayBeSpent, "fewer tries are left than were shown"),
            (Left(1), Left(1), Kept, "the last try needs the holder's consent"),
            (Left(1), Left(1), MayBeSpent, "sent"),
            (Left(1), Untold, Kept, "the last try needs the holder's consent"),
            (Left(1), Untold, MayBeSpent, "sent"),
            (Left(2), Untold, Kept, "sent"),
            (Untold, Untold, Kept, "sent"),
            (Untold, Left(3), MayBeSpent, "fewer tries are left than were shown"),
            (Blocked, Left(3), MayBeSpent, "the passcode is blocked"),
            (Blocked, Untold, MayBeSpent, "the passcode is blocked"),
        ] {
            let judged = consent::<ReadError>(left, Shown { tries, last_try });
            let said = judged.map_or_else(|stopped| stopped.to_string(), |()| "sent".to_owned());
            assert_eq!(said, outcome, "{left:?} left, {tries:?} shown, {last_try:?}");
        }
    }
}
