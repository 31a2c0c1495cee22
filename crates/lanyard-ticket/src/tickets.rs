//! Tickets of one session (RFC 7519): each for one audience, for a minute, signed by the session's key.
//!
//! A ticket repeats nothing that others have signed: the role and its organisation stand in the registration
//! authority's own statement, the holder's certificate in the card's. With these the key is dropped, and no
//! ticket comes any more.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use lanyard_card::HolderUuid;
use lanyard_roles::RoleProof;
use ring::rand::SecureRandom;
use serde_json::json;

use crate::given::{Audience, Nonce};
use crate::jws::signing_input;
use crate::key::{KeyFault, SessionKey};
use crate::opening::drawn;

/// `typ` of a ticket.
pub const TICKET_KIND: &str = "lanyard-ticket+jwt";

/// How long a ticket counts at most, in seconds: long enough to reach a server, too short to be kept.
pub const LIFE_S: i64 = 60;

/// What a session has for tickets. Whether it may give one is for its owner to know, who asks for none while it
/// is locked, and drops this when it ends.
pub struct Tickets {
    key: SessionKey,
    bound: Bound,
    statement: Arc<str>,
}

/// What the card's statement binds the key to.
#[derive(Clone, Debug)]
pub(crate) struct Bound {
    pub(crate) holder: HolderUuid,
    pub(crate) session: String,
    pub(crate) begins: i64,
    pub(crate) ends: i64,
}

/// What a ticket is to say.
#[derive(Clone, Copy, Debug)]
pub struct TicketFor<'a> {
    /// Whom it is for.
    pub audience: &'a Audience,
    /// What that server gave.
    pub nonce: &'a Nonce,
    /// The role in use, as its authority has signed it: no server would believe another.
    pub role: &'a RoleProof,
}

/// Why there is no ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoTicket {
    /// The session's statement is over.
    #[error("the session is over")]
    SessionOver,
    /// The clock is before the session's beginning.
    #[error("the clock was set back to before the session's beginning")]
    ClockSetBack,
    /// What the authority has signed is over.
    #[error("the role's statement is over")]
    RoleOver,
    /// The key does not sign.
    #[error(transparent)]
    Key(#[from] KeyFault),
}

impl NoTicket {
    /// One word, for programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::SessionOver => "session-over",
            Self::ClockSetBack => "clock-set-back",
            Self::RoleOver => "role-over",
            Self::Key(_) => "no-key",
        }
    }
}

impl Tickets {
    pub(crate) const fn new(key: SessionKey, bound: Bound, statement: Arc<str>) -> Self {
        Self { key, bound, statement }
    }

    /// `sid`: how tickets and servers name the session.
    pub fn session(&self) -> &str {
        &self.bound.session
    }

    /// What the card has signed.
    pub fn statement(&self) -> &str {
        &self.statement
    }

    /// A ticket, as a JWS in the compact form. It counts from now for [`LIFE_S`], but neither longer than the
    /// session nor than what its authority has signed of the role.
    ///
    /// # Errors
    /// [`NoTicket`].
    pub fn ticket(
        &self,
        asked: &TicketFor<'_>,
        random: &dyn SecureRandom,
        now: Timestamp,
    ) -> Result<String, NoTicket> {
        let issued = now.as_second();
        if issued < self.bound.begins {
            return Err(NoTicket::ClockSetBack);
        }
        let role_ends = asked.role.validity.expires.as_second();
        if self.bound.ends <= issued {
            return Err(NoTicket::SessionOver);
        }
        if role_ends <= issued {
            return Err(NoTicket::RoleOver);
        }
        let expires = issued.saturating_add(LIFE_S).min(self.bound.ends).min(role_ends);
        let claims = json!({
            "jti": URL_SAFE_NO_PAD.encode(drawn::<16>(random)?),
            "sub": self.bound.holder.as_str(),
            "sid": self.bound.session,
            "aud": asked.audience.as_str(),
            "nonce": asked.nonce.as_str(),
            "iat": issued,
            "exp": expires,
            "lanyard_statement": &*self.statement,
            "lanyard_role": &*asked.role.jws,
        });
        let input = signing_input(&json!({ "alg": "ES256", "typ": TICKET_KIND }), &claims);
        let signature = self.key.sign(input.as_bytes(), random)?;
        Ok(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

impl fmt::Debug for Tickets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tickets({})", self.bound.session)
    }
}
