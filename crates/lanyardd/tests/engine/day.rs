//! An engine with the hours of a day that a test makes pass, and what happens in them.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, LazyLock, Mutex},
    time::{Duration, Instant, SystemTime},
};

use lanyard_card::{Certificate, Identity, identify, piv::Slot};
use lanyard_dbus::CardState;
use lanyard_evidence::{Judged, Stamp};
use lanyard_reader::{Atr, ReaderEvent, ReaderName};
use lanyard_roles::Catalogue;
use lanyard_seats::{Access, Users};
use lanyard_settings::{SiteRules, Terms};
use lanyard_trust::{
    Anchors, CrlStore, Evidence, Intermediates, RevocationMode, Settings, UnixTime, judge,
};
use lanyard_virtcard::{Authorities, Card, Personas};
use lanyardd::engine::{
    CardId, CardReport, Conditions, Effect, Engine, Event, JudgingId, Limits, Now, OrderId, Public,
};

pub(crate) const FREE_WITHIN: Duration = Duration::from_secs(5);
pub(crate) const PERSON_ANSWERS_WITHIN: Duration = Duration::from_secs(120);
pub(crate) const OUTCOME_IS_KEPT: Duration = Duration::from_secs(60);
pub(crate) const JUDGED_WITHIN: Duration = Duration::from_secs(4);
pub(crate) const ANSWERS_WITHIN: Duration = Duration::from_secs(10);

/// What attempts begin under, unless a test says otherwise.
pub(crate) fn conditions() -> Conditions {
    let limits = Limits {
        card_answers_within: ANSWERS_WITHIN,
        card_is_free_within: FREE_WITHIN,
        judged_within: JUDGED_WITHIN,
        person_answers_within: PERSON_ANSWERS_WITHIN,
        outcome_is_kept_for: OUTCOME_IS_KEPT,
    };
    Conditions { limits, rules: SiteRules::default(), terms: Terms::default() }
}

/// When cards were issued and certificates are judged.
const ISSUED: i64 = 1_800_000_000;

static AUTHORITIES: LazyLock<Authorities> =
    LazyLock::new(|| Authorities::in_memory(issued()).unwrap());

/// What a nurse's card tells.
pub(crate) static IDENTITY: LazyLock<Identity> = LazyLock::new(|| identity("nurse"));

pub(crate) fn issued() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(ISSUED.unsigned_abs())
}

/// What a persona's card tells; the same each time.
pub(crate) fn identity(persona: &'static str) -> Identity {
    static ISSUED: Mutex<BTreeMap<&str, Identity>> = Mutex::new(BTreeMap::new());
    ISSUED.lock().unwrap().entry(persona).or_insert_with(|| issue(persona)).clone()
}

fn issue(persona: &str) -> Identity {
    identify(&mut card_of(persona), Slot::Authentication, &|_| None).unwrap()
}

/// A new card of this persona.
pub(crate) fn card_of(persona: &str) -> Card {
    let personas = Personas::compiled_in().unwrap();
    Card::issue(personas.named(persona).unwrap(), &AUTHORITIES, issued()).unwrap()
}

/// What this certificate is worth, without a look at revocation.
pub(crate) fn verdict(certificate: &Certificate, mode: RevocationMode, stamp: u64) -> Arc<Judged> {
    let (anchors, below) = (AUTHORITIES.anchors(), AUTHORITIES.intermediates());
    let (anchors, _) = Anchors::load(named(&anchors), UnixTime(ISSUED));
    let (intermediates, _) = Intermediates::load(named(&below), UnixTime(ISSUED));
    let evidence = Evidence {
        anchors: &anchors,
        intermediates: &intermediates,
        from_card: &[],
        crls: &CrlStore::default(),
        ocsp: &[],
        responders: &[],
    };
    let settings = Settings { revocation: mode, ..Settings::default() };
    let judgement = judge(certificate.der(), &evidence, &settings, UnixTime(ISSUED));
    Arc::new(Judged { judgement, stamp: Stamp(stamp) })
}

fn named(files: &[Vec<u8>]) -> impl Iterator<Item = (&str, &[u8])> {
    files.iter().map(|file| ("file", file.as_slice()))
}

/// An engine with the hours of a day that a test makes pass.
pub(crate) struct Day {
    pub(crate) engine: Engine,
    pub(crate) start: Instant,
    pub(crate) passed: Duration,
    /// The last order to a card.
    pub(crate) order: OrderId,
    /// What is being judged.
    pub(crate) judging: VecDeque<(CardId, JudgingId, Certificate)>,
    /// Whether certificates are judged at once.
    pub(crate) judges_are_prompt: bool,
}

impl Day {
    /// At a machine for one user.
    pub(crate) fn new() -> Self {
        Self::with(Access::SingleUser(Users::Everybody))
    }

    /// Where this decides who may use what.
    pub(crate) fn with(access: Access) -> Self {
        Self::under(lanyard_session::Settings::default(), access)
    }

    /// The same, where these are the rules of sessions.
    pub(crate) fn under(sessions: lanyard_session::Settings, access: Access) -> Self {
        let conditions = conditions();
        #[expect(clippy::disallowed_methods, reason = "an instant can be had in no other way")]
        let start = Instant::now();
        let now = Now { steady: start, wall: SystemTime::UNIX_EPOCH };
        let catalogue = Catalogue::starter().into();
        Self {
            engine: Engine::new(conditions, access, (sessions, catalogue), now),
            start,
            passed: Duration::ZERO,
            order: OrderId::numbered(0),
            judging: VecDeque::new(),
            judges_are_prompt: true,
        }
    }

    pub(crate) fn on(&mut self, event: Event) -> Vec<Effect> {
        let wall = SystemTime::UNIX_EPOCH + self.passed;
        let mut effects = self.engine.on(event, Now { steady: self.start + self.passed, wall });
        for effect in &effects {
            match effect {
                Effect::Attempt { order, .. } => self.order = order.id,
                Effect::Judge { card, judging, certificate } => {
                    self.judging.push_back((*card, *judging, certificate.clone()));
                }
                _ => {}
            }
        }
        if self.judges_are_prompt && !self.judging.is_empty() {
            effects.extend(self.judged(RevocationMode::Off, true));
        }
        effects
    }

    /// The judges say what they were asked first, in this mode.
    pub(crate) fn judged(&mut self, mode: RevocationMode, is_last: bool) -> Vec<Effect> {
        self.judged_by(mode, is_last, 1)
    }

    /// The same, by this evidence.
    pub(crate) fn judged_by(
        &mut self,
        mode: RevocationMode,
        is_last: bool,
        stamp: u64,
    ) -> Vec<Effect> {
        let Some((card, judging, certificate)) = self.judging.front().cloned() else {
            return Vec::new();
        };
        if is_last {
            self.judging.pop_front();
        }
        let judged = verdict(&certificate, mode, stamp);
        self.on(Event::Judged { card, judging, judged, is_last })
    }

    /// A reader with a card in it that is being read.
    pub(crate) fn with_card(&mut self) -> CardId {
        self.on(Event::from(ReaderEvent::ReaderArrived(name(0))));
        let effects = self.on(inserted(0));
        effects.iter().find_map(opened).unwrap()
    }

    /// A card in a second reader, that is being read.
    pub(crate) fn another_card(&mut self) -> CardId {
        self.on(Event::from(ReaderEvent::ReaderArrived(name(1))));
        self.on(inserted(1)).iter().find_map(opened).unwrap()
    }

    pub(crate) fn card(&self, card: CardId) -> (CardState, &'static str) {
        let card = Public::of(self.engine.picture()).card(card).unwrap();
        (card.state, card.reason)
    }
}

pub(crate) fn name(reader: usize) -> ReaderName {
    ReaderName::new(&format!("Reader {reader}")).unwrap()
}

pub(crate) fn inserted(reader: usize) -> Event {
    let atr = Atr::new(&[0x3B, 0x80]);
    Event::from(ReaderEvent::CardInserted { reader: name(reader), atr })
}

pub(crate) fn removed(reader: usize) -> Event {
    Event::from(ReaderEvent::CardRemoved { reader: name(reader) })
}

pub(crate) fn freed(reader: usize) -> Event {
    Event::from(ReaderEvent::CardFreed { reader: name(reader) })
}

pub(crate) fn report(card: CardId, report: CardReport) -> Event {
    Event::Card { card, report }
}

/// A card that tells this, with three tries at this workstation.
pub(crate) fn identified(identity: Identity) -> CardReport {
    CardReport::Identified { identity, tries_here: Some(3) }
}

pub(crate) fn opened(effect: &Effect) -> Option<CardId> {
    if let Effect::OpenCard { card, .. } = effect { Some(*card) } else { None }
}
