//! Taking a question back when its answer is not waited for any more.

use tokio::runtime::Handle;
use zbus::{Connection, Message, message::Flags};

use super::{AUTHORITY, NAME, PATH};

/// A question on its way. Dropped before it was answered, it is taken back.
pub(super) struct Cancelling {
    connection: Connection,
    id: String,
    answered: bool,
}

impl Cancelling {
    /// A question of this name, which no other question of the connection has.
    pub(super) fn new(connection: &Connection, id: String) -> Self {
        Self { connection: connection.clone(), id, answered: false }
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn answered(mut self) {
        self.answered = true;
    }

    fn message(&self) -> zbus::Result<Message> {
        Message::method_call(PATH, "CancelCheckAuthorization")
            .destination(NAME)
            .interface(AUTHORITY)
            .with_flags(Flags::NO_REPLY_EXPECTED | Flags::NO_AUTO_START)
            .build(&(&self.id,))
    }
}

impl Drop for Cancelling {
    fn drop(&mut self) {
        if self.answered {
            return;
        }
        // Without a runtime the connection is about to end, and polkit forgets the questions of one that did.
        if let (Ok(runtime), Ok(message)) = (Handle::try_current(), self.message()) {
            let connection = self.connection.clone();
            runtime.spawn(async move {
                if let Err(error) = connection.send(&message).await {
                    tracing::debug!(%error, "a question to polkit could not be taken back");
                }
            });
        }
    }
}
