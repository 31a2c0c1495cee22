//! What clients ask about sessions. A session of another desk does not exist for them.

use lanyard_dbus::{Error, Outcome, Reason};
use lanyard_session::{Desk, Event, Refusal, RoleId, Session, SessionId, Ticket};

use super::{Allowed, Waiting};
use crate::{
    engine::{
        Answer, Client, Conclusion, Effect, Engine, Now, Reply, SessionQuestion, record::caller,
    },
    guard::ROOT,
};

/// How many connections of one desk may be subscribed: twice as many as a bus lets one user have.
const SUBSCRIBERS_PER_DESK: usize = 512;

impl Engine {
    /// The session that a desk's holder is signed in with.
    pub(super) fn session_at(&self, desk: &Desk) -> Option<SessionId> {
        self.sessions.machine.session(desk).map(Session::id)
    }

    pub(in crate::engine) fn current_session(&self, client: &Client) -> Result<Answer, Error> {
        let session = match self.owners.desk_of(client) {
            Some(desk) => self.session_at(&desk),
            None if client.uid == ROOT => self.only_session(),
            None => None,
        };
        let none = || Error::NoSession("nobody is signed in on this desk".to_owned());
        session.map(Answer::Session).ok_or_else(none)
    }

    /// The only one that is shown anywhere.
    fn only_session(&self) -> Option<SessionId> {
        let machine = &self.sessions.machine;
        let shown = machine.all().filter_map(|session| machine.session(session.desk()));
        let [session] = shown.collect::<Vec<_>>()[..] else { return None };
        Some(session.id())
    }

    pub(in crate::engine) fn subscribe(&mut self, client: &Client) -> Result<Answer, Error> {
        let desk = self.owners.desk_of(client).ok_or_else(no_desk)?;
        let subscribers = &mut self.sessions.subscribers;
        let of_desk = subscribers.values().filter(|of| **of == desk).count();
        if of_desk >= SUBSCRIBERS_PER_DESK && !subscribers.contains_key(&client.name) {
            let many = format!("at most {SUBSCRIBERS_PER_DESK} connections of one desk");
            return Err(Error::TooManyRequests(many));
        }
        subscribers.insert(client.name.clone(), desk);
        Ok(Answer::Done)
    }

    pub(in crate::engine) fn unsubscribe(&mut self, client: &Client) -> Answer {
        self.sessions.subscribers.remove(&client.name);
        Answer::Done
    }

    /// Something about a session: answered now, or when what was asked for is recorded.
    pub(in crate::engine) fn of_session(
        &mut self,
        client: &Client,
        (id, question): (SessionId, SessionQuestion),
        reply: Reply,
        now: Now,
    ) -> Vec<Effect> {
        let Some(session) = self.session_for(id, client) else {
            return vec![Effect::Answer { reply, answer: Err(unknown()) }];
        };
        let caller = client.clone();
        let (answer, mut effects) = match question {
            SessionQuestion::Describe => {
                (Answer::Description(Box::new(self.sessions.described(session))), Vec::new())
            }
            SessionQuestion::HasActivity(activity) => {
                let has = self.sessions.has(session, activity);
                (Answer::Has(has), self.is_used(id, now))
            }
            SessionQuestion::SelectRole(role) => {
                return asked_by(&caller, self.choose_role(id, role, reply, now));
            }
            SessionQuestion::Ticket(audience, nonce) => {
                return self.order_ticket(id, (audience, nonce), reply, now);
            }
            SessionQuestion::Lock => (Answer::Done, self.in_sessions(Event::LockAsked(id), now)),
            SessionQuestion::End => (Answer::Done, self.in_sessions(Event::EndAsked(id), now)),
        };
        effects.push(Effect::Answer { reply, answer: Ok(answer) });
        asked_by(&caller, effects)
    }

    /// A session, for its own desk and root.
    fn session_for(&self, id: SessionId, client: &Client) -> Option<&Session<Allowed>> {
        let session = self.sessions.shown(id)?;
        let is_its_own = self.owners.desk_of(client).is_some_and(|desk| desk == *session.desk());
        (is_its_own || client.uid == ROOT).then_some(session)
    }

    fn choose_role(&mut self, id: SessionId, role: RoleId, reply: Reply, now: Now) -> Vec<Effect> {
        let wanted = self.sessions.on(Event::RoleChosen(id, role), now);
        let (ticket, refusal) = outcome_of(&wanted);
        let mut effects: Vec<_> =
            wanted.into_iter().flat_map(|wanted| self.session_effect(wanted, now)).collect();
        match (ticket, refusal) {
            (_, Some(refusal)) => {
                effects.push(Effect::Answer { reply, answer: Err(not_chosen(refusal)) });
            }
            (Some(ticket), None) => {
                self.sessions.waiting.insert(ticket, Waiting::Role(reply));
            }
            (None, None) => effects.push(Effect::Answer { reply, answer: Ok(Answer::Done) }),
        }
        effects
    }

    /// A record is on the disk, or could not be written.
    pub(in crate::engine) fn grant_recorded(
        &mut self,
        ticket: Ticket,
        is_recorded: bool,
        now: Now,
    ) -> Vec<Effect> {
        let event = if is_recorded { Event::Recorded(ticket) } else { Event::NotRecorded(ticket) };
        let mut effects = self.in_sessions(event, now);
        // What was withheld has been answered by now.
        match self.sessions.waiting.remove(&ticket) {
            Some(Waiting::SignIn(desk, requests, conclusion)) => {
                let conclusion = Conclusion { session: self.session_at(&desk), ..conclusion };
                effects.extend(self.conclude_all(requests, &conclusion, now));
            }
            Some(Waiting::Role(reply)) => {
                effects.push(Effect::Answer { reply, answer: Ok(Answer::Done) });
            }
            None => {}
        }
        effects
    }

    /// What a ticket was for is not given.
    pub(super) fn not_given(&mut self, ticket: Ticket, refusal: Refusal, now: Now) -> Vec<Effect> {
        match self.sessions.waiting.remove(&ticket) {
            Some(Waiting::SignIn(_, requests, _)) => {
                self.conclude_all(requests, &refused(refusal), now)
            }
            Some(Waiting::Role(reply)) => {
                vec![Effect::Answer { reply, answer: Err(not_chosen(refusal)) }]
            }
            None => Vec::new(),
        }
    }
}

/// Records say who asked: root may too.
fn asked_by(client: &Client, mut effects: Vec<Effect>) -> Vec<Effect> {
    for effect in &mut effects {
        if let Effect::Record(record) | Effect::Grant { record, .. } = effect {
            record.caller.get_or_insert_with(|| caller(client));
        }
    }
    effects
}

/// The ticket of what is being recorded, and why nothing is.
pub(super) fn outcome_of(wanted: &[lanyard_session::Effect]) -> (Option<Ticket>, Option<Refusal>) {
    use lanyard_session::Effect as Wanted;
    let ticket = wanted.iter().find_map(|wanted| match wanted {
        Wanted::Grant { ticket, .. } => Some(*ticket),
        _ => None,
    });
    let refusal = wanted.iter().find_map(|wanted| match wanted {
        Wanted::Refused(_, refusal) => Some(*refusal),
        _ => None,
    });
    (ticket, refusal)
}

/// How a request to sign in ends that no session comes of.
pub(super) fn refused(refusal: Refusal) -> Conclusion {
    let failed = |reason| Conclusion::because(Outcome::Failed, reason);
    match refusal {
        Refusal::CardGone => Conclusion::plain(Outcome::CardRemoved),
        Refusal::NotAtSeat => Conclusion::because(Outcome::Denied, Reason::NotAtSeat),
        Refusal::Suspended => failed(Reason::Suspended),
        Refusal::Stopping => failed(Reason::Stopping),
        Refusal::NotRecorded => failed(Reason::AuditLog),
        Refusal::Busy => Conclusion::because(Outcome::Busy, Reason::SessionBusy),
        Refusal::Locked | Refusal::NotOffered | Refusal::Overtaken => failed(Reason::Overtaken),
    }
}

fn not_chosen(refusal: Refusal) -> Error {
    let text = refusal.text().to_owned();
    match refusal {
        Refusal::Locked => Error::SessionLocked(text),
        Refusal::NotOffered => Error::NoSuchRole(text),
        Refusal::NotRecorded => Error::NotRecorded(text),
        Refusal::CardGone
        | Refusal::NotAtSeat
        | Refusal::Suspended
        | Refusal::Stopping
        | Refusal::Busy
        | Refusal::Overtaken => Error::SessionBusy(text),
    }
}

fn no_desk() -> Error {
    Error::AccessDenied("the caller sits at no desk".to_owned())
}

/// As if it were not there.
pub(super) fn unknown() -> Error {
    Error::NoSession("there is no such object".to_owned())
}
