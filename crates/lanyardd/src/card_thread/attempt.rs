//! One order at a card: one transaction, one passcode, one record.
//!
//! The order is fixed: the card's tries are read, the ledger has the intent on disk, the card hears the
//! passcode once, signs, is logged out; the ledger is told; what was granted is on disk in the audit log;
//! and only then the engine hears of it.

use std::time::SystemTime;

use lanyard_audit::{Event, Record, TermsVersion};
use lanyard_card::{
    IdentifiedCard, LastTry, NotSent, Shown, authenticate, authenticate_at_keys, change,
    change_at_keys,
    piv::{LoggedOut, NotHeld, Tries, Unclear, Verdict},
};
use lanyard_dbus::{Outcome, Reason};
use lanyard_iso7816::{ChannelError, ExchangeError};
use lanyard_ledger::{Intent, IntentSynced, MOST_REFUSALS, Settlement, Standing};
use lanyard_reader::Afterwards;
use rustix::rand::{GetRandomFlags, getrandom};

use super::{
    attended::Attended,
    judged::{Granted, Judged, NotBegun},
    keys::Keyed,
};
use crate::{
    clock,
    engine::{AttemptReport, Conclusion, Order, Task, TriesLeft, record::record},
};

/// How often a transaction is begun anew because the card was reset before anything was sent.
const BEGINNINGS: usize = 5;

/// What a card made of what was sent.
struct Answered {
    verdict: Verdict<Granted>,
    settlement: Settlement,
    logged_out: LoggedOut,
}

/// What came of an order.
pub(super) struct Carried {
    pub(super) report: AttemptReport,
    pub(super) tries: Option<TriesLeft>,
    /// What was known of the card may not hold any more: it is to be read again.
    pub(super) read_again: bool,
}

impl Attended<'_> {
    /// Carries an order out. Whatever happens, the passcode is gone when this returns.
    #[expect(clippy::needless_pass_by_value, reason = "the passcode in it must not outlive this")]
    pub(super) fn carry_out(&mut self, order: Order) -> Carried {
        let carried = self.attempt(&order);
        // What the card said last of its tries is what is told until it says more.
        if let Some(tries) = carried.tries {
            self.identity.tries = tries.card;
        }
        carried
    }

    fn attempt(&mut self, order: &Order) -> Carried {
        let now = clock::now().wall;
        if order.terms_accepted {
            let accepted = self.record(Event::TermsAccepted, order);
            let terms = Some(TermsVersion::new(&self.threads.terms));
            self.threads.records.record_later(now, Record { terms, ..accepted });
        }
        if let Err(carried) = self.announce_change(order, now) {
            return carried;
        }
        for _ in 1..BEGINNINGS {
            match self.converse(order, now) {
                Err(NotSent::Lost(ExchangeError::Channel(ChannelError::CardReset))) => {
                    if let Err(error) = self.reconnect() {
                        return self.not_sent(&NotSent::Lost(error.into()), order, now);
                    }
                }
                // It has been reset by the end of the transaction.
                Err(NotSent::StaysVerified) => {}
                Err(not_sent) => return self.not_sent(&not_sent, order, now),
                Ok(answered) => return self.answered(answered, order, now),
            }
        }
        let reset = ChannelError::CardReset;
        self.not_sent(&NotSent::Lost(reset.into()), order, now)
    }

    /// A changed passcode cannot be taken back: that it may change is on the disk before.
    fn announce_change(&self, order: &Order, now: SystemTime) -> Result<(), Carried> {
        match order.task {
            Task::SignIn(_) | Task::SignInAtKeys(_) => Ok(()),
            Task::Change { .. } | Task::ChangeAtKeys(_) => {
                let begun = self.record(Event::PasscodeChangeBegun, order);
                self.threads.records.record(now, &begun).map_err(|_| {
                    let failed = Judged::failed(order.task.purpose(), Reason::AuditLog);
                    self.conclude(failed, None, order, now)
                })
            }
        }
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
            begin(threads, intent, order)
        };
        let mut transaction =
            self.connection.transaction().map_err(|error| NotSent::Lost(error.into()))?;
        let outcome = match &order.task {
            Task::SignIn(passcode) => {
                authenticate(transaction.as_mut(), &card, passcode, shown, challenge(), begin)
                    .map(Answered::from)
            }
            Task::SignInAtKeys(keys) => {
                let rules = threads.rules.verifying;
                let mut keyed = Keyed { card: transaction.as_mut(), keys: *keys, rules };
                authenticate_at_keys(&mut keyed, &card, shown, challenge(), begin)
                    .map(Answered::from)
            }
            Task::Change { current, new } => {
                change(transaction.as_mut(), &card, current, new, shown, begin).map(Answered::from)
            }
            Task::ChangeAtKeys(keys) => {
                let rules = threads.rules.setting;
                let mut keyed = Keyed { card: transaction.as_mut(), keys: *keys, rules };
                change_at_keys(&mut keyed, &card, shown, begin).map(Answered::from)
            }
        };
        let leave = afterwards(&outcome);
        if let Err(error) = transaction.end(leave) {
            tracing::warn!(card = %self.card, %error, ?leave, "the card was not left as it should");
        }
        outcome
    }

    fn answered(&mut self, answered: Answered, order: &Order, now: SystemTime) -> Carried {
        let Answered { verdict, settlement, logged_out } = answered;
        let left = match logged_out {
            LoggedOut::Yes(left) => Some(left),
            LoggedOut::NeedsReset => None,
        };
        let standing = self.settle(settlement, &verdict, left);
        let mut judged = Judged::of(&verdict, order.task.purpose(), left);
        if judged.outcome == Outcome::Refused && standing.is_some_and(|it| it.blocked_here) {
            judged.outcome = Outcome::NowBlocked;
            judged.reason = Some(Reason::BlockedHere);
        }
        let read_again = match &verdict {
            Verdict::Unclear(Unclear::NoAnswer(_), _) => true,
            // The certificate may have been renewed since it was remembered.
            Verdict::Accepted(Granted::NotHeld(NotHeld::WrongSignature)) => {
                self.threads.acquaintances.forget(&self.identity.serial)
            }
            Verdict::Accepted(Granted::KeyHeld) => {
                self.threads.acquaintances.remember(&self.identity);
                false
            }
            _ => false,
        };
        Carried { read_again, ..self.conclude(judged, standing, order, now) }
    }

    /// Tells the ledger, and asks it how the card stands now.
    fn settle(
        &self,
        settlement: Settlement,
        verdict: &Verdict<Granted>,
        left: Option<Tries>,
    ) -> Option<Standing> {
        let (records, serial) = (&self.threads.records, &self.identity.serial);
        if let Err(error) = records.ledger(|ledger| ledger.settle(settlement)) {
            tracing::error!(%error, "the ledger does not know yet how an attempt ended");
        }
        match (verdict, left) {
            (Verdict::Accepted(_), Some(left)) => records.saw(serial, left.into()),
            _ => records.ledger(|ledger| Ok(ledger.standing(serial))).ok(),
        }
    }

    fn not_sent(&self, not_sent: &NotSent<NotBegun>, order: &Order, now: SystemTime) -> Carried {
        tracing::debug!(card = %self.card, %not_sent, "no passcode was sent");
        let (records, serial) = (&self.threads.records, &self.identity.serial);
        let told = match not_sent {
            NotSent::FewerTries(tries) => Some(*tries),
            NotSent::LastTry => Some(Tries::Left(1)),
            NotSent::WasBlocked => Some(Tries::Blocked),
            _ => None,
        };
        let standing = match told {
            Some(tries) => records.saw(serial, tries.into()),
            None => records.ledger(|ledger| Ok(ledger.standing(serial))).ok(),
        };
        match Judged::not_sent(not_sent, order.task.purpose()) {
            Some(judged) => self.conclude(judged, standing, order, now),
            None => {
                let tries = Some(self.tries(told, standing));
                Carried { report: AttemptReport::FewerTries, tries, read_again: false }
            }
        }
    }

    /// Records what was judged; what gives is on the disk when this returns, or is not given.
    fn conclude(
        &self,
        judged: Judged,
        standing: Option<Standing>,
        order: &Order,
        now: SystemTime,
    ) -> Carried {
        let Judged { event, mut outcome, mut reason, tries } = judged;
        let tries = (tries.is_some() || standing.is_some()).then(|| self.tries(tries, standing));
        let tries_left = tries.and_then(TriesLeft::told);
        let record = Record {
            outcome: crate::engine::record::outcome(outcome),
            tries_left,
            ..self.record(event, order)
        };
        let records = &self.threads.records;
        match (outcome, event) {
            (Outcome::Ok, Event::PasscodeChanged) => {
                if records.record(now, &record).is_err() {
                    records.record_later(now, record);
                }
            }
            (Outcome::Ok, _) => {
                if records.record(now, &record).is_err() {
                    (outcome, reason) = (Outcome::Failed, Some(Reason::AuditLog));
                }
            }
            _ => records.record_later(now, record),
        }
        let conclusion = Conclusion { reason, ..Conclusion::with_tries(outcome, tries_left) };
        Carried { report: AttemptReport::Concluded(conclusion), tries, read_again: false }
    }

    fn record(&self, event: Event, order: &Order) -> Record {
        record(event, Some(&self.identity), Some(&self.reader), &order.client)
    }

    /// Tries left, where the card said nothing new as it said last.
    fn tries(&self, told: Option<Tries>, standing: Option<Standing>) -> TriesLeft {
        TriesLeft {
            card: told.unwrap_or(self.identity.tries),
            here: standing.map(|standing| standing.tries_left),
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
        Ok(Answered { logged_out: LoggedOut::NeedsReset, .. }) | Err(NotSent::StaysVerified) => {
            Afterwards::ResetCard
        }
        Ok(Answered { logged_out: LoggedOut::Yes(_), .. }) | Err(_) => Afterwards::LeaveCard,
    }
}

/// Fresh for each attempt.
fn challenge() -> [u8; 32] {
    let mut challenge = [0; 32];
    #[expect(
        clippy::expect_used,
        reason = "getrandom(2) gives up to 256 bytes whole, and cannot fail"
    )]
    getrandom(&mut challenge, GetRandomFlags::empty()).expect("the kernel has random numbers");
    challenge
}

impl From<lanyard_card::Authentication> for Answered {
    fn from(it: lanyard_card::Authentication) -> Self {
        let verdict = it.verdict.map(|held| match held {
            Ok(_) => Granted::KeyHeld,
            Err(not_held) => Granted::NotHeld(not_held),
        });
        Self { verdict, settlement: it.settlement, logged_out: it.logged_out }
    }
}

impl From<lanyard_card::ChangeOfPasscode> for Answered {
    fn from(it: lanyard_card::ChangeOfPasscode) -> Self {
        let verdict = it.verdict.map(|_| Granted::Changed);
        Self { verdict, settlement: it.settlement, logged_out: it.logged_out }
    }
}
