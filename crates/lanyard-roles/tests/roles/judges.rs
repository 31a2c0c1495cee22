//! Others agree about the signatures: OpenSSL verifies what is signed here, and signs what is verified here.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lanyard_roles::{Algorithm, Document, KeyRights, Keys, PublicKey, SigningKey, sign_document};
use lanyard_test_roles::{Authority, persona, signed_file, validity};
use openssl::bn::BigNum;
use openssl::ecdsa::EcdsaSig;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::{Padding, Rsa};
use openssl::sign::{RsaPssSaltlen, Signer, Verifier};

use crate::{everything, now};

#[test]
fn openssl_verifies_every_line_that_ring_signed() {
    let authority = Authority::new("ra");
    let key = PKey::public_key_from_pem(authority.public_pem.as_bytes()).unwrap();
    let file = signed_file(&persona("gp", now()), &authority, now());
    for line in file.lines() {
        let (message, signature) = line.rsplit_once('.').unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        let (r, s) = signature.split_at(32);
        let [r, s] = [r, s].map(|half| BigNum::from_slice(half).unwrap());
        let der = EcdsaSig::from_private_components(r, s).unwrap().to_der().unwrap();
        let mut verifier = Verifier::new(MessageDigest::sha256(), &key).unwrap();
        assert!(verifier.verify_oneshot(&der, message.as_bytes()).unwrap());
    }
}

fn rsa() -> PKey<Private> {
    PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap()
}

#[test]
fn both_paddings_of_rsa_by_openssl_are_verified() {
    let key = rsa();
    let public = PublicKey::from_pem(&key.public_key_to_pem().unwrap()).unwrap();
    for (padding, algorithm, other) in [
        (Padding::PKCS1, Algorithm::Rs256, Algorithm::Ps256),
        (Padding::PKCS1_PSS, Algorithm::Ps256, Algorithm::Rs256),
    ] {
        let mut signer = Signer::new(MessageDigest::sha256(), &key).unwrap();
        signer.set_rsa_padding(padding).unwrap();
        if padding == Padding::PKCS1_PSS {
            signer.set_rsa_pss_saltlen(RsaPssSaltlen::DIGEST_LENGTH).unwrap();
        }
        let signature = signer.sign_oneshot_to_vec(b"a statement").unwrap();
        assert!(public.has_signed(algorithm, b"a statement", &signature));
        assert!(!public.has_signed(algorithm, b"another one", &signature));
        assert!(!public.has_signed(other, b"a statement", &signature));
        assert!(!public.has_signed(Algorithm::Es256, b"a statement", &signature));
    }
}

#[test]
fn keys_that_openssl_makes_sign_documents() {
    let rsa = rsa();
    let group = openssl::ec::EcGroup::from_curve_name(openssl::nid::Nid::X9_62_PRIME256V1).unwrap();
    let p256 = PKey::from_ec_key(openssl::ec::EcKey::generate(&group).unwrap()).unwrap();
    for private in [rsa, p256] {
        let key = SigningKey::from_pem("ra", &private.private_key_to_pem_pkcs8().unwrap()).unwrap();
        let public = PublicKey::from_pem(&private.public_key_to_pem().unwrap()).unwrap();
        let mut keys = Keys::default();
        keys.insert("ra", public, everything());
        let gp = persona("gp", now());
        let userinfo = gp.userinfo.to_string();
        let file = sign_document(userinfo.as_bytes(), &key, validity(now())).unwrap();
        let document = Document::open(file.as_bytes(), gp.holder, &keys, now()).unwrap();
        assert_eq!(document.roles().len(), 3);
        keys.insert("ra", Authority::new("ra").public(), KeyRights::default());
        let refused = Document::open(file.as_bytes(), gp.holder, &keys, now()).unwrap_err();
        assert_eq!(refused.word(), "tampered");
    }
}
