//! The accounts of all cards, in memory and in the file: what is put here is on the disk afterwards.
//!
//! A record is appended with one sync. After any failure nothing is believed of the file any more, and the
//! next thing put rewrites it whole: new file, sync, rename, sync of the folder. So does a file grown long.
//! It knows no rule about strikes.

use crate::disk::Disk;
use crate::record::{Account, Content, LONGEST_SERIAL, Record, SLOT};
use crate::rules::Tally;
use crate::salvage::{Condition, Entry, FIRST_SLOTS, Salvaged, salvage};
use crate::{AuditHead, CardSerial, Finding, LedgerError, Step};

/// Cards of which something is remembered. Beyond it those are forgotten that were not heard of for longest
/// and have nothing held against them.
pub const MOST_CARDS: usize = 4096;

/// Records that a file may hold beyond two a card before it is rewritten: 128 KiB.
const SPARE_RECORDS: usize = 1024;

/// No file of ours is longer, in bytes: 1.2 MB.
const LONGEST_FILE: usize = (FIRST_SLOTS + 2 * MOST_CARDS + SPARE_RECORDS) * SLOT;

/// Where the last record's twin is, in bytes.
const TWIN: u64 = SLOT as u64;

/// All accounts and their file.
pub(crate) struct Book {
    disk: Box<dyn Disk>,
    salvaged: Salvaged,
    /// Whether the file says what memory says.
    in_step: bool,
}

impl Book {
    /// Reads the file, puts right what is wrong with it, and rewrites it in any case: what was read may have
    /// been in the page cache only, after a sync that failed.
    ///
    /// # Errors
    /// [`LedgerError`]; the file is as it was then, or put right.
    pub(crate) fn open(mut disk: Box<dyn Disk>) -> Result<(Self, Vec<Finding>), LedgerError> {
        let bytes = disk.read(LONGEST_FILE + 1).map_err(failed(Step::Read))?;
        let used = disk.has_been_used().map_err(failed(Step::Read))?;
        let (salvaged, missing) = match bytes {
            Some(bytes) => (salvage(&bytes)?, false),
            None => (Salvaged { doubt: used, ..Salvaged::default() }, true),
        };
        let condition = salvaged.condition;
        let mut book = Self { disk, salvaged, in_step: false };
        let finding = match condition {
            _ if missing => book.rewrite().map(|()| used.then_some(Finding::Missing)),
            Condition::Whole => book.rewrite().map(|()| None),
            Condition::Torn => book.rewrite().map(|()| Some(Finding::TailClosed)),
            Condition::Overgrown => {
                book.rewrite_aside().map(|kept_as| Some(Finding::Overgrown { kept_as }))
            }
            Condition::Damaged => {
                book.rewrite_aside().map(|kept_as| Some(Finding::Damaged { kept_as }))
            }
        }?;
        if !used {
            book.disk.mark_used().map_err(failed(Step::Open))?;
        }
        Ok((book, finding.into_iter().collect()))
    }

    /// How a card stands.
    pub(crate) fn account(&self, card: &CardSerial) -> Account {
        match self.salvaged.accounts.get(card) {
            Some(entry) => entry.account.clone(),
            None if self.salvaged.doubt => Account { tally: Tally::DOUBTFUL, attempt: None },
            None => Account::default(),
        }
    }

    /// A number that no record has yet.
    pub(crate) fn next_number(&self) -> u64 {
        self.salvaged.last_number.wrapping_add(1)
    }

    /// Changes how a card stands: in memory at once, and on the disk when this returns.
    ///
    /// # Errors
    /// [`LedgerError::Disk`]: memory has it, the disk may. [`LedgerError::SerialTooLong`] and
    /// [`LedgerError::TooManyCards`]: neither has it.
    pub(crate) fn put(&mut self, card: &CardSerial, account: Account) -> Result<(), LedgerError> {
        if account == self.account(card) && self.in_step {
            return Ok(());
        }
        self.set(card, account.clone())?;
        self.keep(Content::Card(card.clone(), account))
    }

    /// Changes how a card stands in memory. The disk has it when the next thing is put.
    ///
    /// # Errors
    /// As [`Book::put`], without the disk.
    pub(crate) fn set(&mut self, card: &CardSerial, account: Account) -> Result<(), LedgerError> {
        let length = card.as_bytes().len();
        if length > LONGEST_SERIAL {
            return Err(LedgerError::SerialTooLong { length });
        }
        if !self.salvaged.accounts.contains_key(card) {
            self.make_room()?;
        }
        let number = self.next_number();
        self.salvaged.accounts.insert(card.clone(), Entry { number, account });
        Ok(())
    }

    /// Where the audit log ends.
    pub(crate) fn audit_head(&self) -> Option<AuditHead> {
        self.salvaged.audit_head
    }

    /// Remembers where the audit log ends.
    ///
    /// # Errors
    /// [`LedgerError::Disk`]: memory has it, the disk may.
    pub(crate) fn put_audit_head(&mut self, head: AuditHead) -> Result<(), LedgerError> {
        self.salvaged.audit_head = Some(head);
        self.keep(Content::AuditHead(head))
    }

    /// Whether cards without an account are doubtful.
    pub(crate) fn doubt(&self) -> bool {
        self.salvaged.doubt
    }

    /// Begins to doubt every card.
    ///
    /// # Errors
    /// [`LedgerError::Disk`]: memory has it, the disk may.
    pub(crate) fn begin_doubt(&mut self) -> Result<(), LedgerError> {
        self.salvaged.doubt_everything();
        self.rewrite()
    }

    /// Ends the doubt about every card.
    ///
    /// # Errors
    /// [`LedgerError::Disk`]: the doubt is as it was.
    pub(crate) fn end_doubt(&mut self) -> Result<(), LedgerError> {
        let before = (self.salvaged.doubt, self.salvaged.accounts.clone());
        self.salvaged.doubt = false;
        self.salvaged.accounts.values_mut().for_each(|entry| entry.account.tally.doubtful = false);
        self.rewrite().inspect_err(|_| (self.salvaged.doubt, self.salvaged.accounts) = before)
    }

    fn make_room(&mut self) -> Result<(), LedgerError> {
        let accounts = &mut self.salvaged.accounts;
        while accounts.len() >= MOST_CARDS {
            let forgettable = accounts.iter().filter(|(_, entry)| entry.account.is_clean());
            let oldest = forgettable.min_by_key(|(_, entry)| entry.number);
            let oldest = oldest.map(|(card, _)| card.clone()).ok_or(LedgerError::TooManyCards)?;
            accounts.remove(&oldest);
        }
        Ok(())
    }

    /// Appends a record, or rewrites the file where appending will not do.
    fn keep(&mut self, content: Content) -> Result<(), LedgerError> {
        let longest = 2 * self.salvaged.accounts.len() + SPARE_RECORDS;
        if !self.in_step || self.salvaged.records >= longest {
            return self.rewrite();
        }
        let number = self.next_number();
        let slot = Record { number, content }.to_slot()?;
        let end = (FIRST_SLOTS + self.salvaged.records) * SLOT;
        self.in_step = false;
        self.salvaged.last_number = number;
        self.salvaged.records += 1;
        self.disk.write_at(end as u64, &slot).map_err(failed(Step::Write))?;
        self.disk.write_at(TWIN, &slot).map_err(failed(Step::Write))?;
        self.disk.sync().map_err(failed(Step::Sync))?;
        self.in_step = true;
        Ok(())
    }

    fn rewrite(&mut self) -> Result<(), LedgerError> {
        self.write_beside()?;
        self.replace()
    }

    /// Rewrites the file and keeps the present one, which is never without a name in between.
    fn rewrite_aside(&mut self) -> Result<String, LedgerError> {
        self.write_beside()?;
        let kept_as = self.disk.keep_aside().map_err(failed(Step::SetAside))?;
        self.replace().map(|()| kept_as)
    }

    fn write_beside(&mut self) -> Result<(), LedgerError> {
        self.in_step = false;
        let contents = self.salvaged.contents();
        let mut file = Vec::with_capacity((FIRST_SLOTS + contents.len()) * SLOT);
        let mut last = [0; SLOT];
        self.salvaged.records = contents.len();
        for content in contents {
            self.salvaged.last_number = self.next_number();
            last = Record { number: self.salvaged.last_number, content }.to_slot()?;
            if file.is_empty() {
                file.extend_from_slice(&[last, last].concat());
            }
            file.extend_from_slice(&last);
        }
        file.iter_mut().skip(SLOT).zip(last).for_each(|(place, byte)| *place = byte);
        self.disk.write_beside(&file).map_err(failed(Step::Rewrite))
    }

    fn replace(&mut self) -> Result<(), LedgerError> {
        self.disk.replace().map_err(failed(Step::Rewrite))?;
        self.in_step = true;
        Ok(())
    }
}

fn failed(step: Step) -> impl Fn(std::io::Error) -> LedgerError {
    move |source| LedgerError::Disk { step, source }
}
