//! Having a revocation list: from the disk when it is fresh there, else from its address.
//!
//! A list that nobody known has signed counts for nothing and is not kept, so that whoever sits on the
//! wire cannot make us hold on to his; nor does an older one replace a newer.

use std::sync::Arc;

use lanyard_trust::{Certificate, Crl, CrlError, UnixTime};

use super::fault::Fault;
use super::fetcher::{Fetcher, Question};
use super::source::{self, Fetched, Order};
use crate::news::News;

impl Fetcher {
    /// Has the list; returns until when it counts as fresh.
    pub(super) fn list(&self, question: &Question) -> Result<UnixTime, Fault> {
        let address = &*question.key.address;
        if let Some(until) = self.list_on_disk(question) {
            return Ok(until);
        }
        let order = Order {
            address,
            question: source::Question::List,
            longest: self.settings.longest_list,
            deadline: self.deadline(),
        };
        let body = match self.sources.fetch(&order) {
            Fetched::Body(body) => body,
            Fetched::Unsupported { scheme } => return Err(Fault::Unsupported { scheme }),
            Fetched::Failed(fault) => return Err(fault),
        };
        let until = self.take_list(&body, question)?;
        if let Some(disk) = &self.disk
            && let Err(error) = disk.write(address, &body)
        {
            let (address, error) = (address.to_owned(), error.kind());
            self.board.say(News::NotKept { address, error });
        }
        Ok(until.min(question.now.plus_seconds(self.settings.longest_fresh_seconds)))
    }

    /// A list that an earlier run had, if it is fresh. One that is over still tells what was revoked.
    fn list_on_disk(&self, question: &Question) -> Option<UnixTime> {
        if self.last_of(&question.key.address).is_some() {
            return None;
        }
        let (body, since) = self.disk.as_ref()?.read(&question.key.address)?;
        let until = self.take_list(&body, question).ok()?;
        let fresh = until.min(since.plus_seconds(self.settings.longest_fresh_seconds));
        (since <= question.now && question.now <= fresh).then_some(fresh)
    }

    /// Reads a list and makes it evidence, if it may be; returns its `nextUpdate`.
    fn take_list(&self, body: &[u8], question: &Question) -> Result<UnixTime, Fault> {
        let list = Arc::new(self.read_list(body, &question.path)?);
        let (from, until) = (list.this_update(), list.next_update());
        if from > question.now {
            return Err(Fault::Future { from });
        }
        let is_newer = |last: Arc<Crl>| last.issuer() == list.issuer() && last.this_update() > from;
        if self.last_of(&question.key.address).is_some_and(is_newer) {
            return Err(Fault::Older);
        }
        self.board.change(|got| {
            got.lists.insert(question.key.address.clone(), list);
            true
        });
        let until = until.ok_or(Fault::NoNextUpdate)?;
        if until < question.now { Err(Fault::Stale { until }) } else { Ok(until) }
    }

    fn read_list(&self, body: &[u8], path: &[Certificate]) -> Result<Crl, Fault> {
        let snapshot = self.board.snapshot();
        let authorities: Vec<_> = snapshot.authorities().chain(path).collect();
        let first = Crl::load_file(body, &authorities).into_iter().next();
        let list = first.unwrap_or(Err(CrlError::BrokenPem)).map_err(Fault::List)?;
        if list.has_known_signer() { Ok(list) } else { Err(Fault::UnknownSigner) }
    }

    fn last_of(&self, address: &str) -> Option<Arc<Crl>> {
        self.board.snapshot().fetched_list(address).cloned()
    }
}
