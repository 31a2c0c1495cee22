//! What is to be asked so that a certificate's revocation is known: the lists and responders that it and
//! the authorities above it name.
//!
//! Addresses are followed only in certificates that lead to an anchor by right signatures: a card that
//! somebody made at home sends us nowhere.

use std::collections::BTreeMap;

use lanyard_trust::{
    Certificate, Check, Finding, Judgement, Profile, RevocationMode, RevocationStatus, UnixTime,
    judge_parsed,
};

use super::book::Key;
use crate::settings::{Fetching, Wanted};
use crate::snapshot::{Presented, Snapshot, digest_of};

/// So many addresses of one certificate and kind are asked.
const MOST_ADDRESSES: usize = 8;

/// One question and what is needed to understand its answer: the certificate that it is about, then the
/// authorities above it, the anchor last.
pub(super) type Plan = BTreeMap<Key, Vec<Certificate>>;

/// What to ask about a certificate that somebody presents.
pub(super) fn plan(
    snapshot: &Snapshot,
    presented: Presented<'_>,
    rules: &lanyard_trust::Settings,
    fetching: &Fetching,
    now: UnixTime,
) -> Plan {
    let mut plan = Plan::new();
    if rules.revocation == RevocationMode::Off {
        return plan;
    }
    let judgement = snapshot.judge(presented, &path_rules(rules, RevocationMode::Off), now);
    let path = anchored(&judgement.judgement);
    for (place, certificate) in path.iter().enumerate() {
        let Some(from_here) = path.get(place..).filter(|path| path.len() > 1) else { break };
        let mut ask = |address: &str, about| {
            let key = Key { address: address.to_owned(), about };
            plan.entry(key).or_insert_with(|| from_here.to_vec());
        };
        let is_known = || is_known_by_own_lists(snapshot, from_here, rules, now);
        if fetching.lists == Wanted::Yes && !is_known() {
            certificate.crl_addresses().take(MOST_ADDRESSES).for_each(|address| ask(address, None));
        }
        if fetching.answers == Wanted::Yes {
            let mut named = certificate.ocsp_addresses().take(MOST_ADDRESSES).peekable();
            let ours = fetching.responder.as_deref().filter(|_| named.peek().is_none());
            let about = Some(digest_of(certificate.der()));
            named.chain(ours).for_each(|address| ask(address, about));
        }
    }
    plan
}

/// The rules for a path alone.
pub(super) fn path_rules(
    rules: &lanyard_trust::Settings,
    revocation: RevocationMode,
) -> lanyard_trust::Settings {
    lanyard_trust::Settings { profile: Profile::Path, revocation, ..rules.clone() }
}

/// The path, when it reaches an anchor by right signatures.
fn anchored(judgement: &Judgement) -> &[Certificate] {
    let stands_against = |finding: &Finding| {
        finding.refuses() && matches!(finding.check, Check::Form | Check::Chain | Check::Signatures)
    };
    if judgement.findings.iter().any(stands_against) { &[] } else { &judgement.path }
}

/// Whether lists in the site's folder tell enough about the first certificate of a path.
fn is_known_by_own_lists(
    snapshot: &Snapshot,
    path: &[Certificate],
    rules: &lanyard_trust::Settings,
    now: UnixTime,
) -> bool {
    let [certificate, above @ ..] = path else { return false };
    let evidence = snapshot.evidence(above, &snapshot.own_lists, &[]);
    let rules = path_rules(rules, RevocationMode::Soft);
    match judge_parsed(certificate, &evidence, &rules, now).revocation {
        Some(RevocationStatus::Good { .. } | RevocationStatus::Revoked { .. }) => true,
        Some(RevocationStatus::NotChecked { .. }) | None => false,
    }
}
