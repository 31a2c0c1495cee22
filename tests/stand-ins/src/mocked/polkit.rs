//! polkit, played by python-dbusmock's own template.

use super::Mocked;
use crate::PrivateBus;

/// A polkit on the bus that refuses everything until something else is said.
#[derive(Debug)]
pub struct MockedPolkit(Mocked);

const NAME: &str = "org.freedesktop.PolicyKit1";
const PATH: &str = "/org/freedesktop/PolicyKit1/Authority";

impl MockedPolkit {
    /// Starts it.
    ///
    /// # Panics
    /// When python3-dbusmock is not there.
    pub async fn start(bus: &PrivateBus) -> Self {
        Self(Mocked::start(bus, "polkitd", NAME, PATH).await)
    }

    /// These actions are allowed to everybody, and no others.
    pub async fn allows(&self, actions: &[&str]) {
        self.0.play("SetAllowed", &(actions,)).await;
    }

    /// It does not answer any more.
    pub async fn hangs(&self) {
        self.0.play("SimulateHang", &(true,)).await;
    }

    /// It answers what it has not answered yet.
    pub async fn answers(&self) {
        self.0.play("ReleaseHangingCalls", &()).await;
    }
}
