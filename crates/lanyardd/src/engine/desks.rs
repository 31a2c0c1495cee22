//! What changes at the desks: cards change hands, and what was begun at a desk ends with it.
//!
//! Nothing is told to whoever comes to the seat: prompts are withdrawn, and requests are their makers'.

use lanyard_dbus::Outcome;
use lanyard_seats::{DeskEvent, SleepId};
use lanyard_session::Event;

use super::{CardId, Conclusion, Effect, Engine, Login, Now, attempt::Attempt};

impl Engine {
    pub(super) fn on_desk(&mut self, event: &DeskEvent, now: Now) -> Vec<Effect> {
        self.owners.follow(event);
        let mut effects = self.sitting_changed(now);
        effects.extend(self.desks_changed(now));
        match event {
            DeskEvent::GoingToSleep(which) => effects.extend(self.go_to_sleep(*which, now)),
            DeskEvent::LockAsked(login) => effects.extend(self.lock_asked(login, now)),
            DeskEvent::UnlockAsked(login) => effects.extend(self.unlock_asked(login, now)),
            DeskEvent::WokenUp => effects.extend(self.in_sessions(Event::Resumed, now)),
            DeskEvent::Known(_)
            | DeskEvent::Unknown(_)
            | DeskEvent::Came(_)
            | DeskEvent::Ended(_)
            | DeskEvent::Deactivated(_)
            | DeskEvent::Activated(_)
            | DeskEvent::ScreenLocked(_)
            | DeskEvent::ScreenUnlocked(_)
            | DeskEvent::Redescribed(_) => {}
        }
        effects
    }

    /// Who sits where, or where a reader is, is another now.
    pub(super) fn desks_changed(&mut self, now: Now) -> Vec<Effect> {
        let cards: Vec<_> = self.picture.cards.keys().copied().collect();
        for card in cards {
            self.look_at_owner(card);
        }
        let mut effects = self
            .end_those(now, |engine, card, attempt| engine.may_use(&attempt.client, card).is_err());
        effects.extend(self.forget_those_gone());
        effects
    }

    pub(super) fn look_at_owner(&mut self, card: CardId) {
        let seat = self.seat_of(card).cloned();
        self.owners.look(card, seat.as_ref());
    }

    /// The machine sleeps as soon as it is told that we are ready: everything that must not outlast sleep ends here.
    fn go_to_sleep(&mut self, which: SleepId, now: Now) -> Vec<Effect> {
        let mut effects = self.in_sessions(Event::Suspending, now);
        effects.extend(self.end_those(now, |_, _, _| true));
        effects.push(Effect::ReadyToSleep(which));
        effects
    }

    /// Ends attempts whose person is not there any more.
    fn end_those(
        &mut self,
        now: Now,
        are_over: impl Fn(&Self, CardId, &Attempt) -> bool,
    ) -> Vec<Effect> {
        let attempts = self.attempts.iter();
        let over = attempts.filter(|(card, attempt)| are_over(self, **card, attempt));
        let over: Vec<_> = over.map(|(card, _)| *card).collect();
        let cancelled = Conclusion::plain(Outcome::Cancelled);
        over.into_iter().flat_map(|card| self.end(card, &cancelled, now)).collect()
    }

    /// A login session that is over has no agent and is told of nothing; its programs may live on.
    fn forget_those_gone(&mut self) -> Vec<Effect> {
        let is_over = |login: &&Login| !self.owners.is_there(login);
        let over: Vec<_> = self.agents.keys().filter(is_over).cloned().collect();
        let agents: Vec<_> = over.iter().filter_map(|login| self.agents.remove(login)).collect();
        let mut gone = self.unsubscribe_those_gone();
        gone.extend(agents.into_iter().map(|agent| agent.client));
        gone.into_iter().filter_map(|client| self.lose_interest(client)).collect()
    }
}
