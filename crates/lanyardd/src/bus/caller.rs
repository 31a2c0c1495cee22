//! Who calls: what the bus vouches for, or the kernel where there is no bus between.

use lanyard_dbus::Error;
use zbus::{Connection, fdo::DBusProxy, message::Header, names::BusName};

use crate::guard::Caller;

/// The caller of a method.
///
/// # Errors
/// [`Error::AccessDenied`] when nobody vouches for the caller: it has gone, or hides its user.
pub(super) async fn of(connection: &Connection, header: &Header<'_>) -> Result<Caller, Error> {
    let uid = match header.sender() {
        Some(sender) => {
            let bus = DBusProxy::new(connection).await?;
            let name = BusName::from(sender.to_owned());
            let credentials = bus.get_connection_credentials(name).await;
            credentials.ok().and_then(|credentials| credentials.unix_user_id())
        }
        None if connection.is_bus() => None,
        None => connection.peer_creds().await.ok().and_then(|peer| peer.unix_user_id()),
    };
    let unknown = || Error::AccessDenied("nobody knows who is calling".to_owned());
    Ok(Caller { uid: uid.ok_or_else(unknown)? })
}
