//! Finding paths (RFC 4158): from the certificate that is judged over issuers of the right name to an
//! anchor.
//!
//! Whether a path may be believed is not decided here, but issuers whose key did sign come first, and a
//! wrong signature is followed only when there is no right one. Depth and number are bounded.

use crate::der::UnixTime;
use crate::signatures::Signatures;
use crate::x509::Certificate;

/// So many certificates at most, anchor and judged one included.
pub(crate) const LONGEST_PATH: usize = 10;

/// So many complete paths are looked at.
const MOST_PATHS: usize = 32;

/// So many certificates are tried in all places together.
const MOST_STEPS: usize = 2_000;

/// A path: the judged certificate first, the anchor last.
pub(crate) type Path = Vec<Certificate>;

/// What can be issuers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pool<'a> {
    pub(crate) anchors: &'a [Certificate],
    pub(crate) configured: &'a [Certificate],
    pub(crate) from_card: &'a [Certificate],
}

/// What a search came to.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Those that reach an anchor, the likeliest first.
    pub(crate) complete: Vec<Path>,
    /// The longest that does not.
    pub(crate) longest: Path,
    /// A limit ended the search.
    pub(crate) cut_short: bool,
    steps: usize,
}

/// All paths, up to the limits.
pub(crate) fn search(
    certificate: &Certificate,
    pool: Pool<'_>,
    signatures: &Signatures,
    now: UnixTime,
) -> Found {
    let mut found = Found::default();
    let search = Search { pool, signatures, now };
    search.from(&mut vec![certificate.clone()], &mut found);
    found
}

struct Search<'a> {
    pool: Pool<'a>,
    signatures: &'a Signatures,
    now: UnixTime,
}

impl Search<'_> {
    fn from(&self, path: &mut Path, found: &mut Found) {
        if path.len() > found.longest.len() {
            found.longest.clone_from(path);
        }
        let Some(last) = path.last() else { return };
        let (anchors, issuers) = self.issuers(last, path);
        for anchor in anchors {
            let whole = path.iter().chain(Some(&anchor)).cloned().collect();
            found.complete.push(whole);
        }
        for issuer in issuers {
            found.steps += 1;
            let full = found.complete.len() >= MOST_PATHS || found.steps > MOST_STEPS;
            if full || path.len() + 2 > LONGEST_PATH {
                found.cut_short = true;
                return;
            }
            path.push(issuer);
            self.from(path, found);
            path.pop();
        }
    }

    /// Anchors and other issuers of this certificate, the likeliest first.
    fn issuers(
        &self,
        certificate: &Certificate,
        path: &[Certificate],
    ) -> (Vec<Certificate>, Vec<Certificate>) {
        let named = |issuer: &&Certificate| issuer.subject() == certificate.issuer();
        let anchors: Vec<_> = self.pool.anchors.iter().filter(named).cloned().collect();
        let others = self.pool.configured.iter().chain(self.pool.from_card).filter(named);
        let mut issuers: Vec<Certificate> = Vec::new();
        for issuer in others {
            let known = |seen: &Certificate| seen == issuer || is_same_authority(seen, issuer);
            let repeated = path.iter().any(known)
                || issuers.contains(issuer)
                || self.pool.anchors.contains(issuer);
            if !repeated {
                issuers.push(issuer.clone());
            }
        }
        self.signers_first(certificate, anchors, issuers)
    }

    fn signers_first(
        &self,
        certificate: &Certificate,
        mut anchors: Vec<Certificate>,
        mut issuers: Vec<Certificate>,
    ) -> (Vec<Certificate>, Vec<Certificate>) {
        let key = certificate.extensions().authority_key_id.as_deref();
        let unlikely = |issuer: &Certificate| {
            let other_key = key.is_some() && issuer.extensions().subject_key_id.as_deref() != key;
            (other_key, !issuer.is_current(self.now), !issuer.is_authority())
        };
        anchors.sort_by_cached_key(unlikely);
        issuers.sort_by_cached_key(unlikely);
        let signed =
            |issuer: &Certificate| self.signatures.of_certificate(certificate, issuer).is_ok();
        let right = |all: &[Certificate]| -> Vec<Certificate> {
            all.iter().filter(|issuer| signed(issuer)).cloned().collect()
        };
        let (right_anchors, right_issuers) = (right(&anchors), right(&issuers));
        if right_anchors.is_empty() && right_issuers.is_empty() {
            (anchors, issuers)
        } else {
            (right_anchors, right_issuers)
        }
    }
}

/// One name and one key are one authority, however many certificates it has.
fn is_same_authority(one: &Certificate, other: &Certificate) -> bool {
    one.subject() == other.subject() && one.public_key_info() == other.public_key_info()
}
