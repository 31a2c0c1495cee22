//! What clients ask of the engine, and what they are answered at once. How a request ends is told later.

use std::sync::Arc;

use lanyard_dbus::{CardDescription, Error};
use lanyard_roles::Activity;
use lanyard_session::{RoleId, SessionId};
use lanyard_ticket::{Audience, Nonce};
use tokio::sync::oneshot;

use super::{AgentAddress, CardId, Described, Keys, RequestId};

/// What a client asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Let the holder of a card prove who they are.
    Authenticate {
        /// The card; `None` for the only one that can be used.
        card: Option<CardId>,
        /// How.
        options: Options,
    },
    /// Let the holder of a card change its passcode.
    ChangePasscode {
        /// The card.
        card: CardId,
        /// How.
        options: Options,
    },
    /// Say whose a card is.
    Describe(CardId),
    /// Give a card its tries at this workstation back.
    Release(CardId),
    /// Make this object the passcode agent of the client's desktop.
    RegisterAgent(Arc<str>),
    /// Take that back.
    UnregisterAgent(Arc<str>),
    /// Whether the client's desktop has a passcode agent.
    HasAgent,
    /// End the client's interest in a request.
    Cancel(RequestId),
    /// The session of the client's desk.
    CurrentSession,
    /// Tell this client of its desk's sessions.
    Subscribe,
    /// Take that back.
    Unsubscribe,
    /// What is counted and timed.
    Metrics,
    /// Something about a session, which answers to its own desk alone.
    OfSession(SessionId, SessionQuestion),
}

/// What is asked of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionQuestion {
    /// Everything about it.
    Describe,
    /// Take this role.
    SelectRole(RoleId),
    /// Whether this may be done in it now.
    HasActivity(Activity),
    /// A ticket for this server, with what it drew for it.
    Ticket(Audience, Nonce),
    /// Lock it.
    Lock,
    /// End it.
    End,
}

/// How somebody wants to be authenticated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// An agent for this request alone.
    pub agent: Option<AgentAddress>,
    /// The holder has already said yes to risking the last try.
    pub last_try_ok: bool,
    /// Whether the reader's own keys are wanted.
    pub keys: Keys,
    /// The holder is to be asked although she is signed in.
    pub fresh: bool,
    /// What a server wants the card to sign. Nobody who is signed in already can give it that.
    pub server_challenge: Option<Nonce>,
}

/// What a client is answered at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is done.
    Done,
    /// A request was made.
    Request(RequestId),
    /// The session.
    Session(SessionId),
    /// Everything about a session.
    Description(Box<Described>),
    /// Yes or no.
    Has(bool),
    /// A ticket, as a server takes it.
    Ticket(String),
    /// What is counted and timed, as Prometheus reads it.
    Metrics(String),
    /// Whose the card is.
    Card(Box<CardDescription>),
}

/// The way back to a client that asked. It may have gone: then nobody hears the answer.
#[derive(Debug)]
pub struct Reply(oneshot::Sender<Result<Answer, Error>>);

impl Options {
    /// Whether the card must be proved, whoever is signed in already.
    pub(super) const fn want_proof(&self) -> bool {
        self.fresh || self.server_challenge.is_some()
    }
}

impl Reply {
    /// A way back, and its other end.
    pub fn new() -> (Self, oneshot::Receiver<Result<Answer, Error>>) {
        let (sender, receiver) = oneshot::channel();
        (Self(sender), receiver)
    }

    /// Whether somebody still waits for the answer.
    pub(crate) fn is_wanted(&self) -> bool {
        !self.0.is_closed()
    }

    /// Answers.
    pub(crate) fn send(self, answer: Result<Answer, Error>) {
        // The client may have gone.
        let _ = self.0.send(answer);
    }
}
