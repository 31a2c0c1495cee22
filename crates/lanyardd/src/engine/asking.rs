//! Clients that ask: agents come and go, requests are made, cancelled, concluded and forgotten.

use lanyard_dbus::{Error, Outcome, Reason};
use lanyard_ledger::Purpose;

use super::{
    AgentAddress, Answer, CardId, Change, Client, ClientName, Conclusion, Effect, Engine, Now,
    Personal, Question, Reply, RequestId, Wait, attempt::Attempt,
};
use crate::guard::Admitted;

impl Engine {
    pub(super) fn on_asked(
        &mut self,
        client: Client,
        question: Question,
        reply: Reply,
        now: Now,
    ) -> Vec<Effect> {
        let client = self.owners.now(client);
        let admitted = match self.admit_to(&question, &client) {
            Ok(admitted) => admitted,
            Err(denied) => return vec![Effect::Answer { reply, answer: Err(denied) }],
        };
        let nothing_else = |answer| (answer, Vec::new(), Vec::new());
        let (answer, mut before, after) = match question {
            Question::RegisterAgent(path) => {
                let agent = AgentAddress { client: client.name.clone(), path };
                nothing_else(self.register_agent(&client, agent))
            }
            Question::UnregisterAgent(path) => {
                let agent = AgentAddress { client: client.name.clone(), path };
                nothing_else(self.unregister_agent(&agent))
            }
            Question::HasAgent => nothing_else(Ok(Answer::Has(self.has_agent(&client)))),
            Question::Cancel(request) => self.cancel(&client, request, now),
            Question::Authenticate { card, options } => {
                self.request(&client, card, (Purpose::SignIn, options), now)
            }
            Question::ChangePasscode { card, options } => {
                self.request(&client, Some(card), (Purpose::ChangePasscode, options), now)
            }
            Question::Describe(card) => nothing_else(self.description(card, admitted)),
            Question::Release(card) => return self.release(card, client, reply),
            Question::Metrics => return vec![Effect::TellMetrics(reply)],
            Question::CurrentSession => nothing_else(self.current_session(&client)),
            Question::Subscribe => nothing_else(self.subscribe(&client)),
            Question::Unsubscribe => nothing_else(Ok(self.unsubscribe(&client))),
            Question::OfSession(session, question) => {
                return self.of_session(&client, (session, question), reply, now);
            }
        };
        if self.has_interest(&client.name) && self.watched.insert(client.name.clone()) {
            before.insert(0, Effect::WatchClient(client.name.clone()));
        }
        before.push(Effect::Answer { reply, answer });
        before.extend(after);
        before.extend(self.lose_interest(client.name));
        before
    }

    fn register_agent(&mut self, client: &Client, agent: AgentAddress) -> Result<Answer, Error> {
        if self.agents.contains_key(&client.login()) {
            return Err(Error::AgentExists("this desktop has a passcode agent already".to_owned()));
        }
        self.agents.insert(client.login(), agent);
        Ok(Answer::Done)
    }

    fn has_agent(&self, client: &Client) -> bool {
        self.agents.contains_key(&client.login())
    }

    fn unregister_agent(&mut self, agent: &AgentAddress) -> Result<Answer, Error> {
        let registered = self.agents.iter().find(|(_, registered)| *registered == agent);
        match registered.map(|(login, _)| login.clone()) {
            Some(login) => {
                self.agents.remove(&login);
                Ok(Answer::Done)
            }
            None => Err(Error::NoSuchAgent("it was not registered by you".to_owned())),
        }
    }

    fn description(&self, card: CardId, admitted: Admitted) -> Result<Answer, Error> {
        match Personal::of(&self.picture, admitted).describe(card) {
            Some(Some(description)) => Ok(Answer::Card(Box::new(description))),
            Some(None) => Err(Error::NotIdentified("the card has not told whose it is".to_owned())),
            None => Err(Error::CardRemoved("the card was taken out".to_owned())),
        }
    }

    /// Answered by whoever carries it out.
    fn release(&self, card: CardId, client: Client, reply: Reply) -> Vec<Effect> {
        match self.picture.card(card).map(|card| card.state.known()) {
            Some(Some(_)) => vec![Effect::Release { card, client, reply }],
            Some(None) => {
                let unknown = "the card has not told which one it is".to_owned();
                vec![Effect::Answer { reply, answer: Err(Error::NotIdentified(unknown)) }]
            }
            None => vec![Effect::Answer { reply, answer: Err(no_such_card()) }],
        }
    }

    fn cancel(
        &mut self,
        client: &Client,
        id: RequestId,
        now: Now,
    ) -> (Result<Answer, Error>, Vec<Effect>, Vec<Effect>) {
        let request = self.picture.requests.get(&id);
        match request {
            Some(request) if request.client.name == client.name => {
                let is_open = request.conclusion.is_none();
                let mut effects = self.leave(id, now);
                if is_open {
                    effects.extend(self.conclude(id, Conclusion::plain(Outcome::Cancelled), now));
                }
                (Ok(Answer::Done), effects, Vec::new())
            }
            Some(_) | None => {
                let denied = Error::AccessDenied("the request is somebody else's".to_owned());
                (Err(denied), Vec::new(), Vec::new())
            }
        }
    }

    /// A request has its outcome: told once, readable for a while.
    pub(super) fn conclude(
        &mut self,
        id: RequestId,
        conclusion: Conclusion,
        now: Now,
    ) -> Vec<Effect> {
        match self.picture.requests.get_mut(&id) {
            Some(request) if request.conclusion.is_none() => {
                request.conclusion = Some(conclusion);
                self.waits.insert(
                    Wait::Forget(id),
                    now.steady + self.conditions.limits.outcome_is_kept_for,
                );
                vec![self.publish(Change::RequestCompleted(id))]
            }
            Some(_) | None => Vec::new(),
        }
    }

    /// A request has been readable long enough, or nobody is there to read it.
    pub(super) fn forget(&mut self, id: RequestId) -> Vec<Effect> {
        self.waits.remove(&Wait::Forget(id));
        let Some(request) = self.picture.requests.remove(&id) else {
            return Vec::new();
        };
        let mut effects = vec![self.publish(Change::RequestForgotten(id))];
        effects.extend(self.lose_interest(request.client.name));
        effects
    }

    /// Whether a client's leaving matters.
    fn has_interest(&self, client: &ClientName) -> bool {
        let has_request =
            self.picture.requests.values().any(|request| request.client.name == *client);
        let is_agent = self.agents.values().any(|agent| agent.client == *client);
        has_request || is_agent || self.sessions.is_subscribed(client)
    }

    /// A client that has nothing with us any more need not be watched.
    pub(super) fn lose_interest(&mut self, client: ClientName) -> Option<Effect> {
        let is_over = !self.has_interest(&client) && self.watched.remove(&client);
        is_over.then_some(Effect::UnwatchClient(client))
    }

    /// A client left the bus: its requests, its agents and their prompts go with it.
    pub(super) fn client_left(&mut self, client: &ClientName, now: Now) -> Vec<Effect> {
        self.agents.retain(|_, agent| agent.client != *client);
        let asks =
            |attempt: &Attempt| attempt.agent.as_ref().is_some_and(|agent| agent.client == *client);
        let asked = self.attempts.iter().filter(|(_, attempt)| asks(attempt));
        let asked: Vec<_> = asked.map(|(card, _)| *card).collect();
        let gone = Conclusion::because(Outcome::Failed, Reason::AgentGone);
        self.sessions.leaves(client);
        let mut effects = Vec::new();
        for card in asked {
            effects.extend(self.agent_left(card, &gone, now));
        }
        let requests =
            self.picture.requests.iter().filter(|(_, request)| request.client.name == *client);
        let requests: Vec<_> = requests.map(|(id, _)| *id).collect();
        for id in requests {
            effects.extend(self.leave(id, now));
            effects.extend(self.forget(id));
        }
        effects.extend(self.lose_interest(client.clone()));
        effects
    }
}

pub(super) fn no_such_card() -> Error {
    Error::NoSuchCard("there is no such card".to_owned())
}
