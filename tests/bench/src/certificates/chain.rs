//! A chain of three with a list of each authority, judged again and again from the bytes of the holder's
//! certificate; by OpenSSL likewise, in turns.
//!
//! Both have read authorities and lists before. We have checked the lists' signatures when we read them,
//! OpenSSL checks them each time.

use std::{sync::Arc, time::Duration};

use lanyard_test_pki::{CertificateDraft, Key, ListDraft, der, extension};
use lanyard_trust::{
    Anchors, Certificate, Crl, CrlStore, Evidence, Intermediates, Settings, judge,
};

use super::{TODAY, openssl_chain::OpenSsl, timed};
use crate::{
    BenchError,
    figures::{Figures, Sample},
};

const ROUNDS: usize = 2_000;

/// Starting a program takes long.
const COMMANDS: usize = 100;

/// In milliseconds.
const GOAL: f64 = 1.0;

/// How many times as long OpenSSL shall need at least: in process, and as a command.
const LIBRARY_GOAL: f64 = 1.0;
const COMMAND_GOAL: f64 = 10.0;

/// Everything in DER form.
#[derive(Debug)]
pub(super) struct Chain {
    pub(super) root: Vec<u8>,
    pub(super) authority: Vec<u8>,
    pub(super) holder: Vec<u8>,
    pub(super) lists: [Vec<u8>; 2],
}

/// Both kinds of keys that the field has; RSA, which most have, gives the figures their names.
pub(super) fn measure(figures: &mut Figures) -> Result<(), BenchError> {
    let (root, authority, holder) = (Key::rsa(2048), Key::rsa(2048), Key::rsa(2048));
    judged(&Chain::new(&root, &authority, &holder), "", figures)?;
    let (root, authority, holder) = (Key::p256(), Key::p256(), Key::p256());
    judged(&Chain::new(&root, &authority, &holder), "_p256", figures)
}

fn judged(chain: &Chain, kind: &str, figures: &mut Figures) -> Result<(), BenchError> {
    let evidence = OurEvidence::of(chain)?;
    let openssl = OpenSsl::of(chain)?;
    let (mut ours, mut theirs, mut command) = <(Sample, Sample, Sample)>::default();
    for _ in 0..ROUNDS {
        ours.add(evidence.judges(chain)?);
        theirs.add(openssl.verifies(chain)?);
    }
    for _ in 0..COMMANDS {
        command.add(openssl.command_verifies()?);
    }

    let p50 = ours.percentile(50)?;
    figures.add(format!("chain_check{kind}_p50_ms"), p50, "chain of three, both lists asked");
    let p99 = (ours.percentile(99)?, GOAL);
    figures.add_with_goal(format!("chain_check{kind}_p99_ms"), p99, "");
    let (their_p50, command_p50) = (theirs.percentile(50)?, command.percentile(50)?);
    let meaning = "OpenSSL, in process";
    figures.add(format!("openssl_chain_check{kind}_p50_ms"), their_p50, meaning);
    figures.add(format!("openssl_chain_check{kind}_p99_ms"), theirs.percentile(99)?, "");
    let meaning = "its command, from start to end";
    figures.add(format!("openssl_verify{kind}_p50_ms"), command_p50, meaning);
    let meaning = "times as long in OpenSSL, p50";
    let name = format!("chain_check{kind}_vs_openssl");
    figures.add_at_least(name, (their_p50 / p50, LIBRARY_GOAL), meaning);
    let meaning = "times as long with its command, p50";
    let name = format!("chain_check{kind}_vs_openssl_command");
    figures.add_at_least(name, (command_p50 / p50, COMMAND_GOAL), meaning);
    Ok(())
}

impl Chain {
    fn new(root_key: &Key, authority_key: &Key, holder_key: &Key) -> Self {
        let root = CertificateDraft::authority("Root", "Root", root_key, 1);
        let authority = CertificateDraft::authority("Sub", "Root", authority_key, 2);
        let (subject, issuer) = (der::holder("999900000102"), der::authority("Sub"));
        let mut holder = CertificateDraft::new(subject, issuer, holder_key, 7);
        holder.extensions = vec![
            extension::key_usage(extension::DIGITAL_SIGNATURE),
            extension::policies(&["2.999.1"]),
        ];
        let list = |name, key| {
            let mut list = ListDraft::new(der::authority(name));
            list.extensions = vec![extension::crl_number(1)];
            list.signed(key)
        };
        Self {
            root: root.signed(root_key),
            authority: authority.signed(root_key),
            holder: holder.signed(authority_key),
            lists: [list("Root", root_key), list("Sub", authority_key)],
        }
    }
}

/// What we judge by.
struct OurEvidence {
    anchors: Anchors,
    authorities: Intermediates,
    lists: CrlStore,
    settings: Settings,
}

impl OurEvidence {
    fn of(chain: &Chain) -> Result<Self, BenchError> {
        let anchors = Anchors::from_iter([Certificate::parse(&chain.root)?]);
        let authorities = Intermediates::from_iter([Certificate::parse(&chain.authority)?]);
        let known = || anchors.certificates().iter().chain(authorities.certificates());
        let lists = chain.lists.iter().map(|list| Crl::load(list, known()).map(Arc::new));
        let lists = lists.collect::<Result<Vec<_>, _>>()?.into_iter().collect();
        Ok(Self { anchors, authorities, lists, settings: Settings::default() })
    }

    fn judges(&self, chain: &Chain) -> Result<Duration, BenchError> {
        let evidence = Evidence {
            anchors: &self.anchors,
            intermediates: &self.authorities,
            from_card: &[],
            crls: &self.lists,
            ocsp: &[],
            responders: &[],
        };
        let (judgement, took) = timed(|| judge(&chain.holder, &evidence, &self.settings, TODAY));
        match judgement.trusted() {
            Some(_) => Ok(took),
            None => Err(BenchError::Verdict(format!("refused: {:?}", judgement.findings))),
        }
    }
}
