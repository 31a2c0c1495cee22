//! A desktop: clients that ask, an agent, and what comes of it.

use lanyard_card::piv::Tries;
use lanyard_dbus::{Error, Outcome, Reason};
use lanyardd::engine::{
    AgentAddress, AgentReport, Answer, AttemptReport, CardId, CardReport, Client, ClientName,
    Conclusion, Effect, Entry, Event, Options, Prompt, PromptId, Question, Reply, RequestId,
    Secret, TriesLeft, request_of,
};

use crate::day::{Day, IDENTITY, identified, report};

/// A day with an agent on the desktop and a card that has told who it is.
pub(crate) fn signed_on() -> (Day, CardId) {
    let mut day = Day::new();
    day.ask("agent", Question::RegisterAgent("/agent".into())).unwrap();
    let card = day.with_card();
    day.on(report(card, identified(IDENTITY.clone())));
    (day, card)
}

pub(crate) fn client(name: &str) -> Client {
    Client::of_user(ClientName::new(name), 1000)
}

pub(crate) fn secret(passcode: &str) -> Secret {
    let mut secret = Secret::new().unwrap();
    secret.append(passcode.as_bytes()).unwrap();
    secret
}

pub(crate) fn entered(passcode: &str) -> AgentReport {
    let passcode = secret(passcode);
    AgentReport::Entered(Entry { passcode, last_try_ok: false, terms_accepted: true })
}

impl Day {
    /// The card has carried out the last order.
    pub(crate) fn attempted(
        &mut self,
        card: CardId,
        ended: AttemptReport,
        tries: Option<Tries>,
    ) -> Vec<Effect> {
        let order = self.order;
        let tries = tries.map(|card| TriesLeft { card, here: Some(3) });
        self.on(report(card, CardReport::Attempted { order, report: ended, tries }))
    }

    pub(crate) fn concluded(
        &mut self,
        card: CardId,
        outcome: Outcome,
        tries: Option<Tries>,
    ) -> Vec<Effect> {
        let conclusion = Conclusion::plain(outcome);
        self.attempted(card, AttemptReport::Concluded(conclusion), tries)
    }

    /// The card said nothing any more.
    pub(crate) fn broken_off(&mut self, card: CardId) {
        let conclusion = Conclusion::because(Outcome::Failed, Reason::NoAnswer);
        self.attempted(card, AttemptReport::Concluded(conclusion), None);
    }
}

/// What a question led to.
pub(crate) struct Asked {
    pub(crate) answer: Result<Answer, Error>,
    pub(crate) effects: Vec<Effect>,
}

impl Asked {
    pub(crate) fn unwrap(self) -> Vec<Effect> {
        self.answer.unwrap();
        self.effects
    }

    pub(crate) fn request(&self) -> RequestId {
        match self.answer {
            Ok(Answer::Request(request)) => request,
            ref other => panic!("no request: {other:?}"),
        }
    }
}

impl Day {
    pub(crate) fn ask(&mut self, client_name: &str, question: Question) -> Asked {
        self.asked_by(client(client_name), question)
    }

    pub(crate) fn asked_by(&mut self, client: Client, question: Question) -> Asked {
        let (reply, _) = Reply::new();
        let asked = Event::Asked { client, question, reply };
        let mut effects = self.on(asked);
        let at = effects.iter().position(|effect| matches!(effect, Effect::Answer { .. })).unwrap();
        match effects.remove(at) {
            Effect::Answer { answer, .. } => Asked { answer, effects },
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn authenticate(&mut self, client_name: &str, card: Option<CardId>) -> Asked {
        let options = Options::default();
        self.ask(client_name, Question::Authenticate { card, options })
    }

    pub(crate) fn outcome(&self, request: RequestId, client_name: &str) -> Option<Conclusion> {
        let client = ClientName::new(client_name);
        request_of(self.engine.picture(), request, &client)?.conclusion.clone()
    }

    pub(crate) fn agent(&mut self, prompt: PromptId, report: AgentReport) -> Vec<Effect> {
        self.on(Event::Agent { prompt, report })
    }
}

pub(crate) fn prompted(effects: &[Effect]) -> Option<(PromptId, &AgentAddress, &Prompt)> {
    effects.iter().find_map(|effect| {
        if let Effect::AskAgent { prompt, agent, what } = effect {
            Some((*prompt, agent, what))
        } else {
            None
        }
    })
}

pub(crate) fn cancelled(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::CancelAgent { .. }))
}

pub(crate) fn sent_to_card(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Attempt { .. }))
}
