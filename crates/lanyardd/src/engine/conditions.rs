//! What a site lays down for its cards and the people who are asked at them, as long as it does.
//!
//! It may be another while the daemon runs. An attempt keeps the conditions under which it began, so that nobody is
//! shown one thing and held to another.

use std::{sync::Arc, time::Duration};

use lanyard_settings::{SiteRules, Terms};

use super::{Effect, Engine, Now};

/// The conditions of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conditions {
    /// How long who is waited for.
    pub limits: Limits,
    /// What passcodes look like, and whether readers' own keys are used.
    pub rules: SiteRules,
    /// What people accept by entering one.
    pub terms: Terms,
}

/// How long the engine waits for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For a card to tell who it is, once it is being asked.
    pub card_answers_within: Duration,
    /// For other programs to let us talk to the card.
    pub card_is_free_within: Duration,
    /// For a certificate to be judged.
    pub judged_within: Duration,
    /// For a person to answer a prompt.
    pub person_answers_within: Duration,
    /// For a client to read how its request ended.
    pub outcome_is_kept_for: Duration,
}

impl Engine {
    /// Other settings hold. Sessions that are open have their limits by them at once: one that has been idle for longer
    /// than it may be now ends now.
    pub(super) fn on_settings(
        &mut self,
        conditions: Arc<Conditions>,
        sessions: lanyard_session::Settings,
        now: Now,
    ) -> Vec<Effect> {
        self.conditions = conditions;
        self.sessions.hold_by(sessions);
        self.in_sessions(lanyard_session::Event::DeadlineReached, now)
    }
}
