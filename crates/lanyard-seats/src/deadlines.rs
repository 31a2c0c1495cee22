//! How long is waited for whom, in one place.

use std::time::Duration;

/// How long is waited. Everything that is later has a name of its own, and never counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// For the bus itself.
    pub bus: Duration,
    /// For one answer of logind.
    pub logind: Duration,
    /// For polkit, when nobody is asked.
    pub polkit: Duration,
    /// For polkit, when a person may be asked.
    pub person: Duration,
    /// For [`Desks::ready_to_sleep`](crate::Desks::ready_to_sleep). Shorter than logind's own patience, which is 5 s
    /// (`InhibitDelayMaxSec`, logind.conf(5)).
    pub sleep: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            bus: Duration::from_secs(1),
            logind: Duration::from_secs(2),
            polkit: Duration::from_secs(5),
            person: Duration::from_secs(120),
            sleep: Duration::from_secs(3),
        }
    }
}
