//! Passcodes that a site's settings make impossible: none that a card could take, or new ones that this
//! workstation would never send again.

use lanyard_card::{Characters, ImpossibleRules, Rules};

use super::Passcode;

/// Why the settings of passcodes are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongPasscodes {
    /// No card could take one.
    #[error(transparent)]
    Impossible(#[from] ImpossibleRules),
    /// A new passcode may be too short to be sent.
    #[error(
        "new-shortest is at least shortest, {shortest}, not {new_shortest}: a new passcode that is shorter \
         would never be sent"
    )]
    NewTooShort {
        /// `shortest`
        shortest: usize,
        /// `new-shortest`
        new_shortest: usize,
    },
    /// A new passcode may be too long to be sent.
    #[error(
        "new-longest is at most longest, {longest}, not {new_longest}: a new passcode that is longer would \
         never be sent"
    )]
    NewTooLong {
        /// `longest`
        longest: usize,
        /// `new-longest`
        new_longest: usize,
    },
    /// A new passcode may be made of what is not sent.
    #[error(
        "new-characters is \"digits\" where characters is: a new passcode with letters would never be sent"
    )]
    NewWithLetters,
}

impl WrongPasscodes {
    /// The settings that it is about, the one to look at first.
    pub(super) const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Impossible(_) => &["shortest", "longest", "characters"],
            Self::NewTooShort { .. } => &["new-shortest", "shortest"],
            Self::NewTooLong { .. } => &["new-longest", "longest"],
            Self::NewWithLetters => &["new-characters", "characters"],
        }
    }
}

impl Passcode {
    /// What is sent to a card, and what may be chosen anew, all of which can be sent.
    pub(super) fn rules(&self) -> Result<(Rules, Rules), WrongPasscodes> {
        let Self { shortest, longest, characters, .. } = *self;
        let Self { new_shortest, new_longest, new_characters, .. } = *self;
        let verifying = Rules::new(shortest, longest, characters)?;
        let setting = Rules::new(new_shortest, new_longest, new_characters)?;
        if new_shortest < shortest {
            return Err(WrongPasscodes::NewTooShort { shortest, new_shortest });
        }
        if new_longest > longest {
            return Err(WrongPasscodes::NewTooLong { longest, new_longest });
        }
        match (characters, new_characters) {
            (Characters::Digits, Characters::LettersAndDigits) => {
                Err(WrongPasscodes::NewWithLetters)
            }
            (Characters::Digits, Characters::Digits)
            | (Characters::LettersAndDigits, Characters::Digits | Characters::LettersAndDigits) => {
                Ok((verifying, setting))
            }
        }
    }
}
