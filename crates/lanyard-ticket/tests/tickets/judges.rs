//! Two verifiers: ours, and `docs/examples/verify_ticket.py`. They must say the same word.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lanyard_roles::{CloseDate, KeyRights, Keys, OdsCode, Organisations, Persons};
use lanyard_test_roles::Authority;
use lanyard_ticket::{Audience, Expected, Nonce, Verifier};
use lanyard_trust::{Anchors, Certificate, Crl, CrlStore, Evidence, Intermediates, Settings};
use serde_json::{Value, json};

use crate::forge::{AUDIENCE, Draft, NONCE, World, time};

/// Imports the example and judges a list of cases.
const DRIVER: &str = r#"
import json, sys
sys.path.insert(0, sys.argv[1])
import verify_ticket
said = []
for case in json.load(sys.stdin):
    pem = lambda blocks: [block.encode() for block in blocks]
    keys = {name: key.encode() for name, key in case["keys"].items()}
    site = verify_ticket.Site(pem(case["anchors"]), pem(case["lists"]), keys, case["rights"])
    try:
        given = [case[name] for name in ("audience", "nonce", "now", "challenge")]
        proved = verify_ticket.verify(case["ticket"], site, *given)
        said.append(["ok", proved["holder"], proved["role"]["person_roleid"], proved["expires"]])
    except verify_ticket.Refused as refused:
        said.append([str(refused)])
json.dump(said, sys.stdout)
"#;

/// What a server is given, and what it goes by.
pub(crate) struct Case {
    pub(crate) ticket: String,
    pub(crate) now: i64,
    pub(crate) challenge: Option<String>,
    pub(crate) anchors: Vec<Vec<u8>>,
    pub(crate) lists: Vec<Vec<u8>>,
    pub(crate) authorities: Vec<(String, String, &'static str)>,
}

impl Case {
    pub(crate) fn of(draft: &Draft, world: &World) -> Self {
        let authority = |it: &Authority, at| (it.key.kid().to_owned(), it.public_pem.clone(), at);
        Self {
            ticket: draft.ticket(),
            now: draft.now,
            challenge: draft.challenge.map(str::to_owned),
            anchors: draft.anchors.clone(),
            lists: draft.lists.clone(),
            authorities: vec![authority(&world.north, "RZZ01"), authority(&world.south, "A99901")],
        }
    }

    /// Our word: `ok` with what is proved, or why not.
    fn ours(&self) -> Value {
        self.with_verifier(|verifier, expected| {
            match verifier.verify(&self.ticket, expected, time(self.now)) {
                Ok(it) => {
                    let role = it.role.role.id.as_str();
                    json!(["ok", it.holder.as_str(), role, it.expires.as_second()])
                }
                Err(refusal) => json!([refusal.word()]),
            }
        })
    }

    /// Our verifier for this case, with everything read.
    pub(crate) fn with_verifier<T>(
        &self,
        act: impl FnOnce(&Verifier<'_>, &Expected<'_>) -> T,
    ) -> T {
        let anchors: Anchors = certificates(&self.anchors).collect();
        let lists: CrlStore =
            self.lists.iter().map(|der| Arc::new(Crl::load(der, []).unwrap())).collect();
        let evidence = Evidence {
            anchors: &anchors,
            intermediates: &Intermediates::default(),
            from_card: &[],
            crls: &lists,
            ocsp: &[],
            responders: &[],
        };
        let verifier = Verifier {
            evidence,
            trust: &Settings::default(),
            authorities: &self.keys(),
            close_date: CloseDate::default(),
            longest_session_s: 36_000,
        };
        let challenge = self.challenge.as_deref().map(|it| Nonce::parse(it).unwrap());
        let expected = Expected {
            audience: &Audience::parse(AUDIENCE).unwrap(),
            nonce: &Nonce::parse(NONCE).unwrap(),
            server_challenge: challenge.as_ref(),
        };
        act(&verifier, &expected)
    }

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        for (kid, pem, at) in &self.authorities {
            let organisations = match *at {
                "all" => Organisations::All,
                code => Organisations::Only(BTreeSet::from([OdsCode::parse(code).unwrap()])),
            };
            let public = lanyard_roles::PublicKey::from_pem(pem.as_bytes()).unwrap();
            let rights = KeyRights { organisations, persons: Persons::OfItsOrganisations };
            keys.insert(kid, public, rights);
        }
        keys
    }

    fn for_python(&self) -> Value {
        let keys: Value =
            self.authorities.iter().map(|(kid, pem, _)| (kid.clone(), json!(pem))).collect();
        let rights: Value = self
            .authorities
            .iter()
            .map(|(kid, _, at)| (kid.clone(), if *at == "all" { json!(at) } else { json!([at]) }))
            .collect();
        json!({
            "ticket": self.ticket, "audience": AUDIENCE, "nonce": NONCE, "now": self.now,
            "challenge": self.challenge, "keys": keys, "rights": rights,
            "anchors": pem("CERTIFICATE", &self.anchors), "lists": pem("X509 CRL", &self.lists),
        })
    }
}

/// What both verifiers say of each case; they agree, also about what is proved.
pub(crate) fn words(cases: &[Case]) -> Vec<String> {
    let said = both(cases);
    for (number, (ours, theirs)) in said.iter().enumerate() {
        assert_eq!(ours, theirs, "case {number}: we and the verifier in Python");
    }
    said.iter().map(|(ours, _)| word(ours).to_owned()).collect()
}

/// What we say of each case, and what the verifier in Python says.
pub(crate) fn both(cases: &[Case]) -> Vec<(Value, Value)> {
    let asked: Value = cases.iter().map(Case::for_python).collect();
    let theirs = python(&asked);
    assert_eq!(theirs.len(), cases.len());
    cases.iter().map(Case::ours).zip(theirs).collect()
}

pub(crate) fn word(said: &Value) -> &str {
    said[0].as_str().unwrap()
}

/// The system's own Python, whose libraries are Debian's.
fn python(asked: &Value) -> Vec<Value> {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples");
    let mut python = Command::new("/usr/bin/python3")
        .args(["-B", "-I", "-W", "error", "-c", DRIVER])
        .arg(examples)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    python.stdin.take().unwrap().write_all(asked.to_string().as_bytes()).unwrap();
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success(), "the verifier in Python says no word");
    serde_json::from_slice(&output.stdout).unwrap()
}

pub(crate) fn certificates(ders: &[Vec<u8>]) -> impl Iterator<Item = Certificate> {
    ders.iter().map(|der| Certificate::parse(der).unwrap())
}

pub(crate) fn pem(label: &str, ders: &[Vec<u8>]) -> Vec<String> {
    let block = |der: &Vec<u8>| {
        let lines: Vec<u8> = STANDARD.encode(der).into_bytes();
        let lines: Vec<&str> =
            lines.chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
    };
    ders.iter().map(block).collect()
}

/// How a case differs from a ticket without fault, and the word for it.
pub(crate) type Tampering = (fn(&mut Draft, &World), &'static str);

/// Each must get its word, and what was not tampered with is believed.
pub(crate) fn each_is_named(tamperings: &[Tampering]) {
    let world = World::new();
    let drafts = tamperings.iter().map(|(tamper, _)| {
        let mut draft = world.draft(crate::forge::NOW);
        tamper(&mut draft, &world);
        Case::of(&draft, &world)
    });
    let mut cases: Vec<Case> = drafts.collect();
    cases.push(Case::of(&world.draft(crate::forge::NOW), &world));
    let said = words(&cases);
    let expected: Vec<&str> = tamperings.iter().map(|(_, word)| *word).chain(["ok"]).collect();
    for (number, (said, expected)) in said.iter().zip(&expected).enumerate() {
        assert_eq!(said, expected, "case {number}");
    }
}
