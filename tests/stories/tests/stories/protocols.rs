//! Cards that speak T=0: a command cannot carry data both ways, and every program has to know that.

use lanyard_dbus::CardDescription;
use lanyard_witness::{number, text};

use crate::stage;

#[tokio::test]
async fn a_card_that_speaks_t0_alone_is_identified_as_any_other() {
    let (stack, _daemon, mut witness) = stage(2).await;
    let card = stack.card(0, "t0").unwrap();
    let (path, _) = witness.card_inserted().await;
    let properties = witness.card_in_state("ready").await;
    assert_eq!(text(&properties, "Kind"), "piv");
    assert_eq!(number(&properties, "PasscodeTriesLeft"), 3);
    let answer = witness.card(path).await.describe().await.unwrap();
    let description = CardDescription::from_answer(answer).unwrap();
    assert_eq!(description.holder, "999900000126");
    // SELECT, CHUID, tries and certificate, and GET RESPONSE for what is fetched.
    let counts = card.counts().unwrap();
    assert!(counts["apdus"].as_u64().unwrap() <= 12, "{counts}");
}

#[tokio::test]
async fn opensc_takes_the_card_for_one_that_speaks_t0() {
    let (stack, _daemon, mut witness) = stage(2).await;
    let _card = stack.card(0, "t0").unwrap();
    witness.card_in_state("ready").await;
    let listed = stack.command("pkcs15-tool").arg("--list-certificates").run().unwrap();
    assert!(listed.status.success(), "{}", listed.stderr);
    assert!(listed.stdout.contains("Certificate for PIV Authentication"), "{}", listed.stdout);
    let verify = ["--verify-pin", "--pin", "123456"];
    let verified = stack.command("pkcs15-tool").args(verify).run().unwrap();
    assert!(verified.status.success(), "{}", verified.stderr);
}
