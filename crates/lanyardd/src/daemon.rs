//! The outer layer's loop: events from threads and the clock into the engine, its effects into the world.

mod changing;
mod effects;
mod starting;
mod watchdog;

use std::{collections::BTreeMap, io, pin::pin, sync::Arc, time::Duration};

use lanyard_audit::{Event as Recorded, Record};
use lanyard_evidence::Stamp;
use lanyard_reader::{ReaderEvents, Readers};
use lanyard_seats::SeatsOfReaders;
use lanyard_settings::{Settings, WrongCatalogue, WrongPasscodes};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::{mpsc, watch},
    time::{Instant, sleep_until, timeout, timeout_at},
};
use zbus::connection;

use crate::{
    arguments::Bus,
    bus::{
        self, Publisher,
        agents::Prompts,
        callers::{Callers, Slot},
        leaving::Watches,
    },
    card_thread::{CardThread, CardThreads},
    clock::now,
    clock_set::ClockSet,
    directory::Directory,
    engine::{CardId, Engine, Event},
    journal::Journal,
    judges::Judges,
    metrics::Observer,
    monitor,
    records::Scribe,
    signer::Signer,
    status,
};
pub use changing::Change;
use watchdog::Watchdog;

/// Events that may wait for the engine. A full queue makes the waiting threads wait: nothing is lost.
const EVENT_QUEUE: usize = 64;

/// How long the first look at the readers may take before the name is owned without it.
const FIRST_LOOK: Duration = Duration::from_secs(1);

/// How long threads may take to leave their cards when the daemon ends.
const FAREWELL: Duration = Duration::from_secs(2);

/// Why the daemon ended without being asked to.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    /// The bus cannot be reached.
    #[error("the bus cannot be reached: {0}")]
    Bus(#[source] zbus::Error),
    /// The bus does not give the name.
    #[error(
        "the bus does not give the name {name}: {0}; is another lanyardd running, and is the D-Bus policy \
         installed?",
        name = lanyard_dbus::BUS_NAME
    )]
    Name(#[source] zbus::Error),
    /// The connection to the bus ended.
    #[error("the connection to the bus ended")]
    BusClosed,
    /// Something could not be published.
    #[error("the bus does not take what is published: {0}")]
    Publish(#[source] zbus::Error),
    /// Passcodes of the settings' kind do not exist, or would never be sent.
    #[error("the settings: {0}")]
    Rules(#[from] WrongPasscodes),
    /// The catalogue of roles cannot be used.
    #[error("the catalogue of roles: {0}")]
    Catalogue(#[from] WrongCatalogue),
    /// The system does not give what is needed.
    #[error("the system refuses a thread or a signal handler: {0}")]
    System(#[from] io::Error),
}

/// Who publishes when the bus ends may notice before the one who waits for that.
impl From<zbus::Error> for DaemonError {
    fn from(error: zbus::Error) -> Self {
        if matches!(error, zbus::Error::InputOutput(_)) {
            Self::BusClosed
        } else {
            Self::Publish(error)
        }
    }
}

/// The way to readers and cards: the two seams of `lanyard-reader`, and what ends the waiting.
pub struct Hardware {
    /// What one thread waits on.
    pub events: Box<dyn ReaderEvents>,
    /// Makes [`ReaderEvents::next`] return `None`.
    pub stop: Box<dyn FnOnce() + Send>,
    /// What gives connections to cards.
    pub readers: Arc<dyn Readers>,
}

/// Runs on a bus until SIGTERM or SIGINT.
///
/// # Errors
/// [`DaemonError`] when it had to end before.
pub async fn run(
    settings: &Settings,
    bus: &Bus,
    hardware: Hardware,
    changes: mpsc::Receiver<Change>,
) -> Result<(), DaemonError> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let asked_to_stop = async {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    tracing::debug!(%bus, "connecting");
    let asked = Asked { to_stop: asked_to_stop, to_change: changes };
    serve(settings, bus::builder(bus), hardware, asked).await
}

/// What is asked of a daemon that runs.
#[derive(Debug)]
pub struct Asked<F> {
    /// Over when it shall stop.
    pub to_stop: F,
    /// Settings that shall hold. Nobody need be at the other end.
    pub to_change: mpsc::Receiver<Change>,
}

/// Serves any connection, also one without a bus, until asked to stop.
///
/// # Errors
/// [`DaemonError`] when it had to end before.
pub async fn serve(
    settings: &Settings,
    connection: connection::Builder<'_>,
    hardware: Hardware,
    asked: Asked<impl Future<Output = ()>>,
) -> Result<(), DaemonError> {
    let Hardware { events, stop, readers } = hardware;
    // Before folders are read, which may take a while: unheard, the signal would end us.
    let asked_to_reload = signal(SignalKind::hangup())?;
    let queue = mpsc::channel(EVENT_QUEUE);
    // Meanwhile: a pcscd that our first call starts takes its time as well.
    monitor::spawn(events, queue.0.clone())?;
    let mut daemon = match Daemon::new(settings, connection, readers, queue).await {
        Ok(daemon) => daemon,
        Err(error) => {
            stop();
            return Err(error);
        }
    };
    let ended = daemon.live(asked, asked_to_reload).await;
    status::stopping();
    stop();
    daemon.farewell().await;
    ended
}

struct Daemon {
    engine: Engine,
    events: mpsc::Receiver<Event>,
    publisher: Publisher,
    journal: Journal,
    observer: Observer,
    cards: CardThreads,
    judges: Judges,
    directory: Directory,
    signer: Signer,
    /// Tells when the evidence is another.
    evidence: watch::Receiver<Stamp>,
    open: BTreeMap<CardId, CardThread>,
    prompts: Prompts,
    watches: Watches,
    scribe: Scribe,
    clock_set: ClockSet,
    /// Why the settings stay as they are although they were to be others.
    held_back: Option<String>,
    /// Events that were taken in although a deadline had passed.
    late_events: usize,
    seats: SeatsOfReaders,
    callers: Callers,
    /// Keeps the callers where objects find them.
    _slot: Slot,
}

impl Daemon {
    async fn live(
        &mut self,
        asked: Asked<impl Future<Output = ()>>,
        asked_to_reload: Signal,
    ) -> Result<(), DaemonError> {
        let lived = self.until_stopped(asked, asked_to_reload).await;
        // However it ends: the bus may take nothing any more, or not in time.
        let effects = self.engine.on(Event::Stopping, now());
        let withdrawals = self.record(effects);
        lived?;
        let withdrawn = timeout(FAREWELL, self.carry_out_all(withdrawals)).await;
        withdrawn.unwrap_or_else(|_| {
            tracing::warn!("the bus does not take what is withdrawn");
            Ok(())
        })
    }

    async fn until_stopped(
        &mut self,
        asked: Asked<impl Future<Output = ()>>,
        mut asked_to_reload: Signal,
    ) -> Result<(), DaemonError> {
        self.first_look().await?;
        let connection = self.publisher.connection().clone();
        bus::own_name(&connection).await.map_err(DaemonError::Name)?;
        self.scribe.write(now().wall, Record::of(Recorded::ServiceStarted));
        tracing::info!(version = env!("CARGO_PKG_VERSION"), "ready");
        status::ready(&self.summary());
        let watchdog = Watchdog::of_the_service_manager()?;
        let (mut asked_to_stop, mut changes) = (pin!(asked.to_stop), asked.to_change);
        loop {
            // Only waiting is broken off: an event that is taken in is carried out whole.
            tokio::select! {
                event = self.next_event() => self.take_in(event).await?,
                Some(change) = changes.recv() => self.hold_by(change).await?,
                _ = asked_to_reload.recv() => self.judges.reload(),
                hungry = watchdog.is_hungry() => {
                    hungry?;
                    status::alive();
                }
                () = connection.closed() => return Err(DaemonError::BusClosed),
                () = &mut asked_to_stop => return Ok(()),
            }
        }
    }

    /// Takes in what the monitor sees first, so that a client which starts us reads what is there.
    async fn first_look(&mut self) -> Result<(), DaemonError> {
        let deadline = Instant::from_std(now().steady + FIRST_LOOK);
        loop {
            let Ok(Some(event)) = timeout_at(deadline, self.events.recv()).await else {
                tracing::warn!("the smartcard service has not answered yet");
                return Ok(());
            };
            // Who sits where may be told before.
            let is_first_look = matches!(event, Event::Readers(_));
            self.take_in(event).await?;
            if is_first_look {
                break;
            }
        }
        while let Ok(event) = self.events.try_recv() {
            self.take_in(event).await?;
        }
        Ok(())
    }

    async fn next_event(&mut self) -> Event {
        let deadline = self.engine.deadline().map(Instant::from_std);
        let reached = async {
            match deadline {
                Some(deadline) => sleep_until(deadline).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            // Never `None`: the daemon keeps a sender itself.
            Some(event) = self.events.recv() => event,
            Ok(()) = self.evidence.changed() => {
                Event::EvidenceChanged(*self.evidence.borrow_and_update())
            }
            () = reached => self.before_deadline(),
            // What is due by the date may be due now.
            () = self.clock_set.changed() => {
                tracing::info!("the clock was set");
                Event::DeadlineReached
            }
        }
    }

    /// What has happened before a deadline is taken in before it, but no more than the queue held then.
    fn before_deadline(&mut self) -> Event {
        if self.late_events < EVENT_QUEUE
            && let Ok(event) = self.events.try_recv()
        {
            self.late_events += 1;
            return event;
        }
        self.late_events = 0;
        Event::DeadlineReached
    }

    async fn take_in(&mut self, event: Event) -> Result<(), DaemonError> {
        match &event {
            Event::Agent { prompt, .. } => self.prompts.is_over(*prompt),
            Event::EvidenceChanged(_) => self.judges.report(),
            _ => {}
        }
        let now = now();
        self.observer.takes_in(&event, now.steady);
        let effects = self.engine.on(event, now);
        self.carry_out_all(effects).await
    }

    /// Lets every card thread leave its card as it is, and waits for them as long as is decent.
    async fn farewell(self) {
        let Self { mut events, cards, open, publisher, scribe, prompts, watches, .. } = self;
        let records = cards.records.clone();
        drop((open, cards, publisher, prompts, watches));
        // Each thread and task holds a sender: the channel closes when the last has gone.
        let all_gone = async { while events.recv().await.is_some() {} };
        if timeout(FAREWELL, all_gone).await.is_err() {
            tracing::warn!("a card does not answer; its reader is left to itself");
        }
        scribe.write(now().wall, Record::of(Recorded::ServiceStopped));
        // Nobody empties the engine's queue any more. Closed, it keeps no thread waiting for room in it, least of all
        // the audit log's, which is waited for here.
        drop(events);
        drop(scribe);
        records.flush(now().wall);
    }
}
