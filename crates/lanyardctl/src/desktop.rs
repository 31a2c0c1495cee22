//! `lanyardctl agent`: this terminal asks for passcodes on behalf of every application of the desktop.

use futures_util::StreamExt;
use lanyard_dbus::ManagerProxy;

use crate::{
    Failure,
    agent::{self, Company},
    interrupts::Interrupts,
    output,
};

/// Asks for passcodes until it is interrupted, also when the daemon goes and comes back.
pub(crate) async fn agent(bus: &str) -> Result<(), Failure> {
    let mut interrupts = Interrupts::take()?;
    let (bus, asking) = agent::connect(bus, Company::Desktop).await?;
    let manager = ManagerProxy::new(&bus).await?;
    let mut owners = manager.inner().receive_owner_changed().await?;
    manager.register_passcode_agent(&agent::path()).await?;
    output::line(ASKING)?;
    loop {
        tokio::select! {
            owner = owners.next() => match owner.ok_or(Failure::BusClosed)? {
                Some(_) => {
                    manager.register_passcode_agent(&agent::path()).await?;
                    output::line(ASKING)?;
                }
                None => output::line("lanyardd does not run; waiting for it.")?,
            },
            () = interrupts.next() => break,
        }
    }
    asking.end().await;
    // The daemon sees our leaving too, if it is there at all.
    let _ = manager.unregister_passcode_agent(&agent::path()).await;
    Ok(())
}

const ASKING: &str = "This terminal asks for passcodes now. Ctrl-C ends it.";
