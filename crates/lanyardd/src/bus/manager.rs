//! `org.lanyard.Lanyard1.Manager`, at the root of all objects.

use lanyard_dbus::PcscState;
use zbus::{OwnedObjectPath, interface, object_server::SignalEmitter};

use super::Published;
use crate::engine::Public;

#[derive(Debug)]
pub(super) struct ManagerObject {
    published: Published,
}

impl ManagerObject {
    pub(super) const fn new(published: Published) -> Self {
        Self { published }
    }

    fn state(&self) -> PcscState {
        Public::of(&self.published.borrow()).pcsc_state()
    }
}

#[interface(name = "org.lanyard.Lanyard1.Manager", introspection_docs = false)]
impl ManagerObject {
    #[expect(clippy::unused_self, reason = "a property belongs to an object")]
    #[zbus(property(emits_changed_signal = "const"))]
    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    #[zbus(property)]
    fn pcsc_state(&self) -> &'static str {
        self.state().as_str()
    }

    #[zbus(signal)]
    pub(super) async fn card_inserted(
        emitter: &SignalEmitter<'_>,
        card: OwnedObjectPath,
        reader: OwnedObjectPath,
    ) -> zbus::Result<()>;

    #[zbus(signal)]
    pub(super) async fn card_removed(
        emitter: &SignalEmitter<'_>,
        card: OwnedObjectPath,
        reader: OwnedObjectPath,
    ) -> zbus::Result<()>;
}
