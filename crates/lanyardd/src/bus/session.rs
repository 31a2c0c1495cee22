//! `org.lanyard.Lanyard1.Session`, one object a session. For its own desk and root: for everybody else it is not
//! there, and answers nothing about itself.

use std::collections::HashMap;

use lanyard_dbus::{Error, SessionDescription};
use lanyard_roles::Activity;
use lanyard_session::{RoleId, SessionId};
use lanyard_ticket::{Audience, Nonce};
use zbus::{
    BoxDBusError, Connection, Variant, fdo, interface, message::Header,
    object_server::SignalEmitter,
};

use super::{door::Door, paths, shown::shown};
use crate::{
    engine::{Answer, Described, Question, SessionQuestion},
    guard::Method,
};

#[derive(Debug)]
pub(super) struct SessionObject {
    id: SessionId,
    door: Door,
}

impl SessionObject {
    pub(super) const fn new(id: SessionId, door: Door) -> Self {
        Self { id, door }
    }

    /// Asks the engine, which knows whose the session is.
    async fn ask(
        &self,
        question: SessionQuestion,
        connection: &Connection,
        header: &Header<'_>,
    ) -> Result<Answer, BoxDBusError> {
        let asked = async {
            let client = self.door.client(Method::OfSession, connection, header).await?;
            self.door.ask(client, Question::OfSession(self.id, question)).await
        };
        asked.await.map_err(told)
    }
}

/// What is not there is not there in the words of D-Bus.
fn told(error: Error) -> BoxDBusError {
    match error {
        Error::NoSession(text) => Box::new(fdo::Error::UnknownObject(text)),
        other => Box::new(other),
    }
}

#[interface(name = "org.lanyard.Lanyard1.Session", introspection_docs = false)]
impl SessionObject {
    #[zbus(out_args("description"))]
    async fn describe(
        &self,
        #[zbus(connection)] connection: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> Result<HashMap<&'static str, Variant<'static>>, BoxDBusError> {
        match self.ask(SessionQuestion::Describe, connection, &header).await? {
            Answer::Description(described) => {
                let mut description = description(*described);
                description.notices.iter_mut().for_each(|it| *it = self.door.told(it));
                Ok(description.into_answer())
            }
            _ => Err(unexpected()),
        }
    }

    async fn select_role(
        &self,
        role: String,
        #[zbus(connection)] connection: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> Result<(), BoxDBusError> {
        let question = SessionQuestion::SelectRole(RoleId::new(&role));
        self.ask(question, connection, &header).await.map(drop)
    }

    #[zbus(out_args("has"))]
    async fn has_activity(
        &self,
        code: String,
        #[zbus(connection)] connection: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> Result<bool, BoxDBusError> {
        let Some(activity) = Activity::parse(&code) else {
            // Whoever may not know of the session is not told about codes either.
            self.ask(SessionQuestion::Describe, connection, &header).await?;
            let text =
                format!("{} is no code of an activity, which are like \"B0264\"", shown(&code));
            return Err(Box::new(Error::BadOption(text)));
        };
        match self.ask(SessionQuestion::HasActivity(activity), connection, &header).await? {
            Answer::Has(has) => Ok(has),
            _ => Err(unexpected()),
        }
    }

    #[zbus(out_args("ticket"))]
    async fn ticket(
        &self,
        audience: String,
        nonce: String,
        #[zbus(connection)] connection: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> Result<String, BoxDBusError> {
        let (Some(audience), Some(nonce)) = (Audience::parse(&audience), Nonce::parse(&nonce))
        else {
            // Whoever may not know of the session is not told about forms either.
            self.ask(SessionQuestion::Describe, connection, &header).await?;
            let text = "an audience has 1 to 256, a nonce 16 to 128 printable characters of ASCII \
                        without spaces";
            return Err(Box::new(Error::BadOption(text.to_owned())));
        };
        let question = SessionQuestion::Ticket(audience, nonce);
        match self.ask(question, connection, &header).await? {
            Answer::Ticket(ticket) => Ok(ticket),
            _ => Err(unexpected()),
        }
    }

    async fn lock(
        &self,
        #[zbus(connection)] connection: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> Result<(), BoxDBusError> {
        self.ask(SessionQuestion::Lock, connection, &header).await.map(drop)
    }

    async fn end(
        &self,
        #[zbus(connection)] connection: &Connection,
        #[zbus(header)] header: Header<'_>,
    ) -> Result<(), BoxDBusError> {
        self.ask(SessionQuestion::End, connection, &header).await.map(drop)
    }

    #[zbus(signal)]
    pub(super) async fn role_selected(emitter: &SignalEmitter<'_>, role: &str) -> zbus::Result<()>;

    #[zbus(signal)]
    pub(super) async fn state_changed(emitter: &SignalEmitter<'_>, state: &str)
    -> zbus::Result<()>;

    #[zbus(signal)]
    pub(super) async fn roles_offered(emitter: &SignalEmitter<'_>) -> zbus::Result<()>;

    #[zbus(signal)]
    pub(super) async fn unattended(emitter: &SignalEmitter<'_>) -> zbus::Result<()>;
}

fn unexpected() -> BoxDBusError {
    Box::new(fdo::Error::Failed("the engine answered something else".to_owned()))
}

fn description(described: Described) -> SessionDescription {
    let Described {
        uuid,
        name,
        state,
        card,
        knowledge,
        roles,
        role,
        activities,
        started,
        expires,
        notices,
        sid,
    } = described;
    SessionDescription {
        uuid,
        name,
        state: state.to_owned(),
        card: paths::card_or_none(card),
        knowledge: knowledge.to_owned(),
        roles,
        role,
        activities,
        started,
        expires,
        notices,
        sid,
    }
}
