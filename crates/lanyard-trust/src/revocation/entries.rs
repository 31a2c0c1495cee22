//! The entries of a list, kept so that a million of them are small and quickly asked: some 32 bytes each,
//! one search in an array.
//!
//! A record is issuer, length and bytes of the serial number, date and reason. Records lie in one buffer;
//! the index has a hash of issuer and serial number with the record's place, in order of the hash.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};

use super::{CrlError, RevocationReason};
use crate::der::{DerError, Oid, Reader, UnixTime, is_number, oid, only, read_time, tag};
use crate::x509::{GeneralName, Name, read_extensions, read_general_names};

/// Bytes of a serial number: RFC 5280 §4.1.2.2 allows 20; whoever writes more is still understood.
const LONGEST_SERIAL: usize = 127;

/// What is written of an entry beside its serial number: issuer, length, date, reason.
const RECORD: usize = 2 + 1 + 4 + 1;

/// The entries of one list.
#[derive(Debug)]
pub(super) struct Entries {
    /// The list's own, number 0: nearly all questions are about it.
    issuer: Name,
    issuers: HashMap<Name, u16>,
    records: Vec<u8>,
    /// Hash in the upper half, place in the lower.
    index: Vec<u64>,
    /// A critical extension of an entry that has no meaning here.
    pub(super) unknown_critical: Option<Oid>,
}

/// What a list says of one certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) reason: RevocationReason,
    pub(super) since: UnixTime,
}

impl Entries {
    /// Reads the entries of a list by `issuer`.
    pub(super) fn read(value: &[u8], issuer: &Name) -> Result<Self, CrlError> {
        let mut entries = Self {
            issuer: issuer.clone(),
            issuers: HashMap::new(),
            records: Vec::with_capacity(value.len() / 2),
            index: Vec::with_capacity(value.len() / 32),
            unknown_critical: None,
        };
        let mut reader = Reader::new(value);
        let mut current = entries.issuer(issuer)?;
        while !reader.is_empty() {
            let mut entry = reader.enter(tag::SEQUENCE)?;
            let serial = entry.value(tag::INTEGER)?;
            is_number(serial)?;
            let since = read_time(&mut entry)?;
            let mut reason = RevocationReason::UNSPECIFIED;
            if let Some(extensions) = entry.optional(tag::SEQUENCE)? {
                let named = entries.extensions(extensions, &mut reason)?;
                if let Some(named) = named {
                    current = entries.issuer(&named)?;
                }
            }
            entry.end()?;
            entries.push(current, serial, Entry { reason, since })?;
        }
        entries.records.shrink_to_fit();
        entries.index.sort_unstable();
        entries.index.shrink_to_fit();
        Ok(entries)
    }

    /// How many there are.
    pub(super) const fn len(&self) -> usize {
        self.index.len()
    }

    /// What is said of the certificate with this issuer and serial number; the last word counts.
    pub(super) fn find(&self, issuer: &Name, serial: &[u8]) -> Option<Entry> {
        let number = if *issuer == self.issuer { 0 } else { *self.issuers.get(issuer)? };
        let key = key(number, serial)?;
        let hash = hash(&key);
        let first = self.index.partition_point(|slot| slot >> 32 < hash);
        let same_hash = self.index.get(first..)?.iter().take_while(|slot| **slot >> 32 == hash);
        same_hash.filter_map(|slot| self.entry(*slot, &key)).last()
    }

    /// The entry in this slot, if it is of this key.
    fn entry(&self, slot: u64, key: &[u8]) -> Option<Entry> {
        let place = usize::try_from(slot & u64::from(u32::MAX)).ok()?;
        let rest = self.records.get(place..)?.strip_prefix(key)?;
        let (since, rest) = rest.split_first_chunk()?;
        let reason = RevocationReason(*rest.first()?);
        Some(Entry { reason, since: UnixTime(u32::from_be_bytes(*since).into()) })
    }

    /// A date before 1970 or after 2106 becomes the nearest that fits: it is only shown.
    fn push(&mut self, issuer: u16, serial: &[u8], entry: Entry) -> Result<(), CrlError> {
        let key = key(issuer, serial).ok_or(DerError::Value)?;
        let place = u32::try_from(self.records.len()).map_err(|_| CrlError::TooLong)?;
        let since = entry.since.0.clamp(0, u32::MAX.into());
        let since = u32::try_from(since).unwrap_or(u32::MAX);
        self.index.push(hash(&key) << 32 | u64::from(place));
        self.records.extend_from_slice(&key);
        self.records.extend_from_slice(&since.to_be_bytes());
        self.records.push(entry.reason.0);
        Ok(())
    }

    fn issuer(&mut self, name: &Name) -> Result<u16, CrlError> {
        if let Some(number) = self.issuers.get(name) {
            return Ok(*number);
        }
        let number = u16::try_from(self.issuers.len()).map_err(|_| CrlError::TooLong)?;
        self.issuers.insert(name.clone(), number);
        Ok(number)
    }

    /// Sets the reason, and returns the issuer that an entry names (RFC 5280 §5.3.3).
    fn extensions(
        &mut self,
        list: &[u8],
        reason: &mut RevocationReason,
    ) -> Result<Option<Name>, CrlError> {
        let mut issuer = None;
        for extension in read_extensions(list)? {
            match extension.oid {
                oid::CRL_REASON => match only(extension.value, tag::ENUMERATED)? {
                    [number] => *reason = RevocationReason(*number),
                    _ => return Err(DerError::Value.into()),
                },
                oid::CERTIFICATE_ISSUER => {
                    let names = read_general_names(only(extension.value, tag::SEQUENCE)?)?;
                    issuer = names.into_iter().find_map(|name| match name {
                        GeneralName::Directory(name) => Some(name),
                        _ => None,
                    });
                }
                oid::INVALIDITY_DATE => {}
                other if extension.critical => {
                    self.unknown_critical = Some(Oid::from_value(other)?);
                }
                _ => {}
            }
        }
        Ok(issuer)
    }
}

/// How a record begins.
fn key(issuer: u16, serial: &[u8]) -> Option<Vec<u8>> {
    let length = u8::try_from(serial.len()).ok()?;
    if serial.len() > LONGEST_SERIAL {
        return None;
    }
    let mut key = Vec::with_capacity(RECORD + serial.len());
    key.extend_from_slice(&issuer.to_be_bytes());
    key.push(length);
    key.extend_from_slice(serial);
    Some(key)
}

/// 32 bits, in the lower half.
fn hash(key: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(key);
    hasher.finish() >> 32
}
