//! OpenSSL's own OCSP responder understands what we ask, and we understand what it answers: two
//! implementations that share no line.

use std::fs;
use std::process::Command;

use lanyard_evidence::{Outcome, Wanted};
use lanyard_test_pki::{OpensslResponder, ResponderFiles};
use lanyard_trust::{NonceRule, RevocationStatus, Source};

use crate::world::{
    AUTHORITY_KEY, LONG, TODAY, World, authority, holder, outcomes, rules, today_for_real,
};

/// The world's authority answers for itself.
fn responder(world: &World, index: &str) -> OpensslResponder {
    fs::write(world.path("sub.der"), authority()).unwrap();
    let pem = AUTHORITY_KEY.private().private_key_to_pem_pkcs8().unwrap();
    fs::write(world.path("sub.key"), pem).unwrap();
    let converted = Command::new("openssl")
        .args(["x509", "-inform", "DER", "-in", "sub.der", "-out", "sub.pem"])
        .current_dir(world.folder.path())
        .status();
    assert!(converted.unwrap().success());
    let (folder, authority) = (world.folder.path(), "sub.pem");
    let files = ResponderFiles { folder, authority, signer: authority, key: "sub.key" };
    OpensslResponder::saying(index, files)
}

/// What OpenSSL makes us think of the holder, whose serial number is 7.
fn asked(index: &str, nonce: Wanted) -> (Vec<Outcome>, Option<RevocationStatus>) {
    let mut world = World::naming(&[], None);
    world.clock.advance(today_for_real().0 - TODAY.0);
    let responder = responder(&world, index);
    world.holder = holder(&[], Some(responder.address()));
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
