//! What others on the bus say: the daemon, systemd, polkit, the keeper of the clock, logind. Each party has a connection
//! and a deadline of its own, so that a silent one keeps nothing from the rest.
//!
//! Only questions that anybody may ask and that change nothing. The daemon is never started by being asked.

mod daemon;
mod login;
mod question;
mod services;

use std::time::Duration;

use zbus::Connection;

pub(crate) use daemon::Daemon;
pub(super) use login::Login;
pub(crate) use question::Gone;
pub(super) use services::{Polkit, Services, Unit};

use super::{Job, World};
use crate::{Failure, connection};

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// Everybody is asked at the same time.
pub(super) struct Parties {
    pub(super) daemon: Job<Result<Daemon, Gone>>,
    pub(super) services: Job<Result<Services, Gone>>,
    pub(super) login: Job<Result<Login, Gone>>,
}

impl Parties {
    /// Begins to ask.
    pub(super) fn ask(world: &World) -> Self {
        let uid = world.uid;
        let root = world.root.clone();
        Self {
            daemon: over(world, async move |bus| daemon::ask(&bus, &root).await),
            services: over(world, async move |bus| services::ask(&bus, uid).await),
            login: over(world, async move |bus| login::ask(&bus, uid).await),
        }
    }
}

/// Asks over a connection of its own.
fn over<T: Send + 'static>(
    world: &World,
    ask: impl AsyncFnOnce(Connection) -> Result<T, Gone> + Send + 'static,
) -> Job<Result<T, Gone>> {
    let address = world.bus.clone();
    Job::begin(move || {
        let no_bus = |why: String| Gone::NoBus { why };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| no_bus(error.to_string()))?;
        runtime.block_on(async {
            let bus = tokio::time::timeout(PATIENCE, connection::open_within(&address, PATIENCE));
            match bus.await {
                Ok(Ok(bus)) => ask(bus).await,
                Ok(Err(Failure::Bus { source, .. })) => Err(no_bus(source.to_string())),
                Ok(Err(failure)) => Err(no_bus(failure.to_string())),
                Err(_) => Err(no_bus("it does not answer".to_owned())),
            }
        })
    })
}
