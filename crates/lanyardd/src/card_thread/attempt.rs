//! One order at a card: one transaction, one passcode, one record.
//!
//! The order is fixed: the audit log has what was said so far, the card's tries are read, the ledger has the
//! intent on disk, the card hears the passcode once, signs, is logged out. What becomes of that stands in
//! `recording`.

use std::{sync::Arc, time::SystemTime};

use lanyard_audit::{Event, Record, TermsVersion};
use lanyard_card::{
    CardSerial, Continuity, IdentifiedCard, LastTry, NotSent, Shown, authenticate,
    authenticate_at_keys, change, change_at_keys,
    piv::{KeyHeld, LoggedOut, Tries, Verdict},
};
use lanyard_dbus::{Outcome, Reason};
use lanyard_iso7816::{ChannelError, ExchangeError};
use lanyard_ledger::{Intent, IntentSynced, MOST_REFUSALS, Settlement, Standing};
use lanyard_reader::Afterwards;
use lanyard_session::{Insertion, NotOneCard, Proven};

use super::{
    attended::Attended,
    judged::{Granted, Judged, NotBegun},
    keys::Keyed,
    signing::Signing,
};
use crate::{
    clock,
    engine::{AttemptReport, CardId, CardReport, Conclusion, Order, Task, TriesLeft, Trusted},
};

/// How often a transaction is begun anew because the card was reset before anything was sent.
const BEGINNINGS: usize = 5;

/// What a card made of what was sent.
pub(super) struct Answered {
    pub(super) verdict: Verdict<Granted>,
    pub(super) settlement: Settlement,
    pub(super) left: Left,
}

/// How the card was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// Logged out, with these tries.
    LoggedOut(Tries),
    /// Reset.
    Reset,
    /// It was to be reset, and nobody knows whether it was.
    MayBeVerified,
}

/// What came of an order.
pub(super) struct Carried {
    pub(super) report: AttemptReport,
    pub(super) tries: Option<TriesLeft>,
    /// What was known of the card may not hold any more: it is to be read again.
    pub(super) read_again: bool,
}

impl Carried {
    /// Nothing was begun, and whoever took the order back has recorded it.
    fn recalled() -> Self {
        let report = AttemptReport::Concluded(Conclusion::plain(Outcome::Cancelled));
        Self { report, tries: None, read_again: false }
    }
}

impl Attended<'_> {
    /// Carries an order out. The passcode in it has done its work when this returns.
    pub(super) fn carry_out(&mut self, order: &Order) -> Carried {
        let carried = self.attempt(order);
        // What the card said last of its tries is what is told until it says more.
        if let Some(tries) = carried.tries {
            self.identity.tries = tries.card;
        }
        carried
    }

    fn attempt(&mut self, order: &Order) -> Carried {
        if self.recalled.is(order.id) {
            return Carried::recalled();
        }
        let now = clock::now().wall;
        let is_trusted = |trusted: &Trusted| trusted.is_for(&self.identity.certificate);
        if !order.task.trusted().is_none_or(is_trusted) {
            let changed = NotSent::NotBegun(NotBegun::AnotherCertificate);
            return self.not_sent(&changed, order, now);
        }
        if order.terms_accepted {
            let accepted = self.record(Event::TermsAccepted, order);
            let terms = Some(TermsVersion::new(&order.conditions.terms.version));
            self.threads.records.record_later(now, &Record { terms, ..accepted });
        }
        if let Err(carried) = self.announce(order, now) {
            return carried;
        }
        for _ in 0..BEGINNINGS {
            match self.converse(order, now) {
                Err(NotSent::Lost(ExchangeError::Channel(ChannelError::CardReset))) => {
                    if let Err(error) = self.reconnect() {
                        return self.not_sent(&NotSent::Lost(error.into()), order, now);
                    }
                }
                // It has been reset by the end of the transaction.
                Err(NotSent::StaysVerified) => {}
                Err(NotSent::NotBegun(NotBegun::Recalled(settlement))) => {
                    self.settle(settlement);
                    return Carried::recalled();
                }
                Err(not_sent) => return self.not_sent(&not_sent, order, now),
                Ok(answered) => return self.answered(answered, order, now),
            }
        }
        let reset = ChannelError::CardReset;
        self.not_sent(&NotSent::Lost(reset.into()), order, now)
    }

    /// What could not be recorded is not begun: what was said until now is on the disk before a try can be
    /// spent. A changed passcode cannot be taken back, so that it may change is on the disk too.
    fn announce(&self, order: &Order, now: SystemTime) -> Result<(), Carried> {
        let records = &self.threads.records;
        let announced = match order.task {
            Task::SignIn(..) | Task::SignInAtKeys(..) => records.catch_up(now),
            Task::Change { .. } | Task::ChangeAtKeys(_) => {
                records.record(now, &self.record(Event::PasscodeChangeBegun, order))
            }
        };
        announced.map_err(|_| {
            let failed = Judged::failed(order.task.purpose(), Reason::AuditLog);
            self.conclude(failed, None, order, now)
        })
    }

    fn converse(&mut self, order: &Order, now: SystemTime) -> Result<Answered, NotSent<NotBegun>> {
        let (threads, identity) = (self.threads, &self.identity);
        let card = IdentifiedCard { identity, slot: threads.slot, continuity: self.continuity };
        let last_try = if order.last_try_ok { LastTry::MayBeSpent } else { LastTry::Kept };
        let shown = Shown { tries: order.shown.card, last_try };
        let begin = |tries: Tries| {
            let intent = Intent {
                card: identity.serial.clone(),
                counter_before: tries.into(),
                purpose: order.task.purpose(),
                at: now,
            };
            let begun = begin(threads, intent, order)?;
            // The disk may have taken its time.
            if self.recalled.is(order.id) {
                Err(NotBegun::Recalled(begun.not_sent()))
            } else {
                Ok(begun)
            }
        };
        let of = (self.card, &identity.serial);
        let mut transaction =
            self.connection.transaction().map_err(|error| NotSent::Lost(error.into()))?;
        threads.report(self.card, CardReport::Begun(order.id));
        let outcome = match &order.task {
            Task::SignIn(passcode, trusted) => {
                let signing = Signing::new(threads, (order, trusted), now);
                let to_sign = signing.to_sign();
                authenticate(transaction.as_mut(), &card, passcode, shown, to_sign, begin)
                    .map(|it| Answered::signed_in(it, of, trusted, signing))
            }
            Task::SignInAtKeys(keys, trusted) => {
                let rules = order.conditions.rules.verifying;
                let mut keyed = Keyed { card: transaction.as_mut(), keys: *keys, rules };
                let signing = Signing::new(threads, (order, trusted), now);
                authenticate_at_keys(&mut keyed, &card, shown, signing.to_sign(), begin)
                    .map(|it| Answered::signed_in(it, of, trusted, signing))
            }
            Task::Change { current, new } => {
                change(transaction.as_mut(), &card, current, new, shown, begin).map(Answered::from)
            }
            Task::ChangeAtKeys(keys) => {
                let rules = order.conditions.rules.setting;
                let mut keyed = Keyed { card: transaction.as_mut(), keys: *keys, rules };
                change_at_keys(&mut keyed, &card, shown, begin).map(Answered::from)
            }
        };
        let leave = afterwards(&outcome);
        let ended = transaction.end(leave);
        if leave == Afterwards::ResetCard {
            // A card that was swapped at that moment looks like one that was reset.
            self.continuity = Continuity::Broken;
        }
        match (ended, outcome) {
            (Err(error), Ok(answered)) if leave == Afterwards::ResetCard => {
                tracing::error!(card = %self.card, %error, "the card may still be logged in");
                Ok(Answered { left: Left::MayBeVerified, ..answered })
            }
            (_, outcome) => outcome,
        }
    }
}

/// Begins an attempt, unless this workstation leaves fewer tries than the person was shown.
fn begin(
    threads: &super::CardThreads,
    intent: Intent,
    order: &Order,
) -> Result<IntentSynced, NotBegun> {
    let fewer = |here: Standing| {
        let shown = order.shown.told().or(order.shown.here).unwrap_or(MOST_REFUSALS);
        let needs_yes = here.tries_left == 1 && !order.last_try_ok;
        !here.blocked_here && here.tries_left > 0 && (here.tries_left < shown || needs_yes)
    };
    let begun = threads.records.ledger(|ledger| {
        let here = ledger.saw(&intent.card, intent.counter_before)?;
        if fewer(here) { Ok(None) } else { ledger.begin(intent).map(Some) }
    });
    match begun {
        Ok(Some(intent)) => Ok(intent),
        Ok(None) => Err(NotBegun::FewerHere),
        Err(error) => Err(NotBegun::Ledger(error)),
    }
}

const fn afterwards(outcome: &Result<Answered, NotSent<NotBegun>>) -> Afterwards {
    match outcome {
        Ok(Answered { left: Left::Reset | Left::MayBeVerified, .. })
        | Err(NotSent::StaysVerified) => Afterwards::ResetCard,
        Ok(Answered { left: Left::LoggedOut(_), .. }) | Err(_) => Afterwards::LeaveCard,
    }
}

impl Answered {
    fn signed_in(
        it: lanyard_card::Authentication,
        of: (CardId, &CardSerial),
        trusted: &Trusted,
        signing: Signing,
    ) -> Self {
        let verdict = it.verdict.map(|held| match held {
            Ok(held) => granted(held, of, trusted, signing),
            Err(not_held) => Granted::NotHeld(not_held),
        });
        Self { verdict, settlement: it.settlement, left: it.logged_out.into() }
    }
}

/// All three proofs, when the card holds the key of the certificate that is believed, and the session's tickets.
fn granted(
    held: KeyHeld,
    (card, serial): (CardId, &CardSerial),
    trusted: &Trusted,
    signing: Signing,
) -> Granted {
    let insertion = Insertion::numbered(card.number());
    let tickets = signing.signed(&held);
    let proven = Proven::of(insertion, serial.clone(), held, Arc::clone(trusted.proof()));
    match (proven, tickets) {
        (Ok(proven), Ok(tickets)) => Granted::Proved(Box::new(proven), tickets),
        (Err(NotOneCard::OtherCertificate), _) | (_, Err(_)) => Granted::AnotherKey,
    }
}

impl From<LoggedOut> for Left {
    fn from(logged_out: LoggedOut) -> Self {
        match logged_out {
            LoggedOut::Yes(tries) => Self::LoggedOut(tries),
            LoggedOut::NeedsReset => Self::Reset,
        }
    }
}

impl From<lanyard_card::ChangeOfPasscode> for Answered {
    fn from(it: lanyard_card::ChangeOfPasscode) -> Self {
        let verdict = it.verdict.map(|_| Granted::Changed);
        Self { verdict, settlement: it.settlement, left: it.logged_out.into() }
    }
}
