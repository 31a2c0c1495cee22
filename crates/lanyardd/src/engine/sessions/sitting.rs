//! Who sits where, as sessions must know it: of each seat the one desk in the foreground, and locked screens.
//!
//! What logind tells is compared with what sessions were told, so that nothing depends on the order or the
//! completeness of single signals.

use std::collections::BTreeSet;

use lanyard_seats::{Class, DeskEvent, Place, Screen, Seating, SessionId as LoginSession};
use lanyard_session::{Desk, Event, Session, SessionId};

use super::Allowed;
use crate::engine::{ClientName, Effect, Engine, Login, Now};

/// What sessions were told of desks.
#[derive(Debug, Default)]
pub(super) struct Sitting {
    active: BTreeSet<Desk>,
    screen_locked: BTreeSet<Desk>,
}

impl Engine {
    /// Something changed at the desks, and the seating follows it already.
    pub(in crate::engine) fn sitting_changed(
        &mut self,
        event: &DeskEvent,
        now: Now,
    ) -> Vec<Effect> {
        let Some(seating) = self.owners.seating() else {
            return Vec::new();
        };
        let mut events = match seating {
            // Where nobody knows who sits where, nobody may be believed to sit there still.
            Seating::Unknown(_) => self.sessions.machine.all().map(failed).collect(),
            Seating::Known(_) => self.logged_out(seating),
        };
        events.extend(self.sessions.sitting.catch_up(Sitting::of(seating)));
        events.extend(self.asked_by_logind(event));
        events.into_iter().flat_map(|event| self.in_sessions(event, now)).collect()
    }

    /// Sessions whose login session is over, or sits elsewhere now.
    fn logged_out(&self, seating: &Seating) -> Vec<Event<Allowed>> {
        let is_over = |desk: &&Desk| {
            let there = seating.desk(&LoginSession::new(desk.login())).ok().and_then(at_seat);
            there.as_ref() != Some(*desk)
        };
        let desks = self.sessions.machine.all().map(Session::desk);
        desks.filter(is_over).cloned().map(Event::DeskGone).collect()
    }

    /// logind asks a desktop to lock its screen. Not every desktop obeys and says so: what is locked here is opened
    /// by the desktop's own word, or by a passcode.
    fn asked_by_logind(&self, event: &DeskEvent) -> Option<Event<Allowed>> {
        let desk = |login| at_seat(self.owners.seating()?.desk(login).ok()?);
        match event {
            DeskEvent::LockAsked(login) => desk(login).map(Event::ScreenLocked),
            DeskEvent::UnlockAsked(login) => desk(login).map(Event::ScreenUnlocked),
            DeskEvent::Known(_)
            | DeskEvent::Unknown(_)
            | DeskEvent::Came(_)
            | DeskEvent::Ended(_)
            | DeskEvent::Deactivated(_)
            | DeskEvent::Activated(_)
            | DeskEvent::ScreenLocked(_)
            | DeskEvent::ScreenUnlocked(_)
            | DeskEvent::Redescribed(_)
            | DeskEvent::GoingToSleep(_)
            | DeskEvent::WokenUp => None,
        }
    }

    /// Whoever has just entered a passcode at a desk is there, and sees its screen unless that says otherwise.
    pub(super) fn person_is_at(&mut self, desk: &Desk, now: Now) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.owners.seating().is_none() {
            effects.extend(self.in_sessions(Event::DeskEntered(desk.clone()), now));
        }
        if !self.sessions.sitting.screen_locked.contains(desk) {
            effects.extend(self.in_sessions(Event::ScreenUnlocked(desk.clone()), now));
        }
        effects
    }

    /// Takes out subscribers whose login session is over.
    pub(in crate::engine) fn unsubscribe_those_gone(&mut self) -> Vec<ClientName> {
        let Self { owners, sessions, .. } = self;
        let is_over = |desk: &Desk| {
            let login = Login::Session(LoginSession::new(desk.login()));
            !owners.is_there(&login)
        };
        let gone = sessions.subscribers.iter().filter(|(_, desk)| is_over(desk));
        let gone: Vec<ClientName> = gone.map(|(client, _)| client.clone()).collect();
        for client in &gone {
            sessions.subscribers.remove(client);
        }
        gone
    }

    /// Somebody does something in a session.
    pub(in crate::engine) fn is_used(&mut self, session: SessionId, now: Now) -> Vec<Effect> {
        let desk = self.sessions.machine.all().find(|known| known.id() == session);
        let used = desk.map(|session| Event::Activity(session.desk().clone()));
        used.map(|used| self.in_sessions(used, now)).unwrap_or_default()
    }
}

impl Sitting {
    fn of(seating: &Seating) -> Self {
        let people = || seating.desks().filter(|desk| desk.class == Class::Person);
        let active = people().filter(|desk| desk.active_at().is_some());
        let locked = people().filter(|desk| desk.screen == Screen::Locked);
        Self {
            active: active.filter_map(at_seat).collect(),
            screen_locked: locked.filter_map(at_seat).collect(),
        }
    }

    /// What has to be told for the old to become the new: first what takes away.
    fn catch_up(&mut self, new: Self) -> Vec<Event<Allowed>> {
        let left = self.active.difference(&new.active).cloned().map(Event::DeskLeft);
        let locked = new.screen_locked.difference(&self.screen_locked).cloned();
        let unlocked = self.screen_locked.difference(&new.screen_locked).cloned();
        let entered = new.active.difference(&self.active).cloned().map(Event::DeskEntered);
        let events = left
            .chain(locked.map(Event::ScreenLocked))
            .chain(unlocked.map(Event::ScreenUnlocked))
            .chain(entered)
            .collect();
        *self = new;
        events
    }
}

/// A login session as a desk of sessions; none for one that sits at no seat of this machine.
fn at_seat(desk: &lanyard_seats::Desk) -> Option<Desk> {
    match &desk.place {
        Place::Seat(seat) => Some(Desk::new(desk.session.as_str(), seat.as_str())),
        Place::NoSeat | Place::Remote => None,
    }
}

fn failed(session: &Session<Allowed>) -> Event<Allowed> {
    Event::Failed(session.id())
}
