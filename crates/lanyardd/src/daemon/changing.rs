//! Settings that become others while the daemon runs: handed to the engine and to those who show them, between two
//! events.

use std::sync::Arc;

use lanyard_settings::Settings;
use tokio::sync::oneshot;

use super::{Daemon, DaemonError, starting};
use crate::{engine::Event, status};

/// What came of reading the settings again, and who hears that it is done.
#[derive(Debug)]
pub struct Change {
    /// All that shall hold from now on; none when nothing changes. Those that are handed to threads and files when the
    /// daemon starts are what they were.
    pub settings: Option<Box<Settings>>,
    /// Why they stay as they are although they were to be others, for whoever asks how the daemon is.
    pub held_back: Option<String>,
    /// Told when it is done.
    pub taken: oneshot::Sender<()>,
}

impl Daemon {
    /// Other settings hold: nothing is done by half of them, because nothing is taken in meanwhile.
    pub(super) async fn hold_by(
        &mut self,
        Change { settings, held_back, taken }: Change,
    ) -> Result<(), DaemonError> {
        if let Some(settings) = settings {
            self.go_by(&settings).await?;
        }
        self.held_back = held_back;
        status::is(&self.summary());
        // Whoever asked for it may have gone.
        let _ = taken.send(());
        Ok(())
    }

    async fn go_by(&mut self, settings: &Settings) -> Result<(), DaemonError> {
        self.cards.records.name_holders(settings.log.uuids);
        self.publisher.profiles_are(settings.profiles.told());
        let conditions = Arc::new(starting::conditions(settings)?);
        let sessions = Box::new(settings.sessions());
        self.take_in(Event::SettingsTaken { conditions, sessions }).await
    }
}
