//! What became of an order: the ledger is told, what was granted is on disk in the audit log, and only then
//! the engine hears of it.

use std::time::SystemTime;

use lanyard_audit::{Event, Record};
use lanyard_card::{
    NotSent,
    piv::{NotHeld, Tries, Unsigned, Verdict},
};
use lanyard_dbus::{Outcome, Reason};
use lanyard_ledger::{Settlement, Standing};

use super::{
    attempt::{Answered, Carried, Left},
    attended::Attended,
    judged::{Granted, Judged, NotBegun},
};
use crate::engine::{
    AttemptReport, Client, Conclusion, Order, TriesLeft,
    record::{self, record},
};

impl Attended<'_> {
    pub(super) fn answered(
        &mut self,
        answered: Answered,
        order: &Order,
        now: SystemTime,
    ) -> Carried {
        let Answered { verdict, settlement, left } = answered;
        self.settle(settlement);
        let told = match left {
            Left::LoggedOut(tries) => Some(tries),
            Left::Reset | Left::MayBeVerified => None,
        };
        let standing = self.standing(&verdict, told);
        let judged = Judged::of(&verdict, order.task.purpose(), told);
        let judged = judged.with_what_was_spent(order.shown.card, standing);
        let judged = if left == Left::MayBeVerified { judged.not_logged_out() } else { judged };
        // A card that was reset has not told its tries.
        let read_again = self.learns_from(&verdict) || told.is_none();
        let carried = self.conclude(judged, standing, order, now);
        let report = match (verdict, carried.report) {
            // What was recorded is what is reported: without it the proofs are worth nothing.
            (
                Verdict::Accepted(Granted::Proved(proven, tickets)),
                AttemptReport::Concluded(conclusion),
            ) if conclusion.outcome == Outcome::Ok => AttemptReport::Proved(proven, tickets),
            (_, report) => report,
        };
        Carried { report, read_again, ..carried }
    }

    /// Remembers or forgets the card by what it proved; says whether it is to be read again, since its
    /// certificate may have been renewed after it was remembered.
    fn learns_from(&self, verdict: &Verdict<Granted>) -> bool {
        let known = &self.threads.acquaintances;
        match verdict {
            Verdict::Accepted(Granted::Proved(..)) => {
                known.remember(&self.identity);
                false
            }
            Verdict::Accepted(Granted::NotHeld(NotHeld::Unsigned(Unsigned::Exchange(_)))) => true,
            Verdict::Accepted(Granted::NotHeld(_)) => known.forget(&self.identity.serial),
            _ => false,
        }
    }

    /// Tells the ledger how an attempt ended.
    pub(super) fn settle(&self, settlement: Settlement) {
        if let Err(error) = self.threads.records.ledger(|ledger| ledger.settle(settlement)) {
            tracing::error!(%error, "the ledger does not know yet how an attempt ended");
        }
    }

    /// How the card stands after an attempt.
    fn standing(&self, verdict: &Verdict<Granted>, left: Option<Tries>) -> Option<Standing> {
        let (records, serial) = (&self.threads.records, &self.identity.serial);
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
        // A certificate that was remembered may have been renewed since.
        let renewed = matches!(not_sent, NotSent::UnsuitableKey(_))
            && self.threads.acquaintances.forget(serial);
        let judged = Judged::not_sent(not_sent, order.task.purpose());
        judged.map_or_else(ask_again, |judged| Carried {
            read_again: renewed,
            ..self.conclude(judged, standing, order, now)
        })
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
        let (word, why) = (record::outcome(outcome), record::reason(reason));
        let told = |record| Record { outcome: word, reason: why, tries_left, ..record };
        let record = told(self.record(event, order));
        let records = &self.threads.records;
        // Who shares the outcome is named too, before it is told.
        for client in order.clients.iter().skip(1) {
            let event = record::ended(order.task.purpose());
            records.record_later(now, &told(self.record_for(event, Some(client))));
        }
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
        self.record_for(event, order.clients.first())
    }

    fn record_for(&self, event: Event, client: Option<&Client>) -> Record {
        record(event, Some(&self.identity), Some(&self.reader), client)
    }

    /// Tries left, where the card said nothing new as it said last.
    fn tries(&self, told: Option<Tries>, standing: Option<Standing>) -> TriesLeft {
        TriesLeft {
            card: told.unwrap_or(self.identity.tries),
            here: standing.map(|standing| standing.tries_left),
        }
    }
}
