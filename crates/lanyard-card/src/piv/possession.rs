//! Proof that a card holds the key of a certificate: it signs a fresh challenge, alone or in a statement,
//! and the signature is checked here.
//!
//! The challenge is an argument; whoever gives it sees to it that it is random and used once. Whether the
//! certificate may be believed is judged elsewhere, and so is whether a statement is true.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{PasscodeVerified, Slot, Unsigned, sign::sign};
use crate::{Certificate, KeyKind, PublicKey, ToSign, UnsuitableKey};

/// The proof that the card whose passcode had just been verified holds the key of this certificate, made
/// by [`prove_possession`] alone.
#[derive(Debug, PartialEq, Eq)]
pub struct KeyHeld {
    certificate: Certificate,
    challenge: [u8; 32],
    statement: Option<Arc<str>>,
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

/// Has the card sign the challenge, alone or in a statement, and checks the signature with the
/// certificate's key.
///
/// # Errors
/// [`NotHeld`].
pub fn prove_possession(
    verified: &mut PasscodeVerified<'_>,
    slot: Slot,
    certificate: &Certificate,
    to_sign: impl Into<ToSign>,
) -> Result<KeyHeld, NotHeld> {
    let to_sign = to_sign.into();
    let key = PublicKey::of(certificate)?;
    let message = to_sign.message(certificate, key.kind());
    let signature = sign(verified, slot, key.kind(), &key.kind().to_be_signed(&message))?;
    if !key.has_signed(&message, &signature) {
        return Err(NotHeld::WrongSignature);
    }
    let statement = match to_sign {
        ToSign::Challenge(_) => None,
        ToSign::Statement(_) => Some(compact(message, key.kind(), &signature)?),
    };
    Ok(KeyHeld { certificate: certificate.clone(), challenge: *to_sign.challenge(), statement })
}

/// The statement with its signature (RFC 7515 §7.1).
fn compact(message: Vec<u8>, key: KeyKind, signature: &[u8]) -> Result<Arc<str>, NotHeld> {
    let signature = key.jws_signature(signature).ok_or(NotHeld::WrongSignature)?;
    let input = String::from_utf8(message).map_err(|_| NotHeld::WrongSignature)?;
    Ok(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)).into())
}

impl KeyHeld {
    /// The certificate whose key the card holds.
    pub const fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The challenge that was signed, alone or in the statement.
    pub const fn challenge(&self) -> &[u8; 32] {
        &self.challenge
    }

    /// The statement that was signed, as a JWS in the compact form; none when the challenge was signed alone.
    pub const fn statement(&self) -> Option<&Arc<str>> {
        self.statement.as_ref()
    }
}
