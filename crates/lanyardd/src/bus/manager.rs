//! `org.lanyard.Lanyard1.Manager`, at the root of all objects.

use lanyard_dbus::{Error, PcscState};
use tokio::sync::watch;
use zbus::{
    Connection, ObjectPath, OwnedObjectPath, interface, message::Header,
    object_server::SignalEmitter,
};

use super::{
    Profiles, Published,
    door::Door,
    options::{self, Given},
    paths,
    shown::shown,
};
use crate::{
    engine::{Answer, Public, Question},
    guard::Method,
};

#[derive(Debug)]
pub(super) struct ManagerObject {
    published: Published,
    profiles: watch::Receiver<Profiles>,
    door: Door,
}

impl ManagerObject {
    pub(super) const fn new(
        published: Published,
        profiles: watch::Receiver<Profiles>,
        door: Door,
    ) -> Self {
        Self { published, profiles, door }
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

    #[zbus(out_args("request"))]
    async fn authenticate(
        &self,
        card: ObjectPath<'_>,
        options: Given,
        #[zbus(connection)] connection: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> Result<OwnedObjectPath, Error> {
        let client = self.door.client(Method::Authenticate, connection, &header).await?;
        let no_card = || Error::NoSuchCard(format!("{} is no card", shown(&card)));
        let card = match card.as_str() {
            "/" => None,
            _ => Some(paths::read_card(&card).ok_or_else(no_card)?),
        };
        let options = options::read(options, &client)?;
        match self.door.ask(client, Question::Authenticate { card, options }).await? {
            Answer::Request(request) => Ok(self.door.path_of(request)),
            _ => Err(no_card()),
        }
    }

    #[zbus(out_args("session"))]
    async fn current_session(
        &self,
        #[zbus(connection)] connection: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> Result<OwnedObjectPath, Error> {
        let client = self.door.client(Method::CurrentSession, connection, &header).await?;
        match self.door.ask(client, Question::CurrentSession).await? {
            Answer::Session(session) => Ok(self.door.path_of_session(session)),
            _ => Err(Error::NoSession("nobody is signed in".to_owned())),
        }
    }

    async fn subscribe(
        &self,
        #[zbus(connection)] connection: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> Result<(), Error> {
        let client = self.door.client(Method::Subscribe, connection, &header).await?;
        self.door.ask(client, Question::Subscribe).await.map(drop)
    }

    async fn unsubscribe(
        &self,
        #[zbus(connection)] connection: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> Result<(), Error> {
        let client = self.door.client(Method::Unsubscribe, connection, &header).await?;
        self.door.ask(client, Question::Unsubscribe).await.map(drop)
    }

    /// What the site needs is no secret, so nobody asks who wants to know ([`Method::Profiles`]).
    #[zbus(out_args("profiles"))]
    fn profiles(&self) -> Profiles {
        self.profiles.borrow().clone()
    }

    #[zbus(out_args("metrics"))]
    async fn metrics(
        &self,
        #[zbus(connection)] connection: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> Result<String, Error> {
        let client = self.door.client(Method::Metrics, connection, &header).await?;
        match self.door.ask(client, Question::Metrics).await? {
            Answer::Metrics(text) => Ok(text),
            _ => Err(zbus::Error::InvalidReply.into()),
        }
    }

    async fn register_passcode_agent(
        &self,
        agent: ObjectPath<'_>,
        #[zbus(connection)] connection: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> Result<(), Error> {
        let method = Method::RegisterPasscodeAgent;
        let client = self.door.client(method, connection, &header).await?;
        self.door.ask(client, Question::RegisterAgent(agent.as_str().into())).await.map(drop)
    }

    async fn unregister_passcode_agent(
        &self,
        agent: ObjectPath<'_>,
        #[zbus(connection)] connection: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> Result<(), Error> {
        let method = Method::UnregisterPasscodeAgent;
        let client = self.door.client(method, connection, &header).await?;
        self.door.ask(client, Question::UnregisterAgent(agent.as_str().into())).await.map(drop)
    }

    #[zbus(out_args("has"))]
    async fn has_passcode_agent(
        &self,
        #[zbus(connection)] connection: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> Result<bool, Error> {
        let client = self.door.client(Method::HasPasscodeAgent, connection, &header).await?;
        let answer = self.door.ask(client, Question::HasAgent).await?;
        Ok(matches!(answer, Answer::Has(true)))
    }

    #[zbus(signal)]
    pub(super) async fn session_started(
        emitter: &SignalEmitter<'_>,
        session: OwnedObjectPath,
    ) -> zbus::Result<()>;

    #[zbus(signal)]
    pub(super) async fn session_ended(
        emitter: &SignalEmitter<'_>,
        session: OwnedObjectPath,
        reason: &str,
    ) -> zbus::Result<()>;

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
