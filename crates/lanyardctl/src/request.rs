//! Waiting for a request: to its outcome, to the daemon's end, or to Ctrl-C.

use futures_util::StreamExt;
use lanyard_dbus::RequestProxy;
use serde::Serialize;
use zbus::{Connection, OwnedObjectPath, Proxy, proxy::CacheProperties, wire::DynamicType};

use crate::{Failure, ended::Ended, interrupts::Interrupts, permission};

/// Makes a request, for which polkit may ask a person first. Ctrl-C ends the waiting.
pub(crate) async fn make<B: Serialize + DynamicType>(
    proxy: &Proxy<'_>,
    method: &'static str,
    body: &B,
    interrupts: &mut Interrupts,
) -> Result<OwnedObjectPath, Failure> {
    tokio::select! {
        made = permission::call(proxy, method, body) => Ok(made?),
        () = interrupts.next() => Err(Failure::Interrupted),
    }
}

/// Waits for the outcome, which may be there before we listen. The first Ctrl-C cancels the request, which
/// has an outcome then like any other; the second ends the waiting.
pub(crate) async fn follow(
    bus: &Connection,
    request: OwnedObjectPath,
    interrupts: &mut Interrupts,
) -> Result<Ended, Failure> {
    let ended = wait(bus, request, interrupts).await;
    // Who made the request was running.
    ended.map_err(|failure| match failure {
        Failure::NotRunning => Failure::DaemonWent,
        other => other,
    })
}

async fn wait(
    bus: &Connection,
    request: OwnedObjectPath,
    interrupts: &mut Interrupts,
) -> Result<Ended, Failure> {
    let request = RequestProxy::builder(bus).path(request).cache_properties(CacheProperties::No);
    let request = request.build().await?;
    let mut completed = request.receive_completed().await?;
    let mut owners = request.inner().receive_owner_changed().await?;
    let outcome = request.outcome().await?;
    if !outcome.is_empty() {
        return Ok(Ended::of(&outcome, &request.details().await?));
    }
    let mut is_interrupted = false;
    loop {
        tokio::select! {
            biased;
            signal = completed.next() => {
                let signal = signal.ok_or(Failure::BusClosed)?;
                let signal = signal.args()?;
                return Ok(Ended::of(signal.outcome(), signal.details()));
            }
            // Nobody owned the name's requests after its owner.
            _ = owners.next() => return Err(Failure::DaemonWent),
            () = interrupts.next() => {
                if is_interrupted {
                    return Err(Failure::Interrupted);
                }
                is_interrupted = true;
                request.cancel().await?;
            }
        }
    }
}
