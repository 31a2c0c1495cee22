//! Three proofs of one insertion: the only thing a session can be made of.
//!
//! That the key is held can only be proved in a transaction in which the passcode was accepted, so
//! [`KeyHeld`] is two of them; [`CertificateTrusted`] is the third. Whether the insertion is still there is
//! the machine's to know.

use std::{fmt, sync::Arc};

use lanyard_card::{CardSerial, HolderUuid, piv::KeyHeld};
use lanyard_trust::CertificateTrusted;

/// One card, from one insertion to its removal. Never used again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Insertion(u64);

impl Insertion {
    /// The insertion with this number, which whoever numbers them gives to one alone.
    pub const fn numbered(number: u64) -> Self {
        Self(number)
    }

    /// Its number.
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Debug for Insertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Insertion({})", self.0)
    }
}

/// The card accepted its passcode, holds the key of its certificate, and the certificate may be believed;
/// all of that of one certificate and one insertion. It cannot be copied, and its only maker is
/// [`Proven::of`].
///
/// ```compile_fail
/// # fn twice(proven: lanyard_session::Proven) {
/// let first = proven;
/// let second = proven; // one proof makes one session
/// # }
/// ```
#[derive(Debug)]
pub struct Proven {
    insertion: Insertion,
    card: CardSerial,
    held: KeyHeld,
    trusted: Arc<CertificateTrusted>,
}

/// Proofs that are not of one card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOneCard {
    /// The key that is held is that of another certificate than the one that was judged.
    #[error("the certificate that was judged is not the one whose key the card holds")]
    OtherCertificate,
}

impl Proven {
    /// Joins the proofs. `insertion` and `card` are those of the transaction that `held` came out of.
    ///
    /// # Errors
    /// [`NotOneCard::OtherCertificate`] when the two speak of different certificates, compared byte by byte.
    pub fn of(
        insertion: Insertion,
        card: CardSerial,
        held: KeyHeld,
        trusted: Arc<CertificateTrusted>,
    ) -> Result<Self, NotOneCard> {
        if held.certificate().der() == trusted.certificate().der() {
            Ok(Self { insertion, card, held, trusted })
        } else {
            Err(NotOneCard::OtherCertificate)
        }
    }

    /// That the key is held.
    pub const fn held(&self) -> &KeyHeld {
        &self.held
    }

    /// That the certificate may be believed.
    pub fn trusted(&self) -> &CertificateTrusted {
        &self.trusted
    }
}

/// What the machine asks of a proof. [`Proven`] is the only one: nobody outside can make another.
///
/// ```compile_fail
/// # use {lanyard_card::{CardSerial, HolderUuid}, lanyard_session::{Insertion, Proof}};
/// #[derive(Debug)]
/// struct Forged;
/// impl Proof for Forged {
///     // The trait is sealed.
///     fn insertion(&self) -> Insertion { Insertion::numbered(1) }
///     fn card(&self) -> &CardSerial { loop {} }
///     fn holder(&self) -> &HolderUuid { loop {} }
///     fn certificate(&self) -> &[u8] { &[] }
/// }
/// ```
pub trait Proof: fmt::Debug + sealed::Sealed {
    /// Of which insertion.
    fn insertion(&self) -> Insertion;
    /// Of which card.
    fn card(&self) -> &CardSerial;
    /// Whose.
    fn holder(&self) -> &HolderUuid;
    /// The certificate, in DER form.
    fn certificate(&self) -> &[u8];

    /// Whether both are of one card: the same number and the same certificate.
    fn is_of_same_card(&self, other: &Self) -> bool {
        self.card() == other.card() && self.certificate() == other.certificate()
    }
}

pub(crate) mod sealed {
    /// Keeps [`super::Proof`] within this crate.
    pub trait Sealed {}
}

impl sealed::Sealed for Proven {}

impl Proof for Proven {
    fn insertion(&self) -> Insertion {
        self.insertion
    }

    fn card(&self) -> &CardSerial {
        &self.card
    }

    fn holder(&self) -> &HolderUuid {
        self.trusted.holder()
    }

    fn certificate(&self) -> &[u8] {
        self.trusted.certificate().der()
    }
}
