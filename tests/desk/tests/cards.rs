//! The daemon on virtual readers, seen by a client over a connection without a bus.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::{collections::BTreeSet, time::Duration};

use lanyard_dbus::{CardDescription, CardProxy, Error, INTERFACES, ROOT};
use lanyard_desk::{Desk, card, reader};
use lanyard_reader::Service;
use lanyard_settings::Settings;
use lanyard_virtcard::Fault;
use lanyard_witness::{Options, PATIENCE, card_of, number, text};
use tokio::time::timeout;
use zbus::fdo::IntrospectableProxy;

/// Settings under which nothing is waited for long.
fn impatient() -> Settings {
    let mut settings = Settings::default();
    settings.card.answer_within_ms = Duration::from_millis(100);
    settings.card.free_within_ms = Duration::from_millis(100);
    settings
}

#[tokio::test]
async fn a_card_goes_in_is_read_and_goes_out() {
    let front = reader("Front");
    let mut desk = Desk::with_readers(Settings::default(), &[&front]).await;

    desk.readers.insert(&front, card("nurse"));
    let inserted = desk.client.card_inserted().await;
    let properties = desk.client.card_in_state("ready").await;
    assert_eq!(text(&properties, "Kind"), "piv");
    assert_eq!(text(&properties, "Reason"), "");
    assert_eq!(number(&properties, "PasscodeTriesLeft"), 3);

    desk.readers.remove(&front);
    assert_eq!(desk.client.card_removed().await, inserted);
    assert!(desk.client.objects().await.into_values().all(|object| card_of(object).is_none()));
    desk.stop().await.unwrap();
}

#[tokio::test]
async fn a_client_that_starts_late_reads_what_was_signalled() {
    let front = reader("Front");
    let mut desk = Desk::with_readers(Settings::default(), &[&front]).await;
    desk.readers.insert(&front, card("nurse"));
    let (path, in_reader) = desk.client.card_inserted().await;
    desk.client.card_in_state("ready").await;

    loop {
        let objects = desk.client.objects().await;
        let reader = &objects[&in_reader]["org.lanyard.Lanyard1.Reader"];
        assert_eq!(text(reader, "Name"), "Front");
        match text(reader, "Seat").as_str() {
            // The reader has not been asked yet.
            "" => desk.client.signal(|_| Some(())).await,
            seat => {
                assert_eq!(seat, "seat0");
                break;
            }
        }
    }
    let objects = desk.client.objects().await;
    assert!(objects[&path].contains_key("org.lanyard.Lanyard1.Card"));
    desk.stop().await.unwrap();
}

#[tokio::test]
async fn a_quick_swap_is_a_removal_and_an_insertion() {
    let front = reader("Front");
    let mut desk = Desk::with_readers(Settings::default(), &[&front]).await;
    desk.readers.insert(&front, card("nurse"));
    let first = desk.client.card_inserted().await;
    desk.readers.insert(&front, card("unsupported"));
    assert_eq!(desk.client.card_removed().await, first);
    let second = desk.client.card_inserted().await;
    assert_eq!(second.1, first.1);
    assert_ne!(second.0, first.0);
    let properties = desk.client.card_in_state("unusable").await;
    assert_eq!(text(&properties, "Reason"), "unsupported");
    assert_eq!(text(&properties, "Kind"), "unknown");
    desk.stop().await.unwrap();
}

#[tokio::test]
async fn each_unusable_card_has_its_own_reason_and_harms_nothing() {
    let front = reader("Front");
    let mut desk = Desk::with_readers(impatient(), &[&front]).await;
    for (persona, reason) in [("unsupported", "unsupported"), ("blank", "blank"), ("mute", "mute")]
    {
        desk.readers.insert(&front, card(persona));
        let properties = desk.client.card_in_state("unusable").await;
        assert_eq!(text(&properties, "Reason"), reason, "{persona}");
        desk.readers.remove(&front);
        desk.client.card_removed().await;
    }
    desk.readers.insert(&front, card("blocked"));
    let properties = desk.client.card_in_state("blocked").await;
    assert_eq!(number(&properties, "PasscodeTriesLeft"), 0);
    desk.stop().await.unwrap();
}

#[tokio::test]
async fn unreadable_answers_are_a_reason_of_their_own() {
    let front = reader("Front");
    let mut desk = Desk::with_readers(Settings::default(), &[&front]).await;
    for fault in [Fault::Short, Fault::Endless, Fault::HugeCertificate] {
        let mut broken = card("nurse");
        broken.set_fault(Some(fault));
        desk.readers.insert(&front, broken);
        let properties = desk.client.card_in_state("unusable").await;
        assert_eq!(text(&properties, "Reason"), "unreadable", "{fault}");
        desk.readers.remove(&front);
        desk.client.card_removed().await;
    }
    desk.stop().await.unwrap();
}

#[tokio::test]
async fn a_card_that_another_program_keeps_is_busy_and_read_when_it_is_free() {
    let front = reader("Front");
    let (settings, names) = (impatient(), [&front]);
    let mut desk = Desk::with_readers(settings, &names).await;
    let readers = desk.readers.clone();
    // The card is there, and held, before the daemon hears of it.
    let held = readers.insert_held(&front, card("nurse"));
    let properties = desk.client.card_in_state("unusable").await;
    assert_eq!(text(&properties, "Reason"), "busy");
    drop(held);
    let properties = desk.client.card_in_state("ready").await;
    assert_eq!(text(&properties, "Reason"), "");
    desk.stop().await.unwrap();
}

#[tokio::test]
async fn a_card_that_another_program_keeps_exclusively_is_busy_and_read_when_it_is_free() {
    let front = reader("Front");
    let mut desk = Desk::with_readers(Settings::default(), &[&front]).await;
    let kept = desk.readers.insert_kept(&front, card("nurse"));
    let inserted = desk.client.card_inserted().await;
    let properties = desk.client.card_in_state("unusable").await;
    assert_eq!(text(&properties, "Reason"), "busy");
    drop(kept);
    let properties = desk.client.card_in_state("ready").await;
    assert_eq!(text(&properties, "Reason"), "");
    assert_eq!(number(&properties, "PasscodeTriesLeft"), 3);
    desk.readers.remove(&front);
    assert_eq!(desk.client.card_removed().await, inserted, "it is the same insertion");
    desk.stop().await.unwrap();
}

#[tokio::test]
async fn a_card_that_is_kept_and_pulled_leaves_nothing_behind() {
    let front = reader("Front");
    let mut desk = Desk::with_readers(Settings::default(), &[&front]).await;
    let kept = desk.readers.insert_kept(&front, card("nurse"));
    desk.client.card_in_state("unusable").await;
    desk.readers.remove(&front);
    desk.client.card_removed().await;
    drop(kept);
    desk.readers.insert(&front, card("nurse"));
    desk.client.card_in_state("ready").await;
    desk.stop().await.unwrap();
}

#[tokio::test]
async fn a_card_that_another_program_resets_is_read_again() {
    let front = reader("Front");
    let mut desk = Desk::with_readers(Settings::default(), &[&front]).await;
    let mut shaken = card("nurse");
    shaken.set_fault(Some(Fault::ResetAfter(2)));
    desk.readers.insert(&front, shaken);
    desk.client.card_in_state("ready").await;
    desk.stop().await.unwrap();
}

#[tokio::test]
async fn the_service_goes_and_takes_everything_along_and_comes_back() {
    let (front, back) = (reader("Front"), reader("Back"));
    let mut desk = Desk::with_readers(Settings::default(), &[&front, &back]).await;
    desk.readers.insert(&front, card("nurse"));
    desk.client.card_in_state("ready").await;

    desk.readers.stop(Service::Unavailable);
    desk.client.card_removed().await;
    let state = desk.client.pcsc_state_changed().await;
    assert_eq!(state, "unavailable");
    assert!(desk.client.objects().await.is_empty());

    desk.readers.start();
    assert_eq!(desk.client.pcsc_state_changed().await, "running");
    desk.readers.plug(&front);
    desk.readers.insert(&front, card("nurse"));
    desk.client.card_in_state("ready").await;
    desk.readers.stop(Service::Denied);
    assert_eq!(desk.client.pcsc_state_changed().await, "denied");
    desk.stop().await.unwrap();
}

#[tokio::test]
async fn the_owner_learns_whose_card_it_is() {
    let front = reader("Front");
    let mut desk = Desk::with_readers(Settings::default(), &[&front]).await;
    desk.readers.insert(&front, card("nurse"));
    let (path, _) = desk.client.card_inserted().await;
    desk.client.card_in_state("ready").await;
    let proxy = CardProxy::builder(desk.client.connection()).path(path).build().await.unwrap();
    let description = CardDescription::from_answer(proxy.describe().await.unwrap()).unwrap();
    assert_eq!(description.holder.len(), 12);
    assert_eq!(description.serial.len(), 32);
    assert!(description.certificate.len() > 300);

    desk.readers.insert(&front, card("blank"));
    let (path, _) = desk.client.card_inserted().await;
    desk.client.card_in_state("unusable").await;
    let proxy = CardProxy::builder(desk.client.connection()).path(path).build().await.unwrap();
    assert!(matches!(proxy.describe().await, Err(Error::NotIdentified(_))));
    desk.stop().await.unwrap();
}

#[tokio::test]
async fn live_introspection_equals_the_documented_contract() {
    let front = reader("Front");
    let mut desk = Desk::with_readers(Settings::default(), &[&front]).await;
    desk.readers.insert(&front, card("nurse"));
    let (card, reader) = desk.client.card_inserted().await;
    let request = desk.client.request("/", Options::new()).await;
    let request = request.inner().path().to_string();
    let paths = [ROOT.to_owned(), reader.to_string(), card.to_string(), request];
    for ((name, documented), path) in INTERFACES.iter().zip(paths) {
        let object = IntrospectableProxy::builder(desk.client.connection()).path(path.as_str());
        let object = object.destination("org.lanyard.Lanyard1").build().await.unwrap();
        let live = object.introspect().await.unwrap();
        assert_eq!(facts(&live, name), facts(documented, name), "{name}");
    }
    desk.stop().await.unwrap();
}

/// Every method, signal and property of an interface with types, directions, names and annotations.
fn facts(xml: &str, name: &str) -> BTreeSet<String> {
    let node = zbus_xml::Node::from_reader(xml.as_bytes()).unwrap();
    let interface = node.interfaces().iter().find(|found| found.name() == name);
    let interface = interface.unwrap();
    let arg =
        |arg: &zbus_xml::Arg<'_>| format!("{:?} {:?} {:?}", arg.name(), arg.ty(), arg.direction());
    let methods = interface.methods().map(|method| {
        let args: Vec<_> = method.args().iter().map(arg).collect();
        format!("method {} {args:?}", method.name())
    });
    let signals = interface.signals().map(|signal| {
        let args: Vec<_> = signal.args().iter().map(arg).collect();
        format!("signal {} {args:?}", signal.name())
    });
    let properties = interface.properties().map(|property| {
        let annotations: Vec<_> = property
            .annotations()
            .iter()
            .map(|note| format!("{}={}", note.name(), note.value()))
            .collect();
        format!(
            "property {} {:?} {:?} {annotations:?}",
            property.name(),
            property.ty(),
            property.access()
        )
    });
    methods.chain(signals).chain(properties).collect()
}

#[tokio::test]
async fn stopping_does_not_wait_for_a_mute_card_for_ever() {
    let front = reader("Front");
    let mut desk = Desk::with_readers(impatient(), &[&front]).await;
    desk.readers.insert(&front, card("mute"));
    desk.client.card_in_state("unusable").await;
    timeout(PATIENCE, desk.stop()).await.unwrap().unwrap();
}
