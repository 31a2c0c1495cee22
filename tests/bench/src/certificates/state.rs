//! From the card's last answer to the state in which the card is after its certificate was judged, at a
//! client on the bus: the real daemon, with current lists in a folder.
//!
//! Virtual card, daemon and client are on one machine, so all of them go by one clock. What passes between
//! the answer's readiness and its arrival at the daemon is in the figure: the virtual line and pcscd.

use std::{
    fs,
    time::{Duration, SystemTime},
};

use lanyard_evidence::{Folders, Presented};
use lanyard_stack::{Card, Stack};
use lanyard_trust::UnixTime;
use lanyard_witness::Witness;
use openssl::x509::X509;

use super::{evidence_at, timed};
use crate::{
    BenchError,
    figures::{Figures, Sample},
    holder::P256,
    traffic::Traffic,
    witness,
};

/// For 99 of 100 cards, in milliseconds.
const GOAL: f64 = 3.0;

pub(super) fn measure(cycles: usize, figures: &mut Figures) -> Result<(), BenchError> {
    let stack = Stack::start()?;
    let mut daemon = stack.daemon("")?;
    let card = stack.card_outside(0, P256.persona)?;
    let (runtime, mut witness) = witness(&stack)?;
    let mut sample = Sample::default();
    for _ in 0..cycles {
        card.insert()?;
        let (state, known) = runtime.block_on(judged(&mut witness));
        if state != "ready" {
            return Err(BenchError::Daemon(format!("a card is {state} and not ready")));
        }
        sample.add(since_last_answer(&card, known)?);
        card.remove()?;
        runtime.block_on(witness.card_removed());
    }
    daemon.terminate()?;
    let mut alone = judging_alone(&stack, cycles)?;
    let meaning = "the card's last answer to the state after judging";
    figures.add("certificate_state_p50_ms", sample.percentile(50)?, meaning);
    figures.add_with_goal("certificate_state_p99_ms", (sample.percentile(99)?, GOAL), "");
    let meaning = "judging that certificate, in this process";
    figures.add("certificate_state_judging_p50_ms", alone.percentile(50)?, meaning);
    figures.add("certificate_state_judging_p99_ms", alone.percentile(99)?, "");
    Ok(())
}

/// The state in which the card is when it is no longer read, and when that was heard.
#[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
async fn judged(witness: &mut Witness) -> (String, SystemTime) {
    loop {
        let state = witness.card_state_changed().await;
        if state != "reading" {
            return (state, SystemTime::now());
        }
    }
}

fn since_last_answer(card: &Card, known: SystemTime) -> Result<Duration, BenchError> {
    let answered = Traffic::of(card)?.answered;
    known.duration_since(answered).map_err(|_| BenchError::Empty("a clock that goes forward"))
}

/// How long it takes to judge the same certificate by the same folders.
#[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
fn judging_alone(stack: &Stack, times: usize) -> Result<Sample, BenchError> {
    let pki = stack.pki();
    let mut folders = Folders::new(pki.join("anchors"));
    folders.intermediates = Some(pki.join("intermediates"));
    folders.lists = Some(pki.join("lists"));
    let today = UnixTime::from(SystemTime::now());
    let evidence = evidence_at(today, folders, |_| ())?;
    let holder = fs::read(pki.join(format!("holders/{}.pem", P256.persona)))?;
    let holder = X509::from_pem(&holder)?.to_der()?;
    let rules = lanyard_trust::Settings::default();
    let mut sample = Sample::default();
    for _ in 0..times {
        let (judged, took) = timed(|| evidence.judge(Presented::alone(&holder), &rules, today));
        if judged.judgement.trusted().is_none() {
            return Err(BenchError::Verdict(format!("refused: {:?}", judged.judgement.findings)));
        }
        sample.add(took);
    }
    Ok(sample)
}
