//! What a site decides about sessions. The defaults are the careful ones.

use std::{collections::BTreeSet, time::Duration};

use crate::Organisation;

/// The rules of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// When the card leaves, and when in doubt about it.
    pub on_removal: OnRemoval,
    /// When another user comes to the desk.
    pub on_switch: OnSwitch,
    /// Whether the passcode is asked again after the screen was locked.
    pub reverify_after_unlock: Reverify,
    /// As long as a session may last, whatever happens in it. More than zero.
    pub max_session: Duration,
    /// As long as nobody may do anything in a session that is not locked. More than zero; none for ever.
    pub idle_limit: Option<Duration>,
    /// After so long without activity a card that is in counts as unattended. More than zero; none never.
    pub unattended_after: Option<Duration>,
    /// As long as a record may take; after that what it was to give is not given. More than zero.
    pub recorded_within: Duration,
    /// The site's own organisations; with none named, every organisation is the site's.
    pub organisations: BTreeSet<Organisation>,
    /// What becomes of roles at others.
    pub elsewhere: Elsewhere,
}

/// What the removal of the card does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnRemoval {
    /// It ends the session. So do doubt and suspending.
    #[default]
    End,
    /// It locks the session until the same card is proved again. So do doubt and suspending.
    Lock,
    /// It does nothing: the card was needed for signing in alone. Doubt and suspending lock the session.
    Keep,
}

/// What becomes of the session of a user who leaves the seat to another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnSwitch {
    /// It is locked until the same card is proved again.
    #[default]
    Lock,
    /// It ends.
    End,
}

/// What is asked after the screen was locked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reverify {
    /// Nothing: who could unlock the screen goes on.
    #[default]
    No,
    /// The same card is proved again.
    Yes,
}

/// What becomes of roles at organisations that are not the site's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Elsewhere {
    /// They are offered, apart from the others, and never taken automatically.
    #[default]
    Apart,
    /// They are not offered.
    Hidden,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            on_removal: OnRemoval::default(),
            on_switch: OnSwitch::default(),
            reverify_after_unlock: Reverify::default(),
            max_session: Duration::from_secs(10 * 60 * 60),
            idle_limit: None,
            unattended_after: Some(Duration::from_secs(15 * 60)),
            recorded_within: Duration::from_secs(10),
            organisations: BTreeSet::new(),
            elsewhere: Elsewhere::default(),
        }
    }
}
