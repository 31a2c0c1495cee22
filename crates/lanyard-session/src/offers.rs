//! The roles of one session: which are offered now, which alone would be taken, when that changes.
//!
//! A date counts by the wall and by the timeline, whichever comes first: a clock that is set back keeps no
//! role open.

use crate::{
    DirectoryAnswer, Elsewhere, Freshness, Knowledge, RoleId, RoleOffer, Settings, Whereabouts,
    time::{Moment, Timeline},
};

/// A role with what this session makes of it.
#[derive(Clone, Debug)]
pub(crate) struct Dated<R> {
    pub(crate) offer: RoleOffer<R>,
    pub(crate) whereabouts: Whereabouts,
    /// When it closes, should the clock on the wall be set back.
    pub(crate) closes: Option<Moment>,
}

/// What the directory gives this person.
#[derive(Clone, Debug)]
pub(crate) struct Offers<R> {
    pub(crate) roles: Vec<Dated<R>>,
    pub(crate) knowledge: Knowledge,
    /// What the desk was told last.
    pub(crate) told: Told<R>,
}

/// What a desk knows of the roles it can choose from.
#[derive(Clone, Debug)]
pub(crate) struct Told<R> {
    pub(crate) roles: Vec<RoleOffer<R>>,
    pub(crate) knowledge: Knowledge,
}

impl<R> Dated<R> {
    pub(crate) fn has_closed(&self, timeline: &Timeline) -> bool {
        self.offer.until.is_some_and(|until| until <= timeline.wall())
            || self.closes.is_some_and(|closes| timeline.has_reached(closes))
    }

    pub(crate) fn is_open(&self, timeline: &Timeline) -> bool {
        let has_opened = self.offer.from.is_none_or(|from| from <= timeline.wall());
        has_opened && !self.has_closed(timeline)
    }

    /// When it closes, unless it has.
    pub(crate) fn closing(&self, timeline: &Timeline) -> Option<Moment> {
        let by_wall = self.offer.until.map(|until| timeline.moment_of(until));
        let closing = by_wall.into_iter().chain(self.closes).min()?;
        (closing > timeline.moment()).then_some(closing)
    }

    /// When it opens, unless it has.
    fn opening(&self, timeline: &Timeline) -> Option<Moment> {
        let from = self.offer.from.filter(|from| *from > timeline.wall())?;
        Some(timeline.moment_of(from))
    }
}

impl<R: Clone + PartialEq> Dated<R> {
    /// Whether another word of the directory gives the same, but for dates.
    pub(crate) fn gives_the_same(&self, other: &Self) -> bool {
        self.offer.organisation == other.offer.organisation && self.offer.role == other.offer.role
    }
}

impl<R> Offers<R> {
    /// The directory is being asked.
    pub(crate) const fn awaited() -> Self {
        let knowledge = Knowledge::Awaited;
        Self { roles: Vec::new(), knowledge, told: Told { roles: Vec::new(), knowledge } }
    }

    /// The role of this id, open or not.
    pub(crate) fn named(&self, id: &RoleId) -> Option<&Dated<R>> {
        self.roles.iter().find(|role| role.offer.id == *id)
    }

    /// What can be chosen now.
    pub(crate) fn open<'a>(&'a self, timeline: &'a Timeline) -> impl Iterator<Item = &'a Dated<R>> {
        self.roles.iter().filter(|role| role.is_open(timeline))
    }

    /// The one that is taken without asking: the only one offered, when it is the site's own.
    pub(crate) fn only<'a>(&'a self, timeline: &'a Timeline) -> Option<&'a Dated<R>> {
        let mut open = self.open(timeline);
        match (open.next(), open.next()) {
            (Some(only), None) if only.whereabouts == Whereabouts::Here => Some(only),
            _ => None,
        }
    }

    /// When something opens or closes next.
    pub(crate) fn next_change(&self, timeline: &Timeline) -> Option<Moment> {
        let changes = |role: &Dated<R>| [role.opening(timeline), role.closing(timeline)];
        self.roles.iter().flat_map(changes).flatten().min()
    }
}

impl<R: Clone + PartialEq> Offers<R> {
    /// Takes the directory's word.
    pub(crate) fn take(
        &mut self,
        answer: DirectoryAnswer<R>,
        settings: &Settings,
        timeline: &Timeline,
    ) {
        let (roles, freshness) = match answer {
            DirectoryAnswer::Roles(roles, freshness) => (roles, freshness),
            DirectoryAnswer::Failed => return self.could_not_be_asked(),
        };
        let mut taken: Vec<Dated<R>> = Vec::new();
        for offer in roles {
            let whereabouts = settings.whereabouts(&offer);
            let hidden =
                whereabouts == Whereabouts::Elsewhere && settings.elsewhere == Elsewhere::Hidden;
            if hidden || taken.iter().any(|role| role.offer.id == offer.id) {
                continue;
            }
            let closes = self.closes(&offer, timeline);
            taken.push(Dated { offer, whereabouts, closes });
        }
        self.roles = taken;
        self.knowledge = match freshness {
            Freshness::Fresh => Knowledge::Fresh,
            Freshness::Stale => Knowledge::Stale,
        };
    }

    /// Whether the desk has to be told something else than before; it counts as told.
    pub(crate) fn is_news(&mut self, timeline: &Timeline) -> bool {
        let now = || self.open(timeline).map(|role| &role.offer);
        let known = self.told.knowledge == self.knowledge && now().eq(&self.told.roles);
        if !known {
            self.told = Told { roles: now().cloned().collect(), knowledge: self.knowledge };
        }
        !known
    }

    /// When an offer closes on the timeline: no later than we thought before of the same date.
    fn closes(&self, offer: &RoleOffer<R>, timeline: &Timeline) -> Option<Moment> {
        let now = offer.until.map(|until| timeline.moment_of(until));
        let same_date = |role: &&Dated<R>| role.offer.until == offer.until;
        let before = self.named(&offer.id).filter(same_date).and_then(|role| role.closes);
        now.into_iter().chain(before).min()
    }

    const fn could_not_be_asked(&mut self) {
        self.knowledge = match self.knowledge {
            Knowledge::Awaited | Knowledge::Unavailable => Knowledge::Unavailable,
            Knowledge::Fresh | Knowledge::Stale => Knowledge::Stale,
        };
    }
}

impl Settings {
    fn whereabouts<R>(&self, offer: &RoleOffer<R>) -> Whereabouts {
        if self.organisations.is_empty() || self.organisations.contains(&offer.organisation) {
            Whereabouts::Here
        } else {
            Whereabouts::Elsewhere
        }
    }
}
