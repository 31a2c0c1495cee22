//! The offices of the PKI: who signs what, under which name, with which kind of key. One table.
//!
//! A holder's certificate is signed by the authority for its kind of key, so that a card and everything
//! above it up to the root cost what that kind costs: RSA as the cards in the field have it, P-256 as quick
//! as can be. The root is P-384, so that both chains change the kind of key on the way. A list has two
//! partitions where holders are many, so that the wrong one of the right authority proves nothing.

use serde::{Deserialize, Serialize};

use crate::key::Algorithm;
use crate::persona::{AuthorityName, Persona};

/// An authority, by what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Office {
    /// Signs the two below it.
    Root,
    /// Signs certificates for RSA keys.
    Rsa,
    /// Signs certificates for keys on curves, and the OCSP responder's.
    P256,
    /// Signs holders' certificates by itself. Nobody should trust it.
    Untrusted,
}

impl Office {
    pub(crate) const ALL: [Self; 4] = [Self::Root, Self::Rsa, Self::P256, Self::Untrusted];

    /// Who signs this persona's certificates.
    pub(crate) const fn that_signs(persona: &Persona) -> Self {
        match (persona.authority, persona.algorithm) {
            (AuthorityName::Untrusted, _) => Self::Untrusted,
            (AuthorityName::Trusted, Algorithm::Rsa2048 | Algorithm::Rsa3072) => Self::Rsa,
            (AuthorityName::Trusted, Algorithm::P256 | Algorithm::P384) => Self::P256,
        }
    }

    pub(crate) const fn common_name(self) -> &'static str {
        match self {
            Self::Root => "Lanyard Test Root",
            Self::Rsa => "Lanyard Test RSA Authority",
            Self::P256 => "Lanyard Test P-256 Authority",
            Self::Untrusted => "Lanyard Test Untrusted Root",
        }
    }

    /// What its files are called.
    pub(crate) const fn stem(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Rsa => "rsa",
            Self::P256 => "p256",
            Self::Untrusted => "untrusted",
        }
    }

    /// The kind of its own key.
    pub(crate) const fn algorithm(self) -> Algorithm {
        match self {
            Self::Root => Algorithm::P384,
            Self::Rsa => Algorithm::Rsa2048,
            Self::P256 | Self::Untrusted => Algorithm::P256,
        }
    }

    /// Into how many lists its certificates are parted.
    pub(crate) const fn partitions(self) -> u8 {
        match self {
            Self::Root | Self::Untrusted => 1,
            Self::Rsa | Self::P256 => 2,
        }
    }

    /// Whether it signs itself.
    pub(crate) const fn is_root(self) -> bool {
        matches!(self, Self::Root | Self::Untrusted)
    }
}
