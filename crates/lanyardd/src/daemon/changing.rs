//! Settings that become others while the daemon runs: handed to the engine and to those who show them, between two
//! events.

use std::sync::Arc;

use lanyard_settings::Settings;
use tokio::sync::oneshot;

use super::{Daemon, DaemonError, starting};
use crate::engine::Event;

/// Settings that shall hold from now on, and who hears that they do.
#[derive(Debug)]
pub struct Change {
    /// All of them. Those that are handed to threads and files when the daemon starts are what they were.
    pub settings: Box<Settings>,
    /// Told when they hold.
    pub taken: oneshot::Sender<()>,
}

impl Daemon {
    /// Other settings hold: nothing is done by half of them, because nothing is taken in meanwhile.
    pub(super) async fn hold_by(
        &mut self,
        Change { settings, taken }: Change,
    ) -> Result<(), DaemonError> {
        self.cards.records.name_holders(settings.log.uuids);
        self.publisher.profiles_are(settings.profiles.told());
        let conditions = Arc::new(starting::conditions(&settings)?);
        let sessions = Box::new(settings.sessions());
        self.take_in(Event::SettingsTaken { conditions, sessions }).await?;
        // Whoever asked for it may have gone.
        let _ = taken.send(());
        Ok(())
    }
}
