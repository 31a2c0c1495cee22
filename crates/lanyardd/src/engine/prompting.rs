//! Turning to the person: at the reader's own keys or through an agent, and what comes back.

use std::{mem, sync::Arc};

use lanyard_dbus::{Outcome, Reason};
use lanyard_ledger::Purpose;
use lanyard_reader::PinPad;

use super::{
    AgentFault, AgentReport, CardId, Conclusion, Effect, Engine, Entry, Keys, Known, Now, Prompt,
    PromptId, Task, TriesLeft, Wait,
    attempt::Stage,
    entering::{Entered, Step},
    judging::Belief,
};

impl Engine {
    /// To the reader's keys where that can be, else to the agent. Nobody is asked before the first verdict on
    /// the certificate, and no keys are opened before the last.
    pub(super) fn turn_to_person(&mut self, card: CardId, known: &Known, now: Now) -> Vec<Effect> {
        let shown = known.tries();
        let keys = self.keys_for_attempt(card, shown);
        let Some(attempt) = self.attempts.get_mut(&card) else {
            return Vec::new();
        };
        let task = match (attempt.purpose, &attempt.belief, keys) {
            (Purpose::SignIn, Belief::Open, _) | (Purpose::SignIn, Belief::Likely, Some(_)) => {
                return self.judge(card, now);
            }
            (Purpose::SignIn, Belief::Sure(trusted), Some(keys)) => {
                Some(Task::SignInAtKeys(keys, trusted.clone()))
            }
            (Purpose::ChangePasscode, _, Some(keys)) => Some(Task::ChangeAtKeys(keys)),
            (_, _, None) => None,
        };
        attempt.rounds += 1;
        match (task, &attempt.agent) {
            (Some(task), _) => self.send_to_keys(card, task, shown, now),
            (None, Some(_)) => self.ask(card, Entered::Nothing, shown, false, now),
            (None, None) => {
                self.end(card, &Conclusion::because(Outcome::Failed, Reason::NoAgent), now)
            }
        }
    }

    /// The reader's keys, where this attempt may use them. The last try is risked there only by somebody who
    /// has said yes before: keys cannot ask.
    fn keys_for_attempt(&self, card: CardId, shown: TriesLeft) -> Option<PinPad> {
        let keys = self.keys_for(card)?;
        let attempt = self.attempts.get(&card)?;
        let may_be_risked = !shown.is_last() || attempt.last_try_ok;
        let are_wanted = match (attempt.keys, attempt.purpose) {
            (Keys::Usual | Keys::Wanted, Purpose::SignIn) => true,
            (Keys::Wanted, Purpose::ChangePasscode) => keys.modify.is_some(),
            (Keys::Usual, Purpose::ChangePasscode) | (Keys::NotWanted, _) => false,
        };
        (may_be_risked && are_wanted).then_some(keys)
    }

    fn send_to_keys(
        &mut self,
        card: CardId,
        task: Task,
        shown: TriesLeft,
        now: Now,
    ) -> Vec<Effect> {
        let prompt = PromptId(self.next_id());
        let what = self.prompt(card, shown, &Entered::Nothing);
        let agent = self.attempts.get(&card).and_then(|attempt| attempt.agent.clone());
        let told = agent.zip(what).map(|(agent, what)| Effect::TellAgent { prompt, agent, what });
        let shown_as = told.as_ref().map(|_| prompt);
        let mut effects = Vec::from_iter(told);
        effects.extend(self.send(card, task, shown, (shown_as, false), now));
        effects
    }

    fn ask(
        &mut self,
        card: CardId,
        entered: Entered,
        shown: TriesLeft,
        terms_accepted: bool,
        now: Now,
    ) -> Vec<Effect> {
        let prompt = PromptId(self.next_id());
        let what = self.prompt(card, shown, &entered);
        let Some((attempt, what)) = self.attempts.get_mut(&card).zip(what) else {
            return Vec::new();
        };
        attempt.stage = Stage::Asking { prompt, shown, entered, terms_accepted };
        let agent = attempt.agent.clone();
        let patience = attempt.conditions.limits.person_answers_within;
        self.waits.insert(Wait::Person(card), now.steady + patience);
        Vec::from_iter(agent.map(|agent| Effect::AskAgent { prompt, agent, what }))
    }

    /// What a person is shown.
    fn prompt(&self, card: CardId, tries: TriesLeft, entered: &Entered) -> Option<Prompt> {
        let attempt = self.attempts.get(&card)?;
        let in_reader = self.picture.card(card)?;
        let holder = in_reader.state.known().and_then(|known| known.identity.certificate.holder());
        Some(Prompt {
            card,
            reader: self.picture.reader(in_reader.reader)?.name.clone(),
            holder: holder.cloned(),
            tries,
            ask_last_try: tries.is_last() && !attempt.last_try_ok,
            purpose: entered.next(),
            conditions: Arc::clone(&attempt.conditions),
        })
    }

    /// An agent has something to tell; void unless its prompt is the one that counts.
    pub(super) fn on_agent(
        &mut self,
        prompt: PromptId,
        report: AgentReport,
        now: Now,
    ) -> Vec<Effect> {
        let counts =
            |stage: &Stage| matches!(stage, Stage::Asking { prompt: it, .. } if *it == prompt);
        let asked = self.attempts.iter().find(|(_, attempt)| counts(&attempt.stage));
        let Some(card) = asked.map(|(card, _)| *card) else {
            return Vec::new();
        };
        self.waits.remove(&Wait::Person(card));
        match report {
            AgentReport::Failed(AgentFault::Cancelled) => {
                self.end(card, &Conclusion::plain(Outcome::Cancelled), now)
            }
            AgentReport::Failed(fault) => {
                let reason = fault.reason();
                self.end(card, &Conclusion { reason, ..Conclusion::plain(Outcome::Failed) }, now)
            }
            AgentReport::Entered(entry) => self.on_entered(card, entry, now),
        }
    }

    fn on_entered(&mut self, card: CardId, entry: Entry, now: Now) -> Vec<Effect> {
        let known = self.picture.card(card).and_then(|card| card.state.known());
        let holder = known.and_then(|known| known.identity.certificate.holder()).cloned();
        let Some(attempt) = self.attempts.get_mut(&card) else {
            return Vec::new();
        };
        let stage = mem::replace(&mut attempt.stage, Stage::Reading);
        let Stage::Asking { shown, entered, terms_accepted: before, .. } = stage else {
            return Vec::new();
        };
        // A yes counts for what was asked.
        attempt.last_try_ok |= entry.last_try_ok && shown.is_last();
        if shown.is_last() && !attempt.last_try_ok {
            let reason = Reason::LastTryNotConfirmed;
            return self.end(card, &Conclusion::because(Outcome::Cancelled, reason), now);
        }
        let terms = before || entry.terms_accepted;
        let rules = attempt.conditions.rules;
        match entered.take(entry.passcode, attempt.purpose, &rules, holder.as_ref()) {
            Ok(Step::More(entered)) => self.ask(card, entered, shown, terms, now),
            Ok(Step::SignIn(passcode)) => {
                attempt.stage = Stage::Entered { passcode, shown, terms_accepted: terms };
                self.send_entered(card, now)
            }
            Ok(Step::Change(current, new)) => {
                self.send(card, Task::Change { current, new }, shown, (None, terms), now)
            }
            Err(reason) => {
                let tries_left = shown.told();
                let wrong = Conclusion::because(Outcome::WrongFormat, reason);
                self.end(card, &Conclusion { tries_left, ..wrong }, now)
            }
        }
    }

    /// Sends what the person has entered, once the certificate is believed.
    pub(super) fn send_entered(&mut self, card: CardId, now: Now) -> Vec<Effect> {
        let Some(attempt) = self.attempts.get_mut(&card) else {
            return Vec::new();
        };
        let Belief::Sure(trusted) = &attempt.belief else {
            return self.judge(card, now);
        };
        let trusted = trusted.clone();
        match mem::replace(&mut attempt.stage, Stage::Reading) {
            Stage::Entered { passcode, shown, terms_accepted } => {
                let task = Task::SignIn(passcode, trusted);
                self.send(card, task, shown, (None, terms_accepted), now)
            }
            other => {
                attempt.stage = other;
                Vec::new()
            }
        }
    }
}
