//! One attempt at a passcode: a command that holds it is sent once, and the answer gets its meaning.
//!
//! Cards differ in how they say that a passcode is wrong or blocked; the table is in `judge`. What an
//! answer leaves open is asked with an empty VERIFY, which spends nothing.

use lanyard_iso7816::{CardChannel, ExchangeError, SecretCommand, Status};
use lanyard_ledger::{Counter, IntentSynced, Sent, Settlement};

use super::{
    Tries,
    keys::{EndedAtKeys, KeyedChannel},
    tries::REFERENCE_DATA_UNUSABLE,
    tries_left,
};

/// What became of an attempt. Both halves must be used: the verdict is for the person, the settlement for
/// the ledger.
#[derive(Debug)]
#[must_use = "the ledger must be told"]
pub struct Attempted<T> {
    /// What the card made of the passcode.
    pub verdict: Verdict<T>,
    /// How the attempt ended, for `Ledger::settle`.
    pub settlement: Settlement,
}

/// What a card made of a passcode. `T` is what its acceptance gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict<T> {
    /// It is right.
    Accepted(T),
    /// It is wrong. So many tries are left, where the card tells; never [`Tries::Blocked`], and
    /// [`Tries::Verified`] when it counts as logged in all the same.
    Refused(Tries),
    /// It is wrong, and no try is left.
    NowBlocked,
    /// It was not compared: no try was left before.
    WasBlocked,
    /// The card does not take it for a passcode. No refusal; but some cards count it, so these are the
    /// tries left now.
    WrongFormat(Tries),
    /// The reader ended the entry at its own keys, and these tries are left now, where the card tells.
    EndedAtKeys(EndedAtKeys, Tries),
    /// Nobody knows whether the card compared it. These tries are left now, where the card tells.
    Unclear(Unclear, Tries),
}

/// Why it is unclear what a card did with a passcode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unclear {
    /// The card answered something that says neither right nor wrong.
    #[error("the card answered the passcode with {0}")]
    Status(Status),
    /// There was no answer.
    #[error(transparent)]
    NoAnswer(#[from] ExchangeError),
}

/// Sends the command. The attempt is over when this returns, whatever it returns.
pub(super) fn attempt(
    channel: &mut dyn CardChannel,
    command: SecretCommand,
    before: Tries,
    intent: IntentSynced,
) -> Attempted<()> {
    let sent = intent.sending();
    let verdict = match command.send(channel) {
        Ok(status) => judge(status, before).completed_by(channel),
        Err(error) => Verdict::Unclear(error.into(), Tries::Untold),
    };
    Attempted { verdict, settlement: verdict.settle(sent) }
}

/// Has the holder enter the passcode at the reader's keys, which send the command with this header. A
/// reader that fails may leave a card that answers: it is asked.
pub(super) fn attempt_at_keys(
    channel: &mut dyn KeyedChannel,
    header: [u8; 4],
    before: Tries,
    intent: IntentSynced,
) -> Attempted<()> {
    let sent = intent.sending();
    let verdict = match channel.enter(header) {
        Ok(status) => match EndedAtKeys::of(status) {
            Some(end) => Verdict::EndedAtKeys(end, Tries::Untold),
            None => judge(status, before),
        },
        Err(error) => Verdict::Unclear(error.into(), Tries::Untold),
    };
    let verdict = verdict.completed_by(channel);
    Attempted { verdict, settlement: verdict.settle(sent) }
}

/// What each status word says of a passcode that was sent while these tries were left
/// (SP 800-73-4 part 2 §3.2.1 and §3.2.2; ISO/IEC 7816-4 table 6).
fn judge(status: Status, before: Tries) -> Verdict<()> {
    match (status, status.tries_left()) {
        (Status::SUCCESS, _) => Verdict::Accepted(()),
        (_, Some(0)) | (Status::AUTHENTICATION_METHOD_BLOCKED | REFERENCE_DATA_UNUSABLE, _) => {
            match (before, status.tries_left()) {
                (Tries::Left(_), _) | (Tries::Untold, Some(_)) => Verdict::NowBlocked,
                (Tries::Blocked | Tries::Verified | Tries::Untold, _) => Verdict::WasBlocked,
            }
        }
        (_, Some(left)) => Verdict::Refused(Tries::Left(left)),
        (
            Status::VERIFICATION_FAILED
            | Status::SECURITY_STATUS_NOT_SATISFIED
            | Status::CONDITIONS_NOT_SATISFIED,
            None,
        ) => Verdict::Refused(Tries::Untold),
        (Status::INCORRECT_DATA | Status::WRONG_LENGTH, None) => {
            Verdict::WrongFormat(Tries::Untold)
        }
        (other, None) => Verdict::Unclear(Unclear::Status(other), Tries::Untold),
    }
}

impl Verdict<()> {
    /// Asks for the tries that the answer did not tell.
    fn completed_by(self, channel: &mut dyn CardChannel) -> Self {
        let mut ask = || tries_left(channel).unwrap_or(Tries::Untold);
        match self {
            Self::Refused(Tries::Untold) => match ask() {
                Tries::Blocked => Self::NowBlocked,
                told @ Tries::Left(_) => Self::Refused(told),
                Tries::Verified => Self::Refused(Tries::Verified),
                Tries::Untold => self,
            },
            Self::WrongFormat(_) => Self::WrongFormat(ask()),
            Self::EndedAtKeys(end, _) => Self::EndedAtKeys(end, ask()),
            Self::Unclear(why, _) => Self::Unclear(why, ask()),
            Self::Accepted(()) | Self::Refused(_) | Self::NowBlocked | Self::WasBlocked => self,
        }
    }

    fn settle(self, sent: Sent) -> Settlement {
        match self {
            Self::Accepted(()) => sent.accepted(),
            Self::Refused(left) => sent.refused(left.into()),
            Self::NowBlocked => sent.refused(Counter::Blocked),
            Self::WasBlocked => sent.not_judged(Counter::Blocked),
            Self::Unclear(Unclear::NoAnswer(_), Tries::Untold) => sent.unanswered(),
            Self::EndedAtKeys(_, Tries::Verified | Tries::Untold) => sent.ended_at_pin_pad(),
            // Some cards count what they do not compare, and use the reader's words for something of their
            // own: where the card tells, its counter decides.
            Self::WrongFormat(left) | Self::EndedAtKeys(_, left) | Self::Unclear(_, left) => {
                sent.not_judged(left.into())
            }
        }
    }
}

impl<T> Verdict<T> {
    /// The same verdict with what `accepted` makes of an accepted passcode.
    pub fn map<U>(self, accepted: impl FnOnce(T) -> U) -> Verdict<U> {
        match self {
            Self::Accepted(proof) => Verdict::Accepted(accepted(proof)),
            Self::Refused(left) => Verdict::Refused(left),
            Self::NowBlocked => Verdict::NowBlocked,
            Self::WasBlocked => Verdict::WasBlocked,
            Self::WrongFormat(left) => Verdict::WrongFormat(left),
            Self::EndedAtKeys(end, left) => Verdict::EndedAtKeys(end, left),
            Self::Unclear(why, left) => Verdict::Unclear(why, left),
        }
    }
}

impl<T> Attempted<T> {
    pub(crate) fn map<U>(self, accepted: impl FnOnce(T) -> U) -> Attempted<U> {
        let Self { verdict, settlement } = self;
        Attempted { verdict: verdict.map(accepted), settlement }
    }
}

impl From<Tries> for Counter {
    /// What the ledger may take for the card's counter. A card that counts as verified does not tell it.
    fn from(tries: Tries) -> Self {
        match tries {
            Tries::Left(tries) => Self::Left(tries),
            Tries::Blocked => Self::Blocked,
            Tries::Verified | Tries::Untold => Self::Untold,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_saying_it_is_understood() {
        let left = Tries::Left;
        let unclear = |word| Verdict::Unclear(Unclear::Status(Status(word)), Tries::Untold);
        for (word, before, verdict) in [
            (0x9000, left(3), Verdict::Accepted(())),
            (0x63C2, left(3), Verdict::Refused(left(2))),
            (0x63C9, left(10), Verdict::Refused(left(9))),
            (0x63CF, Tries::Untold, Verdict::Refused(left(15))),
            (0x6300, left(3), Verdict::Refused(Tries::Untold)),
            (0x6982, left(3), Verdict::Refused(Tries::Untold)),
            (0x6985, Tries::Untold, Verdict::Refused(Tries::Untold)),
            (0x63C0, left(1), Verdict::NowBlocked),
            (0x6983, left(1), Verdict::NowBlocked),
            (0x6984, left(2), Verdict::NowBlocked),
            (0x63C0, Tries::Untold, Verdict::NowBlocked),
            (0x6983, Tries::Untold, Verdict::WasBlocked),
            (0x6984, Tries::Untold, Verdict::WasBlocked),
            (0x63C0, Tries::Blocked, Verdict::WasBlocked),
            (0x6983, Tries::Blocked, Verdict::WasBlocked),
            (0x6A80, left(3), Verdict::WrongFormat(Tries::Untold)),
            (0x6700, left(3), Verdict::WrongFormat(Tries::Untold)),
            (0x6108, left(3), unclear(0x6108)),
            (0x6C08, left(3), unclear(0x6C08)),
            (0x6302, left(3), unclear(0x6302)),
            (0x6400, left(3), unclear(0x6400)),
            (0x6581, left(3), unclear(0x6581)),
            (0x6881, left(3), unclear(0x6881)),
            (0x6882, left(3), unclear(0x6882)),
            (0x6A81, left(3), unclear(0x6A81)),
            (0x6A86, left(3), unclear(0x6A86)),
            (0x6A88, left(3), unclear(0x6A88)),
            (0x6D00, left(3), unclear(0x6D00)),
            (0x6E00, left(3), unclear(0x6E00)),
            (0x6F00, left(3), unclear(0x6F00)),
            (0x0000, left(3), unclear(0x0000)),
        ] {
            assert_eq!(judge(Status(word), before), verdict, "{word:04X} after {before:?}");
        }
    }

    #[test]
    fn nothing_but_9000_is_acceptance() {
        for word in 0..=u16::MAX {
            for before in [Tries::Left(1), Tries::Untold, Tries::Blocked, Tries::Verified] {
                let accepted = matches!(judge(Status(word), before), Verdict::Accepted(()));
                assert_eq!(accepted, word == 0x9000, "{word:04X}");
            }
        }
    }
}
