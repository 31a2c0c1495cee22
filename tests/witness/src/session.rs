//! Sessions as a client of their desk sees them: subscribed to, described, used, and told of in order.

use lanyard_dbus::{Error, ROOT, SESSIONS, SessionDescription, SessionProxy};
use zbus::{Message, OwnedObjectPath};

use crate::{Ended, Properties, Witness};

/// What a client is told of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// `Manager.SessionStarted`
    Started,
    /// `Session.RoleSelected`, with the role's id.
    RoleSelected(String),
    /// `Session.StateChanged`
    StateChanged(String),
    /// `Session.RolesOffered`
    RolesOffered,
    /// `Session.Unattended`
    Unattended,
    /// `Manager.SessionEnded`, with its reason.
    Ended(String),
}

impl News {
    /// The session has this role now.
    pub fn role(id: &str) -> Self {
        Self::RoleSelected(id.to_owned())
    }

    /// The session is in this state now.
    pub fn state(state: &str) -> Self {
        Self::StateChanged(state.to_owned())
    }

    /// The session is over, for this reason.
    pub fn ended(reason: &str) -> Self {
        Self::Ended(reason.to_owned())
    }

    /// Of which session a signal tells what; none for one that tells of something else.
    pub fn of(message: &Message) -> Option<(OwnedObjectPath, Self)> {
        let (header, body) = (message.header(), message.body());
        let (path, member) = (header.path()?, header.member()?.as_str());
        if path.as_str() == ROOT {
            return match member {
                "SessionStarted" => Some((body.deserialize().unwrap(), Self::Started)),
                "SessionEnded" => {
                    let (session, reason) = body.deserialize().unwrap();
                    Some((session, Self::Ended(reason)))
                }
                _ => None,
            };
        }
        path.as_str().strip_prefix(SESSIONS)?;
        let news = match member {
            "RoleSelected" => Self::RoleSelected(body.deserialize().unwrap()),
            "StateChanged" => Self::StateChanged(body.deserialize().unwrap()),
            "RolesOffered" => Self::RolesOffered,
            "Unattended" => Self::Unattended,
            _ => return None,
        };
        Some((OwnedObjectPath::from(path.to_owned()), news))
    }
}

impl Ended {
    /// The session that a request to sign in led to.
    pub fn session(&self) -> Option<OwnedObjectPath> {
        let session = self.details.get("session")?;
        Some(OwnedObjectPath::try_from(session.try_clone().unwrap()).unwrap())
    }
}

impl Witness {
    /// Hears of the sessions of its desk from now on.
    pub async fn subscribe(&self) {
        self.manager().await.subscribe().await.unwrap();
    }

    /// The session of its desk, as everybody there can ask for it.
    pub async fn current_session(&self) -> Option<OwnedObjectPath> {
        match self.manager().await.current_session().await {
            Err(Error::NoSession(_)) => None,
            session => Some(session.unwrap()),
        }
    }

    /// A session.
    pub async fn session(&self, path: &OwnedObjectPath) -> SessionProxy<'static> {
        SessionProxy::builder(self.connection()).path(path.clone()).build().await.unwrap()
    }

    /// Everything that a session's desk is told about it.
    pub async fn described(&self, session: &OwnedObjectPath) -> SessionDescription {
        SessionDescription::from_answer(self.described_raw(session).await.unwrap()).unwrap()
    }

    /// The same as it is answered.
    ///
    /// # Errors
    /// What the daemon answers instead.
    pub async fn described_raw(&self, session: &OwnedObjectPath) -> Result<Properties, Error> {
        self.session(session).await.describe().await
    }

    /// The next news of a session; other signals are passed over.
    pub async fn session_news(&mut self) -> (OwnedObjectPath, News) {
        self.signal(News::of).await
    }

    /// Waits for these news of one session, in this order and with no others in between; which one.
    pub async fn hears(&mut self, expected: impl IntoIterator<Item = News>) -> OwnedObjectPath {
        let mut of = None;
        for expected in expected {
            let (session, news) = self.session_news().await;
            assert_eq!(news, expected);
            assert_eq!(*of.get_or_insert_with(|| session.clone()), session, "of another session");
        }
        of.unwrap()
    }
}
