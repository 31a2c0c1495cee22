//! What a site decides about certificates. Every setting has the careful value by default.

use crate::der::{Oid, UnixTime};
use crate::x509::Algorithms;

/// The rules of one judgement.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Settings {
    /// What the certificate is for.
    pub profile: Profile,
    /// Which signatures and keys count.
    pub algorithms: Algorithms,
    /// What must be known about revocation.
    pub revocation: RevocationMode,
    /// The certificate policies that are asked for.
    pub policies: PolicySettings,
    /// When to say that a renewal is due.
    pub renewal: RenewalWindows,
    /// What is known about the clock.
    pub clock: ClockSettings,
    /// Whether an OCSP answer must repeat the number it was asked with.
    pub nonce: NonceRule,
    /// The oldest an OCSP answer may be that does not say when the next one comes, in seconds.
    pub longest_ocsp_age: OcspAge,
}

/// What a certificate is judged for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// Signing in: RFC 5280, and a holder, a use and a clock that suit.
    #[default]
    SignIn,
    /// RFC 5280 alone.
    Path,
}

/// What must be known about revocation before a certificate is believed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RevocationMode {
    /// It must be known that nothing in the path is revoked.
    #[default]
    Hard,
    /// What is known to be revoked is refused; what could not be checked is told and believed.
    Soft,
    /// Nothing is asked.
    Off,
}

/// The policy inputs of RFC 5280 §6.1.1 (c), (e), (f), (g).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicySettings {
    /// The policies of which one must hold; when empty, any does (`user-initial-policy-set`). For signing in
    /// they are demanded; RFC 5280 by itself leaves that to `explicit` and to the certificates.
    pub accepted: Vec<Oid>,
    /// Whether a path without any policy is refused (`initial-explicit-policy`).
    pub explicit: Demand,
    /// Whether mappings between policies are left out (`initial-policy-mapping-inhibit`).
    pub inhibit_mapping: Demand,
    /// Whether `anyPolicy` stands for nothing (`initial-any-policy-inhibit`).
    pub inhibit_any: Demand,
}

/// Something that can be asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Demand {
    /// It is left as the certificates say.
    #[default]
    No,
    /// It is demanded from the beginning.
    Yes,
}

/// Days before the end of a certificate from which on it can be renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RenewalWindows {
    /// By its holder.
    pub holder_days: i64,
    /// By a sponsor too.
    pub sponsor_days: i64,
}

impl Default for RenewalWindows {
    fn default() -> Self {
        Self { holder_days: 90, sponsor_days: 30 }
    }
}

/// What is known about the clock, so that a wrong one is noticed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClockSettings {
    /// When the program was built: it cannot be earlier.
    pub built: Option<UnixTime>,
    /// The latest time that was ever seen, as the caller keeps it.
    pub last_seen: Option<UnixTime>,
    /// What a wrong clock means.
    pub rule: ClockRule,
}

/// What a clock that cannot be right means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClockRule {
    /// Nobody signs in.
    #[default]
    Refuse,
    /// It is told.
    Tell,
}

/// Whether an answer must repeat the nonce (RFC 6960 §4.4.1, RFC 9654). A wrong one is always refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NonceRule {
    /// Responders that prepare their answers leave it out; the dates speak for them.
    #[default]
    WhenPresent,
    /// An answer without it is not believed.
    Required,
}

/// The oldest an OCSP answer without `nextUpdate` may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OcspAge {
    /// Seconds.
    pub seconds: i64,
}

impl Default for OcspAge {
    fn default() -> Self {
        Self { seconds: 300 }
    }
}

impl Settings {
    /// RFC 5280 alone, everything else by default.
    pub fn path() -> Self {
        Self { profile: Profile::Path, ..Self::default() }
    }
}
