//! What must be true whatever happens: in the words by which a broken promise is told, and what is compared
//! after every step.

use super::{
    observer::{Held, Observer},
    world::{DAY_CLOSES, IDLE_LIMIT, MAX_SESSION, World},
};
use crate::RoleOffer;

pub(super) const THREE_PROOFS: &str =
    "a session starts by three proofs of an insertion that is there";
pub(super) const IN_DOUBT: &str =
    "an open session was proved, and nothing has put it in doubt since";
pub(super) const NOT_RECORDED: &str = "nothing is shown before it is recorded";
pub(super) const ONE_OPEN: &str = "a seat has one open session";
pub(super) const OF_ITS_DESK: &str = "a session is for its desk, from its start to its end";
pub(super) const END_IS_TOLD: &str = "the end of a session that was shown is told";
pub(super) const NO_LONGER: &str = "no clock makes a session longer";
pub(super) const PROGRESS: &str = "a deadline lies in the future";

/// Whether everything is as promised, or which promise is broken.
pub(super) type Checked = Result<(), String>;

pub(super) fn must(holds: bool, promise: &str) -> Checked {
    if holds { Ok(()) } else { Err(promise.to_owned()) }
}

impl Observer {
    /// What must be true after every step.
    pub(super) fn compares(&self, world: &World) -> Checked {
        let open = |desk: &usize| self.held[*desk].as_ref().is_some_and(Held::is_open);
        let mut seats: Vec<&str> =
            [0, 1].iter().filter(|desk| open(desk)).map(|desk| self.site.seats[*desk]).collect();
        let opened = seats.len();
        seats.dedup();
        must(seats.len() == opened, ONE_OPEN)?;
        for desk in 0..2 {
            let machine = world.machine.session(world.fault.desk(&self.site, desk));
            let of_machine = machine
                .map(|session| (session.state(), session.role().map(|role| role.id.to_string())));
            let held = self.held[desk].as_ref();
            let shown = held.and_then(|held| held.shown.clone());
            must(shown == of_machine, "applications were told what is so")?;
            if let Some(held) = held.filter(|held| held.shown.is_some()) {
                Self::lasts(held, world)?;
                let role = machine.and_then(|session| session.role());
                let given = |role: &RoleOffer<u8>| held.answer.gives(role.id.as_str(), role.role);
                must(role.is_none_or(given), "a role is one that the directory gives")?;
            }
            if let Some(held) = held.filter(|held| held.is_open()) {
                self.may_be_open(desk, held, world)?;
            }
        }
        Self::moves_on(world)
    }

    fn lasts(held: &Held, world: &World) -> Checked {
        must(held.age < MAX_SESSION, NO_LONGER)?;
        let role = held.shown.as_ref().and_then(|(_, role)| role.as_deref());
        let is_day = role == Some("day");
        must(!is_day || world.hours < DAY_CLOSES, "a role that closes is over")?;
        must(!is_day || held.day_left.is_some_and(|left| left > 0), "no clock keeps a role open")
    }

    fn may_be_open(&self, desk: usize, held: &Held, world: &World) -> Checked {
        let proved = self.proved[desk].map(|(card, _)| card);
        must(proved == Some(held.card), IN_DOUBT)?;
        must(!world.screen_locked[desk], "behind a locked screen nothing is open")?;
        must(world.is_in_front(desk), "who left a seat has nothing open there")?;
        must(held.idle < IDLE_LIMIT, "nobody can be idle for longer than the limit")
    }

    fn moves_on(world: &World) -> Checked {
        match world.machine.deadline() {
            Some(deadline) => must(deadline > world.now(), PROGRESS),
            None => must(world.machine.by_desk.is_empty(), "every session has a deadline"),
        }
    }
}
