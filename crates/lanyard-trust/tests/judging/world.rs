//! A root that is trusted, an authority below it and a holder's certificate, each a draft to be broken,
//! and what comes of judging them.

use std::sync::{Arc, LazyLock};

use lanyard_test_pki::{CertificateDraft, Key, ListDraft, der, extension};
use lanyard_trust::{
    Anchors, Certificate, Crl, CrlStore, Evidence, Intermediates, Judgement, OcspEvidence,
    RevocationMode, Settings, UnixTime, judge,
};

/// The day of all judgements: 1 September 2026.
pub(crate) const TODAY: UnixTime = UnixTime(1_788_220_800);

/// The holder of all judgements.
pub(crate) const HOLDER: &str = "999900000102";

pub(crate) static ROOT_KEY: LazyLock<Key> = LazyLock::new(Key::p256);
pub(crate) static AUTHORITY_KEY: LazyLock<Key> = LazyLock::new(Key::p256);
pub(crate) static HOLDER_KEY: LazyLock<Key> = LazyLock::new(Key::p256);
pub(crate) static OTHER_KEY: LazyLock<Key> = LazyLock::new(Key::p256);

/// Everything that can be broken.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) root: CertificateDraft,
    pub(crate) authority: CertificateDraft,
    pub(crate) holder: CertificateDraft,
    /// Who signs each; the one above by rights.
    pub(crate) authority_signer: Key,
    pub(crate) holder_signer: Key,
    /// The holder's certificate once more, as bytes, when a test changes those.
    pub(crate) holder_der: Option<Vec<u8>>,
    /// Further authorities, signed.
    pub(crate) further: Vec<Vec<u8>>,
    pub(crate) lists: Vec<Vec<u8>>,
    pub(crate) answers: Vec<OcspEvidence>,
    pub(crate) responders: Vec<Vec<u8>>,
    pub(crate) settings: Settings,
    pub(crate) now: UnixTime,
}

impl World {
    /// Nothing is wrong, and nobody asks about revocation.
    pub(crate) fn new() -> Self {
        let mut holder =
            CertificateDraft::new(der::holder(HOLDER), der::authority("Sub"), &HOLDER_KEY, 7);
        holder.extensions = vec![extension::key_usage(extension::DIGITAL_SIGNATURE)];
        Self {
            root: CertificateDraft::authority("Root", "Root", &ROOT_KEY, 1),
            authority: CertificateDraft::authority("Sub", "Root", &AUTHORITY_KEY, 2),
            holder,
            authority_signer: ROOT_KEY.clone(),
            holder_signer: AUTHORITY_KEY.clone(),
            holder_der: None,
            further: Vec::new(),
            lists: Vec::new(),
            answers: Vec::new(),
            responders: Vec::new(),
            settings: Settings { revocation: RevocationMode::Off, ..Settings::default() },
            now: TODAY,
        }
    }

    /// The same, and revocation must be known: with an empty list of each authority.
    pub(crate) fn with_lists() -> Self {
        let mut world = Self::new();
        world.settings.revocation = RevocationMode::Hard;
        world.lists = vec![Self::root_list(), Self::list().signed(&AUTHORITY_KEY)];
        world
    }

    pub(crate) fn root_list() -> Vec<u8> {
        ListDraft::new(der::authority("Root")).signed(&ROOT_KEY)
    }

    /// A list of the authority, not yet signed.
    pub(crate) fn list() -> ListDraft {
        ListDraft::new(der::authority("Sub"))
    }

    pub(crate) fn holder_der(&self) -> Vec<u8> {
        let signed = || self.holder.signed(&self.holder_signer);
        self.holder_der.clone().unwrap_or_else(signed)
    }

    pub(crate) fn judged(&self) -> Judgement {
        let anchors: Anchors = parse(&self.root.signed(&ROOT_KEY)).into_iter().collect();
        let authority = self.authority.signed(&self.authority_signer);
        let authorities = std::iter::once(&authority).chain(&self.further);
        let authorities: Intermediates = authorities.filter_map(|der| parse(der)).collect();
        let known = || anchors.certificates().iter().chain(authorities.certificates());
        let lists = self.lists.iter().filter_map(|der| Crl::load(der, known()).ok());
        let crls: CrlStore = lists.map(Arc::new).collect();
        let responders: Vec<Certificate> =
            self.responders.iter().filter_map(|der| parse(der)).collect();
        let evidence = Evidence {
            anchors: &anchors,
            intermediates: &authorities,
            from_card: &[],
            crls: &crls,
            ocsp: &self.answers,
            responders: &responders,
        };
        judge(&self.holder_der(), &evidence, &self.settings, self.now)
    }

    /// What is found against it, one line each.
    pub(crate) fn refusals(&self) -> Vec<String> {
        let judgement = self.judged();
        let refusals = judgement.findings.iter().filter(|finding| finding.refuses());
        let refusals: Vec<String> = refusals.map(ToString::to_string).collect();
        assert_eq!(judgement.holds(), refusals.is_empty());
        refusals
    }
}

pub(crate) fn parse(der: &[u8]) -> Option<Certificate> {
    Certificate::parse(der).ok()
}

/// One row of a table: what is broken, and every finding against it.
pub(crate) struct Row {
    pub(crate) what: &'static str,
    pub(crate) change: fn(&mut World),
    pub(crate) expected: &'static [&'static str],
}

/// Tries every row and tells all that end otherwise.
pub(crate) fn try_all(rows: &[Row], world: fn() -> World) {
    let mut wrong = Vec::new();
    for row in rows {
        let mut world = world();
        (row.change)(&mut world);
        let found = world.refusals();
        if found != row.expected {
            wrong.push(format!(
                "{}:\n    found    {found:?}\n    expected {:?}",
                row.what, row.expected
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {} rows:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

/// Writes rows without repeating the names of their fields.
macro_rules! rows {
    ($($what:literal, $change:expr, $expected:expr;)*) => {
        [$($crate::world::Row { what: $what, change: $change, expected: &$expected }),*]
    };
}
pub(crate) use rows;
