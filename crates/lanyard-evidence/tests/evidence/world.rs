//! A site: a root that is trusted, an authority below it, a holder's certificate that names servers.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock, mpsc};
use std::time::{Duration, Instant};

use lanyard_evidence::{
    Asked, Clock, Evidence, Fault, Fetching, Folders, Gathered, News, Outcome, Presented, Settings,
};
use lanyard_test_pki::{CertificateDraft, EntryDraft, Key, ListDraft, der, extension};
use lanyard_trust::{Judgement, RevocationMode, UnixTime};
use tempfile::TempDir;

/// The day of all tests: 1 September 2026.
pub(crate) const TODAY: UnixTime = UnixTime(1_788_220_800);

/// The holder's serial number.
pub(crate) const SERIAL: u8 = 7;

/// Long enough for anything that comes at all.
pub(crate) const LONG: Duration = Duration::from_secs(20);

pub(crate) static ROOT_KEY: LazyLock<Key> = LazyLock::new(Key::p256);
pub(crate) static AUTHORITY_KEY: LazyLock<Key> = LazyLock::new(Key::p256);
pub(crate) static HOLDER_KEY: LazyLock<Key> = LazyLock::new(Key::p256);
pub(crate) static OTHER_KEY: LazyLock<Key> = LazyLock::new(Key::p256);

/// The folders of a site and what it decides.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) folder: TempDir,
    pub(crate) settings: Settings,
    pub(crate) holder: Vec<u8>,
    pub(crate) clock: Arc<TestClock>,
}

/// A wall clock that tests set beside a steady one that is true.
#[derive(Debug)]
pub(crate) struct TestClock(AtomicI64);

impl TestClock {
    pub(crate) fn now(&self) -> UnixTime {
        UnixTime(self.0.load(Ordering::SeqCst))
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn wall(&self) -> UnixTime {
        self.now()
    }

    #[expect(clippy::disallowed_methods, reason = "deadlines are kept in true time")]
    fn steady(&self) -> Instant {
        Instant::now()
    }
}

impl World {
    /// Root, authority and the root's own list are there; the authority's list is wherever the holder's
    /// certificate says.
    pub(crate) fn naming(lists: &[&str], responder: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let within = |name: &str| folder.path().join(name);
        let mut folders = Folders::new(within("anchors"));
        folders.intermediates = Some(within("intermediates"));
        folders.lists = Some(within("lists"));
        let settings = Settings { folders, fetching: Fetching::default() };
        let clock = Arc::new(TestClock(AtomicI64::new(TODAY.0)));
        let world = Self { holder: holder(lists, responder), folder, settings, clock };
        world.write("anchors/root.der", &root());
        world.write("intermediates/sub.der", &authority());
        world.write("lists/root.crl", &root_list());
        world
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    /// Writes a file beside its place and renames it there.
    pub(crate) fn write(&self, file: &str, content: &[u8]) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let beside = self.path("written");
        fs::write(&beside, content).unwrap();
        fs::rename(&beside, path).unwrap();
    }

    pub(crate) fn open(&self) -> (Evidence, mpsc::Receiver<News>) {
        let (tell, news) = mpsc::channel();
        let clock: Arc<dyn Clock> = Arc::clone(&self.clock) as _;
        let on_news = move |item| _ = tell.send(item);
        (Evidence::new(self.settings.clone(), clock, on_news).unwrap(), news)
    }

    pub(crate) fn gather(&self, evidence: &Evidence) -> Gathered {
        let deadline = self.clock.steady() + LONG;
        self.gather_until(evidence, deadline)
    }

    pub(crate) fn gather_until(&self, evidence: &Evidence, deadline: Instant) -> Gathered {
        let presented = Presented::alone(&self.holder);
        evidence.gather(presented, &rules(), self.clock.now(), deadline)
    }

    /// By other rules than usual.
    pub(crate) fn gather_by(
        &self,
        evidence: &Evidence,
        rules: &lanyard_trust::Settings,
    ) -> Gathered {
        let (presented, deadline) = (Presented::alone(&self.holder), self.clock.steady() + LONG);
        evidence.gather(presented, rules, self.clock.now(), deadline)
    }

    pub(crate) fn judge(&self, evidence: &Evidence) -> Judgement {
        let presented = Presented::alone(&self.holder);
        evidence.judge(presented, &rules(), self.clock.now()).judgement
    }
}

/// Revocation must be known.
pub(crate) fn rules() -> lanyard_trust::Settings {
    lanyard_trust::Settings {
        revocation: RevocationMode::Hard,
        ..lanyard_trust::Settings::default()
    }
}

/// What is found against a certificate, one line each.
pub(crate) fn refusals(judgement: &Judgement) -> Vec<String> {
    let refusals = judgement.findings.iter().filter(|finding| finding.refuses());
    refusals.map(ToString::to_string).collect()
}

/// The outcomes of a gathering without their addresses.
pub(crate) fn outcomes(gathered: &Gathered) -> Vec<Outcome> {
    gathered.asked.iter().map(|Asked { outcome, .. }| outcome.clone()).collect()
}

/// One outcome, which is this fault.
pub(crate) fn failed(fault: Fault) -> Vec<Outcome> {
    vec![Outcome::Failed(fault)]
}

pub(crate) fn root() -> Vec<u8> {
    CertificateDraft::authority("Root", "Root", &ROOT_KEY, 1).signed(&ROOT_KEY)
}

pub(crate) fn authority() -> Vec<u8> {
    CertificateDraft::authority("Sub", "Root", &AUTHORITY_KEY, 2).signed(&ROOT_KEY)
}

pub(crate) fn holder(lists: &[&str], responder: Option<&str>) -> Vec<u8> {
    let (subject, issuer) = (der::holder("999900000102"), der::authority("Sub"));
    let mut draft = CertificateDraft::new(subject, issuer, &HOLDER_KEY, SERIAL);
    draft.extensions = vec![extension::key_usage(extension::DIGITAL_SIGNATURE)];
    let points: Vec<_> = lists.iter().map(|address| vec![extension::uri(address)]).collect();
    let points: Vec<&[Vec<u8>]> = points.iter().map(Vec::as_slice).collect();
    if !points.is_empty() {
        draft.set(extension::crl_points(&points));
    }
    if let Some(address) = responder {
        draft.set(extension::ocsp_access(address));
    }
    draft.signed(&AUTHORITY_KEY)
}

pub(crate) fn root_list() -> Vec<u8> {
    ListDraft::new(der::authority("Root")).signed(&ROOT_KEY)
}

/// A list of the authority that names nobody.
pub(crate) fn draft() -> ListDraft {
    ListDraft::new(der::authority("Sub"))
}

pub(crate) fn list() -> Vec<u8> {
    draft().signed(&AUTHORITY_KEY)
}

/// A list of the authority that names the holder.
pub(crate) fn revoking_draft() -> ListDraft {
    ListDraft { entries: vec![EntryDraft::new(&[SERIAL])], ..draft() }
}

pub(crate) fn revoking() -> Vec<u8> {
    revoking_draft().signed(&AUTHORITY_KEY)
}

/// What files bear and other programs go by: the date of this machine.
#[expect(clippy::disallowed_methods, reason = "compared with what others date")]
pub(crate) fn today_for_real() -> UnixTime {
    std::time::SystemTime::now().into()
}
