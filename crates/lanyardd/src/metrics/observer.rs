//! Counts and times by looking on: events as the engine takes them in, effects as they are carried out.
//!
//! It changes nothing and knows nothing that the loop does not hand it.

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use lanyard_dbus::{Outcome, UnusableReason};
use lanyard_session::{News, SessionId};

use super::{LookedUp, Metrics, Refused};
use crate::engine::{
    AgentReport, CardId, CardReport, Change, Effect, Event, JudgingId, PromptId, Public,
    Publication, Request, RequestId,
};

/// The loop's onlooker.
#[derive(Debug)]
pub(crate) struct Observer {
    metrics: Arc<Metrics>,
    /// When the event that is being carried out was taken in.
    taken_in: Instant,
    cards: BTreeMap<CardId, Card>,
    look_ups: BTreeMap<SessionId, Instant>,
}

/// What of a card that is in has begun.
#[derive(Debug, Default)]
struct Card {
    opened: Option<Instant>,
    judging: Option<(JudgingId, Instant)>,
    asked: Option<PromptId>,
    entered: Option<Instant>,
    unusable: Option<UnusableReason>,
}

impl Observer {
    pub(crate) fn new(metrics: Arc<Metrics>, now: Instant) -> Self {
        let (cards, look_ups) = (BTreeMap::new(), BTreeMap::new());
        Self { metrics, taken_in: now, cards, look_ups }
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// An event is about to be taken in.
    pub(crate) fn takes_in(&mut self, event: &Event, now: Instant) {
        self.taken_in = now;
        match event {
            Event::Card { card, report } => self.card_reports(*card, report, now),
            Event::Judged { card, judging, is_last: true, .. } => {
                let begun = self
                    .cards
                    .get_mut(card)
                    .and_then(|card| card.judging.take_if(|it| it.0 == *judging));
                if let Some((_, begun)) = begun {
                    self.metrics.judged.took(now - begun);
                }
            }
            Event::RolesKnown { session, answer, .. } => {
                self.metrics.look_ups.count(LookedUp::from(answer));
                if let Some(asked) = self.look_ups.remove(session) {
                    self.metrics.looked_up.took(now - asked);
                }
            }
            Event::Agent { prompt, report: AgentReport::Entered(_) } => {
                let mut cards = self.cards.values_mut();
                if let Some(card) = cards.find(|card| card.asked == Some(*prompt)) {
                    card.entered = Some(now);
                }
            }
            _ => {}
        }
    }

    fn card_reports(&mut self, card: CardId, report: &CardReport, now: Instant) {
        let opened = self.cards.get_mut(&card).and_then(|card| match report {
            CardReport::Identified { .. } => card.opened.take(),
            CardReport::Unusable(_) | CardReport::Kept => {
                card.opened = None;
                None
            }
            CardReport::Asking
            | CardReport::Begun(_)
            | CardReport::Attempted { .. }
            | CardReport::Released(_) => None,
        });
        if let Some(opened) = opened {
            self.metrics.identified.took(now - opened);
        }
    }

    /// An effect is about to be carried out.
    pub(crate) fn carries_out(&mut self, effect: &Effect, now: Instant) {
        match effect {
            Effect::OpenCard { card, .. } => self.card(*card).opened = Some(now),
            Effect::CloseCard { card } => drop(self.cards.remove(card)),
            Effect::Judge { card, judging, .. } => {
                self.card(*card).judging = Some((*judging, now));
            }
            Effect::AskAgent { prompt, what, .. } => {
                let card = self.card(what.card);
                (card.asked, card.entered) = (Some(*prompt), None);
            }
            Effect::AskDirectory { session, .. } => {
                self.look_ups.entry(*session).or_insert(now);
            }
            Effect::Announce(announcement) => self.announced(&announcement.news),
            Effect::Answer { answer: Err(error), .. } => {
                if let Some(why) = Refused::of(error) {
                    self.metrics.refused.count(why);
                }
            }
            _ => {}
        }
    }

    fn announced(&self, news: &News) {
        match news {
            News::Started(_) => self.metrics.sessions_started.count(),
            News::Ended(reason) => self.metrics.sessions_ended.count(*reason),
            News::RoleSelected(_)
            | News::StateChanged(_)
            | News::RolesOffered
            | News::Unattended => {}
        }
    }

    /// A new picture was published.
    pub(crate) fn published(&mut self, publication: &Publication, now: Instant) {
        match publication.change {
            Change::CardInserted(..) => {
                self.metrics.inserted.count();
                self.metrics.published.took(now - self.taken_in);
            }
            Change::CardRemoved(..) => self.metrics.removed.count(),
            Change::Card(card) => self.card_is(card, publication),
            Change::RequestCompleted(request) => self.completed(request, publication, now),
            Change::Service
            | Change::ReaderArrived(_)
            | Change::ReaderDeparted(_)
            | Change::Reader(_)
            | Change::RequestMade(_)
            | Change::RequestForgotten(_) => {}
        }
    }

    fn card_is(&mut self, id: CardId, publication: &Publication) {
        let shown = Public::of(&publication.picture).card(id);
        let reason = shown.and_then(|card| card.reason.parse().ok());
        let before = std::mem::replace(&mut self.card(id).unusable, reason);
        if let Some(reason) = reason.filter(|_| reason != before) {
            self.metrics.unusable.count(reason);
        }
    }

    fn completed(&mut self, id: RequestId, publication: &Publication, now: Instant) {
        let request = publication.picture.request(id);
        let Some(Request { purpose, card, conclusion: Some(conclusion), .. }) = request else {
            return;
        };
        self.metrics.requests.count((*purpose).into(), conclusion.outcome);
        if !is_answer_to_sign_in(*purpose, conclusion.outcome) {
            return;
        }
        // Of those who share an attempt the first is told for all.
        let card = card.and_then(|card| self.cards.get_mut(&card));
        if let Some(entered) = card.and_then(|card| card.entered.take()) {
            self.metrics.signed_in.took(now - entered);
        }
    }

    fn card(&mut self, card: CardId) -> &mut Card {
        self.cards.entry(card).or_default()
    }
}

/// Whether the card has said what it thinks of the passcode.
fn is_answer_to_sign_in(purpose: lanyard_ledger::Purpose, outcome: Outcome) -> bool {
    purpose == lanyard_ledger::Purpose::SignIn
        && matches!(outcome, Outcome::Ok | Outcome::Refused | Outcome::NowBlocked)
}
