//! The seating: every login session, or the doubt that stands in its place. Pure.
//!
//! It has two uses. Whoever reads logind lets it [see](Seating::see) desks and gets events; whoever gets the events
//! [follows](Seating::follow) them with a seating of its own. At each seat at most one session is active, whatever
//! is seen.

use std::collections::BTreeMap;

use crate::{Desk, DeskEvent, Doubt, NoDesk, Screen, SeatName, SessionId, Standing};

/// Who sits where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seating {
    /// Nobody knows.
    Unknown(Doubt),
    /// These sessions there are.
    Known(BTreeMap<SessionId, Desk>),
}

impl Seating {
    /// Everything was read anew. Where two sessions claim a seat's foreground, neither has it.
    pub fn read(desks: Vec<Desk>) -> Self {
        let mut all: BTreeMap<_, _> =
            desks.into_iter().map(|desk| (desk.session.clone(), desk)).collect();
        let claims: Vec<SeatName> = all.values().filter_map(Desk::active_at).cloned().collect();
        for desk in all.values_mut() {
            let rivals = |seat: &SeatName| claims.iter().filter(|claim| *claim == seat).count() > 1;
            if desk.active_at().is_some_and(rivals) {
                desk.standing = Standing::Inactive;
            }
        }
        Self::Known(all)
    }

    /// Every session, in the order of their names; none while nothing is known.
    pub fn desks(&self) -> impl Iterator<Item = &Desk> {
        let all = match self {
            Self::Unknown(_) => None,
            Self::Known(all) => Some(all.values()),
        };
        all.into_iter().flatten()
    }

    /// A session's desk.
    ///
    /// # Errors
    /// [`NoDesk::Unknown`] while nothing is known, [`NoDesk::Ended`] when there is no such session.
    pub fn desk(&self, session: &SessionId) -> Result<&Desk, NoDesk> {
        match self {
            Self::Unknown(doubt) => Err(NoDesk::Unknown(*doubt)),
            Self::Known(all) => all.get(session).ok_or(NoDesk::Ended),
        }
    }

    /// The session in the foreground of a seat.
    pub fn active_at(&self, seat: &SeatName) -> Option<&Desk> {
        self.desks().find(|desk| desk.active_at() == Some(seat))
    }

    /// A session was looked at: what is different. Nothing while nothing is known.
    pub fn see(&mut self, desk: Desk) -> Vec<DeskEvent> {
        let Self::Known(all) = self else { return Vec::new() };
        let mut events = Vec::new();
        if let Some(seat) = desk.active_at() {
            let rivals = all
                .values_mut()
                .filter(|other| other.session != desk.session && other.active_at() == Some(seat));
            for rival in rivals {
                rival.standing = Standing::Inactive;
                events.push(DeskEvent::Deactivated(rival.session.clone()));
            }
        }
        match all.insert(desk.session.clone(), desk.clone()) {
            None => events.push(DeskEvent::Came(desk)),
            Some(before) => events.extend(differences(&before, &desk)),
        }
        events
    }

    /// A session is not there any more.
    pub fn end(&mut self, session: &SessionId) -> Option<DeskEvent> {
        let Self::Known(all) = self else { return None };
        all.remove(session).map(|desk| DeskEvent::Ended(desk.session))
    }

    /// Takes over what an event says.
    pub fn follow(&mut self, event: &DeskEvent) {
        match event {
            DeskEvent::Known(desks) => *self = Self::read(desks.clone()),
            DeskEvent::Unknown(doubt) => *self = Self::Unknown(*doubt),
            DeskEvent::Came(desk) | DeskEvent::Redescribed(desk) => {
                self.see(desk.clone());
            }
            DeskEvent::Ended(session) => {
                self.end(session);
            }
            DeskEvent::Deactivated(session) => {
                self.change(session, |desk| desk.standing = Standing::Inactive);
            }
            DeskEvent::Activated(session) => {
                self.change(session, |desk| desk.standing = Standing::Active);
            }
            DeskEvent::ScreenLocked(session) => {
                self.change(session, |desk| desk.screen = Screen::Locked);
            }
            DeskEvent::ScreenUnlocked(session) => {
                self.change(session, |desk| desk.screen = Screen::Open);
            }
            DeskEvent::LockAsked(_)
            | DeskEvent::UnlockAsked(_)
            | DeskEvent::GoingToSleep(_)
            | DeskEvent::WokenUp => {}
        }
    }

    fn change(&mut self, session: &SessionId, change: impl FnOnce(&mut Desk)) {
        if let Self::Known(all) = self
            && let Some(desk) = all.get_mut(session)
        {
            change(desk);
        }
    }
}

/// What is different about one session. A change that has no word of its own is told with the whole desk.
fn differences(before: &Desk, now: &Desk) -> Vec<DeskEvent> {
    let id = || now.session.clone();
    let has_words = Desk { standing: now.standing, screen: now.screen, ..before.clone() };
    let closed = before.standing != now.standing && now.standing == Standing::Closing
        || before.standing == Standing::Closing && now.standing == Standing::Inactive;
    if has_words != *now || closed {
        return vec![DeskEvent::Redescribed(now.clone())];
    }
    let mut events = Vec::new();
    match (before.standing, now.standing) {
        (Standing::Active, Standing::Inactive) => events.push(DeskEvent::Deactivated(id())),
        (Standing::Inactive | Standing::Closing, Standing::Active) => {
            events.push(DeskEvent::Activated(id()));
        }
        (Standing::Active, Standing::Active)
        | (Standing::Inactive | Standing::Closing, Standing::Inactive)
        | (_, Standing::Closing) => {}
    }
    match (before.screen, now.screen) {
        (Screen::Open, Screen::Locked) => events.insert(0, DeskEvent::ScreenLocked(id())),
        (Screen::Locked, Screen::Open) => events.push(DeskEvent::ScreenUnlocked(id())),
        (Screen::Open, Screen::Open) | (Screen::Locked, Screen::Locked) => {}
    }
    events
}
