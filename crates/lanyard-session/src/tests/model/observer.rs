//! Who looks at every effect: what applications were told, and what must be true of it.
//!
//! It knows what happened in the world, and none of the machine's rules.

use std::collections::BTreeMap;

use super::{
    moves::{Answer, Move},
    people::{card_named, holder},
    promises::{Checked, END_IS_TOLD, NOT_RECORDED, OF_ITS_DESK, THREE_PROOFS, must},
    world::{DAY_CLOSES, Site, World},
};
use crate::{
    Departure, Desk, Effect, Insertion, News, Notice, OnRemoval, Record, Recorded, Reverify,
    SessionId, State, Ticket,
};

/// What is known of the two desks.
#[derive(Clone, Debug)]
pub(super) struct Observer {
    pub(super) site: Site,
    pub(super) held: [Option<Held>; 2],
    /// The card, and the insertion, that was proved at a desk and that nothing has put in doubt since.
    pub(super) proved: [Option<(usize, Insertion)>; 2],
    pub(super) issued: BTreeMap<Ticket, Issued>,
    /// Kinds and words of what was seen in this step.
    pub(super) seen: Vec<(Kind, &'static str)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    End,
    Lock,
    State,
    Refusal,
    News,
}

/// A session, from the demand for the record of its start.
#[derive(Clone, Debug)]
pub(super) struct Held {
    session: SessionId,
    pub(super) card: usize,
    /// What applications were told.
    pub(super) shown: Option<(State, Option<String>)>,
    pub(super) age: u8,
    pub(super) idle: u8,
    /// Hours until the day's role closes, if nobody sets a clock.
    pub(super) day_left: Option<i8>,
    /// What the directory said last.
    pub(super) answer: Answer,
}

/// A record that was asked for.
#[derive(Clone, Debug)]
pub(super) struct Issued {
    session: SessionId,
    what: Recorded,
    pub(super) live: bool,
}

impl Observer {
    pub(super) fn new(site: Site) -> Self {
        let (held, proved) = ([None, None], [None, None]);
        Self { site, held, proved, issued: BTreeMap::new(), seen: Vec::new() }
    }

    /// What happens to the desks, before the machine answers.
    pub(super) fn sees(&mut self, step: Move, world: &World) {
        match step {
            Move::SignIn { desk, card } => {
                if world.is_in_front(desk) && !world.asleep && !world.stopped {
                    self.proved[desk] = world.cards[card].inside.map(|insertion| (card, insertion));
                    self.is_used(desk);
                }
            }
            Move::Pull(card, how) => {
                let matters = how != Departure::Removed || self.site.on_removal != OnRemoval::Keep;
                let insertion = world.cards[card].before;
                self.forget_if(|proved| matters && Some(proved.1) == insertion);
            }
            Move::Sleep | Move::Stop => self.forget_if(|_| true),
            Move::Enter(_) => {
                for desk in 0..2 {
                    if !world.is_in_front(desk) {
                        self.proved[desk] = None;
                    }
                }
            }
            Move::Leave(desk)
            | Move::Gone(desk)
            | Move::LockAsked(desk)
            | Move::EndAsked(desk)
            | Move::Distrusted(desk)
            | Move::Failed(desk) => self.proved[desk] = None,
            Move::Screen(desk) => {
                if world.screen_locked[desk] && self.site.reverify == Reverify::Yes {
                    self.proved[desk] = None;
                }
            }
            Move::Activity(desk) | Move::Choose(desk, _) => self.is_used(desk),
            Move::Answer(desk, answer) => self.is_answered(desk, answer, world.hours),
            Move::Tick | Move::Wake => self.held.iter_mut().flatten().for_each(Held::grows_older),
            Move::Insert(_)
            | Move::SignInLate { .. }
            | Move::Recorded(_)
            | Move::NotRecorded(_)
            | Move::WallBack
            | Move::WallForward => {}
        }
    }

    fn is_answered(&mut self, desk: usize, answer: Answer, hours: i8) {
        if let Some(held) = &mut self.held[desk] {
            let left = DAY_CLOSES - hours;
            if answer != Answer::Failed {
                held.answer = answer;
            }
            match answer {
                Answer::Failed => {}
                Answer::None => held.day_left = None,
                Answer::Day | Answer::DayChanged | Answer::DayAndNight => {
                    held.day_left = Some(held.day_left.map_or(left, |before| before.min(left)));
                }
            }
        }
    }

    fn forget_if(&mut self, doubted: impl Fn((usize, Insertion)) -> bool) {
        for proved in &mut self.proved {
            *proved = proved.filter(|proved| !doubted(*proved));
        }
    }

    fn is_used(&mut self, desk: usize) {
        if let Some(held) = &mut self.held[desk] {
            held.idle = 0;
        }
    }

    /// What the machine answers.
    pub(super) fn hears(
        &mut self,
        effects: &[Effect],
        answered: Option<(Ticket, bool)>,
    ) -> Checked {
        let recorded = answered.and_then(|(ticket, written)| {
            let issued = self.issued.remove(&ticket)?;
            (written && issued.live).then_some(issued)
        });
        let mut given = 0;
        for effect in effects {
            match effect {
                Effect::AskDirectory(session, whose) => {
                    let held = self.held.iter().flatten().find(|held| held.session == *session);
                    must(
                        held.is_some_and(|held| holder(held.card) == whose),
                        "the directory is asked for the holder of the session",
                    )?;
                }
                Effect::Grant { ticket, record } => self.hears_grant(*ticket, record)?,
                Effect::Given(notice) => {
                    given += 1;
                    let issued = recorded.as_ref().filter(|it| it.session == notice.session());
                    let issued = issued.ok_or(NOT_RECORDED)?;
                    self.hears_given(notice, &issued.what)?;
                }
                Effect::Revoke(notice, record) => self.hears_revoked(notice, record)?,
                Effect::Tell(notice) => {
                    must(
                        matches!(notice.news(), News::RolesOffered | News::Unattended),
                        "what is merely told gives nothing",
                    )?;
                    self.shown(notice)?;
                }
                Effect::Record(record) => self.hears_record(record)?,
                Effect::Refused(_, refusal) => self.seen.push((Kind::Refusal, refusal.word())),
                Effect::Withheld(ticket, refusal) => {
                    self.seen.push((Kind::Refusal, refusal.word()));
                    if let Some(issued) = self.issued.get_mut(ticket) {
                        must(issued.live, "a ticket is withheld once")?;
                        issued.live = false;
                    }
                }
            }
        }
        must(recorded.is_none() || given > 0, "what is recorded and not withheld is given")
    }

    fn hears_grant(&mut self, ticket: Ticket, record: &Record) -> Checked {
        let desk = self.index(&record.desk);
        let card = card_named(&record.card).ok_or("a card of the world")?;
        must(holder(card) == &record.holder, "a record names the card's own holder")?;
        let (session, what) = (record.session, record.what.clone());
        if what == Recorded::Started {
            must(self.held[desk].is_none(), "a desk has one session")?;
            must(self.proved[desk].is_some_and(|(proved, _)| proved == card), THREE_PROOFS)?;
            let held = Held {
                session,
                card,
                shown: None,
                age: 0,
                idle: 0,
                day_left: None,
                answer: Answer::None,
            };
            self.held[desk] = Some(held);
        } else {
            self.shown_at(desk, session)?;
        }
        self.issued.insert(ticket, Issued { session, what, live: true });
        Ok(())
    }

    fn hears_given(&mut self, notice: &Notice, what: &Recorded) -> Checked {
        let desk = self.index(notice.desk());
        let held = self.held[desk].as_mut().filter(|held| held.session == notice.session());
        let held = held.ok_or(OF_ITS_DESK)?;
        match (notice.news(), what, &mut held.shown) {
            (News::Started(state), Recorded::Started, shown @ None) => {
                *shown = Some((*state, None));
            }
            (News::RoleSelected(id), Recorded::RoleSelected { role, .. }, Some(shown)) => {
                must(id == role, "the role that is shown is the one that was recorded")?;
                shown.1 = Some(id.to_string());
            }
            (
                News::StateChanged(state @ (State::Active | State::ChoosingRole)),
                Recorded::RoleSelected { .. } | Recorded::Resumed,
                Some(shown),
            ) => shown.0 = *state,
            (news, what, shown) => return Err(format!("{news:?} by {what:?} after {shown:?}")),
        }
        held.idle = 0;
        if let Some((state, _)) = &held.shown {
            self.seen.push((Kind::State, state.word()));
        }
        Ok(())
    }

    fn hears_revoked(&mut self, notice: &Notice, record: &Record) -> Checked {
        must(
            (notice.desk(), notice.session()) == (&record.desk, record.session),
            "a notice and its record are of one session",
        )?;
        let desk = self.index(notice.desk());
        let shown = self.shown(notice)?;
        match (notice.news(), &record.what) {
            (News::StateChanged(State::Locked), Recorded::Locked(why)) => {
                must(shown.0 != State::Locked, "a session that is locked is not locked again")?;
                shown.0 = State::Locked;
                self.seen.push((Kind::Lock, why.word()));
            }
            (News::Ended(why), Recorded::Ended(recorded)) => {
                must(why == recorded, "an end is recorded with its reason")?;
                self.held[desk] = None;
                self.seen.push((Kind::End, why.word()));
            }
            (news, what) => return Err(format!("{news:?} with {what:?}")),
        }
        Ok(())
    }

    fn hears_record(&mut self, record: &Record) -> Checked {
        let desk = self.index(&record.desk);
        let held = self.held[desk].as_ref().filter(|held| held.session == record.session);
        let held = held.ok_or("nothing is recorded of a session after its end")?;
        match &record.what {
            Recorded::Ended(why) => {
                must(held.shown.is_none(), END_IS_TOLD)?;
                self.seen.push((Kind::End, why.word()));
                self.held[desk] = None;
                Ok(())
            }
            Recorded::Locked(_) | Recorded::Refreshed | Recorded::Withheld(_) => Ok(()),
            gives @ (Recorded::Started | Recorded::RoleSelected { .. } | Recorded::Resumed) => {
                Err(format!("{gives:?} waits for its record"))
            }
        }
    }

    fn shown(&mut self, notice: &Notice) -> Result<&mut (State, Option<String>), String> {
        let desk = self.index(notice.desk());
        if matches!(notice.news(), News::Unattended | News::RolesOffered) {
            self.seen.push((
                Kind::News,
                if *notice.news() == News::Unattended { "unattended" } else { "roles" },
            ));
        }
        self.shown_at(desk, notice.session())
    }

    fn shown_at(
        &mut self,
        desk: usize,
        session: SessionId,
    ) -> Result<&mut (State, Option<String>), String> {
        let held = self.held[desk].as_mut().filter(|held| held.session == session);
        let shown = held.and_then(|held| held.shown.as_mut());
        shown.ok_or_else(|| OF_ITS_DESK.to_owned())
    }

    fn index(&self, desk: &Desk) -> usize {
        usize::from(desk.login() != self.site.desk(0).login())
    }
}

impl Held {
    pub(super) fn is_open(&self) -> bool {
        self.shown.as_ref().is_some_and(|(state, _)| *state != State::Locked)
    }

    fn grows_older(&mut self) {
        self.age += 1;
        self.idle += 1;
        self.day_left = self.day_left.map(|left| left - 1);
    }
}
