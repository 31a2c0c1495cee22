//! Tickets of sessions: whether one may be given is decided here, when it is asked for and again when it was
//! signed. What signs it is kept here as long as its session lasts, and used elsewhere: it takes randomness.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_dbus::Error;
use lanyard_roles::RoleProof;
use lanyard_session::{Desk, Session, SessionId, State};
use lanyard_ticket::{Audience, NoTicket, Nonce, TicketFor, Tickets};
use ring::rand::SecureRandom;

use super::{Keeping, asked};
use crate::engine::{Answer, Effect, Engine, Now, Reply};

/// One ticket that is to be signed.
#[derive(Debug)]
pub struct TicketOrder {
    /// Of which session.
    session: SessionId,
    tickets: Arc<Tickets>,
    role: RoleProof,
    audience: Audience,
    nonce: Nonce,
    reply: Reply,
}

/// What came of it.
#[derive(Debug)]
pub struct SignedTicket {
    session: SessionId,
    tickets: Arc<Tickets>,
    /// The role that it says, as its authority has signed it.
    role: Arc<str>,
    ticket: Result<String, NoTicket>,
    reply: Reply,
}

impl TicketOrder {
    /// Signs it.
    pub fn sign(self, random: &dyn SecureRandom, now: Timestamp) -> SignedTicket {
        let Self { session, tickets, role, audience, nonce, reply } = self;
        let asked = TicketFor { audience: &audience, nonce: &nonce, role: &role };
        let ticket = tickets.ticket(&asked, random, now);
        SignedTicket { session, tickets, role: role.jws, ticket, reply }
    }

    /// More are asked for than can wait.
    pub(crate) fn refuse(self) {
        self.reply.send(Err(Error::SessionBusy("too many tickets are asked for".to_owned())));
    }
}

impl Keeping {
    /// A card was proved at a desk whose session it is now: its latest statement counts, and no other.
    pub(super) fn keep_tickets(&mut self, desk: &Desk, tickets: Option<Arc<Tickets>>) {
        let session = self.machine.all().find(|session| session.desk() == desk).map(Session::id);
        match session.zip(tickets) {
            Some((session, tickets)) => {
                self.tickets.insert(session, tickets);
            }
            None => {
                session.map(|session| self.tickets.remove(&session));
            }
        }
    }

    /// What a ticket can be given by and for, now.
    fn for_ticket(&self, id: SessionId) -> Result<(&Arc<Tickets>, &RoleProof), Error> {
        let session = self.shown(id).ok_or_else(asked::unknown)?;
        let role = match session.state() {
            State::Locked => {
                return Err(Error::SessionLocked("the session is locked".to_owned()));
            }
            State::ChoosingRole | State::Active => session.role(),
        };
        let role = role.ok_or_else(|| Error::NoRole("the session has no role yet".to_owned()))?;
        let unsigned = "no registration authority has signed the session's role";
        let proof = role.role.proof.as_ref();
        let proof = proof.ok_or_else(|| Error::RoleUnsigned(unsigned.to_owned()))?;
        let no_key = "no key could be made for tickets when the card was proved: sign in again";
        let tickets = self.tickets.get(&id).ok_or_else(|| Error::NoTicketKey(no_key.to_owned()))?;
        Ok((tickets, proof))
    }
}

impl Engine {
    /// Has a ticket signed, if one may be given.
    pub(super) fn order_ticket(
        &mut self,
        session: SessionId,
        (audience, nonce): (Audience, Nonce),
        reply: Reply,
        now: Now,
    ) -> Vec<Effect> {
        // First, since what is due by now is done then.
        let mut effects = self.is_used(session, now);
        effects.push(match self.sessions.for_ticket(session) {
            Ok((tickets, role)) => {
                let (tickets, role) = (Arc::clone(tickets), role.clone());
                let order = TicketOrder { session, tickets, role, audience, nonce, reply };
                Effect::SignTicket(order)
            }
            Err(error) => Effect::Answer { reply, answer: Err(error) },
        });
        effects
    }

    /// A ticket is given that may be given still: nobody has one after a session's end, or while it is locked.
    pub(in crate::engine) fn ticket_signed(&self, signed: SignedTicket) -> Effect {
        let SignedTicket { session, tickets, role, ticket, reply } = signed;
        let answer = match self.sessions.for_ticket(session) {
            Ok((still, now)) if now.jws == role && Arc::ptr_eq(still, &tickets) => {
                ticket.map(Answer::Ticket).map_err(not_signed)
            }
            Ok(_) => Err(Error::SessionBusy("the session has just changed".to_owned())),
            Err(error) => Err(error),
        };
        Effect::Answer { reply, answer }
    }
}

fn not_signed(why: NoTicket) -> Error {
    let text = format!("{why}: sign in again");
    match why {
        NoTicket::SessionOver | NoTicket::ClockSetBack => Error::ClockWrong(text),
        NoTicket::RoleOver => Error::RoleOver(why.to_string()),
        NoTicket::Key(_) => Error::NoTicketKey(text),
    }
}
