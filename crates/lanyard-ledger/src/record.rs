//! A record of the ledger: 128 bytes that say how one thing stands, complete in itself.
//!
//! Numbers are big-endian. Checksum (8 bytes, of all that follows), number (8), kind (1), content, zeroes.
//! Later records replace earlier ones, so nothing is computed from a sequence of them. 128 divides every
//! sector size: a record is never spread over two sectors.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::checksum::checksum;
use crate::rules::Tally;
use crate::{AuditHead, CardSerial, LedgerError, OpenIntent, Purpose};

/// Bytes of a record.
pub(crate) const SLOT: usize = 128;

/// The longest number of a card that has room. The GUID has 16 bytes, the FASC-N 25.
pub(crate) const LONGEST_SERIAL: usize = 64;

/// The only format so far.
pub(crate) const FORMAT: u8 = 1;
const MAGIC: &[u8] = b"lanyard ledger";

/// One record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    /// One more than the record before it in the file.
    pub(crate) number: u64,
    pub(crate) content: Content,
}

/// What a record says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// This is a ledger of that format.
    Header { format: u8 },
    /// How a card stands.
    Card(CardSerial, Account),
    /// Where the audit log ends.
    AuditHead(AuditHead),
    /// Cards without a record are doubtful.
    Doubt,
}

/// How a card stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) tally: Tally,
    /// The attempt that is not settled, with its number: there as long as `tally.open`.
    pub(crate) attempt: Option<(u64, OpenIntent)>,
}

impl Account {
    /// Whether nothing is held against the card.
    pub(crate) fn is_clean(&self) -> bool {
        self.tally.strikes() == 0 && !self.tally.open && !self.tally.doubtful
    }
}

impl Content {
    pub(crate) const HEADER: Self = Self::Header { format: FORMAT };
}

impl Record {
    /// The record as it is written.
    ///
    /// # Errors
    /// [`LedgerError::SerialTooLong`].
    pub(crate) fn to_slot(&self) -> Result<[u8; SLOT], LedgerError> {
        let length = self.content.serial_length();
        if length > LONGEST_SERIAL {
            return Err(LedgerError::SerialTooLong { length });
        }
        let mut bytes = Vec::with_capacity(SLOT);
        bytes.extend_from_slice(&self.number.to_be_bytes());
        self.content.write(&mut bytes);
        let mut slot = [0; SLOT];
        let (sum, body) = slot.split_at_mut(size_of::<u64>());
        body.iter_mut().zip(bytes).for_each(|(place, byte)| *place = byte);
        sum.copy_from_slice(&checksum(body).to_be_bytes());
        Ok(slot)
    }

    /// Reads a record, if it is one.
    pub(crate) fn from_slot(slot: &[u8]) -> Option<Self> {
        let mut fields = Fields(slot);
        let sum = fields.u64()?;
        if slot.len() != SLOT || sum != checksum(fields.0) {
            return None;
        }
        let number = fields.u64()?;
        Some(Self { number, content: Content::read(&mut fields)? })
    }
}

const HEADER: u8 = 0;
const CARD: u8 = 1;
const AUDIT_HEAD: u8 = 2;
const DOUBT: u8 = 3;

impl Content {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Header { format } => {
                out.extend_from_slice(&[HEADER, *format]);
                out.extend_from_slice(MAGIC);
            }
            Self::Card(serial, account) => {
                out.push(CARD);
                account.write(out);
                out.push(u8::try_from(serial.as_bytes().len()).unwrap_or(u8::MAX));
                out.extend_from_slice(serial.as_bytes());
            }
            Self::AuditHead(head) => {
                out.push(AUDIT_HEAD);
                out.extend_from_slice(&head.sequence.to_be_bytes());
                out.extend_from_slice(&head.hash);
            }
            Self::Doubt => out.push(DOUBT),
        }
    }

    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(match fields.u8()? {
            HEADER => {
                let format = fields.u8()?;
                (fields.take(MAGIC.len())? == MAGIC).then_some(Self::Header { format })?
            }
            CARD => {
                let account = Account::read(fields)?;
                let length = fields.u8()?;
                Self::Card(CardSerial::new(fields.take(length.into())?).ok()?, account)
            }
            AUDIT_HEAD => Self::AuditHead(AuditHead {
                sequence: fields.u64()?,
                hash: fields.take(32)?.try_into().ok()?,
            }),
            DOUBT => Self::Doubt,
            _ => return None,
        })
    }

    fn serial_length(&self) -> usize {
        match self {
            Self::Card(serial, _) => serial.as_bytes().len(),
            Self::Header { .. } | Self::AuditHead(_) | Self::Doubt => 0,
        }
    }
}

const HAS_LAST: u8 = 1;
const DOUBTFUL: u8 = 2;

const NO_ATTEMPT: u8 = 0;
const SIGN_IN: u8 = 1;
const CHANGE_PASSCODE: u8 = 2;

impl Account {
    fn write(&self, out: &mut Vec<u8>) {
        let Tally { base, refused, unheard, last, open: _, doubtful } = self.tally;
        let flag = |set: bool, flag: u8| if set { flag } else { 0 };
        let flags = flag(last.is_some(), HAS_LAST) | flag(doubtful, DOUBTFUL);
        out.extend_from_slice(&[flags, base, refused, unheard, last.unwrap_or(0)]);
        let (number, purpose, at) = match self.attempt {
            None => (0, NO_ATTEMPT, 0),
            Some((number, OpenIntent { purpose, at })) => (number, code(purpose), seconds(at)),
        };
        out.push(purpose);
        out.extend_from_slice(&number.to_be_bytes());
        out.extend_from_slice(&at.to_be_bytes());
    }

    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let flags = fields.u8()?;
        let set = |flag: u8| flags & flag != 0;
        let [base, refused, unheard] = [fields.u8()?, fields.u8()?, fields.u8()?];
        let last = Some(fields.u8()?).filter(|_| set(HAS_LAST));
        let purpose = match fields.u8()? {
            NO_ATTEMPT => None,
            SIGN_IN => Some(Purpose::SignIn),
            CHANGE_PASSCODE => Some(Purpose::ChangePasscode),
            _ => return None,
        };
        let number = fields.u64()?;
        let at = UNIX_EPOCH.checked_add(Duration::from_secs(fields.u64()?))?;
        let attempt = purpose.map(|purpose| (number, OpenIntent { purpose, at }));
        let (open, doubtful) = (attempt.is_some(), set(DOUBTFUL));
        Some(Self { tally: Tally { base, refused, unheard, last, open, doubtful }, attempt })
    }
}

fn code(purpose: Purpose) -> u8 {
    match purpose {
        Purpose::SignIn => SIGN_IN,
        Purpose::ChangePasscode => CHANGE_PASSCODE,
    }
}

/// Seconds since 1970; a clock that stands before it says 0.
fn seconds(at: SystemTime) -> u64 {
    at.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// What is left to read.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn u8(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn u64(&mut self) -> Option<u64> {
        Some(u64::from_be_bytes(self.take(8)?.try_into().ok()?))
    }
}

#[cfg(test)]
mod tests;
