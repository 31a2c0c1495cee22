//! A world in which everything that a ticket is made of can be wrong: keys, certificates, statements, roles.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use lanyard_test_pki::der::{authority, holder};
use lanyard_test_pki::{CertificateDraft, EntryDraft, Key, ListDraft, extension};
use lanyard_test_roles::Authority;
use openssl::bn::BigNumContext;
use openssl::ecdsa::EcdsaSig;
use serde_json::{Value, json};

/// 1 September 2026, 12:00 UTC.
pub(crate) const NOW: i64 = 1_788_264_000;
pub(crate) const HOLDER: &str = "999900000102";
pub(crate) const AUDIENCE: &str = "https://records.example";
pub(crate) const NONCE: &str = "nonce-of-a-server";
pub(crate) const CHALLENGE: &str = "challenge-of-a-server";

/// Keys and authorities, honest ones and others.
pub(crate) struct World {
    pub(crate) root: Key,
    pub(crate) issuer: Key,
    pub(crate) card: Key,
    pub(crate) session: Key,
    pub(crate) stranger: Key,
    /// May sign roles at `RZZ01`.
    pub(crate) north: Authority,
    /// May sign roles at `A99901`.
    pub(crate) south: Authority,
}

/// All that is in a ticket, before it is signed, and what the server makes of it.
pub(crate) struct Draft {
    pub(crate) now: i64,
    pub(crate) challenge: Option<&'static str>,
    pub(crate) header: Value,
    pub(crate) claims: Value,
    pub(crate) session: Key,
    pub(crate) statement_header: Value,
    pub(crate) statement: Value,
    pub(crate) card: Key,
    pub(crate) role: String,
    /// What becomes of the statement and of the ticket when they are signed.
    pub(crate) spoil_statement: Box<dyn Fn(String) -> String>,
    pub(crate) spoil: Box<dyn Fn(String) -> String>,
    pub(crate) anchors: Vec<Vec<u8>>,
    pub(crate) lists: Vec<Vec<u8>>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            root: Key::p384(),
            issuer: Key::p256(),
            card: Key::p256(),
            session: Key::p256(),
            stranger: Key::p256(),
            north: Authority::new("north"),
            south: Authority::new("south"),
        }
    }

    /// A ticket without fault, of a session that began an hour ago.
    pub(crate) fn draft(&self, now: i64) -> Draft {
        let chain = [self.certificate().signed(&self.issuer), self.issuers().signed(&self.root)];
        let began = now - 3600;
        Draft {
            now,
            challenge: Some(CHALLENGE),
            header: json!({ "alg": "ES256", "typ": "lanyard-ticket+jwt" }),
            claims: json!({
                "jti": "an-identifier-of-it", "sub": HOLDER, "sid": "a-session",
                "aud": AUDIENCE, "nonce": NONCE, "iat": now, "exp": now + 60,
            }),
            session: self.session.clone(),
            statement_header: json!({
                "alg": "ES256", "typ": "lanyard-statement+jwt", "x5c": x5c(&chain),
            }),
            statement: json!({
                "jti": "a-fresh-number", "sub": HOLDER, "sid": "a-session", "nonce": CHALLENGE,
                "iat": began, "exp": began + 36_000, "cnf": { "jwk": jwk(&self.session) },
            }),
            card: self.card.clone(),
            role: role(&self.north, &userinfo("RZZ01"), now),
            spoil_statement: Box::new(|jws| jws),
            spoil: Box::new(|jws| jws),
            anchors: vec![
                CertificateDraft::authority("Root", "Root", &self.root, 1).signed(&self.root),
            ],
            lists: vec![
                ListDraft::new(authority("Root")).signed(&self.root),
                ListDraft::new(authority("Issuer")).signed(&self.issuer),
            ],
        }
    }

    /// The holder's certificate.
    pub(crate) fn certificate(&self) -> CertificateDraft {
        let mut draft = CertificateDraft::new(holder(HOLDER), authority("Issuer"), &self.card, 7);
        draft.set(extension::key_usage(extension::DIGITAL_SIGNATURE));
        draft
    }

    /// The certificate of who issued it.
    pub(crate) fn issuers(&self) -> CertificateDraft {
        CertificateDraft::authority("Issuer", "Root", &self.issuer, 2)
    }

    /// The chain with another certificate of the holder's.
    pub(crate) fn chain_with(&self, certificate: &CertificateDraft) -> Value {
        x5c(&[certificate.signed(&self.issuer), self.issuers().signed(&self.root)])
    }

    /// A list of the issuer's on which a certificate stands.
    pub(crate) fn revoking(&self, serial: u8) -> Vec<u8> {
        let mut list = ListDraft::new(authority("Issuer"));
        list.entries.push(EntryDraft::new(&[serial]));
        list.signed(&self.issuer)
    }
}

impl Draft {
    /// The ticket.
    pub(crate) fn ticket(&self) -> String {
        let statement = signed(&self.card, &self.statement_header, &self.statement);
        let mut claims = self.claims.clone();
        let fields = claims.as_object_mut().unwrap();
        fields.insert("lanyard_statement".into(), (self.spoil_statement)(statement).into());
        fields.insert("lanyard_role".into(), self.role.clone().into());
        (self.spoil)(signed(&self.session, &self.header, &claims))
    }
}

pub(crate) fn x5c(chain: &[Vec<u8>]) -> Value {
    chain.iter().map(|der| STANDARD.encode(der)).collect()
}

/// A role at an organisation, in the shape of `userinfo`.
pub(crate) fn userinfo(organisation: &str) -> Value {
    json!({
        "nhsid_useruid": HOLDER,
        "nhsid_nrbac_roles": [lanyard_test_roles::role(102, organisation, "R8001", "Nurse")],
    })
}

/// A role's statement that counts for a week from now on.
pub(crate) fn role(authority: &Authority, userinfo: &Value, now: i64) -> String {
    role_for(authority, userinfo, now, now + 7 * 86_400)
}

pub(crate) fn role_for(authority: &Authority, userinfo: &Value, iat: i64, exp: i64) -> String {
    let mut claims = userinfo.clone();
    let fields = claims.as_object_mut().unwrap();
    fields.extend([("iat".to_owned(), json!(iat)), ("exp".to_owned(), json!(exp))]);
    authority.key.sign("lanyard-role+jwt", claims.to_string().as_bytes()).unwrap()
}

pub(crate) fn jwk(key: &Key) -> Value {
    let key = key.private().ec_key().unwrap();
    let mut context = BigNumContext::new().unwrap();
    let (mut x, mut y) = (openssl::bn::BigNum::new().unwrap(), openssl::bn::BigNum::new().unwrap());
    key.public_key().affine_coordinates(key.group(), &mut x, &mut y, &mut context).unwrap();
    let encoded = |it: &openssl::bn::BigNum| URL_SAFE_NO_PAD.encode(it.to_vec_padded(32).unwrap());
    json!({ "kty": "EC", "crv": "P-256", "x": encoded(&x), "y": encoded(&y) })
}

/// A JWS by this key, whatever its header says.
pub(crate) fn signed(key: &Key, header: &Value, payload: &Value) -> String {
    signed_text(key, &header.to_string(), &payload.to_string())
}

pub(crate) fn signed_text(key: &Key, header: &str, payload: &str) -> String {
    let encoded = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let input = format!("{}.{}", encoded(header), encoded(payload));
    let signature = key.sign(key.algorithm(), input.as_bytes());
    let signature = match EcdsaSig::from_der(&signature) {
        Ok(pair) => {
            let length = i32::try_from(key.private().bits().div_ceil(8)).unwrap();
            let number = |it: &openssl::bn::BigNumRef| it.to_vec_padded(length).unwrap();
            [number(pair.r()), number(pair.s())].concat()
        }
        Err(_) => signature,
    };
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// The last part with one bit changed that counts.
pub(crate) fn with_another_signature(jws: &str) -> String {
    let (input, signature) = jws.rsplit_once('.').unwrap();
    let mut signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    signature[20] ^= 4;
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
}

pub(crate) fn time(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}
