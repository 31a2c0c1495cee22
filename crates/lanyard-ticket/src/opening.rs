//! The beginning of a session: a key is made, and a statement that the card is to sign, which binds it to the
//! holder, to the session, and to its end.
//!
//! [`Tickets`] come only of a statement that the card has signed in a transaction in which its passcode was
//! accepted ([`KeyHeld`]).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use lanyard_card::{Statement, piv::KeyHeld};
use lanyard_trust::{Certificate, CertificateTrusted};
use ring::rand::SecureRandom;
use serde_json::{Map, Value, json};

use crate::given::Nonce;
use crate::key::{KeyFault, SessionKey};
use crate::tickets::{Bound, Tickets};

/// What a session is to be.
#[derive(Clone, Copy, Debug)]
pub struct Beginning<'a> {
    /// The card's certificate, which names the holder.
    pub trusted: &'a CertificateTrusted,
    /// The authorities between that certificate and the anchor, the one that signed it first.
    pub chain: &'a [Certificate],
    /// When it begins. Fractions of a second are left out.
    pub begins: Timestamp,
    /// How long it lasts at most.
    pub length: SignedDuration,
    /// What a server wants to find signed, against statements that were signed in advance.
    pub server_challenge: Option<&'a Nonce>,
}

/// A session that begins when the card has signed its statement. Dropped before, it leaves nothing.
pub struct Opening {
    key: SessionKey,
    statement: Statement,
    certificate: Certificate,
    bound: Bound,
}

/// Why no tickets come of an opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOpened {
    /// A key cannot be made.
    #[error(transparent)]
    Key(#[from] KeyFault),
    /// The session would be over before it begins.
    #[error("a session of no length")]
    NoLength,
    /// The card has signed something else, or it was another card.
    #[error("the card has not signed this statement")]
    NotThisStatement,
}

impl Opening {
    /// Makes the key and the statement, with a challenge and an identifier of the session that are drawn here.
    ///
    /// # Errors
    /// [`NotOpened::Key`], [`NotOpened::NoLength`].
    pub fn new(beginning: &Beginning<'_>, random: &dyn SecureRandom) -> Result<Self, NotOpened> {
        let begins = beginning.begins.as_second();
        let length = beginning.length.as_secs();
        let ends = begins.checked_add(length).filter(|_| length > 0);
        let ends = ends.ok_or(NotOpened::NoLength)?;
        let bound = Bound {
            holder: beginning.trusted.holder().clone(),
            session: URL_SAFE_NO_PAD.encode(drawn::<16>(random)?),
            begins,
            ends,
        };
        let key = SessionKey::generate(random)?;
        let claims = claims(&bound, &key, beginning.server_challenge);
        let chain = beginning.chain.iter().map(|authority| authority.der().to_vec()).collect();
        let statement = Statement::new(drawn(random)?, claims, chain);
        let certificate = beginning.trusted.certificate().clone();
        Ok(Self { key, statement, certificate, bound })
    }

    /// What the card is to sign, in the transaction of the sign-in.
    pub const fn statement(&self) -> &Statement {
        &self.statement
    }

    /// `sid`: how tickets and servers name the session.
    pub fn session(&self) -> &str {
        &self.bound.session
    }

    /// Takes what the card has signed.
    ///
    /// # Errors
    /// [`NotOpened::NotThisStatement`]; the key is gone then.
    pub fn signed(self, held: &KeyHeld) -> Result<Tickets, NotOpened> {
        let same_card = held.certificate().der() == self.certificate.der();
        let same_challenge = held.challenge() == self.statement.challenge();
        match held.statement() {
            Some(statement) if same_card && same_challenge => {
                Ok(Tickets::new(self.key, self.bound, statement.clone()))
            }
            Some(_) | None => Err(NotOpened::NotThisStatement),
        }
    }
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Opening({})", self.bound.session)
    }
}

fn claims(bound: &Bound, key: &SessionKey, challenge: Option<&Nonce>) -> Map<String, Value> {
    let Bound { holder, session, begins, ends } = bound;
    let claims = [
        ("sub", json!(holder.as_str())),
        ("sid", json!(session)),
        ("iat", json!(begins)),
        ("exp", json!(ends)),
        ("cnf", json!({ "jwk": key.public() })),
    ];
    let challenge = challenge.map(|challenge| ("nonce", json!(challenge.as_str())));
    claims.into_iter().chain(challenge).map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Bytes drawn at random.
pub(crate) fn drawn<const LENGTH: usize>(
    random: &dyn SecureRandom,
) -> Result<[u8; LENGTH], KeyFault> {
    let mut bytes = [0; LENGTH];
    random.fill(&mut bytes).map_err(|_| KeyFault::Random)?;
    Ok(bytes)
}
