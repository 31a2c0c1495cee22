//! What a site allows at its cards: how passcodes look, and whether readers' own keys are used.

use lanyard_card::{Dates, Rules};

/// What a site allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SiteRules {
    /// What a passcode that is to be verified looks like.
    pub verifying: Rules,
    /// What a new passcode looks like.
    pub setting: Rules,
    /// Whether a new passcode may be a date.
    pub dates: Dates,
    /// Whether readers' own keys are used.
    pub pin_pads: PinPads,
}

/// Whether readers' own keys are used where there are some.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PinPads {
    /// Unless a request wants the agent.
    #[default]
    Used,
    /// Never.
    Off,
}

impl Default for SiteRules {
    fn default() -> Self {
        Self {
            verifying: Rules::VERIFYING,
            setting: Rules::SETTING,
            dates: Dates::default(),
            pin_pads: PinPads::default(),
        }
    }
}
