//! What an administrator may grant by polkit: the actions of `org.lanyard.policy`.

/// An action that polkit is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Signing in with a card, and changing its passcode.
    Authenticate,
    /// Releasing a card that was blocked on this machine.
    ManageCard,
    /// Reading who signed in when.
    ReadAudit,
    /// Reading what the daemon counts and times.
    ReadMetrics,
}

impl Action {
    /// Every action. A test compares them with the policy file.
    pub const ALL: [Self; 4] =
        [Self::Authenticate, Self::ManageCard, Self::ReadAudit, Self::ReadMetrics];

    /// Its name in polkit's files and rules.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Authenticate => "org.lanyard.authenticate",
            Self::ManageCard => "org.lanyard.manage-card",
            Self::ReadAudit => "org.lanyard.read-audit",
            Self::ReadMetrics => "org.lanyard.read-metrics",
        }
    }
}
