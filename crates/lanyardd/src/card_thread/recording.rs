//! What became of an order: the ledger is told, what was granted is on disk in the audit log, and only then
//! the engine hears of it.

use std::time::SystemTime;

use lanyard_audit::{Event, Record};
use lanyard_card::{
    NotSent,
    piv::{LoggedOut, NotHeld, Tries, Unclear, Verdict},
};
use lanyard_dbus::{Outcome, Reason};
use lanyard_ledger::{Settlement, Standing};

use super::{
    attempt::{Answered, Carried},
    attended::Attended,
    judged::{Granted, Judged, NotBegun},
};
use crate::engine::{
    AttemptReport, Conclusion, Order, TriesLeft,
    record::{self, record},
};

impl Attended<'_> {
    pub(super) fn answered(
        &mut self,
        answered: Answered,
        order: &Order,
        now: SystemTime,
    ) -> Carried {
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

    pub(super) fn not_sent(
        &self,
        not_sent: &NotSent<NotBegun>,
        order: &Order,
        now: SystemTime,
    ) -> Carried {
        tracing::debug!(card = %self.card, %not_sent, "no passcode was sent");
        if matches!(not_sent, NotSent::NotBegun(NotBegun::Recalled)) {
            // Whoever took it back has recorded it.
            let report = AttemptReport::Concluded(Conclusion::plain(Outcome::Cancelled));
            return Carried { report, tries: None, read_again: false };
        }
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
        let ask_again = || {
            let tries = Some(self.tries(told, standing));
            Carried { report: AttemptReport::FewerTries, tries, read_again: false }
        };
        let judged = Judged::not_sent(not_sent, order.task.purpose());
        judged.map_or_else(ask_again, |judged| self.conclude(judged, standing, order, now))
    }

    /// Records what was judged; what gives is on the disk when this returns, or is not given.
    pub(super) fn conclude(
        &self,
        judged: Judged,
        standing: Option<Standing>,
        order: &Order,
        now: SystemTime,
    ) -> Carried {
        let Judged { event, mut outcome, mut reason, tries } = judged;
        let tries = (tries.is_some() || standing.is_some()).then(|| self.tries(tries, standing));
        let tries_left = tries.and_then(TriesLeft::told);
        let record =
            Record { outcome: record::outcome(outcome), tries_left, ..self.record(event, order) };
        let records = &self.threads.records;
        match (outcome, event) {
            (Outcome::Ok, Event::PasscodeChanged) => {
                if records.record(now, &record).is_err() {
                    records.record_later(now, &record);
                }
            }
            (Outcome::Ok, _) => {
                if records.record(now, &record).is_err() {
                    (outcome, reason) = (Outcome::Failed, Some(Reason::AuditLog));
                }
            }
            _ => records.record_later(now, &record),
        }
        let conclusion = Conclusion { reason, ..Conclusion::with_tries(outcome, tries_left) };
        Carried { report: AttemptReport::Concluded(conclusion), tries, read_again: false }
    }

    pub(super) fn record(&self, event: Event, order: &Order) -> Record {
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
