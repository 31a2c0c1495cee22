//! One attempt at a passcode, in types: intended and on the disk, sent, settled.
//!
//! Each value is made in one place, cannot be copied, and is consumed by the next step. Losing one is never
//! dangerous: the attempt stays open in the ledger, as after a crash, and the card's counter decides.

use std::sync::{Arc, Weak};
use std::time::SystemTime;

use crate::{CardSerial, Counter};

/// What a passcode is entered for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// VERIFY.
    SignIn,
    /// CHANGE REFERENCE DATA, which checks the current passcode.
    ChangePasscode,
}

/// An attempt that somebody asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// The card it is for.
    pub card: CardSerial,
    /// The tries the card said it has, in the transaction in which the attempt will be made. A card
    /// found verified is logged out and asked again first.
    pub counter_before: Counter,
    /// What for.
    pub purpose: Purpose,
    /// When, to the second.
    pub at: SystemTime,
}

/// The proof that an attempt is on the disk: the only thing for which a passcode may be sent to a card,
/// once. Made by [`Ledger::begin`] alone.
///
/// Whoever sends the command takes it by value, calls [`IntentSynced::sending`] as the last step before the
/// command leaves, and gives back the [`Settlement`].
///
/// ```compile_fail
/// # fn try_again(intent: lanyard_ledger::IntentSynced) {
/// let first = intent.sending();
/// let second = intent.sending(); // one entry of a passcode is sent once
/// # }
/// ```
///
/// ```compile_fail
/// # fn talk_out(intent: lanyard_ledger::IntentSynced) {
/// let sent = intent.sending();
/// sent.not_sent(); // too late
/// # }
/// ```
///
/// [`Ledger::begin`]: crate::Ledger::begin
#[derive(Debug)]
#[must_use = "an attempt that is dropped stays open, and may count as a strike"]
pub struct IntentSynced {
    attempt: Attempt,
    purpose: Purpose,
}

/// The proof that a command with a passcode may be on its way: an answer, or the lack of one, settles it.
#[derive(Debug)]
#[must_use = "an attempt that is dropped stays open, and may count as a strike"]
pub struct Sent(Attempt);

/// How an attempt ended, for [`Ledger::settle`].
///
/// [`Ledger::settle`]: crate::Ledger::settle
#[derive(Debug)]
#[must_use = "the ledger does not know it yet"]
pub struct Settlement {
    pub(crate) attempt: Attempt,
    pub(crate) ending: Ending,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Accepted,
    Refused(Counter),
    NotJudged(Counter),
    NotSent,
    Unanswered,
}

/// Which attempt.
#[derive(Debug)]
pub(crate) struct Attempt {
    pub(crate) card: CardSerial,
    pub(crate) number: u64,
    /// While this lives, somebody may be speaking to the card.
    alive: Arc<()>,
}

impl IntentSynced {
    /// Called once the intent is synced, and with that number.
    pub(crate) fn new(intent: Intent, number: u64) -> Self {
        let attempt = Attempt { card: intent.card, number, alive: Arc::new(()) };
        Self { attempt, purpose: intent.purpose }
    }

    /// The card this is for. No other may be sent the passcode.
    pub fn card(&self) -> &CardSerial {
        &self.attempt.card
    }

    /// What the passcode is for.
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// The command leaves now. There is no way back to "not sent".
    pub fn sending(self) -> Sent {
        Sent(self.attempt)
    }

    /// No command left: the person cancelled, the card went, fewer tries were left than shown.
    pub fn not_sent(self) -> Settlement {
        Settlement { attempt: self.attempt, ending: Ending::NotSent }
    }

    pub(crate) fn watch(&self) -> Weak<()> {
        Arc::downgrade(&self.attempt.alive)
    }
}

impl Sent {
    /// The card accepted the passcode.
    pub fn accepted(self) -> Settlement {
        self.ended(Ending::Accepted)
    }

    /// The card said that the passcode is wrong, and has these tries left: from its answer, and if that
    /// tells none, asked afterwards in the same transaction. A counter that is never asked for cannot be
    /// compared later: the strike stays although the passcode was accepted elsewhere.
    pub fn refused(self, left: Counter) -> Settlement {
        self.ended(Ending::Refused(left))
    }

    /// The card answered something else, such as `6A 80`, and these tries are left now: asked afterwards,
    /// in the same transaction. Fewer than before is a refusal; where the card does not tell, it may have
    /// been one.
    pub fn not_judged(self, left: Counter) -> Settlement {
        self.ended(Ending::NotJudged(left))
    }

    /// The reader's own PIN pad ended the entry (`64 00`, `64 01`, `64 02`, `64 03` of PC/SC part 10
    /// §2.5.2) and said with it that the card was sent nothing.
    pub fn ended_at_pin_pad(self) -> Settlement {
        self.ended(Ending::NotSent)
    }

    /// No answer came. The attempt stays open until the card is read again.
    pub fn unanswered(self) -> Settlement {
        self.ended(Ending::Unanswered)
    }

    fn ended(self, ending: Ending) -> Settlement {
        Settlement { attempt: self.0, ending }
    }
}

impl Settlement {
    /// The card this is about.
    pub fn card(&self) -> &CardSerial {
        &self.attempt.card
    }
}
