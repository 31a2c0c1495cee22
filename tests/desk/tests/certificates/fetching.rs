//! Answers that have to be asked for: people, cards and other programs do not wait for them.

use std::{io::Read as _, net::TcpListener, process::Command, sync::mpsc, thread, time::Duration};

use lanyard_dbus::{CertificateState, RevocationState};
use lanyard_desk::{CURRENT, Pki, Sitting};
use lanyard_settings::Settings;
use lanyard_test_pki::{OpensslResponder, ResponderFiles};
use lanyard_witness::Does;

use crate::{changing::lose_holders_lists, described, words};

/// A daemon that knows of holders' certificates what this responder says.
fn asking(pki: &Pki, address: &str, patience: Duration) -> Settings {
    lose_holders_lists(pki.folder());
    let mut settings = pki.believed();
    address.clone_into(&mut settings.revocation.responder);
    settings.revocation.fetch_within_ms = patience;
    settings
}

/// A server that takes what it is asked, tells the test, and keeps silent until the test has gone.
fn silent() -> (String, mpsc::Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let (asked, hears) = mpsc::channel();
    thread::spawn(move || {
        let mut kept = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 1]);
            kept.push(stream);
            if asked.send(()).is_err() {
                return;
            }
        }
    });
    (address, hears)
}

#[tokio::test]
async fn a_person_is_asked_while_the_responder_keeps_silent_and_no_try_is_spent() {
    let pki = Pki::new();
    let (address, _hears) = silent();
    let settings = asking(&pki, &address, Duration::from_millis(1500));
    let mut sitting = Sitting::with_pki("nurse", &pki, settings).await;
    assert_eq!(words(&sitting.desk.client.card_that_was_read().await), "ready");
    assert_eq!(described(&sitting).await.state, CertificateState::Checking);
    let ended = sitting.enters(Does::types(CURRENT)).await;
    assert_eq!(ended.words(), ("not-trusted", "not-checked"));
    assert_eq!(sitting.person.shown().len(), 1, "she was asked meanwhile");
    assert_eq!(sitting.passcodes_heard(), 0);
    assert_eq!(sitting.tries(), 3);
}

#[tokio::test]
async fn other_programs_have_the_card_while_a_responder_is_asked() {
    let pki = Pki::new();
    let (address, hears) = silent();
    let settings = asking(&pki, &address, Duration::from_secs(30));
    let mut sitting = Sitting::with_pki("nurse", &pki, settings).await;
    sitting.desk.client.card_in_state("ready").await;
    hears.recv_timeout(Duration::from_secs(20)).unwrap();
    drop(sitting.desk.readers.hold(&sitting.front).unwrap());
    assert_eq!(described(&sitting).await.state, CertificateState::Checking);
    // Nor does the daemon wait for it when it ends.
    sitting.desk.stop().await.unwrap();
}

#[tokio::test]
async fn a_card_pulled_while_a_responder_is_asked_leaves_nothing_behind() {
    let pki = Pki::new();
    let (address, _hears) = silent();
    let settings = asking(&pki, &address, Duration::from_millis(300));
    let mut sitting = Sitting::with_pki("nurse", &pki, settings).await;
    sitting.desk.client.card_in_state("ready").await;
    let card = sitting.pulled().await;
    sitting.desk.readers.insert_again(&sitting.front, card);
    (sitting.card, _) = sitting.desk.client.card_inserted().await;
    let again = sitting.desk.client.card_in_state("unusable").await;
    assert_eq!(words(&again), "unusable certificate-not-checked");
}

#[tokio::test]
async fn openssl_answers_for_the_authority() {
    for (index, ended_in, state) in [
        ("V\t491231235959Z\t\tSERIAL\tunknown\t/CN=x\n", ("ok", ""), RevocationState::Good),
        (
            "R\t491231235959Z\t240501120000Z,keyCompromise\tSERIAL\tunknown\t/CN=x\n",
            ("not-trusted", "revoked"),
            RevocationState::Revoked,
        ),
    ] {
        let pki = Pki::new();
        pki.card("nurse");
        let responder = responder(&pki, &index.replace("SERIAL", &serial(&pki)));
        let settings = asking(&pki, responder.address(), Duration::from_secs(20));
        let sitting = Sitting::with_pki("nurse", &pki, settings).await;
        assert_eq!(sitting.enters(Does::types(CURRENT)).await.words(), ended_in);
        assert_eq!(described(&sitting).await.revocation.state, state);
    }
}

/// The serial number of the nurse's certificate as OpenSSL writes it: the same each time a card is issued.
fn serial(pki: &Pki) -> String {
    let shown = Command::new("openssl")
        .args(["x509", "-noout", "-serial", "-in", "holders/nurse.pem"])
        .current_dir(pki.folder())
        .output();
    let said = String::from_utf8(shown.unwrap().stdout).unwrap();
    said.trim().strip_prefix("serial=").unwrap().to_owned()
}

/// The responder that the P-256 authority delegated to.
fn responder(pki: &Pki, index: &str) -> OpensslResponder {
    let files = ResponderFiles {
        folder: pki.folder(),
        authority: "intermediates/p256.pem",
        signer: "responder/certificate.pem",
        key: "responder/key.pem",
    };
    OpensslResponder::saying(index, files)
}
