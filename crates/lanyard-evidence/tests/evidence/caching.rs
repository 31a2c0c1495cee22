//! What is had is not asked for again: while it is fresh, over a restart, and not by many at once. Whoever
//! is silent is left alone for a while, and whoever lies is not held on to.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::thread;

use lanyard_evidence::{Fault, News, Outcome};
use lanyard_test_pki::{ListDraft, der};

use crate::server::{Server, respond};
use crate::world::{
    AUTHORITY_KEY, LONG, OTHER_KEY, TODAY, World, draft, failed, list, outcomes, refusals,
    revoking, today_for_real,
};

const DAY: i64 = 86_400;

/// Serves what can be replaced.
fn shelf(first: Vec<u8>) -> (Server, Arc<Mutex<Vec<u8>>>) {
    let content = Arc::new(Mutex::new(first));
    let on_it = Arc::clone(&content);
    let server = Server::answering(move |_, stream| {
        let body = on_it.lock().unwrap().clone();
        respond(stream, &body)
    });
    (server, content)
}

fn dated(from: &str, until: &str) -> Vec<u8> {
    let (this_update, next_update) = (der::generalized(from), der::generalized(until));
    ListDraft { this_update, next_update, ..draft() }.signed(&AUTHORITY_KEY)
}

#[test]
fn a_fresh_list_is_asked_for_once() {
    let server = Server::serving(list());
    let world = World::naming(&[&server.at("/")], None);
    let (evidence, _news) = world.open();
    assert_eq!(outcomes(&world.gather(&evidence)), [Outcome::Had]);
    let stamp = evidence.stamp();
    for _ in 0..10 {
        assert_eq!(outcomes(&world.gather(&evidence)), [Outcome::Fresh]);
    }
    assert_eq!(server.asked(), 1);
    assert_eq!(evidence.stamp(), stamp);
}

#[test]
fn a_list_is_asked_for_again_after_its_next_update() {
    let (server, content) = shelf(dated("20260831000000Z", "20260901120000Z"));
    let world = World::naming(&[&server.at("/")], None);
    let (evidence, _news) = world.open();
    world.gather(&evidence);
    world.clock.advance(DAY / 2);
    assert_eq!(outcomes(&world.gather(&evidence)), [Outcome::Fresh], "its last second");
    world.clock.advance(1);
    *content.lock().unwrap() = dated("20260901120000Z", "20260902120000Z");
    assert!(world.judge(&evidence).trusted().is_none(), "it is stale");
    assert_eq!(outcomes(&world.gather(&evidence)), [Outcome::Had]);
    assert!(world.judge(&evidence).trusted().is_some());
    assert_eq!(server.asked(), 2);
}

#[test]
fn a_list_that_counts_for_years_is_asked_for_again_after_a_day() {
    let (server, content) = shelf(list());
    let world = World::naming(&[&server.at("/")], None);
    let (evidence, _news) = world.open();
    world.gather(&evidence);
    world.clock.advance(DAY + 1);
    *content.lock().unwrap() = b"<html>gone</html>".to_vec();
    assert!(matches!(&*outcomes(&world.gather(&evidence)), [Outcome::Failed(Fault::List(_))]));
    assert!(world.judge(&evidence).trusted().is_some(), "what was had before still counts");
    world.clock.advance(60);
    *content.lock().unwrap() = revoking();
    assert_eq!(outcomes(&world.gather(&evidence)), [Outcome::Had]);
    assert_eq!(
        refusals(&world.judge(&evidence)),
        ["the holder's certificate: revoked at 2024-05-01T12:00:00Z: unspecified"]
    );
}

#[test]
fn after_a_failure_nobody_asks_for_a_minute() {
    let server = Server::answering(|_, stream| write!(stream, "HTTP/1.1 503 X\r\n\r\n"));
    let world = World::naming(&[&server.at("/")], None);
    let (evidence, news) = world.open();
    let address = server.at("/");
    for _ in 0..5 {
        assert_eq!(outcomes(&world.gather(&evidence)), failed(Fault::Status(503)));
    }
    assert_eq!(server.asked(), 1);
    let told: Vec<News> = news.try_iter().collect();
    let fetch = News::Fetch { address, fault: Fault::Status(503) };
    assert_eq!(told.iter().filter(|item| **item == fetch).count(), 1);
    world.clock.advance(59);
    world.gather(&evidence);
    assert_eq!(server.asked(), 1);
    world.clock.advance(1);
    world.gather(&evidence);
    assert_eq!(server.asked(), 2);
    world.clock.advance(-10 * DAY);
    world.gather(&evidence);
    assert_eq!(server.asked(), 3, "a clock that went back bears no grudge");
}

#[test]
fn many_who_need_a_list_share_one_question() {
    const MANY: usize = 12;
    let (release, held) = mpsc::channel::<()>();
    let held = Mutex::new(held);
    let server = Server::answering(move |_, stream| {
        let _released = held.lock().unwrap().recv();
        respond(stream, &list())
    });
    let mut world = World::naming(&[&server.at("/")], None);
    world.settings.fetching.patience = LONG;
    let (evidence, _news) = world.open();
    let (begun, ended) = (Barrier::new(MANY + 1), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..MANY {
            scope.spawn(|| {
                begun.wait();
                let outcomes = outcomes(&world.gather(&evidence));
                assert!(matches!(&*outcomes, [Outcome::Had | Outcome::Fresh]), "{outcomes:?}");
                assert!(world.judge(&evidence).trusted().is_some());
                ended.fetch_add(1, Ordering::SeqCst);
            });
        }
        begun.wait();
        release.send(()).unwrap();
        drop(release);
    });
    assert_eq!((ended.load(Ordering::SeqCst), server.asked()), (MANY, 1));
}

#[test]
fn lists_survive_a_restart() {
    let (server, content) = shelf(revoking());
    let mut world = World::naming(&[&server.at("/")], None);
    world.settings.fetching.cache = Some(world.path("cache/lists"));
    world.clock.advance(today_for_real().0 - TODAY.0);
    let (evidence, _news) = world.open();
    assert_eq!(outcomes(&world.gather(&evidence)), [Outcome::Had]);
    drop(evidence);
    let (evidence, _news) = world.open();
    assert_eq!(outcomes(&world.gather(&evidence)), [Outcome::Had]);
    assert_eq!(server.asked(), 1, "the disk had it");
    let found = refusals(&world.judge(&evidence));
    assert!(found[0].contains("revoked at"), "{found:?}");
    drop(evidence);

    *content.lock().unwrap() = b"gone".to_vec();
    world.clock.advance(DAY + 60);
    let (evidence, _news) = world.open();
    assert!(matches!(&*outcomes(&world.gather(&evidence)), [Outcome::Failed(Fault::List(_))]));
    assert_eq!(server.asked(), 2, "it was too old to be fresh");
    let found = refusals(&world.judge(&evidence));
    assert!(found[0].contains("revoked at"), "but what was revoked stays so: {found:?}");
}

#[test]
fn what_somebody_else_put_into_the_cache_is_not_believed() {
    let server = Server::serving(list());
    let mut world = World::naming(&[&server.at("/")], None);
    world.settings.fetching.cache = Some(world.path("cache"));
    world.clock.advance(today_for_real().0 - TODAY.0);
    let (evidence, _news) = world.open();
    world.gather(&evidence);
    drop(evidence);
    let file = std::fs::read_dir(world.path("cache")).unwrap().next().unwrap().unwrap().path();
    let forged = ListDraft { ..draft() }.signed(&OTHER_KEY);
    for content in [forged, b"garbage".to_vec(), Vec::new(), list()[..50].to_vec()] {
        let before = server.asked();
        std::fs::write(&file, content).unwrap();
        let (evidence, _news) = world.open();
        assert_eq!(outcomes(&world.gather(&evidence)), [Outcome::Had]);
        assert_eq!(server.asked(), before + 1);
        assert!(world.judge(&evidence).trusted().is_some());
    }
}

#[test]
fn a_cache_that_cannot_be_written_is_told_and_no_more() {
    let server = Server::serving(list());
    let mut world = World::naming(&[&server.at("/")], None);
    world.write("file", b"");
    world.settings.fetching.cache = Some(world.path("file"));
    let (evidence, news) = world.open();
    assert_eq!(outcomes(&world.gather(&evidence)), [Outcome::Had]);
    let told: Vec<News> = news.try_iter().collect();
    assert!(told.iter().any(|item| matches!(item, News::NotKept { .. })), "{told:?}");
    assert!(world.judge(&evidence).trusted().is_some());
}

#[test]
fn a_forged_or_older_list_replaces_nothing() {
    let newer = dated("20260831000000Z", "20260901120000Z");
    let (server, content) = shelf(newer);
    let world = World::naming(&[&server.at("/")], None);
    let (evidence, _news) = world.open();
    world.gather(&evidence);
    let stamp = evidence.stamp();
    world.clock.advance(DAY / 2 + 1);

    *content.lock().unwrap() = ListDraft { ..draft() }.signed(&OTHER_KEY);
    assert_eq!(outcomes(&world.gather(&evidence)), failed(Fault::UnknownSigner));
    world.clock.advance(60);
    *content.lock().unwrap() = dated("20260830000000Z", "20271231000000Z");
    assert_eq!(outcomes(&world.gather(&evidence)), failed(Fault::Older));
    world.clock.advance(60);
    *content.lock().unwrap() = dated("20261231000000Z", "20271231000000Z");
    assert!(matches!(
        &*outcomes(&world.gather(&evidence)),
        [Outcome::Failed(Fault::Future { .. })]
    ));
    assert_eq!(evidence.stamp(), stamp);
}

#[test]
fn a_stale_list_still_tells_what_was_revoked() {
    let stale = ListDraft {
        next_update: der::generalized("20260801000000Z"),
        entries: vec![lanyard_test_pki::EntryDraft::new(&[crate::world::SERIAL])],
        ..draft()
    };
    let server = Server::serving(stale.signed(&AUTHORITY_KEY));
    let world = World::naming(&[&server.at("/")], None);
    let (evidence, _news) = world.open();
    assert!(matches!(&*outcomes(&world.gather(&evidence)), [Outcome::Failed(Fault::Stale { .. })]));
    let found = refusals(&world.judge(&evidence));
    assert!(found[0].contains("revoked at"), "{found:?}");
}

#[test]
fn nothing_is_fetched_when_the_folder_knows_or_nobody_asks() {
    let server = Server::serving(list());
    let mut world = World::naming(&[&server.at("/")], None);
    world.write("lists/sub.crl", &list());
    let (evidence, _news) = world.open();
    assert_eq!(world.gather(&evidence).asked, []);
    assert!(world.judge(&evidence).trusted().is_some());
    drop(evidence);

    std::fs::remove_file(world.path("lists/sub.crl")).unwrap();
    world.settings.fetching.lists = lanyard_evidence::Wanted::No;
    let (evidence, _news) = world.open();
    assert_eq!(world.gather(&evidence).asked, []);
    assert_eq!(server.asked(), 0);
}

#[test]
fn the_age_of_what_a_verdict_rests_on_is_known() {
    let server = Server::serving(dated("20260831000000Z", "20260930000000Z"));
    let world = World::naming(&[&server.at("/")], None);
    let (evidence, _news) = world.open();
    world.gather(&evidence);
    let presented = lanyard_evidence::Presented::alone(&world.holder);
    let judged = evidence.judge(presented, &crate::world::rules(), TODAY);
    assert_eq!(judged.age_seconds(TODAY), Some(DAY));
    assert_eq!(judged.stamp, evidence.stamp());
}
