//! Answers that have to be asked for: people, cards and other programs do not wait for them.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _},
    net::TcpListener,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use lanyard_dbus::{CertificateState, RevocationState};
use lanyard_desk::{CURRENT, Pki, Sitting};
use lanyard_witness::Does;
use lanyardd::settings::Settings;

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
        let responder = Responder::saying(&pki, &index.replace("SERIAL", &serial(&pki)));
        let settings = asking(&pki, &responder.address, Duration::from_secs(20));
        let sitting = Sitting::with_pki("nurse", &pki, settings).await;
        assert_eq!(sitting.enters(Does::types(CURRENT)).await.words(), ended_in);
        assert_eq!(described(&sitting).await.revocation.state, state);
    }
}

/// The serial number of the nurse's certificate as OpenSSL writes it: the same each time a card is issued.
fn serial(pki: &Pki) -> String {
    let pem = fs::read_to_string(pki.folder().join("holders/nurse.pem")).unwrap();
    let mut shown = Command::new("openssl")
        .args(["x509", "-noout", "-serial"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut shown.stdin.take().unwrap(), pem.as_bytes()).unwrap();
    let said = String::from_utf8(shown.wait_with_output().unwrap().stdout).unwrap();
    said.trim().strip_prefix("serial=").unwrap().to_owned()
}

/// `openssl ocsp` with the responder's certificate that the authority delegated to.
struct Responder {
    program: Child,
    address: String,
}

impl Responder {
    fn saying(pki: &Pki, index: &str) -> Self {
        fs::write(pki.folder().join("index.txt"), index).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut program = Command::new("openssl")
            .args(["ocsp", "-index", "index.txt", "-CA", "intermediates/p256.pem"])
            .args(["-rsigner", "responder/certificate.pem", "-rkey", "responder/key.pem"])
            .args(["-ndays", "1", "-port", &port.to_string()])
            .current_dir(pki.folder())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(program.stderr.take().unwrap()).lines();
        let waits = said.any(|line| line.unwrap().contains("waiting for OCSP client"));
        assert!(waits, "openssl ocsp listens");
        Self { program, address: format!("http://127.0.0.1:{port}/") }
    }
}

impl Drop for Responder {
    fn drop(&mut self) {
        self.program.kill().unwrap();
        self.program.wait().unwrap();
    }
}
