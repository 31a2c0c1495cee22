//! How the daemon is put together: from settings to everything that runs.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use lanyard_reader::Readers;
use lanyard_roles::Catalogue;
use lanyard_settings::{Settings, WrongCatalogue, WrongPasscodes};
use tokio::sync::mpsc;
use zbus::connection;

use super::{Daemon, DaemonError};
use crate::{
    bus::{
        self, Door,
        agents::Prompts,
        callers::{Callers, Slot},
        leaving::Watches,
    },
    card_thread::{Acquaintances, CardThreads},
    clock::now,
    clock_set::ClockSet,
    directory::Directory,
    engine::{Conditions, Engine, Event, Limits},
    journal::Journal,
    judges::Judges,
    metrics::{Metrics, Observer},
    records::{Places, Records, Scribe},
    signer::Signer,
};

/// How long judging may take beyond fetching.
const JUDGING: Duration = Duration::from_secs(2);

/// How long the outcome of a request can be read.
const OUTCOME_IS_KEPT: Duration = Duration::from_secs(60);

impl Daemon {
    pub(super) async fn new(
        settings: &Settings,
        connection: connection::Builder<'_>,
        readers: Arc<dyn Readers>,
        (sender, events): (mpsc::Sender<Event>, mpsc::Receiver<Event>),
    ) -> Result<Self, DaemonError> {
        let conditions = conditions(settings)?;
        let access = settings.access.by_whom(rustix::process::geteuid().as_raw());
        let catalogue = Arc::new(catalogue(settings)?);
        let site = (settings.sessions(), catalogue);
        let engine = Engine::new(conditions, access, site, now());
        let (slot, callers) = Slot::new();
        let door = Door::new(callers, sender.downgrade(), settings.contacts.clone());
        let publisher = bus::serve(connection, engine.picture(), settings.profiles.told(), door)
            .await
            .map_err(DaemonError::Bus)?;
        let callers = Callers::on(publisher.connection(), access, sender.downgrade()).await;
        let callers = callers.map_err(DaemonError::Bus)?;
        slot.fill(callers.clone());
        let watches = Watches::on(publisher.connection(), sender.downgrade()).await;
        let watches = watches.map_err(DaemonError::Bus)?;
        let (ledger, audit) = (settings.ledger.folder.clone(), (&settings.audit).into());
        let metrics = Arc::new(Metrics::default());
        let told = (settings.log.uuids, Arc::clone(&metrics));
        let records = Records::open(Places { ledger, audit }, told, now().wall);
        let scribe = Scribe::start(records.clone())?;
        let (judges, evidence) = Judges::start(settings, &sender, Arc::clone(&metrics))?;
        let directory = Directory::open(settings, &sender)?;
        let signer = Signer::start(sender.downgrade())?;
        let cards = CardThreads {
            readers,
            engine: sender,
            slot: settings.card.sign_in_key,
            longest_session: settings.session.longest_hours,
            records,
            acquaintances: Acquaintances::default(),
        };
        let seats = settings.reader.seats();
        Ok(Self {
            engine,
            events,
            publisher,
            journal: Journal::default(),
            observer: Observer::new(metrics, now().steady),
            cards,
            judges,
            directory,
            signer,
            evidence,
            open: BTreeMap::new(),
            prompts: Prompts::default(),
            watches,
            scribe,
            clock_set: ClockSet::watch(),
            held_back: None,
            late_events: 0,
            seats,
            callers,
            _slot: slot,
        })
    }
}

/// What attempts begin under.
///
/// # Errors
/// When no card could take such a passcode, or a new one would never be sent.
pub(super) fn conditions(settings: &Settings) -> Result<Conditions, WrongPasscodes> {
    let limits = Limits {
        card_answers_within: settings.card.answer_within_ms,
        card_is_free_within: settings.card.free_within_ms,
        judged_within: settings.revocation.fetch_within_ms + JUDGING,
        person_answers_within: settings.prompt.answer_within_s,
        outcome_is_kept_for: OUTCOME_IS_KEPT,
    };
    Ok(Conditions { limits, rules: settings.rules()?, terms: settings.terms.clone() })
}

/// The catalogue of roles. What in it does not count is in the journal.
fn catalogue(settings: &Settings) -> Result<Catalogue, WrongCatalogue> {
    let (catalogue, problems) = settings.catalogue()?;
    let file = &settings.roles.catalogue;
    if file.as_os_str().is_empty() {
        tracing::warn!("no catalogue of roles is configured: the starter has no baselines");
    }
    for problem in problems {
        tracing::warn!(file = %file.display(), "catalogue: {problem}");
    }
    Ok(catalogue)
}
