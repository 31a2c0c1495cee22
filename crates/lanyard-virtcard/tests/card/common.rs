//! What the tests of this crate share: authorities made once, cards of a persona, whole commands.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use lanyard_iso7816::{Command, Response, exchange, tlv};
use lanyard_virtcard::{Authorities, Card, Personas};

/// The management key that cards are delivered with.
pub(crate) const MANAGEMENT: [u8; 8] = [1, 2, 3, 4, 5, 6, 7, 8];

pub(crate) static AUTHORITIES: LazyLock<Authorities> =
    LazyLock::new(|| Authorities::in_memory(today()).unwrap());

/// The day the cards are issued: 1 September 2026.
pub(crate) fn today() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_788_220_800)
}

pub(crate) fn personas() -> Personas {
    Personas::compiled_in().unwrap()
}

/// A new card of a persona, nothing selected.
pub(crate) fn card(name: &str) -> Card {
    card_of(&personas(), name)
}

pub(crate) fn card_of(personas: &Personas, name: &str) -> Card {
    Card::issue(personas.named(name).unwrap(), &AUTHORITIES, today()).unwrap()
}

/// One whole command.
pub(crate) fn say(card: &mut Card, command: &Command) -> Response {
    exchange(card, command).unwrap()
}

pub(crate) fn select(card: &mut Card) {
    let name = [0xA0, 0, 0, 3, 8, 0, 0, 0x10, 0, 1, 0];
    let command = Command::new(0xA4, 4, 0).plain(name).expecting_most();
    assert_eq!(say(card, &command).status.0, 0x9000);
}

/// The status word of VERIFY with this passcode.
pub(crate) fn verify(card: &mut Card, passcode: &str) -> u16 {
    let mut padded = [0xFF; 8];
    padded[..passcode.len()].copy_from_slice(passcode.as_bytes());
    say(card, &Command::new(0x20, 0, 0x80).plain(padded)).status.0
}

/// The status word of VERIFY without data.
pub(crate) fn tries(card: &mut Card) -> u16 {
    say(card, &Command::new(0x20, 0, 0x80)).status.0
}

/// GET DATA, the content without the outer tag.
pub(crate) fn object(card: &mut Card, tag: [u8; 3]) -> Result<Vec<u8>, u16> {
    let list = [&[0x5C, 3][..], &tag].concat();
    let response = say(card, &Command::new(0xCB, 0x3F, 0xFF).plain(list).expecting_most());
    if response.status.0 != 0x9000 {
        return Err(response.status.0);
    }
    let (outer, rest) = tlv::read(&response.data).unwrap();
    assert_eq!((outer.tag, rest.len()), (0x53, 0));
    Ok(outer.value.to_vec())
}

/// The certificate in a container, DER.
pub(crate) fn certificate(card: &mut Card, tag: [u8; 3]) -> Vec<u8> {
    tlv::find(&object(card, tag).unwrap(), 0x70).unwrap().to_vec()
}

/// GENERAL AUTHENTICATE with this template content; the content of the answer's template.
pub(crate) fn authenticate(
    card: &mut Card,
    algorithm: u8,
    slot: u8,
    content: &[u8],
) -> Result<Vec<u8>, u16> {
    let mut body = Vec::new();
    tlv::write(&mut body, 0x7C, content).unwrap();
    let command = Command::new(0x87, algorithm, slot).plain(body).expecting_most();
    let response = say(card, &command);
    match (response.status.0, response.data.as_slice()) {
        (0x9000, []) => Ok(Vec::new()),
        (0x9000, data) => Ok(tlv::find(data, 0x7C).unwrap().to_vec()),
        (status, _) => Err(status),
    }
}

/// Proves the delivered management key of a Triple DES card.
pub(crate) fn prove_management(card: &mut Card) {
    let answer = authenticate(card, 3, 0x9B, &[0x81, 0]).unwrap();
    let response = encipher(tlv::find(&answer, 0x81).unwrap());
    let mut content = vec![0x82, 8];
    content.extend(response);
    authenticate(card, 3, 0x9B, &content).unwrap();
}

/// One block under the delivered key.
pub(crate) fn encipher(block: &[u8]) -> Vec<u8> {
    use openssl::symm::{Cipher, Crypter, Mode};
    let key = MANAGEMENT.repeat(3);
    let mut crypter = Crypter::new(Cipher::des_ede3_ecb(), Mode::Encrypt, &key, None).unwrap();
    crypter.pad(false);
    let mut output = [0; 16];
    let count = crypter.update(block, &mut output).unwrap();
    output[..count].to_vec()
}

/// Bytes from hexadecimal digits; anything else between them is passed over.
pub(crate) fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u32> = digits.chars().filter_map(|digit| digit.to_digit(16)).collect();
    digits.chunks(2).map(|pair| u8::try_from(pair[0] << 4 | pair[1]).unwrap()).collect()
}
