//! `[trust]` and `[revocation]`: whose certificates are believed, and what evidence that takes.

use std::{path::PathBuf, time::Duration};

use lanyard_evidence::{Fetching, Folders, Wanted};
use lanyard_trust::{
    Algorithms, ClockRule, ClockSettings, NonceRule, Oid, PolicySettings, Profile, RenewalWindows,
    RevocationMode,
};
use serde::Deserialize;

use super::{
    Settings,
    values::{address, clock, days, folder, milliseconds, mode, nonce, oids},
};

/// `[trust]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Trust {
    /// `anchors`: the folder of those whom the site trusts.
    #[serde(deserialize_with = "folder")]
    pub anchors: PathBuf,
    /// `intermediates`: the folder of further authorities.
    pub intermediates: PathBuf,
    /// `policies`: the certificate policies of which one must hold; none for any.
    #[serde(deserialize_with = "oids")]
    pub policies: Vec<Oid>,
    /// `renewal-days`: how long before its end a certificate's renewal is due.
    #[serde(deserialize_with = "days")]
    pub renewal_days: i64,
    /// `sponsor-renewal-days`: from when on a sponsor may renew it too.
    #[serde(deserialize_with = "days")]
    pub sponsor_renewal_days: i64,
    /// `wrong-clock`: what a clock that cannot be right means, `"refuse"` or `"tell"`.
    #[serde(deserialize_with = "clock")]
    pub wrong_clock: ClockRule,
    /// `danger-weak-algorithms`: whether SHA-1 and short RSA keys are believed.
    pub danger_weak_algorithms: bool,
}

/// Settings of trust that contradict each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum WrongTrust {
    /// A sponsor's window is the shorter one.
    #[error("sponsor-renewal-days is at most renewal-days, {holder}, not {sponsor}")]
    SponsorBeforeHolder {
        /// `renewal-days`
        holder: i64,
        /// `sponsor-renewal-days`
        sponsor: i64,
    },
}

impl WrongTrust {
    /// The settings that it is about, the one to look at first.
    pub(super) const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::SponsorBeforeHolder { .. } => &["sponsor-renewal-days", "renewal-days"],
        }
    }
}

impl Trust {
    pub(super) const fn fault(&self) -> Option<WrongTrust> {
        let (holder, sponsor) = (self.renewal_days, self.sponsor_renewal_days);
        if sponsor > holder {
            Some(WrongTrust::SponsorBeforeHolder { holder, sponsor })
        } else {
            None
        }
    }
}

/// `[revocation]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Revocation {
    /// `mode`: what must be known, `"hard"`, `"soft"` or `"off"`.
    #[serde(deserialize_with = "mode")]
    pub mode: RevocationMode,
    /// `lists`: the folder of revocation lists.
    pub lists: PathBuf,
    /// `responders`: the folder of OCSP responders that are believed about every issuer.
    pub responders: PathBuf,
    /// `fetch-lists`: whether lists are fetched from the addresses that certificates name.
    pub fetch_lists: bool,
    /// `ask-responders`: whether OCSP responders are asked.
    pub ask_responders: bool,
    /// `responder`: the address of the one for certificates that name none; empty for none.
    #[serde(deserialize_with = "address")]
    pub responder: String,
    /// `nonce`: whether answers must repeat the number they were asked with.
    #[serde(deserialize_with = "nonce")]
    pub nonce: NonceRule,
    /// `fetch-within-ms`: how long the fetching for one certificate may take.
    #[serde(deserialize_with = "milliseconds")]
    pub fetch_within_ms: Duration,
    /// `https-roots`: whom addresses with `https:` are believed by.
    pub https_roots: PathBuf,
    /// `cache`: the folder in which fetched lists survive a restart; empty for none.
    pub cache: PathBuf,
}

impl Default for Trust {
    fn default() -> Self {
        let RenewalWindows { holder_days, sponsor_days } = RenewalWindows::default();
        Self {
            anchors: "/etc/lanyard/anchors".into(),
            intermediates: "/etc/lanyard/intermediates".into(),
            policies: Vec::new(),
            renewal_days: holder_days,
            sponsor_renewal_days: sponsor_days,
            wrong_clock: ClockRule::Refuse,
            danger_weak_algorithms: false,
        }
    }
}

impl Default for Revocation {
    fn default() -> Self {
        Self {
            mode: RevocationMode::Hard,
            lists: "/etc/lanyard/crls".into(),
            responders: "/etc/lanyard/responders".into(),
            fetch_lists: true,
            ask_responders: true,
            responder: String::new(),
            nonce: NonceRule::WhenPresent,
            fetch_within_ms: Duration::from_secs(3),
            https_roots: "/etc/ssl/certs/ca-certificates.crt".into(),
            cache: "/var/cache/lanyard".into(),
        }
    }
}

impl Settings {
    /// The rules of a judgement. What is known of the clock is added by whoever judges.
    pub fn judging(&self) -> lanyard_trust::Settings {
        let Self { trust, revocation, .. } = self;
        lanyard_trust::Settings {
            profile: Profile::SignIn,
            algorithms: if trust.danger_weak_algorithms {
                Algorithms::DangerWeakToo
            } else {
                Algorithms::Strong
            },
            revocation: revocation.mode,
            policies: PolicySettings {
                accepted: trust.policies.clone(),
                ..PolicySettings::default()
            },
            renewal: RenewalWindows {
                holder_days: trust.renewal_days,
                sponsor_days: trust.sponsor_renewal_days,
            },
            nonce: revocation.nonce,
            clock: ClockSettings { rule: trust.wrong_clock, ..ClockSettings::default() },
            ..lanyard_trust::Settings::default()
        }
    }

    /// Where evidence comes from.
    pub fn evidence(&self) -> lanyard_evidence::Settings {
        let Self { trust, revocation, .. } = self;
        let wanted = |is_wanted| if is_wanted { Wanted::Yes } else { Wanted::No };
        let is_asked = revocation.mode != RevocationMode::Off;
        let perhaps = |folder: &PathBuf| (!folder.as_os_str().is_empty()).then(|| folder.clone());
        let address = (!revocation.responder.is_empty()).then(|| revocation.responder.clone());
        lanyard_evidence::Settings {
            folders: Folders {
                intermediates: perhaps(&trust.intermediates),
                lists: perhaps(&revocation.lists).filter(|_| is_asked),
                responders: perhaps(&revocation.responders).filter(|_| is_asked),
                ..Folders::new(trust.anchors.clone())
            },
            fetching: Fetching {
                lists: wanted(is_asked && revocation.fetch_lists),
                answers: wanted(is_asked && revocation.ask_responders),
                responder: address,
                patience: revocation.fetch_within_ms,
                https_roots: perhaps(&revocation.https_roots),
                cache: perhaps(&revocation.cache),
                ..Fetching::default()
            },
        }
    }
}
