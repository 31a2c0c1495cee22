//! Who sits where, as sessions must know it: of each seat the one desk in the foreground, and locked screens.
//!
//! What logind tells is compared with what sessions were told, so that nothing depends on the order or the
//! completeness of single signals.

use std::collections::BTreeSet;

use lanyard_seats::{Class, Place, Screen, Seating, SessionId as LoginSession, Standing};
use lanyard_session::{Desk, Event, Session, SessionId};

use super::Allowed;
use crate::engine::{ClientName, Effect, Engine, Login, Now};

/// What sessions were told of desks.
#[derive(Debug, Default)]
pub(super) struct Sitting {
    active: BTreeSet<Desk>,
    screen_locked: BTreeSet<Desk>,
    /// Whose screens logind asked to lock: sessions remember them until the login session is over.
    lock_asked: BTreeSet<Desk>,
}

impl Engine {
    /// Who sits where is another now, or unknown.
    pub(in crate::engine) fn sitting_changed(&mut self, now: Now) -> Vec<Effect> {
        let Some(seating) = self.owners.seating() else {
            return Vec::new();
        };
        let mut events: Vec<_> = match seating {
            // Where nobody knows who sits where, nobody may be believed to sit there still.
            Seating::Unknown(_) => self.sessions.machine.all().map(failed).collect(),
            Seating::Known(_) => {
                let gone = self.logged_out(seating);
                self.sessions.sitting.lock_asked.retain(|desk| !gone.contains(desk));
                gone.into_iter().map(Event::DeskGone).collect()
            }
        };
        events.extend(self.sessions.sitting.catch_up(seating));
        events.into_iter().flat_map(|event| self.in_sessions(event, now)).collect()
    }

    /// Desks whose login session is over, sits elsewhere now, or has left processes behind and nothing else.
    fn logged_out(&self, seating: &Seating) -> Vec<Desk> {
        let is_over = |desk: &&Desk| {
            let there = seating.desk(&LoginSession::new(desk.login())).ok();
            let there = there.filter(|it| it.standing != Standing::Closing).and_then(at_seat);
            there.as_ref() != Some(*desk)
        };
        let desks = self.sessions.machine.all().map(Session::desk);
        let desks: BTreeSet<_> = desks.chain(&self.sessions.sitting.lock_asked).collect();
        desks.into_iter().filter(is_over).cloned().collect()
    }

    /// logind asks a desktop to lock its screen. Not every desktop obeys and says so: what is locked here is opened
    /// by the desktop's own word, or by a passcode.
    pub(in crate::engine) fn lock_asked(&mut self, login: &LoginSession, now: Now) -> Vec<Effect> {
        let Some(desk) = self.desk_of_login(login) else {
            return Vec::new();
        };
        self.sessions.sitting.lock_asked.insert(desk.clone());
        self.in_sessions(Event::ScreenLocked(desk), now)
    }

    /// logind asks a desktop to unlock its screen. One that says of it that it is locked says too when it is not any
    /// more.
    pub(in crate::engine) fn unlock_asked(
        &mut self,
        login: &LoginSession,
        now: Now,
    ) -> Vec<Effect> {
        match self.desk_of_login(login) {
            Some(desk) if !self.sessions.sitting.screen_locked.contains(&desk) => {
                self.in_sessions(Event::ScreenUnlocked(desk), now)
            }
            Some(_) | None => Vec::new(),
        }
    }

    fn desk_of_login(&self, login: &LoginSession) -> Option<Desk> {
        at_seat(self.owners.seating()?.desk(login).ok()?)
    }

    /// Where nobody asks who sits where, whoever has just entered a passcode does.
    pub(super) fn person_is_at(&mut self, desk: &Desk, now: Now) -> Vec<Effect> {
        match self.owners.seating() {
            None => self.in_sessions(Event::DeskEntered(desk.clone()), now),
            Some(_) => Vec::new(),
        }
    }

    /// Whoever has just entered a passcode at a desk sees its screen, unless that says otherwise. To be said after the
    /// proof: it opens nothing by itself that waits for one.
    pub(super) fn screen_is_seen(&mut self, desk: &Desk, now: Now) -> Vec<lanyard_session::Effect> {
        if self.sessions.sitting.screen_locked.contains(desk) {
            return Vec::new();
        }
        self.sessions.on(Event::ScreenUnlocked(desk.clone()), now)
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
        let session = self.sessions.of_number(session);
        let used = session.map(|session| Event::Activity(session.desk().clone()));
        used.map(|used| self.in_sessions(used, now)).unwrap_or_default()
    }
}

impl Sitting {
    /// What has to be told for the old to become the new: first what takes away.
    fn catch_up(&mut self, seating: &Seating) -> Vec<Event<Allowed>> {
        let people = || seating.desks().filter(|desk| desk.class == Class::Person);
        let is_active = |desk: &&lanyard_seats::Desk| desk.active_at().is_some();
        let is_locked = |desk: &&lanyard_seats::Desk| desk.screen == Screen::Locked;
        let active: BTreeSet<_> = people().filter(is_active).filter_map(at_seat).collect();
        let screen_locked: BTreeSet<_> = people().filter(is_locked).filter_map(at_seat).collect();
        let left = self.active.difference(&active).cloned().map(Event::DeskLeft);
        let locked = screen_locked.difference(&self.screen_locked).cloned();
        let unlocked = self.screen_locked.difference(&screen_locked).cloned();
        let entered = active.difference(&self.active).cloned().map(Event::DeskEntered);
        let events = left
            .chain(locked.map(Event::ScreenLocked))
            .chain(unlocked.map(Event::ScreenUnlocked))
            .chain(entered)
            .collect();
        self.active = active;
        self.screen_locked = screen_locked;
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
