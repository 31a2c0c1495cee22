//! What lists and answers say about one certificate of a path (RFC 5280 §6.3.3).
//!
//! "Revoked" counts from whoever says it first; "good" needs every reason covered. A stale list still
//! counts when it names the certificate: what was cancelled stays so.

use std::cell::RefCell;
use std::collections::HashMap;

use super::list::Crl;
use super::{CrlStore, OcspEvidence, RevocationReason, RevocationStatus, Source, Unusable};
use super::{ocsp_judge, scope};
use crate::der::UnixTime;
use crate::path::Pool;
use crate::settings::Settings;
use crate::signatures::Signatures;
use crate::x509::{Certificate, DistributionPoint, GeneralName, PointName, Reasons};

/// So many points of one certificate are followed.
const MOST_POINTS: usize = 16;

/// So many reasons why nothing is known are kept.
const MOST_COMPLAINTS: usize = 16;

/// Everything that judgements about revocation rest on.
#[derive(Debug)]
pub(crate) struct Sources<'a> {
    pub(crate) lists: &'a CrlStore,
    pub(crate) answers: &'a [OcspEvidence],
    pub(crate) responders: &'a [Certificate],
    pub(crate) pool: Pool<'a>,
    pub(crate) settings: &'a Settings,
    pub(crate) signatures: &'a Signatures,
    pub(crate) now: UnixTime,
    /// Signers of lists that are being judged, so that one that is named in its own list ends the question.
    pub(super) judging: RefCell<Vec<usize>>,
    pub(super) judged: RefCell<HashMap<(usize, usize), bool>>,
}

/// What was learnt from lists so far.
struct Learnt {
    covered: Reasons,
    as_of: UnixTime,
    until: UnixTime,
    why: Vec<Unusable>,
}

impl<'a> Sources<'a> {
    pub(crate) fn new(
        (lists, answers, responders): (&'a CrlStore, &'a [OcspEvidence], &'a [Certificate]),
        pool: Pool<'a>,
        settings: &'a Settings,
        signatures: &'a Signatures,
        now: UnixTime,
    ) -> Self {
        let (judging, judged) = (RefCell::default(), RefCell::default());
        Self { lists, answers, responders, pool, settings, signatures, now, judging, judged }
    }

    /// What is known about the certificate at this place of the path; the anchor is asked about nowhere.
    pub(crate) fn status(&self, path: &[Certificate], place: usize) -> RevocationStatus {
        let (answered, mut why) = ocsp_judge::ask(self, path, place);
        match answered {
            Some(RevocationStatus::Good { .. }) | None => {}
            Some(known) => return known,
        }
        match (self.by_lists(path, place), answered) {
            (listed @ RevocationStatus::Revoked { .. }, _) => listed,
            (_, Some(good)) => good,
            (RevocationStatus::NotChecked { why: of_lists }, None) => {
                why.extend(of_lists);
                RevocationStatus::NotChecked { why }
            }
            (listed, None) => listed,
        }
    }

    /// Lists alone.
    pub(super) fn by_lists(&self, path: &[Certificate], place: usize) -> RevocationStatus {
        let Some(certificate) = path.get(place) else {
            return RevocationStatus::NotChecked { why: vec![Unusable::NoList] };
        };
        let mut learnt = Learnt {
            covered: Reasons::NONE,
            as_of: self.now,
            until: UnixTime(i64::MAX),
            why: Vec::new(),
        };
        let named = certificate.extensions().crl_points.iter().take(MOST_POINTS);
        let issuers_own = issuers_own(certificate);
        for point in named.chain(Some(&issuers_own)) {
            if let Some(revoked) = self.at_point(path, place, point, &mut learnt) {
                return revoked;
            }
            if learnt.covered.holds(Reasons::ALL) {
                let Learnt { as_of, until, .. } = learnt;
                return RevocationStatus::Good { source: Source::List, as_of, until };
            }
        }
        if learnt.covered != Reasons::NONE {
            learnt.why.push(Unusable::SomeReasons);
        }
        if learnt.why.is_empty() {
            learnt.why.push(Unusable::NoList);
        }
        RevocationStatus::NotChecked { why: learnt.why }
    }

    /// The lists of one point: a status when one says "revoked".
    fn at_point(
        &self,
        path: &[Certificate],
        place: usize,
        point: &DistributionPoint,
        learnt: &mut Learnt,
    ) -> Option<RevocationStatus> {
        let certificate = path.get(place)?;
        let own = point.crl_issuer.is_none().then_some(certificate.issuer());
        for list in point.issuers().chain(own).flat_map(|issuer| self.lists.by_issuer(issuer)) {
            match self.read(list, path, place, point, learnt.covered) {
                Ok(Some(revoked)) => return Some(revoked),
                Ok(None) => {
                    learnt.covered = learnt.covered.or(list.scope.reasons(point));
                    learnt.as_of = learnt.as_of.min(list.this_update);
                    learnt.until = learnt.until.min(list.next_update.unwrap_or(learnt.until));
                }
                Err(why) if learnt.why.len() < MOST_COMPLAINTS && !learnt.why.contains(&why) => {
                    learnt.why.push(why);
                }
                Err(_) => {}
            }
        }
        None
    }

    /// What one list says (§6.3.3 (a) to (l)): revoked, or nothing against the certificate.
    fn read(
        &self,
        list: &Crl,
        path: &[Certificate],
        place: usize,
        point: &DistributionPoint,
        covered: Reasons,
    ) -> Result<Option<RevocationStatus>, Unusable> {
        let certificate = path.get(place).ok_or(Unusable::OtherScope)?;
        speaks_of(list, certificate, point, covered)?;
        let current = self.is_current(list);
        if matches!(current, Err(Unusable::Future { .. })) {
            return current.map(|()| None);
        }
        self.signer_is_trusted(list, path, place)?;
        let delta = self.delta_of(list, path, place);
        let find = |list: &Crl| list.find(certificate.issuer(), certificate.serial());
        let entry = delta.and_then(find).or_else(|| find(list));
        match entry.filter(|entry| entry.reason != RevocationReason::REMOVE_FROM_CRL) {
            Some(entry) => Ok(Some(RevocationStatus::Revoked {
                source: Source::List,
                reason: entry.reason,
                since: entry.since,
                as_of: delta.unwrap_or(list).this_update,
            })),
            None => current.map(|()| None),
        }
    }

    fn is_current(&self, list: &Crl) -> Result<(), Unusable> {
        let from = list.this_update;
        if from > self.now {
            return Err(Unusable::Future { from });
        }
        match list.next_update {
            None => Err(Unusable::NoNextUpdate),
            Some(until) if until < self.now => Err(Unusable::Stale { until }),
            Some(_) => Ok(()),
        }
    }

    /// The newest delta list that may be put on top of this one (§5.2.4, §6.3.3 (c)).
    fn delta_of(&self, list: &Crl, path: &[Certificate], place: usize) -> Option<&Crl> {
        let number = list.number.as_ref()?;
        let suits = |delta: &&Crl| {
            let reaches_back = delta.base.as_ref().is_some_and(|base| base <= number);
            let goes_on = delta.number.as_ref().is_some_and(|newer| newer >= number);
            reaches_back
                && goes_on
                && delta.scope == list.scope
                && delta.authority_key_id == list.authority_key_id
                && delta.unknown_critical.is_none()
                && self.is_current(delta).is_ok()
                && self.signer_is_trusted(delta, path, place).is_ok()
        };
        let of_issuer = self.lists.by_issuer(&list.issuer).iter().map(|list| &**list);
        of_issuer.filter(suits).max_by(|one, other| one.number.cmp(&other.number))
    }
}

/// Whether a list can tell about a certificate what is not known yet.
fn speaks_of(
    list: &Crl,
    certificate: &Certificate,
    point: &DistributionPoint,
    covered: Reasons,
) -> Result<(), Unusable> {
    if list.is_delta() {
        return Err(Unusable::DeltaAlone);
    }
    if !scope::covers(list, certificate, point) || covered.holds(list.scope.reasons(point)) {
        return Err(Unusable::OtherScope);
    }
    match &list.unknown_critical {
        Some(oid) => Err(Unusable::UnknownCritical(oid.clone())),
        None => Ok(()),
    }
}

/// The point that is assumed for lists that no point names (§6.3.3, last paragraph).
fn issuers_own(certificate: &Certificate) -> DistributionPoint {
    let issuer = GeneralName::Directory(certificate.issuer().clone());
    let name = Some(PointName::Full(vec![issuer]));
    DistributionPoint { name, reasons: None, crl_issuer: None }
}
