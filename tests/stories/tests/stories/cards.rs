//! Cards come and go, and every application knows.

use lanyard_dbus::CardDescription;
use lanyard_witness::{number, text};

use crate::stage;

#[tokio::test]
async fn a_day_of_cards() {
    let (stack, _daemon, mut witness) = stage(2).await;

    let card = stack.card(0, "gp").unwrap();
    let gp = witness.card_inserted().await;
    let properties = witness.card_in_state("ready").await;
    assert_eq!(text(&properties, "Kind"), "piv");
    assert_eq!(number(&properties, "PasscodeTriesLeft"), 3);

    card.remove().unwrap();
    assert_eq!(witness.card_removed().await, gp);

    card.swap("nurse").unwrap();
    let nurse = witness.card_inserted().await;
    assert_ne!(nurse.0, gp.0, "an insertion is an object of its own");
    assert_eq!(nurse.1, gp.1, "the reader is the same");
    witness.card_in_state("ready").await;

    card.swap("unsupported").unwrap();
    assert_eq!(witness.card_removed().await, nurse);
    witness.card_inserted().await;
    let properties = witness.card_in_state("unusable").await;
    assert_eq!(text(&properties, "Reason"), "unsupported");
}

#[tokio::test]
async fn the_owner_learns_whose_card_it_is() {
    let (stack, _daemon, mut witness) = stage(2).await;
    let _card = stack.card(0, "gp").unwrap();
    let (path, _) = witness.card_inserted().await;
    witness.card_in_state("ready").await;
    let answer = witness.card(path).await.describe().await.unwrap();
    let description = CardDescription::from_answer(answer).unwrap();
    assert_eq!(description.holder.len(), 12);
    assert!(description.certificate.len() > 900, "{} bytes", description.certificate.len());
}

#[tokio::test]
async fn a_stranger_learns_that_a_card_is_in_and_not_whose() {
    let (stack, mut daemon, mut witness) = stage(2).await;
    let _card = stack.card(0, "gp").unwrap();
    let (path, _) = witness.card_inserted().await;
    witness.card_in_state("ready").await;
    let answer = witness.card(path.clone()).await.describe().await.unwrap();
    let owners = CardDescription::from_answer(answer).unwrap();
    let shown = format!("{:?}", witness.objects().await);
    let logged = daemon.process().stderr();
    for personal in [&owners.holder, &owners.serial] {
        assert!(!shown.contains(personal.as_str()), "{personal} is in a property: {shown}");
        assert!(!logged.contains(personal.as_str()), "{personal} is in the log: {logged}");
    }

    let call = ["--address", stack.bus().address(), "call", "org.lanyard.Lanyard1", path.as_str()];
    let stranger = stack
        .command("setpriv")
        .args(["--reuid", "65534", "--regid", "65534", "--clear-groups", "busctl"])
        .args(call)
        .args(["org.lanyard.Lanyard1.Card", "Describe"])
        .run()
        .unwrap();
    assert!(!stranger.status.success());
    assert!(stranger.stderr.contains("are another user's"), "{}", stranger.stderr);

    let root = stack.command("busctl").args(call);
    let root = root.args(["org.lanyard.Lanyard1.Card", "Describe"]).run().unwrap();
    assert!(root.status.success(), "{}", root.stderr);
    assert!(root.stdout.contains("\"holder\""));
}

#[tokio::test]
async fn every_persona_that_cannot_be_used_has_its_own_reason() {
    let (stack, _daemon, mut witness) = stage(2).await;
    let card = stack.card_outside(0, "blank").unwrap();
    for (persona, state, reason) in [
        ("blank", "unusable", "blank"),
        ("unsupported", "unusable", "unsupported"),
        ("garbage", "unusable", "unreadable"),
        ("blocked", "blocked", ""),
        ("issued-locked", "blocked", ""),
    ] {
        card.swap(persona).unwrap();
        witness.card_inserted().await;
        let properties = witness.card_in_state(state).await;
        assert_eq!(text(&properties, "Reason"), reason, "{persona}");
        card.remove().unwrap();
        witness.card_removed().await;
    }
}

#[tokio::test]
async fn a_card_that_never_answers_is_mute_and_its_removal_is_seen() {
    let stack = lanyard_stack::Stack::start().unwrap();
    let _daemon = stack.daemon("[card]\nanswer-within-ms = 300\n").unwrap();
    let mut witness = lanyard_witness::Witness::on_bus(stack.bus().address()).await;
    let card = stack.card(0, "mute").unwrap();
    let mute = witness.card_inserted().await;
    let properties = witness.card_in_state("unusable").await;
    assert_eq!(text(&properties, "Reason"), "mute");
    card.remove().unwrap();
    assert_eq!(witness.card_removed().await, mute);
    card.swap("nurse").unwrap();
    witness.card_in_state("ready").await;
}

#[tokio::test]
async fn other_programs_keep_their_access_to_the_card() {
    let (stack, _daemon, mut witness) = stage(2).await;
    let _card = stack.card(0, "gp").unwrap();
    witness.card_in_state("ready").await;
    let opensc = stack.command("pkcs15-tool").arg("--list-certificates").run().unwrap();
    assert!(opensc.status.success(), "{}", opensc.stderr);
    assert!(opensc.stdout.contains("X.509 Certificate"), "{}", opensc.stdout);
}
