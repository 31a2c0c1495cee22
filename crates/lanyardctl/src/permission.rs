//! Calls for which polkit may have to ask a person, and does so only when the caller allows it
//! (`ALLOW_INTERACTIVE_AUTHORIZATION`, D-Bus specification, "Message Format").

use lanyard_dbus::Error;
use serde::{Serialize, de::DeserializeOwned};
use zbus::{
    Proxy,
    proxy::MethodFlags,
    wire::{DynamicType, Type},
};

/// Calls a method, and lets polkit ask.
pub(crate) async fn call<B, R>(
    proxy: &Proxy<'_>,
    method: &'static str,
    body: &B,
) -> Result<R, Error>
where
    B: Serialize + DynamicType,
    R: DeserializeOwned + Type,
{
    call_with(proxy, method, MethodFlags::ALLOW_INTERACTIVE_AUTH, body).await
}

/// Calls a method with these flags.
pub(crate) async fn call_with<B, R>(
    proxy: &Proxy<'_>,
    method: &'static str,
    flags: MethodFlags,
    body: &B,
) -> Result<R, Error>
where
    B: Serialize + DynamicType,
    R: DeserializeOwned + Type,
{
    let answer = proxy.call_with_flags::<_, _, R>(method, flags, body).await?;
    answer.ok_or_else(|| zbus::Error::InvalidReply.into())
}
