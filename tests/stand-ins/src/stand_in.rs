//! A service that answers each call as a test says: also not at all, or with nonsense.

use futures_util::StreamExt;
use serde::Serialize;
use zbus::{
    Connection, DynamicType, Message, MessageStream, message::Type, names::OwnedUniqueName,
};

use crate::PrivateBus;

/// A service on the bus. Gone from it when dropped.
#[derive(Debug)]
pub struct StandIn {
    connection: Connection,
    answering: tokio::task::JoinHandle<()>,
}

/// What a call is answered with.
#[derive(Debug)]
pub enum Answer {
    /// This.
    Reply(Message),
    /// Nothing at all.
    Silence,
}

impl Answer {
    /// A reply with this body.
    ///
    /// # Panics
    /// When the body cannot be sent.
    pub fn with<B: Serialize + DynamicType>(call: &Message, body: &B) -> Self {
        Self::Reply(Message::method_return(&call.header()).build(body).unwrap())
    }

    /// An error of this name.
    ///
    /// # Panics
    /// When it is no name.
    pub fn error(call: &Message, name: &str) -> Self {
        let error = Message::error(&call.header(), name);
        Self::Reply(error.build(&("as the test says",)).unwrap())
    }
}

impl StandIn {
    /// Takes a name on the bus, and answers from then on.
    ///
    /// # Panics
    /// When somebody else has the name.
    pub async fn start(
        bus: &PrivateBus,
        name: &str,
        mut answer: impl FnMut(&str, &Message) -> Answer + Send + 'static,
    ) -> Self {
        let connection = bus.connect().await;
        let mut messages = MessageStream::from(&connection);
        let replies = connection.clone();
        let answering = tokio::spawn(async move {
            while let Some(Ok(message)) = messages.next().await {
                if message.message_type() != Type::MethodCall {
                    continue;
                }
                let header = message.header();
                let Some(member) = header.member() else { continue };
                if let Answer::Reply(reply) = answer(member.as_str(), &message) {
                    // Whoever asked may have left.
                    let _ = replies.send(&reply).await;
                }
            }
        });
        connection.request_name(name).await.unwrap();
        Self { connection, answering }
    }

    /// Its connection, to say things from.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Its name that nobody else has.
    ///
    /// # Panics
    /// Never on a bus.
    pub fn unique_name(&self) -> &OwnedUniqueName {
        self.connection.unique_name().unwrap()
    }

    /// Says something to everybody.
    ///
    /// # Panics
    /// When it cannot be said.
    pub async fn say<B>(&self, path: &str, interface: &str, member: &str, body: &B)
    where
        B: Serialize + DynamicType,
    {
        let to_all = None::<&str>;
        self.connection.emit_signal(to_all, path, interface, member, body).await.unwrap();
    }

    /// Leaves the bus.
    ///
    /// # Panics
    /// When the connection does not close.
    pub async fn leave(self) {
        self.answering.abort();
        self.connection.clone().close().await.unwrap();
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.answering.abort();
    }
}
