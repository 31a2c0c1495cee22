//! OCSP responders: what they say is asked once, counts when the judge believes it, and is kept while it
//! is fresh.

use std::sync::{Arc, Mutex};

use lanyard_evidence::{Fault, Outcome, Wanted};
use lanyard_test_pki::{AnswerDraft, CertificateDraft, Key, SingleDraft, der, status};
use lanyard_trust::{
    Judgement, NonceRule, OcspRequest, ResponseStatus, RevocationStatus, Unusable,
};

use crate::server::{Request, Server, respond};
use crate::world::{AUTHORITY_KEY, OTHER_KEY, SERIAL, World, failed, outcomes, refusals};

/// How a responder behaves.
#[derive(Clone, Debug)]
struct Manner {
    status: Vec<u8>,
    number: Number,
    signer: Key,
    error: u8,
}

/// What it does with the number that it is asked with.
#[derive(Clone, Copy, Debug)]
enum Number {
    Repeated,
    LeftOut,
    MadeUp,
}

impl Manner {
    fn saying(status: Vec<u8>) -> Self {
        Self { status, number: Number::Repeated, signer: AUTHORITY_KEY.clone(), error: 0 }
    }

    fn answer(&self, request: &Request) -> Vec<u8> {
        let single = SingleDraft::good(der::authority("Sub"), &AUTHORITY_KEY, &[SERIAL]);
        let single = SingleDraft { status: self.status.clone(), ..single };
        let mut draft = AnswerDraft::by_name(&der::authority("Sub"), vec![single]);
        draft.status = self.error;
        let draft = match (self.number, asked_number(&request.body)) {
            (Number::Repeated, Some(number)) => draft.with_nonce(&der::octets(&[&number])),
            (Number::MadeUp, _) => draft.with_nonce(&der::octets(&[&[9; 32]])),
            (Number::Repeated, None) | (Number::LeftOut, _) => draft,
        };
        draft.signed(&self.signer)
    }
}

/// The nonce in a request, where its extension stands.
fn asked_number(request: &[u8]) -> Option<Vec<u8>> {
    const NONCE: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 0x30, 1, 2];
    let place = request.windows(NONCE.len()).position(|window| window == NONCE)?;
    let value = &request[place + NONCE.len()..];
    assert_eq!(value[..4], [4, 34, 4, 32], "RFC 9654: 32 bytes in an octet string");
    Some(value[4..36].to_vec())
}

/// A responder whose manner can be changed, and the site that asks it.
fn site(manner: Manner) -> (Server, Arc<Mutex<Manner>>, World) {
    let manner = Arc::new(Mutex::new(manner));
    let behaves = Arc::clone(&manner);
    let server = Server::answering(move |request, stream| {
        assert_eq!((&*request.method, &*request.path), ("POST", "/ocsp"));
        assert_eq!(request.content_type.as_deref(), Some("application/ocsp-request"));
        let answer = behaves.lock().unwrap().answer(request);
        respond(stream, &answer)
    });
    let world = World::naming(&[], Some(&server.at("/ocsp")));
    (server, manner, world)
}

/// What comes of asking once.
fn asked(manner: Manner) -> (Vec<Outcome>, Judgement) {
    let (_server, _, world) = site(manner);
    let (evidence, _news) = world.open();
    (outcomes(&world.gather(&evidence)), world.judge(&evidence))
}

#[test]
fn good_revoked_and_unknown_are_told_apart() {
    let (outcome, judgement) = asked(Manner::saying(status::good()));
    assert_eq!(outcome, [Outcome::Had]);
    assert!(matches!(judgement.revocation, Some(RevocationStatus::Good { .. })));
    assert!(judgement.trusted().is_some());

    let (outcome, judgement) = asked(Manner::saying(status::revoked(1)));
    assert_eq!(outcome, [Outcome::Had]);
    assert_eq!(
        refusals(&judgement),
        ["the holder's certificate: revoked at 2024-05-01T12:00:00Z: keyCompromise"]
    );

    let (outcome, judgement) = asked(Manner::saying(status::unknown()));
    assert_eq!(outcome, failed(Fault::Unusable(Unusable::NotKnown)));
    let found = refusals(&judgement);
    assert!(found[0].contains("the responder does not know the certificate"), "{found:?}");
}

#[test]
fn the_number_asked_with_must_come_back_or_be_left_out() {
    let manner = |number| Manner { number, ..Manner::saying(status::good()) };
    assert_eq!(asked(manner(Number::LeftOut)).0, [Outcome::Had]);
    let (outcome, judgement) = asked(manner(Number::MadeUp));
    assert_eq!(outcome, failed(Fault::Unusable(Unusable::OtherNonce)));
    assert!(judgement.trusted().is_none());
}

#[test]
fn each_question_has_a_number_of_its_own_unless_the_site_wants_none() {
    let numbers = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&numbers);
    let server = Server::answering(move |request, stream| {
        seen.lock().unwrap().push(asked_number(&request.body));
        respond(stream, &Manner::saying(status::good()).answer(request))
    });
    let mut world = World::naming(&[], Some(&server.at("/ocsp")));
    for _ in 0..2 {
        let (evidence, _news) = world.open();
        assert_eq!(outcomes(&world.gather(&evidence)), [Outcome::Had]);
    }
    world.settings.fetching.nonce = Wanted::No;
    let (evidence, _news) = world.open();
    assert_eq!(outcomes(&world.gather(&evidence)), [Outcome::Had]);
    let numbers = numbers.lock().unwrap();
    assert!(numbers[0].is_some() && numbers[1].is_some() && numbers[0] != numbers[1]);
    assert_eq!(numbers[2], None);
}

#[test]
fn a_demanded_number_that_is_left_out_is_no_answer() {
    let (_server, _, world) =
        site(Manner { number: Number::LeftOut, ..Manner::saying(status::good()) });
    let (evidence, _news) = world.open();
    let rules = lanyard_trust::Settings { nonce: NonceRule::Required, ..crate::world::rules() };
    let gathered = world.gather_by(&evidence, &rules);
    assert_eq!(outcomes(&gathered), failed(Fault::Unusable(Unusable::OtherNonce)));
}

#[test]
fn an_answer_is_asked_for_once_while_it_is_fresh() {
    let (server, manner, world) = site(Manner::saying(status::good()));
    let (evidence, _news) = world.open();
    assert_eq!(outcomes(&world.gather(&evidence)), [Outcome::Had]);
    assert_eq!(outcomes(&world.gather(&evidence)), [Outcome::Fresh]);
    assert_eq!(server.asked(), 1);
    world.clock.advance(86_401);
    *manner.lock().unwrap() = Manner::saying(status::revoked(1));
    let outcome = outcomes(&world.gather(&evidence));
    assert!(matches!(&*outcome, [Outcome::Failed(Fault::Unusable(Unusable::StaleAnswer { .. }))]));
    assert_eq!(server.asked(), 2);
}

#[test]
fn a_forged_answer_lasts_no_longer_than_the_question() {
    let forged = Manner { signer: OTHER_KEY.clone(), ..Manner::saying(status::good()) };
    let (server, manner, world) = site(forged);
    let (evidence, _news) = world.open();
    let outcome = outcomes(&world.gather(&evidence));
    assert!(matches!(&*outcome, [Outcome::Failed(Fault::Unusable(Unusable::AnswerSignature(_)))]));
    assert!(world.judge(&evidence).trusted().is_none());
    world.gather(&evidence);
    assert_eq!(server.asked(), 1);
    *manner.lock().unwrap() = Manner::saying(status::good());
    world.clock.advance(60);
    assert_eq!(outcomes(&world.gather(&evidence)), [Outcome::Had]);
    assert!(world.judge(&evidence).trusted().is_some());
}

#[test]
fn a_forged_answer_replaces_no_genuine_one() {
    let (server, manner, world) = site(Manner::saying(status::revoked(1)));
    let (evidence, _news) = world.open();
    assert_eq!(outcomes(&world.gather(&evidence)), [Outcome::Had]);
    world.clock.advance(301);
    *manner.lock().unwrap() =
        Manner { signer: OTHER_KEY.clone(), ..Manner::saying(status::good()) };
    let outcome = outcomes(&world.gather(&evidence));
    assert!(matches!(&*outcome, [Outcome::Failed(Fault::Unusable(_))]), "{outcome:?}");
    assert_eq!(server.asked(), 2);
    let found = refusals(&world.judge(&evidence));
    assert!(found[0].contains("revoked at"), "{found:?}");
}

#[test]
fn a_responder_that_gives_no_answer_is_told() {
    let (outcome, _) = asked(Manner { error: 3, ..Manner::saying(status::good()) });
    assert_eq!(outcome, failed(Fault::NoAnswer(ResponseStatus(3))));
    let server = Server::serving(b"<html>no</html>".to_vec());
    let world = World::naming(&[], Some(&server.at("/ocsp")));
    let (evidence, _news) = world.open();
    let outcome = outcomes(&world.gather(&evidence));
    assert!(matches!(&*outcome, [Outcome::Failed(Fault::Answer(_))]), "{outcome:?}");
    let server = Server::serving(vec![0x30; 64 * 1024 + 1]);
    let world = World::naming(&[], Some(&server.at("/ocsp")));
    let (evidence, _news) = world.open();
    assert_eq!(outcomes(&world.gather(&evidence)), failed(Fault::TooLong { limit: 64 * 1024 }));
}

#[test]
fn the_question_is_asked_again_where_it_is_redirected_to() {
    let server = Server::answering(|request, stream| match &*request.path {
        "/ocsp" => {
            write!(stream, "HTTP/1.1 307 X\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n")
        }
        _ => respond(stream, &Manner::saying(status::good()).answer(request)),
    });
    let world = World::naming(&[], Some(&server.at("/ocsp")));
    let (evidence, _news) = world.open();
    assert_eq!(outcomes(&world.gather(&evidence)), [Outcome::Had]);
}

#[test]
fn the_sites_responder_is_asked_about_certificates_that_name_none() {
    let (server, _, mut world) = site(Manner::saying(status::good()));
    world.holder = crate::world::holder(&[], None);
    world.settings.fetching.responder = Some(server.at("/ocsp"));
    let (evidence, _news) = world.open();
    let gathered = world.gather(&evidence);
    assert_eq!(gathered.asked.len(), 2, "about the holder's certificate and the authority's");
    assert!(world.judge(&evidence).trusted().is_some());
}

#[test]
fn a_responder_of_the_site_is_believed_for_every_issuer() {
    let mut world = World::naming(&[], None);
    let name = der::authority("Responder");
    let certificate = CertificateDraft::new(name, der::authority("Elsewhere"), &OTHER_KEY, 40);
    let answers = move |request: &Request| {
        let single = SingleDraft::good(der::authority("Sub"), &AUTHORITY_KEY, &[SERIAL]);
        let draft = AnswerDraft::by_name(&der::authority("Responder"), vec![single]);
        let number = asked_number(&request.body).unwrap();
        draft.with_nonce(&der::octets(&[&number])).signed(&OTHER_KEY)
    };
    let server = Server::answering(move |request, stream| respond(stream, &answers(request)));
    world.holder = crate::world::holder(&[], Some(&server.at("/")));
    let (evidence, _news) = world.open();
    let outcome = outcomes(&world.gather(&evidence));
    assert_eq!(outcome, failed(Fault::Unusable(Unusable::UnauthorisedResponder)));
    world.settings.folders.responders = Some(world.path("responders"));
    world.write("responders/one.der", &certificate.signed(&OTHER_KEY));
    world.write("responders/other.der", b"0 text");
    let (evidence, _news) = world.open();
    assert_eq!(outcomes(&world.gather(&evidence)), [Outcome::Had]);
    assert!(world.judge(&evidence).trusted().is_some());
    assert_eq!(evidence.problems().len(), 1);
}

#[test]
fn a_dead_responder_is_left_alone_whoever_is_asked_about() {
    let server = Server::answering(|_, stream| write!(stream, "HTTP/1.1 503 X\r\n\r\n"));
    let world = World::naming(&[], Some(&server.at("/ocsp")));
    let (evidence, _news) = world.open();
    assert_eq!(outcomes(&world.gather(&evidence)), failed(Fault::Status(503)));
    let mut other = World::naming(&[], Some(&server.at("/ocsp")));
    other
        .holder
        .clone_from(&crate::world::holder(&["http://127.0.0.1:1/"], Some(&server.at("/ocsp"))));
    let gathered = other.gather(&evidence);
    assert!(outcomes(&gathered).contains(&Outcome::Failed(Fault::Status(503))));
    assert_eq!(server.asked(), 1);
}

#[test]
fn the_request_arrives_whole() {
    let bodies = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&bodies);
    let server = Server::answering(move |request, stream| {
        seen.lock().unwrap().push(request.body.clone());
        respond(stream, &Manner::saying(status::good()).answer(request))
    });
    let mut world = World::naming(&[], Some(&server.at("/ocsp")));
    world.settings.fetching.nonce = Wanted::No;
    let (evidence, _news) = world.open();
    world.gather(&evidence);
    let parse = |der: &[u8]| lanyard_trust::Certificate::parse(der).unwrap();
    let (holder, authority) = (parse(&world.holder), parse(&crate::world::authority()));
    let expected = OcspRequest::new(&holder, &authority, lanyard_trust::CertIdHash::Sha1, None);
    assert_eq!(*bodies.lock().unwrap(), [expected.der]);
}
