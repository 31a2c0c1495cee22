//! The seam between what is asked and how it is had: one [`Source`] a family of addresses. HTTP is here;
//! LDAP can be added without touching anything else.

use std::fmt;
use std::time::Instant;

use super::fault::Fault;

/// Somebody who can fetch from some addresses. Called from several threads at once.
pub trait Source: Send + Sync + fmt::Debug {
    /// The schemes of the addresses, in small letters, without the colon.
    fn schemes(&self) -> &'static [&'static str];

    /// Fetches, and comes back by the deadline, whatever the other side does.
    fn fetch(&self, order: &Order<'_>) -> Fetched;
}

/// What to fetch.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// Where, as the certificate writes it.
    pub address: &'a str,
    /// What.
    pub question: Question<'a>,
    /// The longest body that is taken, in bytes.
    pub longest: usize,
    /// When to give up.
    pub deadline: Instant,
}

/// What is asked at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question<'a> {
    /// The revocation list that lies there.
    List,
    /// An OCSP request, in DER form.
    Answer {
        /// The request.
        request: &'a [u8],
    },
}

/// What came of an order. What is in the body is not looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// A body.
    Body(Vec<u8>),
    /// No source is there for such addresses.
    Unsupported {
        /// The scheme.
        scheme: String,
    },
    /// Nothing was had.
    Failed(Fault),
}

/// All sources together.
#[derive(Debug)]
pub(crate) struct Sources(pub(crate) Vec<Box<dyn Source>>);

impl Sources {
    /// Fetches from whoever knows the scheme.
    pub(crate) fn fetch(&self, order: &Order<'_>) -> Fetched {
        let Some(scheme) = scheme(order.address) else {
            return Fetched::Failed(Fault::BadAddress);
        };
        match self.0.iter().find(|source| source.schemes().contains(&&*scheme)) {
            Some(source) => source.fetch(order),
            None => Fetched::Unsupported { scheme },
        }
    }
}

/// RFC 3986 §3.1.
pub(crate) fn scheme(address: &str) -> Option<String> {
    let (scheme, _) = address.split_once(':')?;
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "+-.".contains(letter);
    let begins = scheme.starts_with(|letter: char| letter.is_ascii_alphabetic());
    (begins && scheme.chars().all(allowed)).then(|| scheme.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_are_compared_in_small_letters() {
        assert_eq!(scheme("HTTP://x").as_deref(), Some("http"));
        assert_eq!(scheme("ldap:///cn=x").as_deref(), Some("ldap"));
        for wrong in ["", "x", ":x", "1a:x", "a/b:c"] {
            assert_eq!(scheme(wrong), None, "{wrong}");
        }
    }
}
