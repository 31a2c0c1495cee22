//! The lists that are there: a snapshot that nobody changes. Whoever has a new list makes a new snapshot
//! beside the old one and swaps them; lists are shared, not copied.

use std::collections::HashMap;
use std::sync::Arc;

use super::list::Crl;
use super::list_number::ListNumber;
use crate::der::UnixTime;
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

    /// The newest first, so that what it says counts before what an older one said.
    pub(super) fn by_issuer(&self, issuer: &Name) -> &[Arc<Crl>] {
        self.lists.get(issuer).map(Vec::as_slice).unwrap_or_default()
    }
}

const fn newness(list: &Crl) -> (UnixTime, Option<&ListNumber>) {
    (list.this_update, list.number.as_ref())
}

impl FromIterator<Arc<Crl>> for CrlStore {
    fn from_iter<T: IntoIterator<Item = Arc<Crl>>>(lists: T) -> Self {
        let mut by_issuer: HashMap<Name, Vec<Arc<Crl>>> = HashMap::new();
        for list in lists {
            by_issuer.entry(list.issuer().clone()).or_default().push(list);
        }
        for lists in by_issuer.values_mut() {
            lists.sort_by(|one, other| newness(other).cmp(&newness(one)));
        }
        Self { lists: Arc::new(by_issuer) }
    }
}
