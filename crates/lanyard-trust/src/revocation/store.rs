//! The lists that are there: a snapshot that nobody changes. Whoever has a new list makes a new snapshot
//! beside the old one and swaps them; lists are shared, not copied.

use std::collections::HashMap;
use std::sync::Arc;

use super::list::Crl;
use crate::x509::Name;

/// Revocation lists by their issuers. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct CrlStore {
    lists: Arc<HashMap<Name, Vec<Arc<Crl>>>>,
}

impl CrlStore {
    /// Every list.
    pub fn lists(&self) -> impl Iterator<Item = &Arc<Crl>> {
        self.lists.values().flatten()
    }

    pub(super) fn by_issuer(&self, issuer: &Name) -> &[Arc<Crl>] {
        self.lists.get(issuer).map(Vec::as_slice).unwrap_or_default()
    }
}

impl FromIterator<Arc<Crl>> for CrlStore {
    fn from_iter<T: IntoIterator<Item = Arc<Crl>>>(lists: T) -> Self {
        let mut by_issuer: HashMap<Name, Vec<Arc<Crl>>> = HashMap::new();
        for list in lists {
            by_issuer.entry(list.issuer().clone()).or_default().push(list);
        }
        Self { lists: Arc::new(by_issuer) }
    }
}
