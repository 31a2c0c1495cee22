//! The server's side: is this ticket to be believed, and what does it say?
//!
//! The order is fixed, so that other verifiers come to the same word: the certificate, the card's statement,
//! the ticket, the role. What `docs/tickets.md` says of it, `docs/examples/verify_ticket.py` does too.

mod refusal;
mod statement;
mod ticket;

use jiff::Timestamp;
use lanyard_card::HolderUuid;
use lanyard_roles::{CloseDate, Keys, RoleStatement, Standing};
use lanyard_trust::{Evidence, Settings, UnixTime};

pub use refusal::{Fault, Part, Refusal};

use crate::given::{Audience, Nonce};
use crate::jws::Compact;
use statement::Stated;
use ticket::Claimed;

/// The longest ticket that is read, in bytes.
pub const LONGEST_TICKET: usize = 64 * 1024;

/// So many seconds may a workstation's clock be ahead of the server's.
pub const CLOCK_SKEW_S: i64 = 60;

/// The latest time that is read, in seconds since 1970: the last that a [`Timestamp`] can be, in the year
/// 9999.
const LATEST: i64 = 253_402_207_200;

/// What a server goes by.
#[derive(Clone, Copy, Debug)]
pub struct Verifier<'a> {
    /// By which the card's certificate is judged. `from_card` is not looked at: the statement brings its own.
    pub evidence: Evidence<'a>,
    /// How it is judged.
    pub trust: &'a Settings,
    /// The keys of registration authorities, and for which organisations each may sign roles.
    pub authorities: &'a Keys,
    /// What a role's close date means.
    pub close_date: CloseDate,
    /// How long a session may last, in seconds: no statement is believed for longer.
    pub longest_session_s: i64,
}

/// What a server expects to find in a ticket.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Its own name.
    pub audience: &'a Audience,
    /// What it gave for this ticket.
    pub nonce: &'a Nonce,
    /// What it gave for the sign-in, if it did.
    pub server_challenge: Option<&'a Nonce>,
}

/// What a ticket proves.
#[derive(Clone, Debug)]
pub struct Believed {
    /// Who is signed in.
    pub holder: HolderUuid,
    /// `sid`: the session.
    pub session: String,
    /// When the card signed for it, by the workstation's clock.
    pub began: Timestamp,
    /// When it ends at the latest.
    pub ends: Timestamp,
    /// The role, as its registration authority has signed it.
    pub role: RoleStatement,
    /// `jti`: the ticket itself.
    pub ticket: String,
    /// Until when the ticket counts.
    pub expires: Timestamp,
}

impl Verifier<'_> {
    /// Verifies a ticket.
    ///
    /// # Errors
    /// The first [`Refusal`].
    pub fn verify(
        &self,
        ticket: &str,
        expected: &Expected<'_>,
        now: Timestamp,
    ) -> Result<Believed, Refusal> {
        if ticket.len() > LONGEST_TICKET {
            return Err(Part::Ticket.is(Fault::TooLarge));
        }
        let compact = Compact::parse(ticket).ok_or(Part::Ticket.is(Fault::Malformed))?;
        let claimed = Claimed::read(&compact)?;
        let stated = Stated::verify(&claimed.statement, self, expected.server_challenge, now)?;
        claimed.verify(&compact, &stated, expected, now)?;
        let role = self.role(&claimed.role, &stated, now)?;
        Ok(Believed {
            began: time(stated.issued),
            ends: time(stated.expires),
            holder: stated.holder,
            session: stated.session,
            role,
            expires: time(claimed.expires),
            ticket: claimed.id,
        })
    }

    fn role(&self, jws: &str, stated: &Stated, now: Timestamp) -> Result<RoleStatement, Refusal> {
        let statement = RoleStatement::verify(jws, self.authorities, now).map_err(Refusal::Role)?;
        if statement.holder.to_string() != stated.holder.as_str() {
            return Err(Refusal::Role(lanyard_roles::Finding::WrongUuid));
        }
        match statement.role.dates.standing(self.close_date, now) {
            Standing::Open(_) => Ok(statement),
            Standing::NotYetOpen(at) => Err(Refusal::RoleNotYetOpen { at }),
            Standing::Closed(at) => Err(Refusal::RoleClosed { at }),
        }
    }
}

/// The dates of a part, which must be in order, not in the future, not over, and not too far apart.
fn dates(
    part: Part,
    (issued, expires): (i64, i64),
    longest: i64,
    now: Timestamp,
) -> Result<(), Refusal> {
    let times = 0..=LATEST;
    if !(times.contains(&issued) && times.contains(&expires)) {
        return Err(part.is(Fault::Malformed));
    }
    let now = now.as_second();
    if issued > now.saturating_add(CLOCK_SKEW_S) {
        return Err(part.is(Fault::NotYetIssued));
    }
    if expires <= now {
        return Err(part.is(Fault::Expired));
    }
    if expires - issued > longest {
        return Err(part.is(Fault::TooLong));
    }
    Ok(())
}

/// Only for seconds that [`dates`] has seen.
fn time(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or(Timestamp::MAX)
}

fn unix(now: Timestamp) -> UnixTime {
    UnixTime(now.as_second())
}
