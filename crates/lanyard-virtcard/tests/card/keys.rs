//! Keys at work: every signature, agreement and decipherment is judged by OpenSSL with the public key of
//! the card's own certificate.

use crate::common::{
    authenticate, card, card_of, certificate, object, personas, prove_management, say,
};
use crate::common::{select, verify};
use lanyard_iso7816::{Command, tlv};
use lanyard_virtcard::Card;
use openssl::derive::Deriver;
use openssl::ec::{EcGroup, EcKey, PointConversionForm};
use openssl::ecdsa::EcdsaSig;
use openssl::encrypt::Encrypter;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Public};
use openssl::rsa::Padding;
use openssl::x509::X509;

const SLOTS: [(u8, [u8; 3]); 4] = [
    (0x9A, [0x5F, 0xC1, 0x05]),
    (0x9C, [0x5F, 0xC1, 0x0A]),
    (0x9D, [0x5F, 0xC1, 0x0B]),
    (0x9E, [0x5F, 0xC1, 0x01]),
];

const ALGORITHMS: [(&str, u8, usize); 4] =
    [("rsa2048", 0x07, 256), ("rsa3072", 0x05, 384), ("p256", 0x11, 32), ("p384", 0x14, 48)];

fn card_with(algorithm: &str) -> Card {
    let mut personas = personas();
    let text = format!(
        "[[persona]]\nname = \"one\"\nabout = \"\"\nholder-uuid = \"999900000999\"\n\
         holder-name = \"Test One\"\nalgorithm = \"{algorithm}\"\n"
    );
    personas.add(&text).unwrap();
    let mut card = card_of(&personas, "one");
    select(&mut card);
    card
}

fn public_key(card: &mut Card, container: [u8; 3]) -> PKey<Public> {
    let der = certificate(card, container);
    X509::from_der(&der).unwrap().public_key().unwrap()
}

/// A digest for a curve; for RSA a block as PKCS #1 version 1.5 pads it.
fn block(length: usize) -> Vec<u8> {
    if length < 64 {
        return vec![0x5A; length];
    }
    let mut block = vec![0xFF; length];
    (block[0], block[1]) = (0, 1);
    block[length - 33] = 0;
    block[length - 32..].fill(0x5A);
    block
}

fn sign(card: &mut Card, algorithm: u8, slot: u8, input: &[u8]) -> Result<Vec<u8>, u16> {
    let mut content = vec![0x82, 0];
    tlv::write(&mut content, 0x81, input).unwrap();
    let answer = authenticate(card, algorithm, slot, &content)?;
    Ok(tlv::find(&answer, 0x82).unwrap().to_vec())
}

fn assert_signed(key: &PKey<Public>, input: &[u8], signature: &[u8]) {
    if let Ok(rsa) = key.rsa() {
        let mut recovered = vec![0; input.len()];
        rsa.public_decrypt(signature, &mut recovered, Padding::NONE).unwrap();
        assert_eq!(recovered, input);
    } else {
        let signature = EcdsaSig::from_der(signature).unwrap();
        assert!(signature.verify(input, &key.ec_key().unwrap()).unwrap());
    }
}

#[test]
fn every_slot_signs_with_the_key_of_its_certificate() {
    for (name, identifier, length) in ALGORITHMS {
        let mut card = card_with(name);
        for (slot, container) in SLOTS {
            let key = public_key(&mut card, container);
            let input = block(length);
            assert_eq!(verify(&mut card, "123456"), 0x9000);
            let signature = sign(&mut card, identifier, slot, &input).unwrap();
            assert_signed(&key, &input, &signature);
        }
    }
}

#[test]
fn the_clone_has_the_right_certificate_and_a_wrong_key() {
    let mut card = card("clone");
    select(&mut card);
    assert_eq!(verify(&mut card, "123456"), 0x9000);
    let signature = sign(&mut card, 0x11, 0x9A, &[1; 32]).unwrap();
    let key = public_key(&mut card, [0x5F, 0xC1, 0x05]).ec_key().unwrap();
    assert!(!EcdsaSig::from_der(&signature).unwrap().verify(&[1; 32], &key).unwrap());
}

#[test]
fn a_block_that_is_not_below_the_modulus_is_refused() {
    let mut card = card_with("rsa2048");
    assert_eq!(sign(&mut card, 0x07, 0x9E, &[0xFF; 256]), Err(0x6A80));
    assert_eq!(sign(&mut card, 0x07, 0x9E, &[0x01; 255]), Err(0x6A80));
}

#[test]
fn both_sides_of_an_agreement_come_to_the_same_secret() {
    for (name, identifier, curve) in
        [("p256", 0x11, Nid::X9_62_PRIME256V1), ("p384", 0x14, Nid::SECP384R1)]
    {
        let mut card = card_with(name);
        assert_eq!(verify(&mut card, "123456"), 0x9000);
        let group = EcGroup::from_curve_name(curve).unwrap();
        let ours = EcKey::generate(&group).unwrap();
        let mut numbers = openssl::bn::BigNumContext::new().unwrap();
        let form = PointConversionForm::UNCOMPRESSED;
        let point = ours.public_key().to_bytes(&group, form, &mut numbers).unwrap();
        let mut content = vec![0x82, 0];
        tlv::write(&mut content, 0x85, &point).unwrap();
        let answer = authenticate(&mut card, identifier, 0x9D, &content).unwrap();

        let ours = PKey::from_ec_key(ours).unwrap();
        let theirs = public_key(&mut card, [0x5F, 0xC1, 0x0B]);
        let mut deriver = Deriver::new(&ours).unwrap();
        deriver.set_peer(&theirs).unwrap();
        assert_eq!(tlv::find(&answer, 0x82).unwrap(), deriver.derive_to_vec().unwrap());
        assert_eq!(authenticate(&mut card, identifier, 0x9A, &content), Err(0x6A80));
    }
}

#[test]
fn what_was_enciphered_for_the_key_management_key_is_deciphered() {
    let mut card = card_with("rsa2048");
    assert_eq!(verify(&mut card, "123456"), 0x9000);
    let key = public_key(&mut card, [0x5F, 0xC1, 0x0B]);
    let mut enciphered = vec![0; 256];
    let encrypter = Encrypter::new(&key).unwrap();
    encrypter.encrypt(b"a session key", &mut enciphered).unwrap();
    let plain = sign(&mut card, 0x07, 0x9D, &enciphered).unwrap();
    assert!(plain.starts_with(&[0, 2]) && plain.ends_with(b"\0a session key"));
}

#[test]
fn an_administrator_makes_keys_and_writes_certificates() {
    for (_, identifier, length) in ALGORITHMS {
        let mut card = card("nurse");
        select(&mut card);
        let request = [0xAC, 3, 0x80, 1, identifier];
        let generate = Command::new(0x47, 0, 0x9A).plain(request).expecting_most();
        assert_eq!(say(&mut card, &generate).status.0, 0x6982);
        prove_management(&mut card);
        let public = say(&mut card, &generate);
        assert_eq!(public.status.0, 0x9000);
        let public = tlv::find(&public.data, 0x7F49).unwrap();
        let expected = if length < 64 { 0x86 } else { 0x81 };
        let key = tlv::find(public, expected).unwrap();
        assert_eq!(key.len(), if length < 64 { 2 * length + 1 } else { length });
        assert_eq!(verify(&mut card, "123456"), 0x9000);
        sign(&mut card, identifier, 0x9A, &block(length)).unwrap();
    }
}

#[test]
fn a_written_object_is_read_back_and_an_empty_one_is_gone() {
    let mut card = card("nurse");
    select(&mut card);
    prove_management(&mut card);
    let tag = [0x5F, 0xC1, 0x0D];
    for content in [vec![7; 3], vec![8; 3000]] {
        let mut body = [&[0x5C, 3][..], &tag].concat();
        tlv::write(&mut body, 0x53, &content).unwrap();
        let put = Command::new(0xDB, 0x3F, 0xFF).plain(body);
        assert_eq!(say(&mut card, &put).status.0, 0x9000);
        assert_eq!(object(&mut card, tag), Ok(content));
    }
    let empty = [0x5C, 3, 0x5F, 0xC1, 0x0D, 0x53, 0];
    let put = Command::new(0xDB, 0x3F, 0xFF).plain(empty);
    assert_eq!(say(&mut card, &put).status.0, 0x9000);
    assert_eq!(object(&mut card, tag), Err(0x6A82));
    let unknown = [0x5C, 3, 0x5F, 0xFF, 0, 0x53, 1, 1];
    let put = Command::new(0xDB, 0x3F, 0xFF).plain(unknown);
    assert_eq!(say(&mut card, &put).status.0, 0x6A81);
}
