//! Cards: from insertion to removal, and what their threads tell.

use lanyard_card::{Identity, piv::Tries};
use lanyard_dbus::{Outcome, UnusableReason};
use lanyard_reader::{Atr, ReaderName};
use lanyard_session::{Departure, Event};

use super::{
    Card, CardId, CardReport, CardState, Change, Conclusion, Effect, Engine, Keeper, Known, Now,
    ReaderId, TriesLeft, Trust, Wait, sessions::insertion,
};

impl Engine {
    pub(super) fn card_inserted(
        &mut self,
        reader: ReaderId,
        name: ReaderName,
        atr: Option<Atr>,
        now: Now,
    ) -> Vec<Effect> {
        // Two insertions without a removal between them cannot be; if they are, the first card is gone.
        let mut effects = self.card_removed(reader, now);
        let card = CardId(self.next_id());
        // Also without an answer to reset, which may be missing for a moment only: the thread will tell.
        let state = CardState::Reading;
        self.picture.cards.insert(card, Card { reader, atr, inserted_at: now.wall, state });
        if let Some(reader) = self.picture.readers.get_mut(&reader) {
            reader.card = Some(card);
        }
        self.look_at_owner(card);
        effects.push(self.publish(Change::CardInserted(card, reader)));
        effects.extend(self.in_sessions(Event::CardInserted(insertion(card)), now));
        self.wait_until_free(card, now);
        effects.push(Effect::OpenCard { card, reader: name });
        effects
    }

    /// A reader that was described in vain is described again, a card that was refused is opened again.
    pub(super) fn card_freed(&mut self, id: ReaderId, name: ReaderName, now: Now) -> Vec<Effect> {
        let mut effects = vec![Effect::DescribeReader { reader: id, name }];
        let Some(card) = self.picture.reader(id).and_then(|reader| reader.card) else {
            return effects;
        };
        match self.keepers.get(&card) {
            Some(Keeper::Refused) => effects.extend(self.open_again(card, now)),
            Some(Keeper::Gone) | None => drop(self.keepers.insert(card, Keeper::Gone)),
        }
        effects
    }

    /// Stays unusable until it is read.
    pub(super) fn open_again(&mut self, id: CardId, now: Now) -> Vec<Effect> {
        self.keepers.remove(&id);
        let reader = self.picture.card(id).and_then(|card| self.picture.reader(card.reader));
        let Some(reader) = reader.map(|reader| reader.name.clone()) else {
            return Vec::new();
        };
        self.wait_until_free(id, now);
        vec![Effect::CloseCard { card: id }, Effect::OpenCard { card: id, reader }]
    }

    pub(super) fn wait_until_free(&mut self, card: CardId, now: Now) {
        let deadline = now.steady + self.conditions.limits.card_is_free_within;
        self.waits.insert(Wait::Free(card), deadline);
    }

    /// Also right when there is no card.
    pub(super) fn card_removed(&mut self, reader: ReaderId, now: Now) -> Vec<Effect> {
        let in_reader = self.picture.readers.get_mut(&reader);
        let Some(card) = in_reader.and_then(|reader| reader.card.take()) else {
            return Vec::new();
        };
        let removed = Conclusion::plain(Outcome::CardRemoved);
        let record = self.record_of_end(card, &removed);
        self.picture.cards.remove(&card);
        self.waits.remove(&Wait::Free(card));
        self.waits.remove(&Wait::Answer(card));
        self.waits.remove(&Wait::Judgement(card));
        self.waits.remove(&Wait::JudgeAgain(card));
        self.judging.card_removed(card);
        self.keepers.remove(&card);
        self.owners.removed(card);
        // Nothing waits for a role to be taken back.
        let mut effects =
            self.in_sessions(Event::CardGone(insertion(card), Departure::Removed), now);
        effects.push(self.publish(Change::CardRemoved(card, reader)));
        effects.push(Effect::CloseCard { card });
        effects.extend(self.answer_all(card, &removed, now));
        effects.extend(record);
        effects
    }

    pub(super) fn on_card_report(
        &mut self,
        id: CardId,
        report: CardReport,
        now: Now,
    ) -> Vec<Effect> {
        if self.picture.card(id).is_none() {
            return Vec::new();
        }
        match report {
            CardReport::Asking => {
                let deadline = now.steady + self.conditions.limits.card_answers_within;
                self.waits.remove(&Wait::Free(id));
                self.waits.insert(Wait::Answer(id), deadline);
                Vec::new()
            }
            CardReport::Identified { identity, tries_here } => {
                let trust = self.trust_in(id, &identity.certificate);
                let is_judged = !matches!(trust, Trust::Unjudged);
                let state = identified(Known { identity, tries_here, trust });
                let mut effects = self.is_another(id, &state, now);
                effects.extend(self.card_is(id, state, now));
                if !is_judged {
                    effects.extend(self.judge(id, now));
                }
                effects
            }
            CardReport::Unusable(reason) => self.card_is(id, CardState::Unusable(reason), now),
            CardReport::Begun(order) => self.on_begun(id, order, now),
            CardReport::Attempted { order, report, tries } => {
                let mut effects = self.on_attempted(id, (order, report), tries, now);
                effects.extend(self.answers_after_all(id, now));
                effects
            }
            CardReport::Released(tries) => self.card_has(id, tries, now),
            CardReport::Kept => self.card_is_kept(id, now),
        }
    }

    /// A card that tells another identity than before, without having been out.
    fn is_another(&mut self, id: CardId, state: &CardState, now: Now) -> Vec<Effect> {
        let told = |state: &CardState| {
            let identity = &state.known()?.identity;
            Some((identity.serial.clone(), identity.certificate.der().to_vec()))
        };
        let before = self.picture.card(id).and_then(|card| told(&card.state));
        match before {
            Some(before) if told(state).as_ref() != Some(&before) => self.card_in_doubt(id, now),
            Some(_) | None => Vec::new(),
        }
    }

    /// A card that was given up as mute, and has done its work: it is read anew.
    fn answers_after_all(&mut self, id: CardId, now: Now) -> Vec<Effect> {
        match self.picture.card(id).map(|card| &card.state) {
            Some(CardState::Unusable(UnusableReason::Mute)) => self.open_again(id, now),
            _ => Vec::new(),
        }
    }

    /// Other programs keep the card from being read, or read again: one that has told who it is stays what
    /// it is.
    pub(super) fn free_is_late(&mut self, id: CardId, now: Now) -> Vec<Effect> {
        let known = self.picture.card(id).is_some_and(|card| card.state.known().is_some());
        if known {
            self.end(id, &Conclusion::plain(Outcome::Busy), now)
        } else {
            self.card_is(id, CardState::Unusable(UnusableReason::Busy), now)
        }
    }

    fn card_is_kept(&mut self, id: CardId, now: Now) -> Vec<Effect> {
        match self.keepers.insert(id, Keeper::Refused) {
            Some(Keeper::Gone) => self.open_again(id, now),
            Some(Keeper::Refused) | None => {
                self.card_is(id, CardState::Unusable(UnusableReason::Busy), now)
            }
        }
    }

    pub(super) fn card_is(&mut self, id: CardId, state: CardState, now: Now) -> Vec<Effect> {
        self.waits.remove(&Wait::Free(id));
        self.waits.remove(&Wait::Answer(id));
        let Some(mut entry) = self.picture.card_entry(id) else {
            return Vec::new();
        };
        let is_unjudged = state.is_unjudged();
        // One that other programs keep has not changed.
        let is_in_doubt =
            matches!(state, CardState::Unusable(reason) if reason != UnusableReason::Busy);
        entry.get_mut().state = state;
        let mut effects = Vec::new();
        if is_in_doubt {
            effects.extend(self.card_in_doubt(id, now));
        }
        // To everybody else it is being read until the first verdict, which is about to come.
        effects.extend((!is_unjudged).then(|| self.publish(Change::Card(id))));
        effects.extend(self.go_on(id, now));
        effects
    }

    /// A card that has told who it is has other tries left than before.
    pub(super) fn card_has(&mut self, id: CardId, tries: TriesLeft, now: Now) -> Vec<Effect> {
        let Some(mut entry) = self.picture.card_entry(id) else {
            return Vec::new();
        };
        let card = entry.get_mut();
        match &card.state {
            CardState::Ready(known) | CardState::Blocked(known) if known.tries() != tries => {
                let identity = Identity { tries: tries.card, ..known.identity.clone() };
                let (tries_here, trust) = (tries.here, known.trust.clone());
                card.state = identified(Known { identity, tries_here, trust });
                let mut effects = vec![self.publish(Change::Card(id))];
                effects.extend(self.go_on(id, now));
                effects
            }
            CardState::Reading
            | CardState::Ready(_)
            | CardState::Blocked(_)
            | CardState::Unusable(_) => Vec::new(),
        }
    }
}

fn identified(known: Known) -> CardState {
    match known.tries().fewest() {
        Tries::Blocked => CardState::Blocked(known),
        Tries::Left(_) | Tries::Verified | Tries::Untold => CardState::Ready(known),
    }
}
