//! Whoever judges certificates: evidence that is kept, one short thread a judging, and what is known of the
//! clock.
//!
//! The first verdict rests on what is there; the last one on what could be fetched in time as well. What is
//! wrong with evidence is said in the journal, when it becomes so.

use std::{
    collections::BTreeMap,
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    thread,
    time::Duration,
};

use lanyard_card::Certificate;
use lanyard_evidence::{Evidence, Judged, News, Presented, ProblemFact, Stamp};
use lanyard_settings::{Settings, built};
use lanyard_trust::{ClockSettings, Fact, Judgement, UnixTime};
use tokio::sync::{mpsc, watch};

use crate::{
    clock::{self, SystemClock},
    engine::{CardId, Event, JudgingId},
    metrics::Metrics,
};

/// Of so many cards, the last that were inserted, it is known what was said: more than PC/SC has readers.
const CARDS: usize = 32;

/// Judges certificates. Clones are the same.
#[derive(Clone, Debug)]
pub(crate) struct Judges {
    evidence: Arc<Evidence>,
    rules: Arc<lanyard_trust::Settings>,
    fetch_within: Duration,
    /// The latest time at which a certificate was judged.
    last_seen: Arc<AtomicI64>,
    /// What was said last of the certificates of cards.
    said: Arc<Mutex<BTreeMap<CardId, Vec<String>>>>,
    metrics: Arc<Metrics>,
    /// Where verdicts go. Weak, so that nobody waits for a fetch when the daemon ends.
    engine: mpsc::WeakSender<Event>,
}

impl Judges {
    /// Reads the evidence. The other end hears when it is another.
    ///
    /// # Errors
    /// When the system gives no descriptor or thread.
    pub(crate) fn start(
        settings: &Settings,
        engine: &mpsc::Sender<Event>,
        metrics: Arc<Metrics>,
    ) -> io::Result<(Self, watch::Receiver<Stamp>)> {
        let (stamps, changes) = watch::channel(Stamp::default());
        let evidence = Evidence::new(settings.evidence(), Arc::new(SystemClock), move |news| {
            tell(&news);
            if let News::Changed(stamp) = news {
                stamps.send_if_modified(|latest| {
                    let is_newer = stamp > *latest;
                    *latest = stamp.max(*latest);
                    is_newer
                });
            }
        })?;
        let judges = Self {
            evidence: Arc::new(evidence),
            rules: Arc::new(settings.judging()),
            fetch_within: settings.revocation.fetch_within_ms,
            last_seen: Arc::new(AtomicI64::new(i64::MIN)),
            said: Arc::default(),
            metrics,
            engine: engine.downgrade(),
        };
        Ok((judges, changes))
    }

    /// Judges a certificate, and tells the engine twice. Without a thread for it nothing is told, and the
    /// engine's deadline is a no.
    pub(crate) fn judge(&self, card: CardId, judging: JudgingId, certificate: Certificate) {
        let judges = self.clone();
        in_a_thread(&format!("judge-{card}"), move || {
            let presented = Presented::alone(certificate.der());
            let tell = |word: &Arc<Judged>, is_last| {
                let word = Arc::clone(word);
                judges.to_engine(Event::Judged { card, judging, judged: word, is_last });
            };
            let first = judges.judged(presented);
            tell(&first, false);
            let deadline = clock::now().steady + judges.fetch_within;
            let (rules, today) = (judges.rules_now(), clock::date());
            let gathered = judges.evidence.gather(presented, &rules, today, deadline);
            for asked in &gathered.asked {
                judges.metrics.fetches.count((&asked.outcome).into());
            }
            // Where nothing was asked and nothing has changed, the first word is the last.
            let is_same = gathered.asked.is_empty() && gathered.snapshot.stamp() == first.stamp;
            let last = if is_same { first } else { judges.judged(presented) };
            judges.explain(card, &last.judgement);
            tell(&last, true);
        });
    }

    /// Reads all folders again, and takes the clock for right.
    pub(crate) fn reload(&self) {
        let judges = self.clone();
        in_a_thread("reload", move || {
            judges.last_seen.store(i64::MIN, Ordering::SeqCst);
            judges.evidence.reload();
            // Also when the files say what they said: it may have been the clock that was mended.
            judges.to_engine(Event::EvidenceChanged(judges.evidence.stamp()));
        });
    }

    /// What there is to judge by, for whoever mends a folder.
    pub(crate) fn report(&self) {
        let now = self.evidence.snapshot();
        let (anchors, authorities) = (now.anchors().certificates(), now.intermediates());
        tracing::info!(
            anchors = anchors.len(),
            authorities = authorities.certificates().len(),
            lists = now.lists().lists().count(),
            problems = now.problems().len(),
            "evidence"
        );
    }

    /// Says what is wrong with a certificate, unless that was the last that was said of it: one that cannot be checked
    /// is judged each minute.
    fn explain(&self, card: CardId, judgement: &Judgement) {
        let findings: Vec<_> = judgement.findings.iter().map(ToString::to_string).collect();
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if said.get(&card) == Some(&findings) {
            return;
        }
        said.insert(card, findings);
        while said.len() > CARDS {
            said.pop_first();
        }
        drop(said);
        explain(card, judgement);
    }

    /// The card is gone.
    pub(crate) fn forget(&self, card: CardId) {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).remove(&card);
    }

    /// By what is there, now.
    fn judged(&self, presented: Presented<'_>) -> Arc<Judged> {
        let now = clock::date();
        let judged = self.evidence.judge(presented, &self.rules_now(), now);
        self.last_seen.fetch_max(now.0, Ordering::SeqCst);
        Arc::new(judged)
    }

    /// The engine may be gone by now; then nobody wants to know.
    fn to_engine(&self, event: Event) {
        if let Some(engine) = self.engine.upgrade() {
            let _ = engine.blocking_send(event);
        }
    }

    /// The rules, with what is known of the clock.
    fn rules_now(&self) -> lanyard_trust::Settings {
        let last_seen = self.last_seen.load(Ordering::SeqCst);
        let last_seen = (last_seen != i64::MIN).then_some(UnixTime(last_seen));
        let clock = ClockSettings { built: built(), last_seen, ..self.rules.clock };
        lanyard_trust::Settings { clock, ..(*self.rules).clone() }
    }
}

/// Everything that is wrong with a certificate, for whoever looks after the workstation.
fn explain(card: CardId, judgement: &Judgement) {
    for finding in &judgement.findings {
        let check = finding.check.word();
        match (&finding.fact, finding.refuses()) {
            (Fact::ClockWentBack { .. }, _) => tracing::error!(
                %card, check, "{finding}; once it is right, SIGHUP makes the daemon take it for that"
            ),
            (Fact::ClockBeforeBuild { .. }, _) => tracing::error!(%card, check, "{finding}"),
            (_, true) => tracing::warn!(%card, check, "certificate refused: {finding}"),
            (_, false) => tracing::info!(%card, check, "certificate: {finding}"),
        }
    }
}

/// What is wrong with files, folders and addresses.
fn tell(news: &News) {
    match news {
        News::Changed(stamp) => tracing::debug!(stamp = stamp.0, "the evidence has changed"),
        News::Problem(problem) if problem.fact == ProblemFact::NoAnchor => {
            tracing::error!("{problem}");
        }
        News::Problem(problem) => tracing::warn!("{problem}"),
        News::Fetch { address, fault } => tracing::warn!(address, "nothing was fetched: {fault}"),
        News::NotKept { address, error } => {
            tracing::warn!(address, "a fetched list is not kept for the next start: {error}");
        }
    }
}

/// Has something done that may take its time.
fn in_a_thread(name: &str, what: impl FnOnce() + Send + 'static) {
    if let Err(error) = thread::Builder::new().name(name.to_owned()).spawn(what) {
        tracing::error!(name, "the system gives no thread: {error}");
    }
}

#[cfg(test)]
mod tests {
    use lanyard_card::{Identity, identify, piv::Slot};
    use lanyard_virtcard::{Authorities, Card, Personas};

    use super::*;

    /// Judges of a site with nothing in its folders.
    fn judges() -> (Judges, mpsc::Receiver<Event>) {
        let (engine, events) = mpsc::channel(8);
        let mut settings = Settings::default();
        settings.revocation.cache = "".into();
        let (judges, _) = Judges::start(&settings, &engine, Arc::default()).unwrap();
        // They hold it weakly.
        std::mem::forget(engine);
        (judges, events)
    }

    fn identity_of(persona: &str, authorities: &Authorities) -> Identity {
        let personas = Personas::compiled_in().unwrap();
        let persona = personas.named(persona).unwrap();
        let mut card = Card::issue(persona, authorities, clock::now().wall).unwrap();
        identify(&mut card, Slot::Authentication, &|_| None).unwrap()
    }

    #[test]
    fn what_is_known_of_the_clock_is_when_the_daemon_was_built_and_what_it_has_judged_at() {
        let (judges, _events) = judges();
        let clock = judges.rules_now().clock;
        let a_day_ago = clock::date().plus_seconds(-86_400);
        assert!(clock.built.is_some_and(|built| built > UnixTime(1_700_000_000)), "{clock:?}");
        assert_eq!(clock.last_seen, None);
        assert!(judges.judged(Presented::alone(&[])).judgement.trusted().is_none());
        assert!(judges.rules_now().clock.last_seen.is_some_and(|seen| seen > a_day_ago));
    }

    #[test]
    fn the_engine_hears_a_first_word_and_a_last_one_which_is_the_same_where_nothing_was_asked() {
        let (judges, mut events) = judges();
        let authorities = Authorities::in_memory(clock::now().wall).unwrap();
        let identity = identity_of("nurse", &authorities);
        judges.judge(CardId::numbered(1), JudgingId::numbered(2), identity.certificate);
        let mut word = |wanted| match events.blocking_recv() {
            Some(Event::Judged { judged, is_last, .. }) if is_last == wanted => judged,
            other => panic!("{other:?}"),
        };
        let (first, last) = (word(false), word(true));
        assert!(Arc::ptr_eq(&first, &last));
    }

    #[test]
    fn reading_everything_again_takes_the_clock_for_right_and_has_everybody_judged() {
        let (judges, mut events) = judges();
        judges.last_seen.store(i64::MAX, Ordering::SeqCst);
        assert_eq!(judges.rules_now().clock.last_seen, Some(UnixTime(i64::MAX)));
        judges.reload();
        assert!(matches!(events.blocking_recv(), Some(Event::EvidenceChanged(_))));
        assert_eq!(judges.rules_now().clock.last_seen, None);
    }
}
