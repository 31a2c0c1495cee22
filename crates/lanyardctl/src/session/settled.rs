//! Waiting until it is known in which role a holder who has just signed in works, or that there is a choice.

use std::time::Duration;

use futures_util::StreamExt;
use lanyard_dbus::{ManagerProxy, SessionDescription};
use lanyard_session::State;
use tokio::time::timeout;
use zbus::{Connection, Message, MessageStream, message::Type, names::MemberName};

use super::{Current, current};
use crate::{Failure, connection::daemon_owns};

/// The directory has 2 s by default; after this what is known is told.
const PATIENCE: Duration = Duration::from_secs(10);

/// Signals of a session that change what [`settled`] waits for.
const NEWS: [&str; 4] = ["RolesOffered", "RoleSelected", "StateChanged", "SessionEnded"];

/// The signals of this desk's sessions, from when this is made.
#[derive(Debug)]
pub(crate) struct News(MessageStream);

impl News {
    /// Whoever may not have them is told nothing, and waits for nothing.
    pub(crate) async fn subscribe(bus: &Connection) -> Result<Option<Self>, Failure> {
        let news = Self(MessageStream::from(bus));
        Ok(ManagerProxy::new(bus).await?.subscribe().await.is_ok().then_some(news))
    }

    async fn next(&mut self, bus: &Connection) -> Result<(), Failure> {
        loop {
            let message = self.0.next().await.ok_or(Failure::BusClosed)??;
            if is_news(&message) && daemon_owns(bus, message.header().sender()).await {
                return Ok(());
            }
        }
    }
}

/// The session of this desk, once its roles are known; none when it is over.
pub(crate) async fn settled<'a>(
    bus: &Connection,
    news: Option<News>,
) -> Result<Option<Current<'a>>, Failure> {
    let Some(mut news) = news else { return current(bus).await };
    let mut latest = None;
    let settling = async {
        loop {
            let session = latest.insert(current(bus).await?);
            if !session.as_ref().is_some_and(|session| is_awaited(&session.described)) {
                return Ok::<(), Failure>(());
            }
            news.next(bus).await?;
        }
    };
    // Too late: what was known last is told.
    timeout(PATIENCE, settling).await.unwrap_or(Ok(()))?;
    Ok(latest.flatten())
}

/// Whether something follows by itself: the directory's answer, or the only role.
fn is_awaited(session: &SessionDescription) -> bool {
    let choosing = session.state == State::ChoosingRole.word();
    choosing && (session.knowledge == "awaited" || session.roles.len() == 1)
}

fn is_news(message: &Message) -> bool {
    let header = message.header();
    let member = header.member().map(MemberName::as_str);
    message.message_type() == Type::Signal && member.is_some_and(|member| NEWS.contains(&member))
}
