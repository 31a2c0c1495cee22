//! A certificate as a card carries it: parsed once, judged nowhere here.
//!
//! Whether it may be believed is a matter of `lanyard-session`. Parsing is X.509 (RFC 5280 §4) by
//! `x509-parser`; the holder is found as the national certificates name one.

use std::{fmt, sync::Arc};

use x509_parser::{
    oid_registry::{OID_X509_COMMON_NAME, Oid, asn1_rs::oid},
    prelude::{FromDer, X509Certificate, X509Name},
};

/// The `UID` attribute (RFC 4519 §2.39), by which some directories name a holder.
const OID_USER_ID: Oid<'static> = oid!(0.9.2342.19200300.100.1.1);

/// A well-formed X.509 certificate. Cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Arc<[u8]>,
    holder: Option<HolderUuid>,
    not_after: i64,
}

/// The holder's unique identifier: 12 digits, the key of the national directory.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct HolderUuid(Arc<str>);

/// Bytes that are no certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// The bytes are not the DER form of an X.509 certificate.
    #[error("the certificate is malformed")]
    Malformed,
    /// Something follows the certificate.
    #[error("{length} bytes follow the certificate")]
    TrailingBytes {
        /// How many.
        length: usize,
    },
}

impl Certificate {
    /// Parses a certificate in DER form.
    ///
    /// # Errors
    /// [`CertificateError`] when the bytes are not exactly one certificate.
    pub fn parse(der: &[u8]) -> Result<Self, CertificateError> {
        let (rest, parsed) =
            X509Certificate::from_der(der).map_err(|_| CertificateError::Malformed)?;
        if !rest.is_empty() {
            return Err(CertificateError::TrailingBytes { length: rest.len() });
        }
        let holder = holder(parsed.subject());
        let not_after = parsed.validity().not_after.timestamp();
        Ok(Self { der: der.into(), holder, not_after })
    }

    /// The DER form, as the card gave it.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The holder that the subject names, when it names exactly one.
    pub const fn holder(&self) -> Option<&HolderUuid> {
        self.holder.as_ref()
    }

    /// `notAfter`, in seconds since 1970-01-01T00:00:00Z.
    pub const fn not_after(&self) -> i64 {
        self.not_after
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({} bytes)", self.der.len())
    }
}

impl HolderUuid {
    /// Twelve digits, or nothing.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| Self(text.into()))
    }

    /// The twelve digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HolderUuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for HolderUuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HolderUuid({})", self.0)
    }
}

/// The one common name, or else the one `UID`, when it is twelve digits.
fn holder(subject: &X509Name<'_>) -> Option<HolderUuid> {
    only(subject, &OID_X509_COMMON_NAME).or_else(|| only(subject, &OID_USER_ID))
}

fn only(subject: &X509Name<'_>, attribute: &Oid<'_>) -> Option<HolderUuid> {
    let mut values = subject.iter_by_oid(attribute);
    match (values.next(), values.next()) {
        (Some(value), None) => HolderUuid::parse(value.as_str().ok()?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_holder_has_twelve_digits() {
        assert!(HolderUuid::parse("656005750104").is_some());
        for bad in ["", "65600575010", "6560057501040", "65600575010x", "６５６００５７５０１０４"]
        {
            assert_eq!(HolderUuid::parse(bad), None);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = Certificate::parse(&bytes);
        }
    }
}
