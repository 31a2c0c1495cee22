//! The list of a million entries replaced in its folder while certificates are judged: how long until the
//! new one counts, how long the slowest judgement took meanwhile, and that each of them trusted. Then as
//! many seconds without a replacement, since a machine's own pauses are long ones too.

use std::{
    fs,
    path::Path,
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use lanyard_evidence::{Evidence, Folders, News, Presented, Stamp};

use super::{TODAY, evidence_at, lists::Lists, timed};
use crate::{
    BenchError,
    figures::{Figures, Sample},
    traffic::as_figure,
};

/// How long the new list may take until it counts.
const PATIENCE: Duration = Duration::from_secs(60);

/// Beside the anchors, where the evidence looks for lists.
const LISTS: &str = "lists";
const LIST: &str = "lists/root.crl";

/// Judgements one after the other.
#[derive(Debug, Default)]
struct Judgements {
    took: Sample,
    count: u64,
    refused: u64,
}

pub(super) fn measure(lists: &Lists, figures: &mut Figures) -> Result<(), BenchError> {
    let folder = tempfile::tempdir()?;
    let (evidence, news) = evidence(lists, folder.path())?;
    let holder = lists.holder()?;
    while news.try_recv().is_ok() {}

    let (replaced, counts) = judged_while(&evidence, &holder, || {
        let first = evidence.stamp();
        fs::rename(lists.next(), folder.path().join(LIST))?;
        let (counts, took) = timed(|| counts_after(first, &evidence, &news));
        counts.map(|()| took)
    })?;
    let (quiet, ()) = judged_while(&evidence, &holder, || {
        // Nothing comes: that is what is waited for.
        let _ = news.recv_timeout(counts);
        Ok(())
    })?;
    report((replaced, quiet), counts, figures)
}

fn report(
    (mut replaced, mut quiet): (Judgements, Judgements),
    counts: Duration,
    figures: &mut Figures,
) -> Result<(), BenchError> {
    let meaning = "from the rename until the new list counts";
    figures.add("crl_reload_s", counts.as_secs_f64(), meaning);
    let meaning = "one after the other meanwhile";
    figures.add("crl_reload_judgements", as_figure(replaced.count), meaning);
    let meaning = "of them without trust";
    figures.add_with_goal("crl_reload_gaps", (as_figure(replaced.refused), 0.0), meaning);
    let longest = replaced.took.percentile(100)?;
    figures.add("crl_reload_longest_judgement_ms", longest, "the slowest of them");
    figures.add("crl_reload_judgement_p99_ms", replaced.took.percentile(99)?, "");
    let longest = quiet.took.percentile(100)?;
    figures.add(
        "crl_quiet_longest_judgement_ms",
        longest,
        "the slowest in as long without a reload",
    );
    figures.add("crl_quiet_judgement_p99_ms", quiet.took.percentile(99)?, "");
    Ok(())
}

/// Evidence with the first of the lists in its folder, and what it tells.
fn evidence(lists: &Lists, folder: &Path) -> Result<(Evidence, mpsc::Receiver<News>), BenchError> {
    let anchors = folder.join("anchors");
    fs::create_dir(&anchors)?;
    fs::write(anchors.join("root.der"), lists.root()?)?;
    fs::create_dir(folder.join(LISTS))?;
    fs::copy(lists.first(), folder.join(LIST))?;
    let folders = Folders { lists: Some(folder.join(LISTS)), ..Folders::new(anchors) };
    let (tell, news) = mpsc::channel();
    // Nobody listens any more: that is how it ends.
    let evidence = evidence_at(TODAY, folders, move |item| _ = tell.send(item))?;
    Ok((evidence, news))
}

/// What `work` gives, and every judgement that was made while it lasted.
fn judged_while<T>(
    evidence: &Evidence,
    holder: &[u8],
    work: impl FnOnce() -> Result<T, BenchError>,
) -> Result<(Judgements, T), BenchError> {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let judging = scope.spawn(|| judge_until(&done, evidence, holder));
        let result = work();
        done.store(true, Ordering::Relaxed);
        let judgements = judging.join().map_err(|_| BenchError::Empty("judgements"))?;
        Ok((judgements, result?))
    })
}

fn judge_until(done: &AtomicBool, evidence: &Evidence, holder: &[u8]) -> Judgements {
    let rules = lanyard_trust::Settings::default();
    let mut judgements = Judgements::default();
    while !done.load(Ordering::Relaxed) {
        let judge = || evidence.judge(Presented::alone(holder), &rules, TODAY);
        let (judged, took) = timed(judge);
        judgements.took.add(took);
        judgements.count += 1;
        judgements.refused += u64::from(judged.judgement.trusted().is_none());
    }
    judgements
}

/// Returns when there is other evidence than the `first`.
fn counts_after(
    first: Stamp,
    evidence: &Evidence,
    news: &mpsc::Receiver<News>,
) -> Result<(), BenchError> {
    while evidence.stamp() == first {
        news.recv_timeout(PATIENCE).map_err(|_| BenchError::Empty("a list that was replaced"))?;
    }
    Ok(())
}
