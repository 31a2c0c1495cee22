//! Proof that a card holds the key of a certificate: it signs a fresh challenge, and the signature is
//! checked here.
//!
//! The challenge is an argument; whoever gives it sees to it that it is random and used once. Whether the
//! certificate may be believed is judged elsewhere.

use super::{PasscodeVerified, Slot, Unsigned, sign::sign};
use crate::{Certificate, PublicKey, UnsuitableKey};

/// What stands before the challenge in everything that is signed here, so that no signature made here can
/// be passed off as one made for another purpose.
const PURPOSE: &[u8] = b"Lanyard 1: this card holds the key\0";

/// The proof that the card whose passcode had just been verified holds the key of this certificate, made
/// by [`prove_possession`] alone.
#[derive(Debug, PartialEq, Eq)]
pub struct KeyHeld {
    certificate: Certificate,
    challenge: [u8; 32],
}

/// Why nothing is proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotHeld {
    /// The certificate's key is too weak or of no known kind; the card was not asked.
    #[error(transparent)]
    UnsuitableKey(#[from] UnsuitableKey),
    /// The card gave no signature.
    #[error(transparent)]
    Unsigned(#[from] Unsigned),
    /// The signature is not by the certificate's key: a copied certificate, or a broken card.
    #[error("the card does not hold the certificate's key")]
    WrongSignature,
}

/// Has the card sign the challenge and checks the signature with the certificate's key.
///
/// # Errors
/// [`NotHeld`].
pub fn prove_possession(
    verified: &mut PasscodeVerified<'_>,
    slot: Slot,
    certificate: &Certificate,
    challenge: [u8; 32],
) -> Result<KeyHeld, NotHeld> {
    let key = PublicKey::of(certificate)?;
    let statement = [PURPOSE, &challenge].concat();
    let signature = sign(verified, slot, key.kind(), &key.kind().to_be_signed(&statement))?;
    if key.has_signed(&statement, &signature) {
        Ok(KeyHeld { certificate: certificate.clone(), challenge })
    } else {
        Err(NotHeld::WrongSignature)
    }
}

impl KeyHeld {
    /// The certificate whose key the card holds.
    pub const fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The challenge that was signed.
    pub const fn challenge(&self) -> &[u8; 32] {
        &self.challenge
    }
}
