//! OCSP answers with each field wrong in turn, and the requests they answer.

use lanyard_test_pki::{AnswerDraft, CertificateDraft, Key, SingleDraft, der, extension, status};
use lanyard_trust::{
    CertIdHash, Certificate, Nonce, NonceRule, OcspAnswer, OcspError, OcspEvidence, OcspRequest,
};

use crate::world::{AUTHORITY_KEY, OTHER_KEY, ROOT_KEY, World, parse, rows, try_all};

const ASKED: Nonce = Nonce([0x5A; 32]);

/// No list of the authority: what is known comes from answers.
fn world() -> World {
    let mut world = World::with_lists();
    world.lists.truncate(1);
    world
}

fn good() -> SingleDraft {
    SingleDraft::good(der::authority("Sub"), &AUTHORITY_KEY, &[7])
}

fn draft(single: SingleDraft) -> AnswerDraft {
    AnswerDraft::by_name(&der::authority("Sub"), vec![single])
}

fn answer(world: &mut World, draft: &AnswerDraft, key: &Key) {
    let answer = OcspAnswer::parse(&draft.signed(key)).unwrap();
    world.answers.push(OcspEvidence { answer, nonce: Some(ASKED) });
}

fn by_authority(world: &mut World, draft: &AnswerDraft) {
    answer(world, draft, &AUTHORITY_KEY);
}

fn delegate(issuer: &str, signer: &Key, change: impl FnOnce(&mut CertificateDraft)) -> Vec<u8> {
    let mut draft =
        CertificateDraft::new(der::authority("Responder"), der::authority(issuer), &OTHER_KEY, 40);
    draft.extensions = vec![
        extension::key_usage(extension::DIGITAL_SIGNATURE),
        extension::extended_key_usage(&["1.3.6.1.5.5.7.3.9"]),
    ];
    change(&mut draft);
    draft.signed(signer)
}

fn by_delegate(world: &mut World, certificate: Vec<u8>) {
    let mut draft = AnswerDraft::by_name(&der::authority("Responder"), vec![good()]);
    draft.certificates = vec![certificate];
    answer(world, &draft, &OTHER_KEY);
}

#[test]
fn each_wrong_answer_is_its_own_finding() {
    let rows = rows! {
        "good, by the authority", |world| by_authority(world, &draft(good())), [];
        "good, by the authority's key", |world| by_authority(world, &draft(good()).by_key(&AUTHORITY_KEY)), [];
        "revoked", |world| {
            let revoked = SingleDraft { status: status::revoked(1), ..good() };
            by_authority(world, &draft(revoked));
        }, ["the holder's certificate: revoked at 2024-05-01T12:00:00Z: keyCompromise"];
        "unknown", |world| by_authority(world, &draft(SingleDraft { status: status::unknown(), ..good() })),
            ["the holder's certificate: revocation was not checked: the responder does not know the certificate; no revocation list of its issuer is there"];
        "about another certificate", |world| by_authority(world, &draft(SingleDraft { serial: der::integer(&[8]), ..good() })),
            ["the holder's certificate: revocation was not checked: the answer is about another certificate; no revocation list of its issuer is there"];
        "about another issuer's key", |world| by_authority(world, &draft(SingleDraft { issuer_key: OTHER_KEY.info(), ..good() })),
            ["the holder's certificate: revocation was not checked: the answer is about another certificate; no revocation list of its issuer is there"];
        "stale", |world| by_authority(world, &draft(SingleDraft { next_update: der::generalized("20260831120000Z"), ..good() })),
            ["the holder's certificate: revocation was not checked: the answer is stale: 2026-08-31T12:00:00Z; no revocation list of its issuer is there"];
        "without a next one, of today", |world| {
            let this_update = der::generalized("20260831235800Z");
            by_authority(world, &draft(SingleDraft { this_update, next_update: Vec::new(), ..good() }));
        }, [];
        "without a next one, of yesterday", |world| by_authority(world, &draft(SingleDraft { next_update: Vec::new(), ..good() })),
            ["the holder's certificate: revocation was not checked: the answer is stale: 2026-08-31T00:05:00Z; no revocation list of its issuer is there"];
        "of the future", |world| by_authority(world, &draft(SingleDraft { this_update: der::generalized("20260901000500Z"), ..good() })),
            ["the holder's certificate: revocation was not checked: the answer is of the future: 2026-09-01T00:05:00Z; no revocation list of its issuer is there"];
        "made in the future", |world| {
            let produced_at = der::generalized("20270101000000Z");
            by_authority(world, &AnswerDraft { produced_at, ..draft(good()) });
        }, ["the holder's certificate: revocation was not checked: the answer is of the future: 2027-01-01T00:00:00Z; no revocation list of its issuer is there"];
        "the number asked with", |world| by_authority(world, &draft(good()).with_nonce(&der::octets(&[&ASKED.0]))), [];
        "the number asked with, bare", |world| by_authority(world, &draft(good()).with_nonce(&ASKED.0)), [];
        "another number", |world| by_authority(world, &draft(good()).with_nonce(&der::octets(&[&[1; 32]]))),
            ["the holder's certificate: revocation was not checked: the answer does not repeat the number that was asked with; no revocation list of its issuer is there"];
        "no number where one is demanded", |world| {
            world.settings.nonce = NonceRule::Required;
            by_authority(world, &draft(good()));
        }, ["the holder's certificate: revocation was not checked: the answer does not repeat the number that was asked with; no revocation list of its issuer is there"];
        "by somebody else", |world| answer(world, &draft(good()), &OTHER_KEY),
            ["the holder's certificate: revocation was not checked: the answer's signature: the signature is wrong; no revocation list of its issuer is there"];
        "by somebody else who says so", |world| {
            answer(world, &AnswerDraft::by_name(&der::authority("Responder"), vec![good()]), &OTHER_KEY);
        }, ["the holder's certificate: revocation was not checked: the answer's signer is not authorised by the certificate's issuer; no revocation list of its issuer is there"];
        "by the root", |world| answer(world, &AnswerDraft::by_name(&der::authority("Root"), vec![good()]), &ROOT_KEY),
            ["the holder's certificate: revocation was not checked: the answer's signer is not authorised by the certificate's issuer; no revocation list of its issuer is there"];
        "tries later", |world| by_authority(world, &AnswerDraft { status: 3, ..draft(good()) }),
            ["the holder's certificate: revocation was not checked: the responder gave no answer: tryLater; no revocation list of its issuer is there",
             ];
        "an unknown critical extension", |world| {
            let mut draft = draft(good());
            draft.extensions.push(extension::extension("2.999.9", extension::Critical::Yes, &[5, 0]));
            by_authority(world, &draft);
        }, ["the holder's certificate: revocation was not checked: the answer has the critical extension 2.999.9, which is not understood; no revocation list of its issuer is there"];
        "a bad answer and a good one", |world| {
            answer(world, &draft(good()), &OTHER_KEY);
            by_authority(world, &draft(good()));
        }, [];
        "a bad answer and a good list", |world| {
            answer(world, &draft(good()), &OTHER_KEY);
            world.lists.push(World::list().signed(&AUTHORITY_KEY));
        }, [];
    };
    try_all(&rows, world);
}

#[test]
fn a_responder_needs_its_authority_from_the_same_issuer() {
    let unauthorised = [
        "the holder's certificate: revocation was not checked: the answer's signer is not authorised \
         by the certificate's issuer; no revocation list of its issuer is there",
    ];
    let tried = |certificate: Vec<u8>| {
        let mut world = world();
        by_delegate(&mut world, certificate);
        world.refusals()
    };
    assert_eq!(tried(delegate("Sub", &AUTHORITY_KEY, |_| {})), [""; 0]);
    assert_eq!(tried(delegate("Root", &ROOT_KEY, |_| {})), unauthorised, "by the root");
    assert_eq!(tried(delegate("Sub", &OTHER_KEY, |_| {})), unauthorised, "by itself");
    let no_purpose = |draft: &mut CertificateDraft| {
        draft.set(extension::extended_key_usage(&["1.3.6.1.5.5.7.3.2"]));
    };
    assert_eq!(tried(delegate("Sub", &AUTHORITY_KEY, no_purpose)), unauthorised);
    let any_purpose = |draft: &mut CertificateDraft| {
        draft.set(extension::extended_key_usage(&["2.5.29.37.0"]));
    };
    assert_eq!(tried(delegate("Sub", &AUTHORITY_KEY, any_purpose)), unauthorised);
    let expired = |draft: &mut CertificateDraft| draft.not_after = der::utc("260101000000Z");
    assert_eq!(tried(delegate("Sub", &AUTHORITY_KEY, expired)), unauthorised);
    let other_use = |draft: &mut CertificateDraft| {
        draft.set(extension::key_usage(extension::KEY_ENCIPHERMENT));
    };
    assert_eq!(tried(delegate("Sub", &AUTHORITY_KEY, other_use)), unauthorised);
    assert_eq!(tried(World::new().authority.signed(&ROOT_KEY)), unauthorised);
}

#[test]
fn a_revoked_responder_is_not_believed_unless_nobody_need_ask() {
    let revoking = || {
        let mut list = World::list();
        list.entries = vec![lanyard_test_pki::EntryDraft::new(&[40])];
        // For other reasons alone, so that the list itself says nothing final about the holder.
        list.extensions = vec![extension::issuing_point(&[der::primitive(3, &[5, 0x60])])];
        list.signed(&AUTHORITY_KEY)
    };
    let mut world = world();
    world.lists.push(revoking());
    by_delegate(&mut world, delegate("Sub", &AUTHORITY_KEY, |_| {}));
    assert!(world.refusals()[0].contains("not authorised"));
    world.answers.clear();
    let no_check = |draft: &mut CertificateDraft| {
        let no_check =
            extension::extension("1.3.6.1.5.5.7.48.1.5", extension::Critical::No, &[5, 0]);
        draft.set(no_check);
    };
    by_delegate(&mut world, delegate("Sub", &AUTHORITY_KEY, no_check));
    assert_eq!(world.refusals(), [""; 0]);
}

#[test]
fn a_responder_that_the_site_trusts_may_answer_for_any_issuer() {
    let mut world = world();
    let mut ours = CertificateDraft::new(
        der::authority("Responder"),
        der::authority("Elsewhere"),
        &OTHER_KEY,
        1,
    );
    ours.extensions = vec![extension::key_usage(extension::DIGITAL_SIGNATURE)];
    let draft = AnswerDraft::by_name(&der::authority("Responder"), vec![good()]);
    answer(&mut world, &draft, &OTHER_KEY);
    assert!(!world.refusals().is_empty());
    world.responders = vec![ours.signed(&OTHER_KEY)];
    assert_eq!(world.refusals(), [""; 0]);
}

#[test]
fn a_list_that_revokes_wins_over_an_answer_that_is_good() {
    let mut world = world();
    by_authority(&mut world, &draft(good()));
    let mut list = World::list();
    list.entries = vec![lanyard_test_pki::EntryDraft::new(&[7])];
    world.lists.push(list.signed(&AUTHORITY_KEY));
    assert!(world.refusals()[0].contains("revoked"));
}

#[test]
fn what_is_no_answer_is_not_read() {
    let whole = draft(good()).signed(&AUTHORITY_KEY);
    for end in 0..whole.len() {
        OcspAnswer::parse(&whole[..end]).unwrap_err();
    }
    assert!(OcspAnswer::parse(&[&*whole, &[0]].concat()).is_err());
    assert_eq!(OcspAnswer::parse(&vec![0x30; 300_000]).err(), Some(OcspError::TooLong));
    let singles = vec![good(); 33];
    let many = AnswerDraft { singles, ..draft(good()) }.signed(&AUTHORITY_KEY);
    assert_eq!(OcspAnswer::parse(&many).err(), Some(OcspError::TooLong));
    assert!(OcspAnswer::parse(&[0x30, 3, 10, 1, 0]).is_err(), "successful without an answer");
}

#[test]
fn openssl_reads_the_request() {
    let world = World::new();
    let holder = Certificate::parse(&world.holder_der()).unwrap();
    let authority = parse(&world.authority.signed(&ROOT_KEY)).unwrap();
    for hash in [CertIdHash::Sha1, CertIdHash::Sha256] {
        let request = OcspRequest::new(&holder, &authority, hash, Some(ASKED));
        let read = openssl::ocsp::OcspRequest::from_der(&request.der).unwrap();
        assert_eq!(read.to_der().unwrap(), request.der);
        assert!(request.der.windows(32).any(|window| window == ASKED.0));
    }
}

#[test]
fn openssl_asks_for_the_same_certificate() {
    let world = World::new();
    let authority = world.authority.signed(&ROOT_KEY);
    let ours = OcspRequest::new(
        &Certificate::parse(&world.holder_der()).unwrap(),
        &Certificate::parse(&authority).unwrap(),
        CertIdHash::Sha1,
        None,
    );
    let holder = openssl::x509::X509::from_der(&world.holder_der()).unwrap();
    let authority = openssl::x509::X509::from_der(&authority).unwrap();
    let sha1 = openssl::hash::MessageDigest::sha1();
    let id = openssl::ocsp::OcspCertId::from_cert(sha1, &holder, &authority).unwrap();
    let mut request = openssl::ocsp::OcspRequest::new().unwrap();
    request.add_id(id).unwrap();
    assert_eq!(request.to_der().unwrap(), ours.der);
}
