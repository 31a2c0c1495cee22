//! One attempt at a passcode, on the thread of its card: one transaction, one entry, one record.
//!
//! The order is fixed: the passcode is checked by rules, the card's tries are read, the ledger has the
//! intent on disk, the card hears the passcode once, signs, is logged out; the ledger is told, what was
//! granted is on disk in the audit log, and only then the engine hears of it.

use std::time::SystemTime;

use lanyard_audit as audit;
use lanyard_card::{
    Authentication, Continuity, IdentifiedCard, Identity, LastTry, NotSent, Passcode, Rules, Shown,
    authenticate,
    piv::{LoggedOut, Slot, Tries, Unclear, Verdict},
};
use lanyard_dbus::Outcome;
use lanyard_iso7816::{ChannelError, ExchangeError};
use lanyard_ledger::{Intent, LedgerError, Purpose, Standing};
use lanyard_reader::{Afterwards, CardConnection};

use crate::{
    clock,
    engine::{AttemptReport, Client, Conclusion, Entry},
    records::{LedgerFault, Records},
};

/// How often a transaction is begun anew because another program reset the card before anything was sent.
const BEGINNINGS: usize = 5;

/// An attempt that is about to be made.
pub(super) struct Attempt<'a> {
    pub(super) identity: &'a Identity,
    pub(super) slot: Slot,
    pub(super) rules: &'a Rules,
    pub(super) records: &'a Records,
    pub(super) entry: Entry,
    pub(super) last_try_ok: bool,
    pub(super) client: &'a Client,
    pub(super) reader: &'a str,
    pub(super) challenge: [u8; 32],
}

/// How it ended, before it is recorded.
struct Ended {
    conclusion: Conclusion,
    tries: Option<Tries>,
    event: audit::Event,
}

impl Attempt<'_> {
    /// Makes it. Whatever happens, the passcode is gone when this returns.
    pub(super) fn make(self, connection: &mut dyn CardConnection) -> AttemptReport {
        let now = clock::now().wall;
        let Self { entry, .. } = &self;
        let shown = Shown {
            tries: entry.shown,
            last_try: if self.last_try_ok { LastTry::MayBeSpent } else { LastTry::Kept },
        };
        let context = Context::of(&self);
        let passcode = match Passcode::parse(self.entry.passcode, self.rules) {
            Ok(passcode) => passcode,
            Err(unfit) => {
                tracing::debug!(%unfit, "what was entered is no passcode");
                return context.conclude(Ended::plain(Outcome::WrongFormat), now);
            }
        };
        match context.converse(connection, &passcode, shown, now) {
            Ok(ended) => context.conclude(ended, now),
            Err(fewer) => AttemptReport::FewerTries(fewer),
        }
    }
}
