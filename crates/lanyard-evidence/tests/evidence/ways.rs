//! Ways to the evidence beside the usual one: authorities that a card brings along, and sources for other
//! addresses than HTTP.

use std::sync::Arc;

use lanyard_evidence::{
    Clock, Evidence, Fault, Fetched, Order, Outcome, Presented, Question, Source,
};
use lanyard_trust::Certificate;

use crate::server::Server;
use crate::world::{LONG, World, authority, failed, list, outcomes, rules};

/// A directory that holds one list.
#[derive(Debug)]
struct Directory;

impl Source for Directory {
    fn schemes(&self) -> &'static [&'static str] {
        &["ldap", "ldaps"]
    }

    fn fetch(&self, order: &Order<'_>) -> Fetched {
        assert_eq!(order.question, Question::List);
        if order.address == "LDAP://directory/cn=Sub" {
            Fetched::Body(list())
        } else {
            Fetched::Failed(Fault::NoHost)
        }
    }
}

#[test]
fn another_source_can_be_added() {
    let world = World::naming(&["LDAP://directory/cn=Sub"], None);
    let open = |sources| {
        let clock: Arc<dyn Clock> = Arc::clone(&world.clock) as _;
        Evidence::with_sources(world.settings.clone(), clock, sources, |_| {}).unwrap()
    };
    let without = open(Vec::new());
    let unsupported = Fault::Unsupported { scheme: "ldap".into() };
    assert_eq!(outcomes(&world.gather(&without)), failed(unsupported));
    let with = open(vec![Box::new(Directory)]);
    assert_eq!(outcomes(&world.gather(&with)), [Outcome::Had]);
    assert!(world.judge(&with).trusted().is_some());
}

#[test]
fn authorities_that_a_card_brings_lead_to_the_anchor_and_sign_lists() {
    let server = Server::serving(list());
    let world = World::naming(&[&server.at("/")], None);
    std::fs::remove_file(world.path("intermediates/sub.der")).unwrap();
    let (evidence, _news) = world.open();
    assert_eq!(world.gather(&evidence).asked, [], "alone it leads nowhere");
    let from_card = [Certificate::parse(&authority()).unwrap()];
    let presented = Presented { der: &world.holder, from_card: &from_card };
    let deadline = world.clock.steady() + LONG;
    let gathered = evidence.gather(presented, &rules(), world.clock.now(), deadline);
    assert_eq!(outcomes(&gathered), [Outcome::Had]);
    let judged = evidence.judge(presented, &rules(), world.clock.now());
    assert!(judged.judgement.trusted().is_some());
    assert_eq!(gathered.snapshot.stamp(), judged.stamp);
}

#[test]
fn bytes_that_are_no_certificate_send_nobody_anywhere() {
    let mut world = World::naming(&["http://127.0.0.1:1/"], None);
    let (evidence, _news) = world.open();
    for length in [world.holder.len() - 1, 50, 1, 0] {
        world.holder.truncate(length);
        assert_eq!(world.gather(&evidence).asked, []);
        assert!(world.judge(&evidence).trusted().is_none());
    }
}
