//! Agents and callers on a real bus, each on a connection of its own: they come and go, share, and cannot
//! see each other's requests.

use std::{path::Path, time::Duration};

use lanyard_dbus::{BUS_NAME, Error, REQUESTS, ROOT, RequestProxy};
use lanyard_stack::{Card, Daemon, Process, Stack};
use lanyard_witness::{
    AGENT, Does, Options, PATIENCE, Person, Witness, card_of, ended, own_agent, text,
};
use tokio::time::timeout;
use zbus::{ObjectPath, OwnedObjectPath, fdo::IntrospectableProxy, proxy::CacheProperties};

use crate::{
    sitting::{RIGHT, Sitting},
    stage,
};

/// A card in a reader, an agent for the desktop, and an application, all on connections of their own.
struct Desktop {
    stack: Stack,
    _daemon: Daemon,
    _card: Card,
    agent: Witness,
    person: Person,
    application: Witness,
}

impl Desktop {
    async fn new() -> Self {
        let (stack, daemon, mut application) = stage(2).await;
        let card = stack.card(0, "nurse").unwrap();
        application.card_in_state("ready").await;
        let (agent, person) = agent(&stack).await;
        agent.register_agent().await;
        Self { stack, _daemon: daemon, _card: card, agent, person, application }
    }

    /// Both cards, once both can be used.
    async fn cards(&mut self) -> Vec<OwnedObjectPath> {
        loop {
            let objects = self.application.objects().await;
            let cards = objects.into_iter().filter_map(|(path, object)| {
                card_of(object).filter(|card| text(card, "State") == "ready").map(|_| path)
            });
            let cards: Vec<_> = cards.collect();
            if cards.len() == 2 {
                return cards;
            }
            self.application.signal(|_| Some(())).await;
        }
    }

    async fn another(&self) -> Witness {
        Witness::on_bus(self.stack.bus().address()).await
    }
}

/// A person at an agent that is not registered.
async fn agent(stack: &Stack) -> (Witness, Person) {
    let agent = Witness::on_bus(stack.bus().address()).await;
    let person = Person::new();
    person.sit_at(agent.connection()).await;
    (agent, person)
}

async fn asked(person: &Person) {
    timeout(PATIENCE, person.is_shown_something()).await.unwrap();
}

/// What an agent was told in the end.
async fn withdrawn(person: &Person) -> String {
    loop {
        asked(person).await;
        for shown in person.shown() {
            if shown.method == "Cancel" {
                return shown.text("reason").unwrap().to_owned();
            }
        }
    }
}

/// An agent in a process of its own that never answers.
fn hanging_agent(stack: &Stack) -> Process {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stories/agents/hangs.py");
    // Debian's own: it needs Debian's python3-dbus-next.
    let python = stack.command("/usr/bin/python3").arg(program).arg(stack.bus().address());
    let mut python = python.start().unwrap();
    python.wait_for_line("being registered", PATIENCE, |line| line == "registered").unwrap();
    python
}

#[tokio::test]
async fn an_agent_that_is_killed_while_it_asks_is_gone_and_another_takes_its_place() {
    let (stack, _daemon, mut application) = stage(2).await;
    let card = stack.card(0, "nurse").unwrap();
    application.card_in_state("ready").await;
    let mut hanging = hanging_agent(&stack);
    let request = application.request("/", Options::new()).await;
    hanging.wait_for_line("being asked", PATIENCE, |line| line == "asked").unwrap();
    hanging.kill().unwrap();
    assert_eq!(ended(&request).await.words(), ("failed", "agent-gone"));
    assert_eq!(application.authenticate("/").await.words(), ("failed", "no-agent"));

    let (agent, person) = agent(&stack).await;
    agent.register_agent().await;
    person.then(Does::types(RIGHT));
    assert_eq!(application.authenticate("/").await.outcome, "ok");
    assert_eq!(card.command("status").unwrap().get("tries"), Some(&3.into()));
}

#[tokio::test]
async fn a_person_who_does_not_answer_is_asked_no_longer_than_the_site_says() {
    let mut sitting = Sitting::with_settings("nurse", "[prompt]\nanswer-within-s = 5\n").await;
    let request = sitting.witness.request("/", Options::new()).await;
    asked(&sitting.person).await;
    let words = timeout(Duration::from_secs(10), ended(&request)).await.unwrap();
    assert_eq!(words.words(), ("timed-out", ""));
    assert_eq!(withdrawn(&sitting.person).await, "timed-out");
    assert_eq!((sitting.tries(), sitting.published().await), (3, 3));
    assert_eq!(sitting.enters(Does::types(RIGHT)).await.outcome, "ok");
}

#[tokio::test]
async fn two_applications_share_one_prompt_and_both_are_answered() {
    let desktop = Desktop::new().await;
    let other = desktop.another().await;
    desktop.person.then(Does::types_when_told(RIGHT));
    let first = desktop.application.request("/", Options::new()).await;
    asked(&desktop.person).await;
    let second = other.request("/", Options::new()).await;
    desktop.person.goes_on();
    for request in [&first, &second] {
        let ended = ended(request).await;
        assert_eq!((ended.words(), ended.tries_left()), (("ok", ""), Some(3)));
    }
    assert_eq!(desktop.person.shown().len(), 1, "one prompt");
}

#[tokio::test]
async fn an_application_that_leaves_takes_its_prompt_along_unless_others_wait() {
    let desktop = Desktop::new().await;
    let other = desktop.another().await;
    desktop.person.then(Does::types_when_told(RIGHT));
    let _first = other.request("/", Options::new()).await;
    asked(&desktop.person).await;
    let second = desktop.application.request("/", Options::new()).await;
    other.connection().clone().close().await.unwrap();
    // It is heard of on the bus before whatever is asked now.
    desktop.application.objects().await;
    desktop.person.goes_on();
    assert_eq!(ended(&second).await.outcome, "ok");
    assert_eq!(desktop.person.shown().len(), 1, "not withdrawn");

    let alone = desktop.another().await;
    let _request = alone.request("/", Options::new()).await;
    asked(&desktop.person).await;
    alone.connection().clone().close().await.unwrap();
    assert_eq!(withdrawn(&desktop.person).await, "cancelled");
}

#[tokio::test]
async fn a_request_that_is_cancelled_is_withdrawn_and_the_other_one_is_answered() {
    let desktop = Desktop::new().await;
    let other = desktop.another().await;
    desktop.person.then(Does::types_when_told(RIGHT)).then(Does::Hangs);
    let first = desktop.application.request("/", Options::new()).await;
    asked(&desktop.person).await;
    let second = other.request("/", Options::new()).await;
    first.cancel().await.unwrap();
    assert_eq!(ended(&first).await.outcome, "cancelled");
    desktop.person.goes_on();
    assert_eq!(ended(&second).await.outcome, "ok");

    // What was shown before is not what is waited for.
    desktop.person.shown();
    let alone = desktop.application.request("/", Options::new()).await;
    asked(&desktop.person).await;
    alone.cancel().await.unwrap();
    assert_eq!(withdrawn(&desktop.person).await, "cancelled");
}

#[tokio::test]
async fn of_two_prompts_the_one_that_is_withdrawn_is_named() {
    let mut desktop = Desktop::new().await;
    let _second = desktop.stack.card(1, "gp").unwrap();
    let cards = desktop.cards().await;
    let (kept, withdrawn) = (cards[0].as_str(), cards[1].as_str());
    desktop.person.then(Does::types_when_told(RIGHT));
    let kept = desktop.application.request(kept, Options::new()).await;
    asked(&desktop.person).await;
    desktop.person.shown();
    let cancelled = desktop.application.request(withdrawn, Options::new()).await;
    asked(&desktop.person).await;
    desktop.person.shown();
    cancelled.cancel().await.unwrap();
    asked(&desktop.person).await;
    let told = desktop.person.shown();
    assert_eq!((told.len(), told[0].method, told[0].card.as_str()), (1, "Cancel", withdrawn));
    desktop.person.goes_on();
    assert_eq!(ended(&kept).await.outcome, "ok");
}

#[tokio::test]
async fn a_desktop_has_one_agent_and_an_application_may_bring_its_own() {
    let desktop = Desktop::new().await;
    let (second, other) = agent(&desktop.stack).await;
    let path = ObjectPath::try_from(AGENT).unwrap();
    let exists = second.manager().await.register_passcode_agent(&path).await;
    assert!(matches!(exists, Err(Error::AgentExists(_))), "{exists:?}");
    let not_its_own = second.manager().await.unregister_passcode_agent(&path).await;
    assert!(matches!(not_its_own, Err(Error::NoSuchAgent(_))), "{not_its_own:?}");

    other.then(Does::types(RIGHT));
    assert_eq!(ended(&second.request("/", own_agent()).await).await.outcome, "ok");
    assert_eq!((desktop.person.shown().len(), other.shown().len()), (0, 1));

    desktop.agent.manager().await.unregister_passcode_agent(&path).await.unwrap();
    second.register_agent().await;
    other.then(Does::types(RIGHT));
    assert_eq!(desktop.application.authenticate("/").await.outcome, "ok");
    assert_eq!((desktop.person.shown().len(), other.shown().len()), (0, 1));
}

#[tokio::test]
async fn a_request_does_not_exist_for_others() {
    let desktop = Desktop::new().await;
    let other = desktop.another().await;
    // One that has been forgotten leaves nothing behind that would show the next.
    let before = desktop.another().await;
    let _gone = before.request("/", Options::new()).await;
    asked(&desktop.person).await;
    before.connection().clone().close().await.unwrap();
    assert_eq!(withdrawn(&desktop.person).await, "cancelled");
    let request = desktop.application.request("/", Options::new()).await;
    asked(&desktop.person).await;
    let path = request.inner().path().to_owned();
    let seen = RequestProxy::builder(other.connection()).path(path.clone());
    let seen = seen.cache_properties(CacheProperties::No).build().await.unwrap();
    let words = [
        format!("{:?}", seen.state().await),
        format!("{:?}", seen.outcome().await),
        format!("{:?}", seen.details().await),
        format!("{:?}", seen.cancel().await),
    ];
    assert!(words.iter().all(|answer| answer.contains("UnknownObject")), "{words:?}");
    let shown = format!("{:?}", other.objects().await);
    assert!(!shown.contains(path.as_str()), "{shown}");
    let (folder, name) = path.rsplit_once('/').unwrap();
    assert_eq!((folder, name.len()), (REQUESTS, 32));
    for node in ["/", "/org", "/org/lanyard", REQUESTS, ROOT] {
        let node = IntrospectableProxy::builder(other.connection()).path(node);
        let node = node.destination(BUS_NAME).build().await.unwrap();
        let shown = node.introspect().await.unwrap();
        assert!(!shown.contains(name), "{shown}");
    }
    let tree = ["--address", desktop.stack.bus().address(), "tree", BUS_NAME];
    let tree = desktop.stack.command("busctl").args(tree).run().unwrap().stdout;
    assert!(tree.contains("/org/lanyard/Lanyard1/card") && !tree.contains(name), "{tree}");
    assert_eq!(request.state().await.unwrap(), "waiting");
}

#[tokio::test]
async fn with_two_cards_the_application_is_told_to_choose() {
    let mut desktop = Desktop::new().await;
    let _second = desktop.stack.card(1, "gp").unwrap();
    let cards = desktop.cards().await;
    let application = desktop.application;
    let choice = application.authenticate("/").await;
    assert_eq!(choice.words(), ("choice-needed", ""));
    let told = choice.details.get("cards").unwrap().try_clone().unwrap();
    let told: Vec<OwnedObjectPath> = told.try_into().unwrap();
    assert_eq!(told.len(), 2);
    assert!(cards.iter().all(|card| told.contains(card)), "{told:?}, not {cards:?}");
    assert_eq!(desktop.person.shown().len(), 0, "nobody is asked");
    for card in cards {
        desktop.person.then(Does::types(RIGHT));
        assert_eq!(application.authenticate(card.as_str()).await.outcome, "ok");
    }
}
