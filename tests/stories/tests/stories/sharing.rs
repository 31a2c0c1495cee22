//! Programs that keep a card to themselves (`SCARD_SHARE_EXCLUSIVE`, as `scdaemon` does): the card is busy,
//! and read as soon as they let go of it.

use std::io::{PipeWriter, pipe};
use std::time::Duration;

use lanyard_stack::{Process, Stack};
use lanyard_witness::{Witness, text};

use crate::stage;

const PATIENCE: Duration = Duration::from_secs(20);
const ROUNDS: usize = 5;

/// Another program that wants the card for itself, and what makes it let go when dropped.
fn keeper(stack: &Stack) -> (Process, PipeWriter) {
    let (input, let_go) = pipe().unwrap();
    let reader = stack.reader_names().remove(0);
    let program = stack.own("lanyard-pcsc").unwrap().args(["keep", &reader, "20000"]).stdin(input);
    (program.start().unwrap(), let_go)
}

#[tokio::test]
async fn a_card_that_is_kept_before_the_daemon_starts_is_read_when_it_is_free() {
    let stack = Stack::start().unwrap();
    let _card = stack.card(0, "nurse").unwrap();
    let (mut keeper, let_go) = keeper(&stack);
    keeper.wait_for_line("kept", PATIENCE, |line| line == "kept").unwrap();

    let _daemon = stack.daemon("").unwrap();
    let mut witness = Witness::on_bus(stack.bus().address()).await;
    let properties = witness.card_in_state("unusable").await;
    assert_eq!(text(&properties, "Reason"), "busy");

    drop(let_go);
    let properties = witness.card_in_state("ready").await;
    assert_eq!(text(&properties, "Reason"), "");
    assert!(keeper.wait(PATIENCE).unwrap().success());
}

#[tokio::test]
async fn a_keeper_that_dies_frees_the_card_too() {
    let stack = Stack::start().unwrap();
    let _card = stack.card(0, "nurse").unwrap();
    let (mut keeper, _let_go) = keeper(&stack);
    keeper.wait_for_line("kept", PATIENCE, |line| line == "kept").unwrap();
    let _daemon = stack.daemon("").unwrap();
    let mut witness = Witness::on_bus(stack.bus().address()).await;
    witness.card_in_state("unusable").await;
    keeper.kill().unwrap();
    witness.card_in_state("ready").await;
}

/// Both wake up at the same moment. Mostly the other program is first, and the daemon may be refused a card
/// that it has just seen shared.
#[tokio::test]
async fn whoever_is_first_at_the_card_it_is_read_in_the_end() {
    let (stack, _daemon, mut witness) = stage(2).await;
    let card = stack.card_outside(0, "nurse").unwrap();
    for _ in 0..ROUNDS {
        let (mut keeper, let_go) = keeper(&stack);
        card.insert().unwrap();
        let said = keeper.next_line(PATIENCE).unwrap();
        assert!(["kept", "refused"].contains(&said.as_str()), "{said}");
        witness.card_inserted().await;
        if said == "kept" {
            let properties = witness.card_in_state("unusable").await;
            assert_eq!(text(&properties, "Reason"), "busy");
        }
        drop(let_go);
        witness.card_in_state("ready").await;
        card.remove().unwrap();
        witness.card_removed().await;
        stack.wait_until_out(0).unwrap();
    }
}
