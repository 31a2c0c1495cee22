//! Whose card it is: the login session that was in the foreground of the reader's seat when it was inserted.
//!
//! Another person's session in the foreground of that seat, or the end of the owner's, voids it: the card is nobody's
//! until it is inserted again. A card that is inserted while nobody's desk is in the foreground, as at the login
//! screen, or before anybody knows who sits where, belongs to whoever comes there first. Bookkeeping only: what follows
//! for attempts is decided in `desks`.

use std::collections::BTreeMap;

use lanyard_seats::{
    Access, Action, Class, Desk, DeskEvent, Doubt, NoDesk, SeatName, Seating, SessionId, Users,
    Why, may_use,
};

use super::{CardId, Client, Login};
use crate::guard::{ROOT, Refusal, sits_nowhere};

/// Who sits where, and which card is whose.
#[derive(Debug)]
pub(super) struct Owners {
    access: Access,
    seating: Seating,
    of: BTreeMap<CardId, Owner>,
}

/// Whose a card is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Owner {
    /// Whoever comes to the foreground first.
    Unclaimed,
    /// This session's.
    Session(SessionId),
    /// Nobody's any more.
    Nobody,
}

impl Owners {
    pub(super) const fn new(access: Access) -> Self {
        Self { access, seating: Seating::Unknown(Doubt::NotRead), of: BTreeMap::new() }
    }

    /// Who sits where; none on a machine for one user, where nobody asks.
    pub(super) const fn seating(&self) -> Option<&Seating> {
        match self.access {
            Access::Desks => Some(&self.seating),
            Access::SingleUser(_) => None,
        }
    }

    /// The desk of sessions that a client sits at. On a machine for one user root counts as that user.
    pub(super) fn desk_of(&self, client: &Client) -> Option<lanyard_session::Desk> {
        match self.access {
            Access::SingleUser(Users::Only(uid)) if client.uid == ROOT => {
                Client::of_user(client.name.clone(), uid).desk()
            }
            Access::SingleUser(_) | Access::Desks => client.desk(),
        }
    }

    /// Who sits where is another now. On a machine for one user nobody asks.
    pub(super) fn follow(&mut self, event: &DeskEvent) {
        match self.access {
            Access::Desks => self.seating.follow(event),
            Access::SingleUser(_) => {}
        }
    }

    /// A card was inserted, or something changed at its reader's seat; none while that is not known.
    pub(super) fn look(&mut self, card: CardId, seat: Option<&SeatName>) {
        let sitter = seat.and_then(|seat| self.sitter(seat)).map(|desk| desk.session.clone());
        let owner = self.of.entry(card).or_insert(Owner::Unclaimed);
        let is_over = |session| matches!(self.seating.desk(session), Err(NoDesk::Ended));
        *owner = match (&*owner, sitter) {
            (Owner::Unclaimed, Some(sitter)) => Owner::Session(sitter),
            (Owner::Session(session), Some(sitter)) if *session != sitter => Owner::Nobody,
            (Owner::Session(session), _) if is_over(session) => Owner::Nobody,
            (Owner::Unclaimed | Owner::Session(_) | Owner::Nobody, _) => return,
        };
    }

    pub(super) fn removed(&mut self, card: CardId) {
        self.of.remove(&card);
    }

    /// The same client, where it sits now.
    pub(super) fn now(&self, client: Client) -> Client {
        client.now(&self.seating)
    }

    /// Whether a client may have to do with the readers of its own seat.
    pub(super) fn may_sit(&self, client: &Client) -> Result<(), Refusal> {
        let caller = client.caller().now(&self.seating);
        let seat = match &caller.desk {
            Ok(Desk { place: lanyard_seats::Place::Seat(seat), .. }) => seat.clone(),
            Ok(_) | Err(_) => SeatName::default(),
        };
        match may_use(self.access, &seat, &caller) {
            Err(_) if self.is_granted(client) => Ok(()),
            other => other.map_err(Refusal::Desk),
        }
    }

    /// Whether a client may use a card in a reader at this seat, now.
    pub(super) fn may_use(
        &self,
        client: &Client,
        card: CardId,
        seat: Option<&SeatName>,
    ) -> Result<(), Refusal> {
        let caller = client.caller().now(&self.seating);
        let seat = match self.access {
            Access::SingleUser(_) => return self.may_sit(client),
            Access::Desks => seat.ok_or(Refusal::SeatUnknown)?,
        };
        match (may_use(self.access, seat, &caller), self.of.get(&card)) {
            (Ok(()), Some(Owner::Session(owner))) if caller.session() == Some(owner) => Ok(()),
            (Ok(()), _) => Err(Refusal::NotInsertedHere),
            (Err(_), Some(Owner::Unclaimed)) if self.is_granted(client) => Ok(()),
            (Err(why), _) => Err(Refusal::Desk(why)),
        }
    }

    /// Whether a session or user, who had something here, is still there. In doubt, yes.
    pub(super) fn is_there(&self, login: &Login) -> bool {
        match login {
            Login::Session(session) => !matches!(self.seating.desk(session), Err(NoDesk::Ended)),
            Login::User(_) => true,
        }
    }

    /// The person whose session is in the foreground of a seat.
    fn sitter(&self, seat: &SeatName) -> Option<&Desk> {
        self.seating.active_at(seat).filter(|desk| desk.class == Class::Person)
    }

    /// Whoever sits at no desk of this machine may be granted the cards that are no desk's.
    fn is_granted(&self, client: &Client) -> bool {
        let caller = client.caller().now(&self.seating);
        client.granted == Some(Action::Authenticate) && sits_nowhere(&caller.desk)
    }
}

/// Whether a refusal passes when the session comes to the foreground: its agent may be there before.
pub(super) const fn is_behind(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::Desk(Why::NotInForeground(_)))
}
