//! When two states are the same: numbers that were given out and times that have passed do not matter, what
//! lies between them does.

use super::{
    observer::Held,
    people::Borrowed,
    world::{DAY_CLOSES, HOUR, World},
};
use crate::{
    CardPlace, Insertion, Session, Ticket,
    grant::{Grant, Pending},
    machine::{Service, Sessions},
    offers::{Dated, Offers, Told},
    session::{Awaited, Hold, Lock, Stage},
    time::Moment,
};

/// What tells one state from another, as bytes.
pub(super) type Canonical = Vec<u8>;

impl World {
    pub(super) fn canonical(&self) -> Canonical {
        let Sessions { settings: _, timeline: _, desks, cards, by_desk: _, service, last_id: _ } =
            &self.machine;
        let mut key = vec![
            u8::from(self.asleep),
            u8::from(self.stopped),
            self.jumps_left,
            // After the dates of all roles, one hour is like another, but for what a clock set back could undo.
            self.hours.clamp(-2, DAY_CLOSES + 1).to_be_bytes()[0],
            match service {
                Service::Running => 0,
                Service::Suspended => 1,
                Service::Stopped => 2,
            },
        ];
        key.extend(self.front.iter().map(|desk| index(*desk)));
        for card in 0..2 {
            let before = self.cards[card].before;
            key.push(
                self.cards[card].inside.map_or(0, |inside| 1 + u8::from(cards.contains(&inside))),
            );
            key.push(before.map_or(0, |before| 1 + u8::from(cards.contains(&before))));
        }
        key.push(u8::try_from(cards.len()).unwrap());
        for desk in 0..2 {
            let name = self.fault.desk(&self.site, desk);
            key.extend([
                u8::from(self.screen_locked[desk]),
                u8::from(desks.is_active(name)),
                u8::from(desks.screen_is_locked(name)),
                self.observer.proved[desk]
                    .map_or(0, |(card, insertion)| 1 + card_and_insertion(self, card, insertion)),
            ]);
            key.extend(held(self.observer.held[desk].as_ref()));
            match self.session_at(desk) {
                Some(session) => self.session(session, &mut key),
                None => key.push(0xFF),
            }
        }
        key.extend(self.tickets.iter().map(|ticket| self.ticket(*ticket)));
        key
    }

    fn session(&self, session: &Session<u8, Borrowed>, key: &mut Canonical) {
        let Session {
            id: _,
            desk: _,
            proof,
            card,
            began,
            started_at: _,
            active_at,
            attention,
            offers,
            stage,
            hold,
            pending,
        } = session;
        key.extend([
            card_and_insertion(self, proof.card_index(), crate::Proof::insertion(proof)),
            u8::from(*card == CardPlace::In),
            self.since(*began),
            self.since(*active_at),
            *attention as u8,
        ]);
        let Offers { roles, knowledge, told: Told { roles: told, knowledge: knowledge_told } } =
            offers;
        key.extend([*knowledge as u8, *knowledge_told as u8, u8::try_from(told.len()).unwrap()]);
        key.extend(told.iter().flat_map(|offer| [offer.id.as_str().as_bytes()[0], offer.role]));
        key.push(u8::try_from(roles.len()).unwrap());
        for role in roles {
            self.role(role, key);
        }
        match stage {
            Stage::ChoosingRole => key.push(0),
            Stage::InRole(role) => self.role(role, key),
        }
        key.push(match hold {
            Hold::Open => 0,
            Hold::Locked(Lock { screen, proof }) => {
                1 + u8::from(*screen == Awaited::Yes) + 2 * u8::from(*proof == Awaited::Yes)
            }
        });
        match pending {
            None => key.push(0),
            Some(Pending { ticket: _, grant, until }) => {
                key.push(self.until(*until));
                match grant {
                    Grant::Start => key.push(1),
                    Grant::Resume => key.push(2),
                    Grant::Role(role, choice) => {
                        key.extend([3, *choice as u8]);
                        self.role(role, key);
                    }
                }
            }
        }
    }

    fn role(&self, role: &Dated<u8>, key: &mut Canonical) {
        let Dated { offer, whereabouts, closes } = role;
        // The world's dates are those of the id.
        key.extend([offer.id.as_str().as_bytes()[0], offer.role, *whereabouts as u8]);
        key.push(closes.map_or(0xFF, |closes| self.until(closes)));
    }

    /// Which session waits for a record, or none any more.
    fn ticket(&self, ticket: Ticket) -> u8 {
        let waits = |desk: usize| {
            let pending = self.session_at(desk).and_then(|session| session.pending.as_ref());
            pending.is_some_and(|pending| pending.ticket == ticket)
        };
        let live = self.observer.issued.get(&ticket).is_some_and(|issued| issued.live);
        u8::from(waits(0)) + 2 * u8::from(waits(1)) + 4 * u8::from(live)
    }

    fn since(&self, moment: Moment) -> u8 {
        hours(self.machine.timeline.moment().minus(moment))
    }

    fn until(&self, moment: Moment) -> u8 {
        hours(moment.minus(self.machine.timeline.moment()))
    }
}

fn held(held: Option<&Held>) -> [u8; 6] {
    let Some(Held { shown, age, idle, day_left, answer, .. }) = held else {
        return [0xFF; 6];
    };
    let shown = shown.as_ref();
    [
        shown.map_or(0, |(state, _)| 1 + *state as u8),
        shown.and_then(|(_, role)| role.as_ref()).map_or(0, |role| role.as_bytes()[0]),
        *age,
        *idle,
        day_left.map_or(0x7F, |left| left.to_be_bytes()[0]),
        *answer as u8,
    ]
}

/// Which card, and whether it is still in by this insertion, or was last.
fn card_and_insertion(world: &World, card: usize, insertion: Insertion) -> u8 {
    let place = world.cards[card];
    let which = if place.inside == Some(insertion) {
        0
    } else if place.before == Some(insertion) {
        1
    } else {
        2
    };
    u8::try_from(card * 3 + which).unwrap()
}

fn hours(span: std::time::Duration) -> u8 {
    u8::try_from(span.as_secs() / HOUR.as_secs()).unwrap_or(u8::MAX)
}

fn index(desk: Option<usize>) -> u8 {
    desk.map_or(0xFF, |desk| u8::try_from(desk).unwrap())
}
