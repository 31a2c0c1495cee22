//! What polkit grants, and that nobody waits for it but the one who asked.

use lanyard_dbus::{CardProxy, Error};
use lanyard_witness::{Options, Witness, ended};

use super::machine::{HERS, Machine, NURSE, STRANGER, why};

async fn releases(who: &Witness, card: &zbus::OwnedObjectPath) -> Result<(), Error> {
    let card = CardProxy::builder(who.connection()).path(card).build().await.unwrap();
    card.release_block().await
}

#[tokio::test]
async fn a_block_is_released_by_whom_polkit_lets() {
    let machine = Machine::new().await;
    let (_card, path) = machine.card_in().await;
    let stranger = machine.program_of(STRANGER).await;
    assert!(why(releases(&stranger, &path).await).contains("only an administrator"));
    let polkit = machine.polkit().await;
    assert!(why(releases(&stranger, &path).await).contains("only an administrator"));
    polkit.allows(&["org.lanyard.read-audit", "org.lanyard.authenticate"]).await;
    assert!(why(releases(&stranger, &path).await).contains("only an administrator"));
    polkit.allows(&["org.lanyard.manage-card"]).await;
    releases(&stranger, &path).await.unwrap();
}

#[tokio::test]
async fn while_polkit_thinks_everybody_else_is_served_and_whoever_leaves_gets_nothing_done() {
    let machine = Machine::new().await;
    let desktop = machine.desktop_of(NURSE).await;
    let (_card, path) = machine.card_in().await;
    let polkit = machine.polkit().await;
    polkit.allows(&["org.lanyard.manage-card"]).await;
    polkit.hangs().await;
    let stranger = machine.program_of(STRANGER).await;
    let (asking, card) = (stranger.connection().clone(), path.clone());
    let asked = tokio::spawn(async move {
        let card = CardProxy::builder(&asking).path(&card).build().await.unwrap();
        card.release_block().await
    });
    assert_eq!(stranger.cards().await.len(), 1);
    // She is not asked about by polkit, and served meanwhile.
    assert!(desktop.witness.card(path.clone()).await.describe().await.is_ok());
    stranger.connection().clone().close().await.unwrap();
    assert!(asked.await.unwrap().is_err());
    polkit.answers().await;
    // What root does is recorded; what nobody waits for any more is not done.
    let root = Witness::on_bus(machine.stack.bus().address()).await;
    releases(&root, &path).await.unwrap();
    let log = machine.stack.folder().join("records/audit.jsonl");
    let releases = std::fs::read_to_string(log).unwrap();
    assert_eq!(releases.matches("\"card-released\"").count(), 1, "{releases}");
}

#[tokio::test]
async fn polkit_lets_nobody_to_the_card_of_a_desk() {
    let machine = Machine::new().await;
    let (_card, path) = machine.card_in().await;
    let polkit = machine.polkit().await;
    polkit.allows(&["org.lanyard.authenticate", "org.lanyard.manage-card"]).await;
    let stranger = machine.program_of(STRANGER).await;
    let manager = stranger.manager().await;
    let refused = manager.authenticate(&path, Options::new()).await.map(drop);
    assert!(why(refused).contains("not logged in"));
    let described = stranger.card(path).await.describe().await.map(drop);
    assert!(why(described).contains("not logged in"));
}

#[tokio::test]
async fn where_nobody_sits_polkit_may_let_somebody_to_a_card() {
    let machine = Machine::with(&[]).await;
    let (_card, path) = machine.card_in().await;
    let stranger = machine.program_of(STRANGER).await;
    let manager = stranger.manager().await;
    let polkit = machine.polkit().await;
    let refused = manager.authenticate(&path, Options::new()).await.map(drop);
    assert!(why(refused).contains("not logged in"));
    polkit.allows(&["org.lanyard.authenticate"]).await;
    let request = stranger.request(path.as_str(), Options::new()).await;
    assert_eq!(ended(&request).await.words(), ("failed", "no-agent"));
    machine.logind.log_in(HERS, "seat0", NURSE).await;
    machine.logind.shows(NURSE, HERS).await;
    let hers = machine.program_of(NURSE).await;
    assert!(hers.card(path.clone()).await.describe().await.is_ok());
    let refused = manager.authenticate(&path, Options::new()).await.map(drop);
    assert!(why(refused).contains("not logged in"));
}
