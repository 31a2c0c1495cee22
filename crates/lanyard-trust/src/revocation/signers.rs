//! Who signed a list, and whether that may be believed (RFC 5280 §6.3.3 (f), (g)): the certificate's own
//! issuer, or another of the list's issuer's name that is trusted under the same anchor.

use super::list::Crl;
use super::{RevocationStatus, Sources, Unusable};
use crate::checks::Case;
use crate::path;
use crate::settings::RevocationMode;
use crate::x509::{Certificate, KeyUsage};

/// So many certificates of one name are tried.
const MOST_CANDIDATES: usize = 16;

/// So deep may the signer of a list need the list of another signer.
const DEEPEST: usize = 3;

impl Sources<'_> {
    /// Whether somebody signed the list who may.
    pub(super) fn signer_is_trusted(
        &self,
        list: &Crl,
        path: &[Certificate],
        place: usize,
    ) -> Result<(), Unusable> {
        let above = path.get(place + 1..).unwrap_or_default();
        let path::Pool { anchors, configured, from_card } = self.pool;
        let others = anchors.iter().chain(configured).chain(from_card);
        let named = above.iter().chain(others).filter(|signer| *signer.subject() == list.issuer);
        let mut complaint = Unusable::UnknownSigner;
        for signer in named.take(MOST_CANDIDATES) {
            match self.may_sign(list, signer, above) {
                Ok(()) => return Ok(()),
                Err(why) => complaint = why,
            }
        }
        Err(complaint)
    }

    fn may_sign(
        &self,
        list: &Crl,
        signer: &Certificate,
        above: &[Certificate],
    ) -> Result<(), Unusable> {
        list.is_signed_by(signer, self.signatures).map_err(Unusable::Signature)?;
        if !signer.extensions().allows(KeyUsage::CRL_SIGNING) {
            return Err(Unusable::MayNotSign);
        }
        let anchor = above.last().ok_or(Unusable::UntrustedSigner)?;
        if above.contains(signer) || self.is_trusted_under(signer, anchor) {
            Ok(())
        } else {
            Err(Unusable::UntrustedSigner)
        }
    }

    /// Whether a path leads from the signer to this anchor. It is remembered within one judgement, but for
    /// what was found while another signer was taken on trust.
    fn is_trusted_under(&self, signer: &Certificate, anchor: &Certificate) -> bool {
        let question = (signer.identity(), anchor.identity());
        if self.judging.borrow().contains(&signer.identity()) {
            return true;
        }
        if let Some(known) = self.judged.borrow().get(&question) {
            return *known;
        }
        if self.judging.borrow().len() >= DEEPEST {
            return false;
        }
        self.judging.borrow_mut().push(signer.identity());
        let found = path::search(signer, self.pool, self.signatures, self.now);
        let to_anchor = found.complete.iter().filter(|path| path.last() == Some(anchor));
        let trusted = to_anchor.into_iter().any(|path| self.holds(path));
        self.judging.borrow_mut().pop();
        if self.judging.borrow().is_empty() {
            self.judged.borrow_mut().insert(question, trusted);
        }
        trusted
    }

    fn holds(&self, path: &[Certificate]) -> bool {
        let below = path.len().saturating_sub(1);
        let case = Case {
            path,
            below,
            settings: self.settings,
            signatures: self.signatures,
            sources: self,
            now: self.now,
        };
        case.path_findings().refusals() == 0
            && (0..below).all(|place| self.is_not_revoked(path, place))
    }

    fn is_not_revoked(&self, path: &[Certificate], place: usize) -> bool {
        match self.by_lists(path, place) {
            RevocationStatus::Good { .. } => true,
            RevocationStatus::Revoked { .. } => false,
            RevocationStatus::NotChecked { .. } => match self.settings.revocation {
                RevocationMode::Hard => false,
                RevocationMode::Soft | RevocationMode::Off => true,
            },
        }
    }
}
