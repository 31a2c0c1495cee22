//! Reading a ledger's file, whatever became of it.
//!
//! The last record is written twice: at the end, and near the beginning as its twin, with one sync for both.
//! So a torn end is told from a damaged one, a record lost at the end is found in its twin, and a file
//! that was cut shows, since its twin speaks of records that are not there.

use std::collections::HashMap;

use crate::record::{Account, Content, FORMAT, Record, SLOT};
use crate::{AuditHead, CardSerial, LedgerError};

/// Header and twin, before the records.
pub(crate) const FIRST_SLOTS: usize = 2;

/// What a file says.
#[derive(Debug, Default)]
pub(crate) struct Salvaged {
    pub(crate) accounts: HashMap<CardSerial, Entry>,
    pub(crate) audit_head: Option<AuditHead>,
    /// Cards without an account are doubtful.
    pub(crate) doubt: bool,
    /// The highest number of a record.
    pub(crate) last_number: u64,
    /// Records in the file, without the first slots.
    pub(crate) records: usize,
    pub(crate) condition: Condition,
}

/// How a card stands, and the number of the record that says so.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entry {
    pub(crate) number: u64,
    pub(crate) account: Account,
}

/// The state a file was found in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Condition {
    /// As it was left.
    #[default]
    Whole,
    /// Its last record, or the twin, was not written wholly. Nothing is lost.
    Torn,
    /// More than a record of something else follows the last record. Nothing is lost.
    Overgrown,
    /// Something may be lost.
    Damaged,
}

/// Reads everything that can be read.
///
/// # Errors
/// [`LedgerError::UnknownFormat`].
pub(crate) fn salvage(bytes: &[u8]) -> Result<Salvaged, LedgerError> {
    let (slots, _) = bytes.as_chunks::<SLOT>();
    let mut slots = slots.iter().map(|slot| Record::from_slot(slot));
    let header = slots.next().flatten();
    let twin = slots.next().flatten();
    let records: Vec<Option<Record>> = slots.collect();
    let run = run(&records);
    let rest = bytes.len().saturating_sub((FIRST_SLOTS + run.len()) * SLOT);
    let condition = match header.map(|header| header.content) {
        Some(Content::Header { format: FORMAT }) => {
            condition(twin.as_ref(), run.last().and_then(Option::as_ref), rest)
        }
        Some(Content::Header { format }) => return Err(LedgerError::UnknownFormat { format }),
        _ => Condition::Damaged,
    };
    let mut salvaged = Salvaged { records: records.len(), condition, ..Salvaged::default() };
    let mut readable: Vec<Record> = records.into_iter().chain([twin]).flatten().collect();
    readable.sort_by_key(|record| record.number);
    for record in readable {
        salvaged.take(record);
    }
    if condition == Condition::Damaged {
        salvaged.doubt_everything();
    }
    Ok(salvaged)
}

/// The records from the beginning that follow each other.
fn run(records: &[Option<Record>]) -> &[Option<Record>] {
    let number = |record: &Option<Record>| record.as_ref().map(|record| record.number);
    let follows = |pair: &[Option<Record>]| match pair {
        [before, after] => {
            number(after).is_some() && number(after) == number(before).map(|n| n.wrapping_add(1))
        }
        _ => false,
    };
    let first = records.iter().take(1).flatten().count();
    let following = records.windows(2).take_while(|pair| follows(pair)).count();
    records.get(..first + first * following).unwrap_or_default()
}

/// Judges a file by its twin, the last record of the run, and how many bytes follow that.
fn condition(twin: Option<&Record>, last: Option<&Record>, rest: usize) -> Condition {
    let Some(last) = last else { return Condition::Damaged };
    match twin.map(|twin| twin.number.wrapping_sub(last.number)) {
        // The twin is older by one where the power failed between the two writes, younger by one where it
        // stands for a record that is torn or cut off.
        Some(0) if rest == 0 => Condition::Whole,
        Some(0 | 1 | u64::MAX) if rest > SLOT => Condition::Overgrown,
        Some(0 | 1 | u64::MAX) => Condition::Torn,
        None if rest <= SLOT => Condition::Torn,
        Some(_) | None => Condition::Damaged,
    }
}

impl Salvaged {
    /// Nothing is known of any card for certain.
    pub(crate) fn doubt_everything(&mut self) {
        self.accounts.values_mut().for_each(|entry| entry.account.tally.doubtful = true);
        self.doubt = true;
    }

    /// Everything that a new file says, the oldest first. It begins with a second header, so that there
    /// always is a record.
    pub(crate) fn contents(&self) -> Vec<Content> {
        let mut entries: Vec<_> = self.accounts.iter().collect();
        entries.sort_by_key(|(_, entry)| entry.number);
        let cards = entries.into_iter();
        let cards = cards.map(|(card, entry)| Content::Card(card.clone(), entry.account.clone()));
        [Content::HEADER]
            .into_iter()
            .chain(self.doubt.then_some(Content::Doubt))
            .chain(self.audit_head.map(Content::AuditHead))
            .chain(cards)
            .collect()
    }

    fn take(&mut self, record: Record) {
        let Record { number, content } = record;
        self.last_number = self.last_number.max(number);
        match content {
            Content::Header { .. } => {}
            Content::Card(card, account) => {
                self.accounts.insert(card, Entry { number, account });
            }
            Content::AuditHead(head) => self.audit_head = Some(head),
            Content::Doubt => self.doubt = true,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn slot() -> impl Strategy<Value = Vec<u8>> {
        let number = prop_oneof![0..6_u64, Just(u64::MAX), any::<u64>()];
        let content = prop_oneof![
            Just(Content::HEADER),
            Just(Content::Doubt),
            any::<u8>().prop_map(|serial| {
                Content::Card(CardSerial::new(&[serial, 1]).unwrap(), Account::default())
            }),
        ];
        prop_oneof![
            8 => (number, content)
                .prop_map(|(number, content)| Record { number, content }.to_slot().unwrap().to_vec()),
            1 => prop::collection::vec(any::<u8>(), 0..2 * SLOT),
        ]
    }

    proptest! {
        #[test]
        fn sound_records_in_no_sensible_order_are_read_or_refused(
            slots in prop::collection::vec(slot(), 0..20),
        ) {
            let salvaged = salvage(&slots.concat()).unwrap();
            prop_assert!(salvaged.accounts.len() <= slots.len());
            let whole = salvaged.condition == Condition::Whole;
            prop_assert!(!whole || slots.concat().len() % SLOT == 0);
            prop_assert!(salvaged.condition != Condition::Damaged || salvaged.doubt);
        }
    }
}
