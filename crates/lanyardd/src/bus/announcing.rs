//! News of sessions, to the subscribed connections of their desk and to nobody else.

use lanyard_dbus::ROOT;
use lanyard_session::News;
use zbus::{OwnedObjectPath, names::BusName, object_server::SignalEmitter};

use super::{Publisher, manager::ManagerObject, session::SessionObject};
use crate::engine::{Announcement, ClientName};

impl Publisher {
    /// Tells what became of a session. Its object is there before its start is told, and gone before its end is.
    ///
    /// # Errors
    /// When the connection fails.
    pub(crate) async fn announce(&self, announcement: Announcement) -> zbus::Result<()> {
        let Announcement { session, news, to } = announcement;
        let server = self.connection().object_server();
        let path = self.door().path_of_session(session);
        match &news {
            News::Started(_) => {
                let object = SessionObject::new(session, self.door().clone());
                server.at(path.clone(), object).await?;
            }
            News::Ended(_) => {
                server.remove::<SessionObject, _>(path.clone()).await?;
            }
            News::RoleSelected(_)
            | News::StateChanged(_)
            | News::RolesOffered
            | News::Unattended => {}
        }
        for client in &to {
            self.tell(path.clone(), &news, client).await?;
        }
        Ok(())
    }

    async fn tell(
        &self,
        path: OwnedObjectPath,
        news: &News,
        client: &ClientName,
    ) -> zbus::Result<()> {
        let session = self.emitter_to(path.clone().into_inner(), client)?;
        let manager = self.emitter_to(ROOT.try_into()?, client)?;
        match news {
            News::Started(_) => ManagerObject::session_started(&manager, path).await,
            News::Ended(reason) => {
                ManagerObject::session_ended(&manager, path, reason.word()).await
            }
            News::RoleSelected(role) => SessionObject::role_selected(&session, role.as_str()).await,
            News::StateChanged(state) => SessionObject::state_changed(&session, state.word()).await,
            News::RolesOffered => SessionObject::roles_offered(&session).await,
            News::Unattended => SessionObject::unattended(&session).await,
        }
    }

    /// Signals of this object, for this connection alone.
    fn emitter_to(
        &self,
        path: zbus::ObjectPath<'static>,
        client: &ClientName,
    ) -> zbus::Result<SignalEmitter<'static>> {
        let emitter = SignalEmitter::new(self.connection(), path)?.into_owned();
        Ok(if self.connection().is_bus() {
            emitter.set_destination(BusName::try_from(client.as_str().to_owned())?)
        } else {
            emitter
        })
    }
}
