//! The compact form: three parts in base64url with dots between them (RFC 7515 §7.1).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::key::{Algorithm, PublicKey};
use crate::object::object;

/// The longest that is read, in characters: a role with a thousand workgroups.
pub const LONGEST_JWS: usize = 128 * 1024;

/// The longest header, in bytes.
const LONGEST_HEADER: usize = 1024;

/// A statement whose form was read; whether it is signed by anybody is not known.
#[derive(Clone, Debug)]
pub struct Compact<'a> {
    algorithm: Algorithm,
    kid: String,
    kind: String,
    /// The first two parts with the dot between them.
    signed: &'a str,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

#[derive(Deserialize)]
struct Header {
    alg: Algorithm,
    kid: String,
    typ: String,
    /// Extensions that must be understood, of which none is (§4.1.11).
    #[serde(default)]
    crit: Option<serde::de::IgnoredAny>,
}

/// Why something is no statement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwsFault {
    /// It is too long.
    #[error("longer than {LONGEST_JWS} characters")]
    TooLong,
    /// Not three parts in base64url.
    #[error("not three parts in base64url")]
    Form,
    /// The header lacks `alg`, `kid` or `typ`, or one of them is not known here.
    #[error("the header: {0}")]
    Header(String),
    /// The header demands something that is not understood.
    #[error("the header demands an extension that is not understood")]
    Critical,
}

impl<'a> Compact<'a> {
    /// Reads a statement.
    ///
    /// # Errors
    /// [`JwsFault`] when it is none.
    pub fn parse(text: &'a str) -> Result<Self, JwsFault> {
        if text.len() > LONGEST_JWS {
            return Err(JwsFault::TooLong);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(JwsFault::Form)?;
        let (header, payload) = signed.split_once('.').ok_or(JwsFault::Form)?;
        let header = decoded(header)?;
        if header.len() > LONGEST_HEADER {
            return Err(JwsFault::Header(format!("longer than {LONGEST_HEADER} bytes")));
        }
        let header: Header = object(&header).map_err(JwsFault::Header)?;
        if header.crit.is_some() {
            return Err(JwsFault::Critical);
        }
        Ok(Self {
            algorithm: header.alg,
            kid: header.kid,
            kind: header.typ,
            signed,
            payload: decoded(payload)?,
            signature: decoded(signature)?,
        })
    }

    /// `kid`: which key it says it is signed by.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// `typ`: what kind of statement it is.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// What it says, when this key has signed it.
    pub fn verified(&self, key: &PublicKey) -> Option<&[u8]> {
        let signed = key.has_signed(self.algorithm, self.signed.as_bytes(), &self.signature);
        signed.then_some(self.payload.as_slice())
    }
}

fn decoded(text: &str) -> Result<Vec<u8>, JwsFault> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| JwsFault::Form)
}
