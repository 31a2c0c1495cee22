//! What a card's thread is asked to do with a passcode, once everything about it has been asked.

use std::{sync::Arc, time::Duration};

use lanyard_card::{Passcode, RepeatedPasscode};
use lanyard_ledger::Purpose;
use lanyard_reader::PinPad;
use lanyard_ticket::Nonce;

use super::{Client, Conditions, OrderId, TriesLeft, Trusted};

/// One attempt at a card: one passcode, sent once.
#[derive(Debug)]
pub struct Order {
    /// Its number.
    pub id: OrderId,
    /// What is to be done.
    pub task: Task,
    /// Tries left that the person was shown.
    pub shown: TriesLeft,
    /// The person said yes to risking the last try.
    pub last_try_ok: bool,
    /// The person accepted the terms.
    pub terms_accepted: bool,
    /// What held when it was begun.
    pub conditions: Arc<Conditions>,
    /// What a server wants the card to sign when somebody signs in.
    pub server_challenge: Option<Nonce>,
    /// Who is to be answered, the first who asked before the others.
    pub clients: Vec<Client>,
}

/// What a passcode is for, and where it comes from.
#[derive(Debug)]
pub enum Task {
    /// Have it verified, and the key of this certificate proved.
    SignIn(Passcode, Trusted),
    /// The same, with a passcode entered at the reader's keys.
    SignInAtKeys(PinPad, Trusted),
    /// Have it replaced.
    Change {
        /// The current one.
        current: Passcode,
        /// The one that is to replace it.
        new: RepeatedPasscode,
    },
    /// The same, with passcodes entered at the reader's keys.
    ChangeAtKeys(PinPad),
}

/// Whether a request wants the reader's own keys used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keys {
    /// For signing in, where there are some. A change needs the rules for new passcodes, which keys do not
    /// know.
    #[default]
    Usual,
    /// For a change too.
    Wanted,
    /// The agent shall ask all the same.
    NotWanted,
}

/// How long a reader waits for one entry at its keys: what its crate asks for, and a little more.
const ENTRY_AT_KEYS: Duration = Duration::from_secs(32);

impl Task {
    /// How long a person may keep the card waiting, once it has this task.
    pub(super) const fn person_takes(&self) -> Duration {
        match self {
            Self::SignIn(..) | Self::Change { .. } => Duration::ZERO,
            Self::SignInAtKeys(..) => ENTRY_AT_KEYS,
            // The current passcode, the new one, the new one again.
            Self::ChangeAtKeys(_) => ENTRY_AT_KEYS.saturating_mul(3),
        }
    }

    /// The judgement that signing in rests on.
    pub const fn trusted(&self) -> Option<&Trusted> {
        match self {
            Self::SignIn(_, trusted) | Self::SignInAtKeys(_, trusted) => Some(trusted),
            Self::Change { .. } | Self::ChangeAtKeys(_) => None,
        }
    }

    /// What the passcode is for.
    pub const fn purpose(&self) -> Purpose {
        match self {
            Self::SignIn(..) | Self::SignInAtKeys(..) => Purpose::SignIn,
            Self::Change { .. } | Self::ChangeAtKeys(_) => Purpose::ChangePasscode,
        }
    }
}
