//! Requests: what a client asked for and a person has to answer.

use std::collections::BTreeMap;

use lanyard_dbus::{Outcome, Reason, RequestState};
use lanyard_ledger::Purpose;
use lanyard_session::SessionId;
use lanyard_trust::Expiry;

use super::{CardId, Client, RequestId};

/// A request, from its making until 60 s after its completion.
#[derive(Clone, Debug)]
pub struct Request {
    /// Whose it is: nobody else hears of it.
    pub client: Client,
    /// What it is for.
    pub purpose: Purpose,
    /// The card that it came to, if it came to one.
    pub card: Option<CardId>,
    /// How it ended, once it has.
    pub conclusion: Option<Conclusion>,
}

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conclusion {
    /// In a word.
    pub outcome: Outcome,
    /// Tries left, where the card had a part in it and told.
    pub tries_left: Option<u8>,
    /// Why, when the outcome does not say it all.
    pub reason: Option<Reason>,
    /// Cards to choose from.
    pub cards: Vec<CardId>,
    /// The session that came of it.
    pub session: Option<SessionId>,
    /// How long the certificate lasts that was signed in with.
    pub expiry: Option<Expiry>,
}

/// All requests that are still readable.
pub(super) type Requests = BTreeMap<RequestId, Request>;

impl Request {
    /// How far it is.
    pub const fn state(&self) -> RequestState {
        match self.conclusion {
            None => RequestState::Waiting,
            Some(_) => RequestState::Completed,
        }
    }
}

impl Conclusion {
    /// An outcome that says it all.
    pub const fn plain(outcome: Outcome) -> Self {
        Self {
            outcome,
            tries_left: None,
            reason: None,
            cards: Vec::new(),
            session: None,
            expiry: None,
        }
    }

    /// An outcome with its reason.
    pub fn because(outcome: Outcome, reason: Reason) -> Self {
        Self { reason: Some(reason), ..Self::plain(outcome) }
    }

    /// An outcome in which the card had a part.
    pub fn with_tries(outcome: Outcome, tries_left: Option<u8>) -> Self {
        Self { tries_left, ..Self::plain(outcome) }
    }
}
