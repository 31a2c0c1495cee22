//! The world: what is true outside, the machine, and what applications were told.
//!
//! One unit of time is an hour. The day's role closes two hours after the world began, the night's role opens
//! after one, by the clock on the wall.

use std::{
    sync::LazyLock,
    time::{Duration, Instant},
};

use super::{
    fault::Fault,
    moves::{Answer, Move, Role},
    observer::Observer,
    people::Borrowed,
};
use crate::{
    Desk, DirectoryAnswer, Effect, Event, Freshness, Insertion, Now, OnRemoval, OnSwitch,
    Organisation, Reverify, RoleId, RoleOffer, Session, Sessions, Settings, Ticket,
};

pub(super) const HOUR: Duration = Duration::from_secs(3600);
pub(super) const MAX_SESSION: u8 = 3;
pub(super) const IDLE_LIMIT: u8 = 2;
pub(super) const DAY_CLOSES: i8 = 2;
const NIGHT_OPENS: i8 = 1;
/// More records than these are not under way at once: older ones are never answered.
const MOST_TICKETS: usize = 3;

/// What differs from one search to the next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site {
    pub(super) seats: [&'static str; 2],
    pub(super) on_removal: OnRemoval,
    pub(super) on_switch: OnSwitch,
    pub(super) reverify: Reverify,
}

/// Where a card is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Whereabouts {
    pub(super) inside: Option<Insertion>,
    /// The insertion before.
    pub(super) before: Option<Insertion>,
}

#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) site: Site,
    pub(super) fault: Fault,
    pub(super) machine: Sessions<u8, Borrowed>,
    pub(super) observer: Observer,
    pub(super) cards: [Whereabouts; 2],
    /// Which desk is in front at each seat; the second is not used where there is one seat.
    pub(super) front: [Option<usize>; 2],
    pub(super) screen_locked: [bool; 2],
    pub(super) asleep: bool,
    pub(super) stopped: bool,
    pub(super) tickets: Vec<Ticket>,
    pub(super) jumps_left: u8,
    /// By the wall, since the world began.
    pub(super) hours: i8,
    began: Now,
    now: Now,
    insertions: u64,
}

impl Site {
    pub(super) fn settings(&self) -> Settings {
        Settings {
            on_removal: self.on_removal,
            on_switch: self.on_switch,
            reverify_after_unlock: self.reverify,
            max_session: HOUR * u32::from(MAX_SESSION),
            idle_limit: Some(HOUR * u32::from(IDLE_LIMIT)),
            unattended_after: Some(HOUR),
            recorded_within: HOUR,
            ..Settings::default()
        }
    }

    pub(super) fn desk(&self, desk: usize) -> &'static Desk {
        static DESKS: LazyLock<[[Desk; 2]; 2]> = LazyLock::new(|| {
            let at = |seat| [Desk::new("one", "seat0"), Desk::new("two", seat)];
            [at("seat0"), at("seat1")]
        });
        &DESKS[self.seat(1)][desk]
    }

    fn seat(&self, desk: usize) -> usize {
        usize::from(self.seats[desk] != self.seats[0])
    }
}

impl World {
    /// The first desk is in front, no card is in.
    pub(super) fn new(site: Site, fault: Fault, began: Now) -> Self {
        let settings = fault.settings(site.settings());
        let mut world = Self {
            site,
            fault,
            machine: Sessions::new(settings, began),
            observer: Observer::new(site),
            cards: [Whereabouts::default(); 2],
            front: [None; 2],
            screen_locked: [false; 2],
            asleep: false,
            stopped: false,
            tickets: Vec::new(),
            jumps_left: 1,
            hours: 0,
            began,
            now: began,
            insertions: 0,
        };
        world.takes(Move::Enter(0)).unwrap();
        world
    }

    pub(super) fn now(&self) -> Instant {
        self.now.steady
    }

    pub(super) fn session_at(&self, desk: usize) -> Option<&Session<u8, Borrowed>> {
        self.machine.by_desk.get(self.fault.desk(&self.site, desk))
    }

    pub(super) fn is_in_front(&self, desk: usize) -> bool {
        self.front[self.site.seat(desk)] == Some(desk)
    }

    /// Something happens. What was promised and is not so, is told.
    pub(super) fn takes(&mut self, step: Move) -> Result<(), String> {
        let Some(event) = self.happens(step) else {
            return Ok(());
        };
        let answered = match event {
            Event::Recorded(ticket) => Some((ticket, true)),
            Event::NotRecorded(ticket) => Some((ticket, false)),
            _ => None,
        };
        let now = self.fault.now(self.now, self.began);
        let effects = self.fault.run(&mut self.machine, event, now);
        self.tickets.extend(effects.iter().filter_map(|effect| match effect {
            Effect::Grant { ticket, .. } => Some(*ticket),
            _ => None,
        }));
        let forgotten = self.tickets.len().saturating_sub(MOST_TICKETS);
        self.tickets.drain(..forgotten);
        let mut observer = std::mem::replace(&mut self.observer, Observer::new(self.site));
        observer.sees(step, self);
        let seen = observer.hears(&effects, answered).and_then(|()| observer.compares(self));
        self.observer = observer;
        seen
    }

    /// Changes the world; the event that tells of it.
    fn happens(&mut self, step: Move) -> Option<Event<u8, Borrowed>> {
        let (site, fault) = (self.site, self.fault);
        let desk_of = |desk| fault.desk(&site, desk).clone();
        let session = |world: &Self, desk| world.session_at(desk).map(|session| session.id);
        Some(match step {
            Move::Insert(card) => {
                self.insertions += 1;
                let insertion = Insertion::numbered(self.insertions);
                self.cards[card].inside = Some(insertion);
                Event::CardInserted(insertion)
            }
            Move::Pull(card, how) => {
                let insertion = self.cards[card].inside.take()?;
                self.cards[card].before = Some(insertion);
                Event::CardGone(insertion, how)
            }
            Move::SignIn { desk, card } => {
                let proof = Borrowed::of(card, self.cards[card].inside?);
                Event::SignedIn { desk: desk_of(desk), proof }
            }
            Move::SignInLate { desk, card } => {
                let proof = Borrowed::of(card, self.cards[card].before?);
                Event::SignedIn { desk: desk_of(desk), proof }
            }
            Move::Answer(desk, answer) => {
                Event::RolesKnown(session(self, desk)?, self.says(answer))
            }
            Move::Choose(desk, role) => {
                Event::RoleChosen(session(self, desk)?, RoleId::new(role.id()))
            }
            Move::LockAsked(desk) => Event::LockAsked(session(self, desk)?),
            Move::EndAsked(desk) => Event::EndAsked(session(self, desk)?),
            Move::Distrusted(desk) => Event::CertificateDistrusted(session(self, desk)?),
            Move::Failed(desk) => Event::Failed(session(self, desk)?),
            Move::Screen(desk) => {
                self.screen_locked[desk] = !self.screen_locked[desk];
                let told = if self.screen_locked[desk] {
                    Event::ScreenLocked
                } else {
                    Event::ScreenUnlocked
                };
                told(desk_of(desk))
            }
            Move::Enter(desk) => {
                self.front[site.seat(desk)] = Some(desk);
                Event::DeskEntered(desk_of(desk))
            }
            Move::Leave(desk) => {
                self.front[site.seat(desk)] = None;
                Event::DeskLeft(desk_of(desk))
            }
            Move::Gone(desk) => {
                if self.is_in_front(desk) {
                    self.front[site.seat(desk)] = None;
                }
                self.screen_locked[desk] = false;
                Event::DeskGone(desk_of(desk))
            }
            Move::Activity(desk) => Event::Activity(desk_of(desk)),
            Move::Recorded(ticket) => Event::Recorded(self.tickets.remove(ticket)),
            Move::NotRecorded(ticket) => Event::NotRecorded(self.tickets.remove(ticket)),
            Move::Sleep => {
                self.asleep = true;
                Event::Suspending
            }
            Move::Wake => {
                // The steady clock stood still.
                self.asleep = false;
                self.now.wall += HOUR;
                self.hours += 1;
                Event::Resumed
            }
            Move::Tick => {
                self.now = Now { steady: self.now.steady + HOUR, wall: self.now.wall + HOUR };
                self.hours += 1;
                Event::DeadlineReached
            }
            Move::WallBack | Move::WallForward => {
                self.jumps_left -= 1;
                self.hours += if step == Move::WallBack { -1 } else { 1 };
                let hours = if step == Move::WallBack {
                    self.now.wall - HOUR
                } else {
                    self.now.wall + HOUR
                };
                self.now.wall = hours;
                Event::DeadlineReached
            }
            Move::Stop => {
                self.stopped = true;
                Event::Stopping
            }
        })
    }

    fn says(&self, answer: Answer) -> DirectoryAnswer<u8> {
        let roles = match answer {
            Answer::Failed => return DirectoryAnswer::Failed,
            Answer::None => Vec::new(),
            Answer::Day => vec![self.offer(Role::Day, 1)],
            Answer::DayChanged => vec![self.offer(Role::Day, 2)],
            Answer::DayAndNight => vec![self.offer(Role::Day, 1), self.offer(Role::Night, 1)],
        };
        DirectoryAnswer::Roles(roles, Freshness::Fresh)
    }

    fn offer(&self, role: Role, allows: u8) -> RoleOffer<u8> {
        let date = |hours: i8| Some(self.began.wall + HOUR * u32::try_from(hours).unwrap());
        let (from, until) = match role {
            Role::Day => (None, date(DAY_CLOSES)),
            Role::Night => (date(NIGHT_OPENS), None),
        };
        let (id, organisation) = (RoleId::new(role.id()), Organisation::new("X09"));
        RoleOffer { id, organisation, from, until, role: allows }
    }
}
