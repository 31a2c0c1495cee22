//! The smartcard service comes and goes; the daemon stays and sees everything again.

use lanyard_stack::Stack;
use lanyard_witness::Witness;

use crate::stage;

#[tokio::test]
async fn without_pcscd_the_daemon_waits_and_says_so() {
    let mut stack = Stack::builder().without_pcscd().unwrap();
    let _daemon = stack.daemon("").unwrap();
    let mut witness = Witness::on_bus(stack.bus().address()).await;
    assert_eq!(witness.manager().await.pcsc_state().await.unwrap(), "unavailable");
    assert!(witness.objects().await.is_empty());

    stack.pcscd().start().unwrap();
    assert_eq!(witness.pcsc_state_changed().await, "running");
    let _card = stack.card(0, "nurse").unwrap();
    witness.card_in_state("ready").await;
}

#[tokio::test]
async fn pcscd_is_killed_and_restarted_again_and_again_and_everything_comes_back() {
    let (mut stack, _daemon, mut witness) = stage(2).await;
    let _card = stack.card(0, "nurse").unwrap();
    witness.card_in_state("ready").await;
    for _ in 0..3 {
        stack.pcscd().kill().unwrap();
        witness.card_removed().await;
        assert_eq!(witness.pcsc_state_changed().await, "unavailable");
        assert!(witness.objects().await.is_empty(), "readers stayed behind");
        stack.pcscd().start().unwrap();
        assert_eq!(witness.pcsc_state_changed().await, "running");
        witness.card_inserted().await;
        witness.card_in_state("ready").await;
    }
}

#[tokio::test]
async fn pcscd_that_ends_in_order_is_unavailable_too() {
    let (mut stack, _daemon, mut witness) = stage(2).await;
    stack.pcscd().terminate().unwrap();
    assert_eq!(witness.pcsc_state_changed().await, "unavailable");
    stack.pcscd().start().unwrap();
    assert_eq!(witness.pcsc_state_changed().await, "running");
    witness.readers(2).await;
}
