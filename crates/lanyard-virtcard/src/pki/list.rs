//! Revocation lists: one partition of one authority's, complete for what it speaks of (RFC 5280 §5).
//!
//! OpenSSL writes and signs them; `rcgen` has no directory names for the issuing distribution point.

use openssl::asn1::{Asn1Object, Asn1OctetString, Asn1Time};
use openssl::bn::BigNum;
use openssl::error::ErrorStack;
use openssl::x509::extension::CrlNumber;
use openssl::x509::{X509CrlBuilder, X509Extension, X509Revoked};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::bytes::{Hex, object};
use crate::der::{self, enumerated, identifier, octets, sequence};
use crate::issue::IssueError;
use crate::pki::authority::Authority;
use crate::pki::points::Point;
use crate::pki::reason::RevocationReason;

/// Lists are dated so much back, so that a clock that is a little behind takes them.
const SKEW: Duration = Duration::minutes(1);

/// From the making of a list to the promise of the next.
const LIFE: Duration = Duration::days(7);

const AUTHORITY_KEY_IDENTIFIER: &str = "2.5.29.35";
const ISSUING_DISTRIBUTION_POINT: &str = "2.5.29.28";
/// 2.5.29.21.
const REASON_CODE: &[u8] = &[0x55, 0x1D, 21];

/// A certificate that was taken back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Revoked {
    /// Whose.
    pub(super) persona: String,
    /// Big-endian.
    pub(super) serial: Hex,
    /// Seconds since 1970.
    pub(super) since: i64,
    pub(super) reason: RevocationReason,
}

/// One list as it was last made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct List {
    /// `CRLNumber`.
    number: u32,
    /// Seconds since 1970.
    made: i64,
    pub(super) revoked: Vec<Revoked>,
    pub(super) der: Hex,
}

impl List {
    /// The list of this point at this time. After an earlier one it has the next number.
    pub(super) fn make(
        point: Point,
        authority: &Authority,
        revoked: Vec<Revoked>,
        earlier: Option<&Self>,
        now: OffsetDateTime,
    ) -> Result<Self, IssueError> {
        let number = earlier.map_or(1, |earlier| earlier.number.saturating_add(1));
        let made = now - SKEW;
        let mut builder = X509CrlBuilder::new()?;
        let issuer = authority.x509()?;
        builder.set_issuer_name(issuer.subject_name())?;
        builder.set_last_update(&*Asn1Time::from_unix(made.unix_timestamp())?)?;
        builder.set_next_update(&*Asn1Time::from_unix((made + LIFE).unix_timestamp())?)?;
        for entry in &revoked {
            builder.add_revoked(X509Revoked::from_der(&entry.written()?)?)?;
        }
        let key = issuer.subject_key_id().map(|key| object(0x80, key.as_slice()));
        let key = sequence(&[&key.unwrap_or_default()]);
        builder.append_extension(extension(AUTHORITY_KEY_IDENTIFIER, Weight::Plain, &key)?)?;
        builder.append_extension(CrlNumber::new(BigNum::from_u32(number)?)?.build()?)?;
        let point = extension(ISSUING_DISTRIBUTION_POINT, Weight::Critical, &point.in_list())?;
        builder.append_extension(point)?;
        let key = authority.key();
        builder.sign(key.private(), key.algorithm().digest())?;
        let der = Hex(builder.build()?.to_der()?);
        Ok(Self { number, made: made.unix_timestamp(), revoked, der })
    }

    /// Whether another is due: half of its life is over, or it was made in the future.
    pub(super) fn is_due(&self, now: OffsetDateTime) -> bool {
        let age = now.unix_timestamp().saturating_sub(self.made);
        !(0..LIFE.whole_seconds() / 2).contains(&age)
    }
}

impl Revoked {
    /// As of now, dated like the list that will name it.
    pub(super) fn new(
        persona: &str,
        serial: &[u8],
        reason: RevocationReason,
        now: OffsetDateTime,
    ) -> Self {
        let since = (now - SKEW).unix_timestamp();
        Self { persona: persona.to_owned(), serial: Hex(serial.to_vec()), since, reason }
    }

    /// One element of `revokedCertificates`.
    fn written(&self) -> Result<Vec<u8>, IssueError> {
        let since =
            OffsetDateTime::from_unix_timestamp(self.since).map_err(|_| IssueError::Date)?;
        let reason = octets(&enumerated(self.reason.number()));
        let reason = sequence(&[&identifier(REASON_CODE), &reason]);
        let extensions = sequence(&[&reason]);
        Ok(sequence(&[&der::integer(&self.serial.0), &der::time(since), &extensions]))
    }
}

/// Whether an extension is critical.
#[derive(Clone, Copy)]
enum Weight {
    Critical,
    Plain,
}

fn extension(kind: &str, weight: Weight, content: &[u8]) -> Result<X509Extension, ErrorStack> {
    let kind = Asn1Object::from_str(kind)?;
    let content = Asn1OctetString::new_from_bytes(content)?;
    X509Extension::new_from_der(&kind, matches!(weight, Weight::Critical), &content)
}
