//! What a card can be asked to sign while its holder is verified: a bare challenge, or a statement.
//!
//! A statement is a JSON Web Signature (RFC 7515) that any JOSE library verifies: the certificate lies in its
//! header (`x5c`), the fresh challenge in its payload (`jti`). What the other claims mean, and whether they
//! are true, is decided elsewhere. A card signs these two forms and nothing else; neither can be read as the
//! other, since a challenge begins with a text that base64url cannot write.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::{Map, Value, json};

use crate::{Certificate, KeyKind};

/// `typ` of a statement that a card has signed.
pub const STATEMENT_KIND: &str = "lanyard-statement+jwt";

/// What stands before the challenge when nothing else is signed, so that no such signature can be passed off
/// as one made for another purpose.
const PURPOSE: &[u8] = b"Lanyard 1: this card holds the key\0";

/// What the card signs to prove that it holds the key. Each has a challenge, which whoever gives it draws at
/// random and uses once.
#[derive(Clone, Debug, PartialEq)]
pub enum ToSign {
    /// The challenge, and that it is nothing else.
    Challenge([u8; 32]),
    /// A statement with the challenge in it.
    Statement(Statement),
}

/// Claims that the card is to sign (RFC 7519), with the challenge as their `jti`.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    challenge: [u8; 32],
    claims: Map<String, Value>,
    chain: Vec<Vec<u8>>,
}

impl ToSign {
    /// The challenge in it.
    pub const fn challenge(&self) -> &[u8; 32] {
        match self {
            Self::Challenge(challenge) | Self::Statement(Statement { challenge, .. }) => challenge,
        }
    }

    /// The message, in which the challenge is.
    pub(crate) fn message(&self, certificate: &Certificate, key: KeyKind) -> Vec<u8> {
        match self {
            Self::Challenge(challenge) => [PURPOSE, challenge].concat(),
            Self::Statement(statement) => statement.signing_input(certificate, key).into_bytes(),
        }
    }
}

impl From<[u8; 32]> for ToSign {
    fn from(challenge: [u8; 32]) -> Self {
        Self::Challenge(challenge)
    }
}

impl From<Statement> for ToSign {
    fn from(statement: Statement) -> Self {
        Self::Statement(statement)
    }
}

impl Statement {
    /// A statement of these claims; a `jti` among them gives way. `chain` are the certificates that lead from
    /// the card's own, which comes first by itself, to an anchor, which is left out: each in DER form.
    pub fn new(challenge: [u8; 32], mut claims: Map<String, Value>, chain: Vec<Vec<u8>>) -> Self {
        claims.insert("jti".into(), URL_SAFE_NO_PAD.encode(challenge).into());
        Self { challenge, claims, chain }
    }

    /// The challenge, drawn at random by whoever made the statement.
    pub const fn challenge(&self) -> &[u8; 32] {
        &self.challenge
    }

    /// What is claimed.
    pub const fn claims(&self) -> &Map<String, Value> {
        &self.claims
    }

    /// The JWS signing input (RFC 7515 §5.1).
    fn signing_input(&self, certificate: &Certificate, key: KeyKind) -> String {
        let chain = std::iter::once(certificate.der()).chain(self.chain.iter().map(Vec::as_slice));
        let chain: Vec<String> = chain.map(|der| STANDARD.encode(der)).collect();
        let header = json!({ "alg": key.jws_algorithm(), "typ": STATEMENT_KIND, "x5c": chain });
        let encoded = |json: String| URL_SAFE_NO_PAD.encode(json);
        let claims = Value::Object(self.claims.clone());
        format!("{}.{}", encoded(header.to_string()), encoded(claims.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefix_of_a_challenge_is_in_no_jws() {
        let of_jws = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
        assert!(!PURPOSE.iter().all(of_jws), "a signing input has these characters alone");
    }

    #[test]
    fn the_challenge_takes_the_place_of_any_other_jti() {
        let claims = Map::from_iter([("jti".to_owned(), "of somebody else".into())]);
        let statement = Statement::new([0; 32], claims, Vec::new());
        assert_eq!(statement.claims().get("jti").unwrap(), &"A".repeat(43));
        assert_eq!(ToSign::from(statement).challenge(), &[0; 32]);
    }
}
