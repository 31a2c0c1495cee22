//! Tickets: an active session gives them in its role, and no other session does; with it its key is gone.

mod challenges;
mod signing_in;

use std::{sync::Weak, time::Duration};

use jiff::Timestamp;
use lanyard_dbus::Error;
use lanyard_seats::DeskEvent;
use lanyard_session::{RoleId, SessionId};
use lanyard_ticket::{Audience, Nonce, Tickets};
use lanyardd::engine::{
    Allowed, Answer, Client, Effect, Event, Options, Question, Reply, SessionQuestion, TicketOrder,
};
use ring::rand::SystemRandom;

use crate::{
    day::{Day, removed},
    desks::{alice, bob, desk, program},
    desktop::Asked,
};
use signing_in::{AtDesk, Room, hers};

/// A nurse, signed in and in her only role.
fn active() -> (AtDesk, SessionId, Weak<Tickets>) {
    let mut at = AtDesk::with("nurse");
    let (session, tickets) = at.signs_in(Options::default(), Room::ForAKey);
    at.has_roles(session, |_| ());
    (at, session, tickets)
}

impl Day {
    fn timestamp(&self) -> Timestamp {
        Timestamp::from_second(self.passed.as_secs().try_into().unwrap()).unwrap()
    }

    fn in_session(&mut self, client: Client, session: SessionId, what: SessionQuestion) -> Asked {
        self.asked_by(client, Question::OfSession(session, what))
    }

    /// What is to be signed, or why nothing is.
    fn orders(&mut self, client: Client, session: SessionId) -> Result<TicketOrder, Error> {
        let audience = Audience::parse("https://records.example").unwrap();
        let nonce = Nonce::parse("drawn-by-a-server").unwrap();
        let question = Question::OfSession(session, SessionQuestion::Ticket(audience, nonce));
        let (reply, _) = Reply::new();
        let effects = self.on(Event::Asked { client, question, reply });
        let ordered = effects.into_iter().find_map(|effect| match effect {
            Effect::SignTicket(order) => Some(Ok(order)),
            Effect::Answer { answer, .. } => Some(Err(answer.unwrap_err())),
            _ => None,
        });
        ordered.unwrap()
    }

    /// What the client has of a ticket that was signed.
    fn signed(&mut self, order: TicketOrder) -> Result<String, Error> {
        let signed = order.sign(&SystemRandom::new(), self.timestamp());
        let effects = self.on(Event::TicketSigned(signed));
        match effects.into_iter().next() {
            Some(Effect::Answer { answer, .. }) => answer.map(|answer| match answer {
                Answer::Ticket(ticket) => ticket,
                other => panic!("{other:?}"),
            }),
            other => panic!("{other:?}"),
        }
    }

    fn ticket(&mut self, client: Client, session: SessionId) -> Result<String, Error> {
        let order = self.orders(client, session)?;
        self.signed(order)
    }

    fn sid(&mut self, session: SessionId) -> Option<String> {
        match self.in_session(hers(), session, SessionQuestion::Describe).answer.unwrap() {
            Answer::Description(described) => described.sid,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn an_active_session_gives_tickets_to_its_own_desk_and_root() {
    let (mut at, session, _) = active();
    assert_eq!(at.day.ticket(hers(), session).unwrap().split('.').count(), 3);
    let root = Client { uid: 0, ..program("root", &desk("c7", 0)) };
    assert!(at.day.ticket(root, session).is_ok());
    for other in [bob(), desk("9", 1002)] {
        let refused = at.day.ticket(program("theirs", &other), session);
        assert!(matches!(refused, Err(Error::NoSession(_))), "{refused:?}");
    }
}

#[test]
fn a_locked_session_gives_none_and_goes_on_with_its_key_when_the_screen_is_unlocked() {
    let (mut at, session, _) = active();
    let sid = at.day.sid(session);
    let order = at.day.orders(hers(), session).unwrap();
    at.day.on(Event::Desk(DeskEvent::ScreenLocked(alice().session)));
    for refused in [at.day.signed(order), at.day.ticket(hers(), session)] {
        assert!(matches!(refused, Err(Error::SessionLocked(_))), "{refused:?}");
    }
    let effects = at.day.on(Event::Desk(DeskEvent::ScreenUnlocked(alice().session)));
    at.recorded(effects);
    assert!(at.day.ticket(hers(), session).is_ok());
    assert_eq!(at.day.sid(session), sid);
}

#[test]
fn with_the_session_its_key_is_gone_and_no_ticket_is_given_that_was_under_way() {
    let (mut at, session, tickets) = active();
    let order = at.day.orders(hers(), session).unwrap();
    at.day.in_session(hers(), session, SessionQuestion::End).unwrap();
    let late = at.day.signed(order);
    assert!(matches!(late, Err(Error::NoSession(_))), "{late:?}");
    assert!(tickets.upgrade().is_none(), "the key is gone");
    let refused = at.day.ticket(hers(), session);
    assert!(matches!(refused, Err(Error::NoSession(_))), "{refused:?}");
}

#[test]
fn a_card_that_is_pulled_takes_the_key_with_it() {
    let (mut at, session, tickets) = active();
    at.day.on(removed(0));
    assert!(tickets.upgrade().is_none());
    assert!(at.day.ticket(hers(), session).is_err());
}

#[test]
fn a_card_that_is_proved_again_has_a_statement_of_its_own() {
    let (mut at, session, first) = active();
    let sid = at.day.sid(session);
    let fresh = Options { fresh: true, ..Options::default() };
    let (_, second) = at.signs_in(fresh.clone(), Room::ForAKey);
    assert!(first.upgrade().is_none() && second.upgrade().is_some());
    assert!(at.day.sid(session).is_some_and(|now| Some(now) != sid));
    assert!(at.day.ticket(hers(), session).is_ok());

    at.signs_in(fresh, Room::ForNone);
    assert!(second.upgrade().is_none());
    assert_eq!(at.day.sid(session), None);
}

#[test]
fn a_session_without_a_role_or_a_signed_role_or_a_key_says_so() {
    let mut at = AtDesk::with("gp");
    let (session, _) = at.signs_in(Options::default(), Room::ForAKey);
    at.has_roles(session, |_| ());
    let refused = at.day.ticket(hers(), session);
    assert!(matches!(refused, Err(Error::NoRole(_))), "{refused:?}");

    let mut at = AtDesk::with("nurse");
    let (session, _) = at.signs_in(Options::default(), Room::ForAKey);
    at.has_roles(session, |role: &mut Allowed| role.proof = None);
    let refused = at.day.ticket(hers(), session);
    assert!(matches!(refused, Err(Error::RoleUnsigned(_))), "{refused:?}");

    let mut at = AtDesk::with("nurse");
    let (session, _) = at.signs_in(Options::default(), Room::ForNone);
    at.has_roles(session, |_| ());
    let refused = at.day.ticket(hers(), session);
    assert!(matches!(refused, Err(Error::NoTicketKey(_))), "{refused:?}");
}

#[test]
fn a_ticket_in_a_role_that_was_switched_meanwhile_is_not_given() {
    let mut at = AtDesk::with("gp");
    let (session, _) = at.signs_in(Options::default(), Room::ForAKey);
    at.has_roles(session, |_| ());
    for (number, meanwhile) in [("777700001011", None), ("777700001012", Some("777700001013"))] {
        at.selects(session, number);
        let order = at.day.orders(hers(), session).unwrap();
        if let Some(number) = meanwhile {
            at.selects(session, number);
        }
        let given = at.day.signed(order);
        match meanwhile {
            None => assert!(given.is_ok(), "{given:?}"),
            Some(_) => assert!(matches!(given, Err(Error::SessionBusy(_))), "{given:?}"),
        }
    }
}

impl AtDesk {
    fn selects(&mut self, session: SessionId, role: &str) {
        let question = SessionQuestion::SelectRole(RoleId::new(role));
        let question = Question::OfSession(session, question);
        let (reply, _) = Reply::new();
        let effects = self.day.on(Event::Asked { client: hers(), question, reply });
        self.recorded(effects);
    }
}

#[test]
fn a_ticket_that_the_clock_forbids_is_refused_as_such() {
    let (mut at, session, _) = active();
    let order = at.day.orders(hers(), session).unwrap();
    at.day.passed += Duration::from_secs(36_000);
    let later = at.day.timestamp();
    at.day.passed -= Duration::from_secs(36_000);
    let signed = order.sign(&SystemRandom::new(), later);
    let effects = at.day.on(Event::TicketSigned(signed));
    let [Effect::Answer { answer: Err(Error::ClockWrong(_)), .. }] = &effects[..] else {
        panic!("{effects:?}");
    };
}
