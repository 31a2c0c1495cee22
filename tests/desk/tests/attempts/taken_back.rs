//! Orders that are taken back while another program has the card: what has not begun does not begin.

use futures_util::StreamExt;
use lanyard_desk::{CURRENT, Sitting};
use lanyard_witness::{Does, Options, ended};

#[tokio::test]
async fn what_was_cancelled_while_it_waited_for_the_card_is_not_sent_later() {
    let mut sitting = Sitting::with("nurse").await;
    let held = sitting.held().await;
    sitting.person.then(Does::types("999999"));
    let request = sitting.desk.client.request("/", Options::new()).await;
    sitting.person.is_shown_something().await;
    request.cancel().await.unwrap();
    assert_eq!(ended(&request).await.words(), ("cancelled", ""));
    drop(held);
    sitting.person.forget();
    assert_eq!(sitting.enters(Does::types(CURRENT)).await.words(), ("ok", ""));
    assert_eq!(sitting.passcodes_heard(), 1, "the right one alone");
    sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn a_daemon_that_stops_begins_nothing_any_more() {
    let mut sitting = Sitting::with("nurse").await;
    let held = sitting.held().await;
    sitting.person.then(Does::types("999999"));
    let request = sitting.desk.client.request("/", Options::new()).await;
    sitting.person.is_shown_something().await;
    let Sitting { desk, front, .. } = sitting;
    let (readers, tap) = (desk.readers.clone(), desk.tap.clone());
    let mut completed = request.receive_completed().await.unwrap();
    let (stopped, ()) = tokio::join!(desk.stop(), async {
        let told = completed.next().await.unwrap();
        assert_eq!(told.args().unwrap().outcome(), "failed");
        drop(held);
    });
    stopped.unwrap();
    assert_eq!(tap.heard().passcodes().count(), 0);
    assert_eq!(readers.with_card(&front, |card| card.tries().passcode), Some(3));
}
