//! Readers with keys of their own: used, refused, ended there, switched off, broken.

use std::collections::HashMap;

use lanyard_desk::{CURRENT, Sitting};
use lanyard_settings::{PinPads, Settings};
use lanyard_virtual_readers::{AtTheKeys, VirtualPad};
use lanyard_witness::{Does, Ended, Options, ended};
use zbus::{ObjectPath, Variant};

/// A card in a reader with keys.
struct Counter {
    sitting: Sitting,
    pad: VirtualPad,
}

impl Counter {
    async fn with(persona: &str) -> Self {
        Self::with_settings(persona, Settings::default()).await
    }

    async fn with_settings(persona: &str, settings: Settings) -> Self {
        let pad = VirtualPad::new();
        Self { sitting: Sitting::with_keys(persona, &pad, settings).await, pad }
    }

    /// The holder does this at the keys after asking to be authenticated.
    async fn signs_in(&self, act: AtTheKeys) -> Ended {
        self.pad.then(act);
        self.sitting.desk.client.authenticate("/").await
    }

    async fn changes(&self, act: AtTheKeys) -> Ended {
        self.pad.then(act);
        let (card, wanted) = (self.sitting.card.clone(), Variant::from(true));
        let options = HashMap::from([("pin-pad", wanted)]);
        ended(&self.sitting.desk.client.change(card, options).await).await
    }

    async fn signs_in_with(&self, options: Options) -> Ended {
        ended(&self.sitting.desk.client.request("/", options).await).await
    }

    /// The card is put in again, and keeps its counter to itself from now on.
    async fn keeps_its_counter(&mut self) {
        let desk = &mut self.sitting.desk;
        desk.tap.cards_keep_their_counters(true);
        let card = desk.readers.remove(&self.sitting.front).unwrap();
        desk.readers.insert_again(&self.sitting.front, card);
        desk.client.card_removed().await;
        self.sitting.card = desk.client.card_inserted().await.0;
    }

    /// What the agent was told, once it has been told so much.
    async fn told(&self, count: usize) -> Vec<(&'static str, String)> {
        let mut told = Vec::new();
        while told.len() < count {
            self.sitting.person.is_shown_something().await;
            told.extend(self.sitting.person.shown().into_iter().map(|shown| {
                let why = shown.text("reason").or(shown.text("purpose"));
                (shown.method, why.unwrap_or_default().to_owned())
            }));
        }
        told
    }
}

fn types(passcode: &str) -> AtTheKeys {
    AtTheKeys::Types(passcode.to_owned())
}

fn changes(current: &str, new: &str) -> AtTheKeys {
    AtTheKeys::Changes { current: current.to_owned(), new: new.to_owned() }
}

fn told(method: &'static str, why: &str) -> (&'static str, String) {
    (method, why.to_owned())
}

#[tokio::test]
async fn the_right_passcode_at_the_keys_authenticates_and_the_agent_shows_it() {
    let counter = Counter::with("nurse").await;
    let ended = counter.signs_in(types(CURRENT)).await;
    assert_eq!((ended.words(), ended.tries_left()), (("ok", ""), Some(3)));
    assert!(!counter.sitting.is_verified());
    let shown = counter.told(2).await;
    assert_eq!(shown, [told("EnterAtReader", "current"), told("Cancel", "ok")]);
    assert_eq!(counter.pad.sent().len(), 1);
    counter.sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn an_agent_that_is_told_something_is_not_waited_for() {
    let counter = Counter::with("nurse").await;
    assert_eq!(counter.signs_in(types(CURRENT)).await.words(), ("ok", ""));
    let mut told = Vec::new();
    while told.len() < 2 {
        counter.sitting.person.is_shown_something().await;
        told.extend(counter.sitting.person.shown());
    }
    let told: Vec<_> = told.iter().map(|shown| (shown.method, shown.answer_wanted)).collect();
    assert_eq!(told, [("EnterAtReader", false), ("Cancel", false)]);
    counter.sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn nobody_needs_an_agent_at_the_keys() {
    let counter = Counter::with("nurse").await;
    let agent = ObjectPath::try_from(lanyard_witness::AGENT).unwrap();
    let manager = counter.sitting.desk.client.manager().await;
    manager.unregister_passcode_agent(&agent).await.unwrap();
    drop(manager);
    assert_eq!(counter.signs_in(types(CURRENT)).await.words(), ("ok", ""));
    let without = HashMap::from([("pin-pad", Variant::from(false))]);
    assert_eq!(counter.signs_in_with(without).await.words(), ("failed", "no-agent"));
    counter.sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn a_wrong_passcode_at_the_keys_is_refused_and_counted() {
    let counter = Counter::with("nurse").await;
    for tries in [2, 1] {
        let refused = counter.signs_in(types("654321")).await;
        assert_eq!((refused.words(), refused.tries_left()), (("refused", ""), Some(tries)));
    }
    assert_eq!(counter.sitting.tries(), 1);
    counter.sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn what_ends_at_the_keys_has_a_name_and_costs_nothing() {
    let counter = Counter::with("nurse").await;
    for (act, words) in [
        (AtTheKeys::Waits, ("timed-out", "")),
        (AtTheKeys::Cancels, ("cancelled", "")),
        (types("123"), ("wrong-format", "wrong-length")),
        (types("123456789"), ("wrong-format", "wrong-length")),
    ] {
        let ended = counter.signs_in(act.clone()).await;
        assert_eq!((ended.words(), ended.tries_left()), (words, Some(3)), "{act:?}");
    }
    assert_eq!(counter.sitting.tries(), 3);
    assert_eq!(counter.signs_in(types(CURRENT)).await.words(), ("ok", ""));
    counter.sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn a_passcode_is_changed_at_the_keys() {
    let counter = Counter::with("nurse").await;
    for (act, words, tries) in [
        (AtTheKeys::TypesTwoThatDiffer, ("wrong-format", "not-repeated"), 3),
        (AtTheKeys::Waits, ("timed-out", ""), 3),
        (AtTheKeys::Cancels, ("cancelled", ""), 3),
        (changes(CURRENT, "73915"), ("wrong-format", "wrong-length"), 3),
        (changes("654321", "739150"), ("refused", ""), 2),
        (changes(CURRENT, "739150"), ("ok", ""), 3),
    ] {
        let ended = counter.changes(act.clone()).await;
        assert_eq!((ended.words(), ended.tries_left()), (words, Some(tries)), "{act:?}");
    }
    assert!(!counter.sitting.is_verified());
    assert_eq!(counter.signs_in(types(CURRENT)).await.words(), ("refused", ""));
    assert_eq!(counter.signs_in(types("739150")).await.words(), ("ok", ""));
    let asked = counter.sitting.person.shown();
    assert!(asked.iter().all(|shown| shown.method != "RequestPasscode"));
    counter.sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn keys_cannot_ask_about_the_last_try_so_the_agent_does() {
    let counter = Counter::with("one-try-left").await;
    let kept = counter.sitting.enters(Does::types(CURRENT)).await;
    assert_eq!(kept.words(), ("cancelled", "last-try-not-confirmed"));
    assert!(counter.sitting.person.shown()[0].says("last-try"));
    let ended = counter.sitting.enters(Does::types_with_yes(CURRENT)).await;
    assert_eq!(ended.words(), ("ok", ""));
    assert!(counter.pad.sent().is_empty());
    counter.sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn the_last_try_goes_to_the_keys_when_the_holder_has_said_yes_before() {
    let counter = Counter::with("one-try-left").await;
    counter.pad.then(types(CURRENT));
    let yes = HashMap::from([("last-try-ok", Variant::from(true))]);
    assert_eq!(counter.signs_in_with(yes).await.words(), ("ok", ""));
    assert_eq!(counter.pad.sent().len(), 1);
    assert_eq!(counter.told(1).await[0], told("EnterAtReader", "current"));
    counter.sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn the_agent_asks_where_the_site_or_the_request_wants_no_keys() {
    let counter = Counter::with("nurse").await;
    counter.sitting.person.then(Does::types(CURRENT));
    let without = HashMap::from([("pin-pad", Variant::from(false))]);
    assert_eq!(counter.signs_in_with(without).await.words(), ("ok", ""));
    assert!(counter.pad.sent().is_empty());
    counter.sitting.desk.stop().await.unwrap();

    let mut settings = Settings::default();
    settings.reader.pin_pad = PinPads::Off;
    let counter = Counter::with_settings("nurse", settings).await;
    assert_eq!(counter.sitting.enters(Does::types(CURRENT)).await.words(), ("ok", ""));
    assert!(counter.pad.sent().is_empty());
    counter.sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn broken_keys_are_named_and_cost_nothing() {
    let mut counter = Counter::with("nurse").await;
    counter.sitting.desk.tap.breaks_the_keys();
    let failed = counter.signs_in(types(CURRENT)).await;
    assert_eq!((failed.words(), failed.tries_left()), (("failed", "pin-pad-failed"), Some(3)));
    assert_eq!(counter.changes(types(CURRENT)).await.words(), ("failed", "pin-pad-failed"));
    assert_eq!(counter.sitting.tries(), 3);
    counter.sitting.desk.client.card_in_state("ready").await;
    counter.sitting.person.shown();
    counter.sitting.person.then(Does::types(CURRENT));
    let without = HashMap::from([("pin-pad", Variant::from(false))]);
    assert_eq!(counter.signs_in_with(without).await.words(), ("ok", ""));
    counter.sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn a_card_that_keeps_its_counter_has_three_tries_at_the_keys_and_the_last_with_a_yes() {
    let mut counter = Counter::with("ten-tries").await;
    counter.keeps_its_counter().await;
    for act in [AtTheKeys::Waits, AtTheKeys::Cancels, types("123")] {
        assert_eq!(counter.signs_in(act).await.tries_left(), None);
    }
    for passcode in ["654321", "765432"] {
        let refused = counter.signs_in(types(passcode)).await;
        assert_eq!((refused.words(), refused.tries_left()), (("refused", ""), None));
    }
    let kept = counter.sitting.enters(Does::types("876543")).await;
    assert_eq!(kept.words(), ("cancelled", "last-try-not-confirmed"));
    let blocked = counter.sitting.enters(Does::types_with_yes("876543")).await;
    assert_eq!(blocked.words(), ("now-blocked", "blocked-here"));
    let was = counter.signs_in(types(CURRENT)).await;
    assert_eq!(was.words(), ("was-blocked", "blocked-here"));
    assert_eq!(counter.sitting.tries(), 7);
    counter.sitting.desk.stop().await.unwrap();
}
