//! Cards that have proved their key here, so that their certificate need not be read again.
//!
//! Nothing is remembered of a card that has proved nothing: its number may be a copied one. In memory only.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use lanyard_card::{CardSerial, Certificate, Identity};

/// As many as use one workstation in a day, and more.
const MOST: usize = 256;

/// A certificate is replaced by another when its end comes near: then it is read each time.
const MAY_BE_RENEWED: Duration = Duration::from_secs(180 * 24 * 60 * 60);

/// Certificates by the number of their cards. Clones are the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Acquaintances(Arc<Mutex<BTreeMap<CardSerial, Certificate>>>);

impl Acquaintances {
    /// The certificate of a card that has proved its key, unless it may have been renewed since.
    pub(super) fn certificate(&self, card: &CardSerial, now: SystemTime) -> Option<Certificate> {
        let certificate = self.known().get(card).cloned()?;
        let since_1970 = (now + MAY_BE_RENEWED).duration_since(UNIX_EPOCH).ok()?;
        let soon = i64::try_from(since_1970.as_secs()).ok()?;
        (certificate.not_after() > soon).then_some(certificate)
    }

    /// A card has proved its key.
    pub(super) fn remember(&self, card: &Identity) {
        let mut known = self.known();
        if known.len() >= MOST && !known.contains_key(&card.serial) {
            known.pop_first();
        }
        known.insert(card.serial.clone(), card.certificate.clone());
    }

    /// A card did not prove the key of this certificate. Says whether it was known.
    pub(super) fn forget(&self, card: &CardSerial) -> bool {
        self.known().remove(card).is_some()
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<CardSerial, Certificate>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
