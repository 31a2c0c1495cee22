//! What judgements rest on at one moment: nobody changes it, whoever holds it sees it whole.

use std::collections::BTreeMap;
use std::sync::Arc;

use lanyard_trust::{
    Anchors, Certificate, Crl, CrlStore, Intermediates, Judgement, OcspEvidence, UnixTime, judge,
};
use ring::digest::{SHA256, digest};

use crate::fetching::{CertificateDigest, Key};
use crate::folders::Held;
use crate::problem::Problem;

/// The number of a snapshot: it grows by one each time the evidence changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp(
    /// From 1.
    pub u64,
);

/// A certificate and what came along with it.
#[derive(Clone, Copy, Debug)]
pub struct Presented<'a> {
    /// The certificate, in DER form.
    pub der: &'a [u8],
    /// Authorities that the card brought along.
    pub from_card: &'a [Certificate],
}

impl<'a> Presented<'a> {
    /// A certificate that comes alone.
    pub const fn alone(der: &'a [u8]) -> Self {
        Self { der, from_card: &[] }
    }
}

/// A judgement, and which evidence it rests on.
#[derive(Debug)]
pub struct Judged {
    /// The verdict with all findings.
    pub judgement: Judgement,
    /// Which snapshot it rests on: when there is a newer one, the verdict may be another.
    pub stamp: Stamp,
}

impl Judged {
    /// How old the knowledge about the certificate's revocation is, in seconds; none where there is none.
    pub fn age_seconds(&self, now: UnixTime) -> Option<i64> {
        self.judgement.revocation.as_ref().and_then(|status| status.age_seconds(now))
    }
}

/// The evidence of one moment.
#[derive(Clone, Debug)]
pub struct Snapshot {
    stamp: Stamp,
    held: Arc<Held>,
    /// Of the folder alone.
    pub(crate) own_lists: CrlStore,
    /// Of the folder and fetched.
    lists: CrlStore,
    fetched: BTreeMap<String, Arc<Crl>>,
    answers: BTreeMap<CertificateDigest, Vec<OcspEvidence>>,
}

/// What was fetched and counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Got {
    pub(crate) lists: BTreeMap<String, Arc<Crl>>,
    pub(crate) answers: BTreeMap<Key, OcspEvidence>,
}

impl Snapshot {
    pub(crate) fn of(stamp: Stamp, held: Arc<Held>, got: &Got) -> Self {
        let own_lists = held.lists.iter().cloned().collect();
        let lists = held.lists.iter().chain(got.lists.values()).cloned().collect();
        let mut answers: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (key, answer) in &got.answers {
            if let Some(about) = key.about {
                answers.entry(about).or_default().push(answer.clone());
            }
        }
        let fetched = got.lists.clone();
        Self { stamp, held, own_lists, lists, fetched, answers }
    }

    /// Its number.
    pub const fn stamp(&self) -> Stamp {
        self.stamp
    }

    /// Whom the site trusts.
    pub fn anchors(&self) -> &Anchors {
        &self.held.anchors
    }

    /// Further authorities.
    pub fn intermediates(&self) -> &Intermediates {
        &self.held.intermediates
    }

    /// OCSP responders that the site trusts for every issuer.
    pub fn responders(&self) -> &[Certificate] {
        &self.held.responders
    }

    /// All revocation lists, from the folder and fetched.
    pub const fn lists(&self) -> &CrlStore {
        &self.lists
    }

    /// What is wrong with files and folders.
    pub fn problems(&self) -> &[Problem] {
        &self.held.problems
    }

    /// The list that was fetched from this address last.
    pub(crate) fn fetched_list(&self, address: &str) -> Option<&Arc<Crl>> {
        self.fetched.get(address)
    }

    /// Everybody who may have signed a list.
    pub(crate) fn authorities(&self) -> impl Iterator<Item = &Certificate> {
        self.held.authorities()
    }

    /// Judges a certificate by what is here; waits for nothing.
    pub fn judge(
        &self,
        presented: Presented<'_>,
        rules: &lanyard_trust::Settings,
        now: UnixTime,
    ) -> Judged {
        let answers = self.answers_for(presented);
        let evidence = self.evidence(presented.from_card, &self.lists, &answers);
        Judged { judgement: judge(presented.der, &evidence, rules, now), stamp: self.stamp }
    }

    /// Evidence with these lists and answers.
    pub(crate) fn evidence<'a>(
        &'a self,
        from_card: &'a [Certificate],
        crls: &'a CrlStore,
        ocsp: &'a [OcspEvidence],
    ) -> lanyard_trust::Evidence<'a> {
        lanyard_trust::Evidence {
            anchors: self.anchors(),
            intermediates: self.intermediates(),
            from_card,
            crls,
            ocsp,
            responders: self.responders(),
        }
    }

    /// Answers about the certificate itself and about authorities that may stand above it.
    fn answers_for(&self, presented: Presented<'_>) -> Vec<OcspEvidence> {
        if self.answers.is_empty() {
            return Vec::new();
        }
        let above = presented.from_card.iter().chain(self.intermediates().certificates());
        let asked = std::iter::once(presented.der).chain(above.map(Certificate::der));
        let about = asked.filter_map(|der| self.answers.get(&digest_of(der)));
        about.flatten().cloned().collect()
    }
}

/// SHA-256 of a certificate's DER form.
pub(crate) fn digest_of(der: &[u8]) -> CertificateDigest {
    let mut bytes = CertificateDigest::default();
    bytes.copy_from_slice(digest(&SHA256, der).as_ref());
    bytes
}
