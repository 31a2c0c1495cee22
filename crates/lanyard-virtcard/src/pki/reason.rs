//! Why a certificate is taken back (RFC 5280 §5.3.1), by the words of the standard.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// `CRLReason`, as far as holders' certificates are concerned. A hold is not among them: a cancelled card is
/// never given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RevocationReason {
    /// Lost or stolen.
    KeyCompromise,
    /// Something in it is not true any more.
    AffiliationChanged,
    /// There is a newer one.
    Superseded,
    /// It is not needed any more.
    CessationOfOperation,
    /// Its holder may not use it any more.
    PrivilegeWithdrawn,
}

/// A word that is no reason.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no reason; there are: {list}", list = words().join(", "))]
pub struct UnknownReason(String);

impl RevocationReason {
    /// Every reason.
    pub const ALL: [Self; 5] = [
        Self::KeyCompromise,
        Self::AffiliationChanged,
        Self::Superseded,
        Self::CessationOfOperation,
        Self::PrivilegeWithdrawn,
    ];

    /// The word of the standard.
    pub const fn word(self) -> &'static str {
        match self {
            Self::KeyCompromise => "keyCompromise",
            Self::AffiliationChanged => "affiliationChanged",
            Self::Superseded => "superseded",
            Self::CessationOfOperation => "cessationOfOperation",
            Self::PrivilegeWithdrawn => "privilegeWithdrawn",
        }
    }

    pub(super) const fn number(self) -> u8 {
        match self {
            Self::KeyCompromise => 1,
            Self::AffiliationChanged => 3,
            Self::Superseded => 4,
            Self::CessationOfOperation => 5,
            Self::PrivilegeWithdrawn => 9,
        }
    }
}

impl fmt::Display for RevocationReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for RevocationReason {
    type Err = UnknownReason;

    fn from_str(word: &str) -> Result<Self, UnknownReason> {
        let named = Self::ALL.into_iter().find(|reason| reason.word() == word);
        named.ok_or_else(|| UnknownReason(word.to_owned()))
    }
}

fn words() -> Vec<&'static str> {
    RevocationReason::ALL.iter().map(|reason| reason.word()).collect()
}
