//! The ledger's door: attempts are begun and settled, cards are read and released, and asked about.
//!
//! It lets one attempt a card be made at a time. What a count means stands in `rules`, how it is kept in
//! `book`. It decides nothing about passcodes and tells nobody: the audit log does.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::sync::Weak;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::attempt::Ending;
use crate::book::Book;
use crate::disk::{Disk, Folder};
use crate::record::Account;
use crate::{
    CardSerial, Counter, Finding, Intent, IntentSynced, LedgerError, MOST_REFUSALS, Purpose,
    Settlement,
};

/// What survives, held by one process.
pub struct Ledger {
    book: Book,
    /// Attempts that somebody still holds.
    under_way: HashMap<CardSerial, Weak<()>>,
}

/// How a card stands on this workstation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Refusals in a row, here and, as far as the card's counter tells, elsewhere.
    pub strikes: u8,
    /// Refusals until the card is blocked, here or by itself. An upper bound where the card does not tell.
    pub tries_left: u8,
    /// No attempt can begin here, whatever the card allows.
    pub blocked_here: bool,
    /// What the card said last of its tries, unless an attempt was made since that began untold.
    pub last_counter: Counter,
    /// An attempt whose end is not known.
    pub open_intent: Option<OpenIntent>,
    /// Something of the ledger was lost, and the card has not told its tries since.
    pub doubtful: bool,
}

/// An attempt that is not settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenIntent {
    /// What the passcode was entered for.
    pub purpose: Purpose,
    /// When the attempt began, to the second.
    pub at: SystemTime,
}

/// Where the audit log ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditHead {
    /// The number of its last record.
    pub sequence: u64,
    /// The hash of its last record.
    pub hash: [u8; 32],
}

impl Ledger {
    /// Opens the ledger in a folder, which must exist and be writable by its owner alone, and puts right
    /// what is wrong with it.
    ///
    /// # Errors
    /// [`LedgerError::InUse`], [`LedgerError::UnknownFormat`] and [`LedgerError::Disk`]: no attempt can be
    /// made, and what was known stays known.
    pub fn open(folder: &Path) -> Result<(Self, Vec<Finding>), LedgerError> {
        Self::open_on(Box::new(Folder::lock(folder)?))
    }

    /// Opens the ledger on another kind of disk.
    ///
    /// # Errors
    /// As [`Ledger::open`].
    pub fn open_on(disk: Box<dyn Disk>) -> Result<(Self, Vec<Finding>), LedgerError> {
        let (book, findings) = Book::open(disk)?;
        Ok((Self { book, under_way: HashMap::new() }, findings))
    }

    /// Takes the counter as [`Ledger::saw`] does, and begins an attempt, if the card may have one. It is on
    /// the disk when this returns.
    ///
    /// # Errors
    /// Any [`LedgerError`] but [`LedgerError::SettledAlready`]; no passcode may be sent then.
    pub fn begin(&mut self, intent: Intent) -> Result<IntentSynced, LedgerError> {
        let seen = self.read(&intent.card, intent.counter_before)?;
        if let Some(refusal) = refusal(&seen, intent.counter_before) {
            self.book.put(&intent.card, seen)?;
            return Err(refusal);
        }
        let number = self.book.next_number();
        let mut begun = seen.clone();
        begun.tally.begin(intent.counter_before);
        begun.attempt = Some((number, OpenIntent::of(&intent)));
        if let Err(error) = self.book.put(&intent.card, begun) {
            self.book.set(&intent.card, seen)?;
            return Err(error);
        }
        let card = intent.card.clone();
        let synced = IntentSynced::new(intent, number);
        self.under_way.insert(card, synced.watch());
        Ok(synced)
    }

    /// Says how an attempt ended.
    ///
    /// # Errors
    /// [`LedgerError::Disk`]: [`Ledger::standing`] knows it all the same, and the disk will with the next
    /// thing that is kept; after a crash before that the attempt is found open.
    /// [`LedgerError::SettledAlready`]: nothing is changed.
    pub fn settle(&mut self, settlement: Settlement) -> Result<Standing, LedgerError> {
        let Settlement { attempt, ending } = settlement;
        let mut account = self.book.account(&attempt.card);
        if account.attempt.is_none_or(|(number, _)| number != attempt.number) {
            return Err(LedgerError::SettledAlready);
        }
        self.under_way.remove(&attempt.card);
        match ending {
            Ending::Accepted => account.tally.accepted(),
            Ending::Refused(left) => account.tally.refused(left),
            Ending::NotJudged(left) => account.tally.read(left),
            Ending::NotSent => account.tally.not_sent(),
            Ending::Unanswered => return Ok(self.standing(&attempt.card)),
        }
        account.attempt = None;
        self.book.put(&attempt.card, account)?;
        Ok(self.standing(&attempt.card))
    }

    /// Takes what a card says of its tries: on insertion, inside the transaction, and after a success. Only
    /// for a card that was asked: one that is silent has said nothing. Costs no write when nothing changes.
    ///
    /// # Errors
    /// [`LedgerError::AttemptUnderWay`], [`LedgerError::SerialTooLong`], [`LedgerError::TooManyCards`];
    /// [`LedgerError::Disk`], as for [`Ledger::settle`].
    pub fn saw(&mut self, card: &CardSerial, counter: Counter) -> Result<Standing, LedgerError> {
        let account = self.read(card, counter)?;
        self.book.put(card, account)?;
        Ok(self.standing(card))
    }

    /// An administrator gives a card its tries back. The caller has recorded who, in the audit log.
    ///
    /// # Errors
    /// As [`Ledger::saw`]; with [`LedgerError::Disk`] the card is not released.
    pub fn release(&mut self, card: &CardSerial) -> Result<Standing, LedgerError> {
        self.refuse_under_way(card)?;
        let before = self.book.account(card);
        let mut released = Account { attempt: None, ..before.clone() };
        released.tally.release();
        if let Err(error) = self.book.put(card, released) {
            self.book.set(card, before)?;
            return Err(error);
        }
        Ok(self.standing(card))
    }

    /// How a card stands, as far as known without asking it.
    pub fn standing(&self, card: &CardSerial) -> Standing {
        let Account { tally, attempt } = self.book.account(card);
        let (strikes, blocked_here) = (tally.strikes(), tally.blocked_here());
        let here = if blocked_here { 0 } else { MOST_REFUSALS.saturating_sub(strikes) };
        let tries_left = match tally.last_counter() {
            Counter::Left(tries) => here.min(tries),
            Counter::Blocked => 0,
            Counter::Untold => here,
        };
        Standing {
            strikes,
            tries_left,
            blocked_here,
            last_counter: tally.last_counter(),
            open_intent: attempt.map(|(_, intent)| intent),
            doubtful: tally.doubtful,
        }
    }

    /// Whether something of the ledger was lost, so that cards it does not know are doubtful.
    pub fn doubt(&self) -> bool {
        self.book.doubt()
    }

    /// Something else shows that this ledger is not the one that was here: every card becomes doubtful.
    ///
    /// # Errors
    /// [`LedgerError::Disk`]: there is doubt, and the disk may not have it.
    pub fn begin_doubt(&mut self) -> Result<(), LedgerError> {
        self.book.begin_doubt()
    }

    /// An administrator ends the doubt about every card; strikes that are known stay. The caller has
    /// recorded who, in the audit log.
    ///
    /// # Errors
    /// [`LedgerError::Disk`]: the doubt is as it was.
    pub fn end_doubt(&mut self) -> Result<(), LedgerError> {
        self.book.end_doubt()
    }

    /// Remembers where the audit log ends.
    ///
    /// # Errors
    /// [`LedgerError::Disk`], as for [`Ledger::settle`].
    pub fn put_audit_head(&mut self, head: AuditHead) -> Result<(), LedgerError> {
        self.book.put_audit_head(head)
    }

    /// Where the audit log ended when that was last remembered.
    pub fn audit_head(&self) -> Option<AuditHead> {
        self.book.audit_head()
    }

    /// How the card stands with this reading.
    fn read(&mut self, card: &CardSerial, counter: Counter) -> Result<Account, LedgerError> {
        self.refuse_under_way(card)?;
        let mut account = self.book.account(card);
        account.tally.read(counter);
        account.attempt = None;
        Ok(account)
    }

    /// An attempt that nobody holds any more is as good as cut off by a crash.
    fn refuse_under_way(&mut self, card: &CardSerial) -> Result<(), LedgerError> {
        self.under_way.retain(|_, attempt| attempt.strong_count() > 0);
        if self.under_way.contains_key(card) { Err(LedgerError::AttemptUnderWay) } else { Ok(()) }
    }
}

impl OpenIntent {
    fn of(intent: &Intent) -> Self {
        let since_1970 = intent.at.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { purpose: intent.purpose, at: UNIX_EPOCH + Duration::from_secs(since_1970.as_secs()) }
    }
}

/// Why this card may have no attempt.
fn refusal(seen: &Account, counter: Counter) -> Option<LedgerError> {
    match counter {
        Counter::Blocked | Counter::Left(0) => Some(LedgerError::BlockedByCard),
        Counter::Left(_) | Counter::Untold if seen.tally.blocked_here() => {
            Some(LedgerError::BlockedHere { strikes: seen.tally.strikes() })
        }
        Counter::Left(_) | Counter::Untold => None,
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ledger").finish_non_exhaustive()
    }
}
