//! What others on the bus say: the daemon, systemd, polkit, the keeper of the clock, logind. Each party has a connection
//! of its own and is waited for by itself, so that a silent one keeps nothing from the rest.
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

use super::{Deadline, Job, World};
use crate::{Failure, connection};

/// So long before the common deadline nobody is waited for any longer, so that what the others said still counts. Whoever
/// is started by being asked may take all the time until then.
const BEFORE_THE_END: Duration = Duration::from_millis(500);

/// Everybody is asked at the same time.
pub(super) struct Parties {
    pub(super) daemon: Job<Result<Daemon, Gone>>,
    pub(super) services: Job<Result<Services, Gone>>,
    pub(super) login: Job<Result<Login, Gone>>,
}

impl Parties {
    /// Begins to ask.
    pub(super) fn ask(world: &World, deadline: Deadline) -> Self {
        let deadline = deadline.sooner(BEFORE_THE_END);
        let uid = world.uid;
        let root = world.root.clone();
        Self {
            daemon: over(world, deadline, async move |bus| {
                within(deadline, daemon::ask(&bus, &root)).await
            }),
            services: over(world, deadline, async move |bus| {
                services::ask(&bus, uid, deadline).await
            }),
            login: over(world, deadline, async move |bus| {
                within(deadline, login::ask(&bus, uid)).await
            }),
        }
    }
}

/// Asks over a connection of its own.
fn over<T: Send + 'static>(
    world: &World,
    deadline: Deadline,
    ask: impl AsyncFnOnce(Connection) -> Result<T, Gone> + Send + 'static,
) -> Job<Result<T, Gone>> {
    let address = world.bus.clone();
    Job::begin(move || {
        let no_bus = |why: String| Gone::NoBus { why };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| no_bus(error.to_string()))?;
        runtime.block_on(async {
            let patience = deadline.left();
            let bus = connection::open_within(&address, patience);
            match tokio::time::timeout(patience, bus).await {
                Ok(Ok(bus)) => ask(bus).await,
                Ok(Err(Failure::Bus { source, .. })) => Err(no_bus(source.to_string())),
                Ok(Err(failure)) => Err(no_bus(failure.to_string())),
                Err(_) => Err(no_bus("it does not answer".to_owned())),
            }
        })
    })
}

/// What is answered until then.
async fn within<T>(
    deadline: Deadline,
    answer: impl Future<Output = Result<T, Gone>>,
) -> Result<T, Gone> {
    tokio::time::timeout(deadline.left(), answer).await.unwrap_or(Err(Gone::Silent))
}
