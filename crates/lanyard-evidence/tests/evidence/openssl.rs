//! OpenSSL's own OCSP responder understands what we ask, and we understand what it answers: two
//! implementations that share no line.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use lanyard_evidence::{Outcome, Wanted};
use lanyard_trust::{NonceRule, RevocationStatus, Source};

use crate::world::{
    AUTHORITY_KEY, LONG, TODAY, World, authority, holder, outcomes, rules, today_for_real,
};

/// `openssl ocsp`, answering by a file that says which serial numbers are valid or revoked.
struct Responder {
    program: Child,
    address: String,
}

impl Responder {
    fn with_index(world: &World, index: &str) -> Self {
        fs::write(world.path("index.txt"), index).unwrap();
        fs::write(world.path("sub.der"), authority()).unwrap();
        let pem = AUTHORITY_KEY.private().private_key_to_pem_pkcs8().unwrap();
        fs::write(world.path("sub.key"), pem).unwrap();
        let converted = Command::new("openssl")
            .args(["x509", "-inform", "DER", "-in", "sub.der", "-out", "sub.pem"])
            .current_dir(world.folder.path())
            .status();
        assert!(converted.unwrap().success());
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut program = Command::new("openssl")
            .args(["ocsp", "-index", "index.txt", "-CA", "sub.pem", "-rsigner", "sub.pem"])
            .args(["-rkey", "sub.key", "-ndays", "1", "-port", &port.to_string()])
            .current_dir(world.folder.path())
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

/// What OpenSSL makes us think of the holder, whose serial number is 7.
fn asked(index: &str, nonce: Wanted) -> (Vec<Outcome>, Option<RevocationStatus>) {
    let mut world = World::naming(&[], None);
    world.clock.advance(today_for_real().0 - TODAY.0);
    let responder = Responder::with_index(&world, index);
    world.holder = holder(&[], Some(&responder.address));
    world.settings.fetching.nonce = nonce;
    world.settings.fetching.patience = LONG;
    let (evidence, _news) = world.open();
    let mut rules = rules();
    if nonce == Wanted::Yes {
        rules.nonce = NonceRule::Required;
    }
    let gathered = world.gather_by(&evidence, &rules);
    (outcomes(&gathered), world.judge(&evidence).revocation)
}

#[test]
fn openssl_says_good_revoked_and_unknown() {
    for nonce in [Wanted::Yes, Wanted::No] {
        let (outcome, status) = asked("V\t491231235959Z\t\t07\tunknown\t/CN=x\n", nonce);
        assert_eq!(outcome, [Outcome::Had], "{nonce:?}");
        assert!(matches!(status, Some(RevocationStatus::Good { source: Source::Answer, .. })));
        let index = "R\t491231235959Z\t240501120000Z,keyCompromise\t07\tunknown\t/CN=x\n";
        let (outcome, status) = asked(index, nonce);
        assert_eq!(outcome, [Outcome::Had], "{nonce:?}");
        let Some(RevocationStatus::Revoked { reason, since, .. }) = status else {
            panic!("{status:?}")
        };
        assert_eq!((reason.word(), &*since.to_string()), ("keyCompromise", "2024-05-01T12:00:00Z"));
        let (outcome, status) = asked("V\t491231235959Z\t\t08\tunknown\t/CN=x\n", nonce);
        assert!(matches!(&*outcome, [Outcome::Failed(_)]), "{outcome:?}");
        assert!(matches!(status, Some(RevocationStatus::NotChecked { .. })));
    }
}
