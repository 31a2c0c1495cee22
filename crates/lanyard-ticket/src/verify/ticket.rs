//! The ticket itself: signed by the key that the statement names, within the session, for this server.

use jiff::Timestamp;
use serde::Deserialize;

use super::refusal::{Fault, Part, Refusal};
use super::statement::Stated;
use super::{Expected, dates};
use crate::jws::{Compact, object};
use crate::tickets::{LIFE_S, TICKET_KIND};

/// The longest identifier of a ticket that is read, in bytes.
const LONGEST_ID: usize = 128;

/// What a ticket claims; who signed it is not known.
#[derive(Deserialize)]
pub(super) struct Claimed {
    #[serde(rename = "jti")]
    pub(super) id: String,
    sub: String,
    sid: String,
    aud: String,
    nonce: String,
    iat: i64,
    #[serde(rename = "exp")]
    pub(super) expires: i64,
    #[serde(rename = "lanyard_statement")]
    pub(super) statement: String,
    #[serde(rename = "lanyard_role")]
    pub(super) role: String,
}

impl Claimed {
    pub(super) fn read(compact: &Compact<'_>) -> Result<Self, Refusal> {
        if compact.header.typ != TICKET_KIND {
            return Err(Part::Ticket.is(Fault::WrongType));
        }
        if compact.header.alg != "ES256" {
            return Err(Part::Ticket.is(Fault::WrongAlgorithm));
        }
        let claimed: Option<Self> = object(&compact.payload);
        claimed
            .filter(|claimed| (1..=LONGEST_ID).contains(&claimed.id.len()))
            .ok_or(Part::Ticket.is(Fault::Malformed))
    }

    pub(super) fn verify(
        &self,
        compact: &Compact<'_>,
        stated: &Stated,
        expected: &Expected<'_>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        if !stated.key.has_signed(compact.input.as_bytes(), &compact.signature) {
            return Err(Part::Ticket.is(Fault::WrongSignature));
        }
        dates(Part::Ticket, (self.iat, self.expires), LIFE_S, now)?;
        let outside = self.iat < stated.issued || self.expires > stated.expires;
        let faults = [
            (self.sub != stated.holder.as_str(), Fault::OtherHolder),
            (self.sid != stated.session, Fault::OtherSession),
            (outside, Fault::OutsideSession),
            (self.aud != expected.audience.as_str(), Fault::WrongAudience),
            (self.nonce != expected.nonce.as_str(), Fault::WrongNonce),
        ];
        match faults.into_iter().find(|(found, _)| *found) {
            Some((_, fault)) => Err(Part::Ticket.is(fault)),
            None => Ok(()),
        }
    }
}
