//! Data objects: plain TLV, the CHUID (SP 800-73-4 part 1 table 9), certificates' containers (table 10).

use std::io::{self, Write as _};

use flate2::{Compression, write::GzEncoder};
use lanyard_iso7816::tlv::write;

use super::Seed;

const P256: &[u8] = include_bytes!("../../fixtures/p256.der");
const RSA: &[u8] = include_bytes!("../../fixtures/rsa2048.der");

/// The information byte that says a certificate is compressed.
const GZIP: u8 = 0x01;

pub(crate) fn tlv() -> Vec<Seed> {
    vec![
        ("three-in-a-row", [object(0x70, &[1, 2]), object(0x71, &[0]), object(0xFE, &[])].concat()),
        ("tag-of-two-bytes", object(0x7F49, &object(0x86, &[4; 65]))),
        ("tag-of-three-bytes", object(0x5F_C102, &[7; 20])),
        ("tag-of-four-bytes", vec![0x5F, 0x81, 0x82, 0x83, 1, 0]),
        ("length-of-two-bytes", object(0x53, &[9; 200])),
        ("length-of-three-bytes", object(0x53, &[9; 300])),
        ("length-of-four-bytes", vec![0x53, 0x83, 0, 0, 1, 9]),
        ("length-indefinite", vec![0x53, 0x80, 0x70, 0, 0, 0]),
        ("length-not-minimal", vec![0x53, 0x82, 0, 1, 9]),
        ("length-lies", vec![0x53, 0x82, 0xFF, 0xFF, 1]),
        ("length-inside-longer-than-outside", vec![0x53, 4, 0x70, 9, 1, 2]),
        ("end-in-tag", vec![0x5F]),
        ("end-in-length", vec![0x53, 0x82, 1]),
        ("empty", vec![]),
    ]
}

pub(crate) fn chuid() -> Vec<Seed> {
    let signed = signed_chuid();
    vec![
        ("number-unsigned", unsigned_chuid()),
        ("number-signed", signed.clone()),
        ("number-in-the-first-part", beginning(&signed, 256)),
        ("number-from-fasc-n", chuid_with(Some([0; 16]), &[])),
        ("number-without-guid", chuid_with(None, &[])),
        ("absent-empty-object", object(0x53, &[])),
        (
            "blank-all-zero",
            object(0x53, &[object(0x30, &[0; 25]), object(0x34, &[0; 16])].concat()),
        ),
        ("malformed-cut-before-guid", beginning(&signed, 20)),
        ("malformed-cut-in-guid", beginning(&signed, 40)),
        ("malformed-length-lies", vec![0x53, 0x10, 0x34, 0x82, 0xFF, 0xFF, 1, 2]),
        ("malformed-other-object", object(0x54, &[1])),
        ("malformed-nothing", vec![]),
    ]
}

pub(crate) fn certificate() -> io::Result<Vec<Seed>> {
    let packed = gzip(RSA)?;
    let twice = [object(0x70, P256), object(0x70, RSA), object(0x71, &[0])].concat();
    let mut bad_crc = packed.clone();
    if let Some(byte) = bad_crc.iter_mut().nth_back(5) {
        *byte ^= 0xFF;
    }
    Ok(vec![
        ("read-p256", container(P256, 0)),
        ("read-rsa2048", container(RSA, 0)),
        ("read-gzip", container(&packed, GZIP)),
        ("read-without-information", object(0x53, &object(0x70, P256))),
        ("read-first-of-two", object(0x53, &twice)),
        ("absent-no-data", vec![]),
        ("absent-empty-object", object(0x53, &[])),
        ("refused-empty-certificate", container(&[], 0)),
        ("refused-certificate-cut", container(&beginning(RSA, 400), 0)),
        ("refused-bytes-behind-certificate", container(&[P256, &[0]].concat(), 0)),
        ("refused-no-certificate", object(0x53, &object(0x71, &[0]))),
        ("refused-outer-length-lies", beginning(&container(P256, 0), 100)),
        ("refused-inner-length-lies", object(0x53, &[0x70, 0x82, 0xFF, 0xFF, 0x30])),
        ("refused-gzip-cut", container(&beginning(&packed, 200), GZIP)),
        ("refused-gzip-wrong-sum", container(&bad_crc, GZIP)),
        ("refused-plain-called-gzip", container(P256, GZIP)),
        ("refused-gzip-called-plain", container(&packed, 0)),
        ("refused-gzip-bomb", container(&gzip(&[0; 300_000])?, GZIP)),
    ])
}

pub(crate) fn unsigned_chuid() -> Vec<u8> {
    chuid_with(Some([0x5A; 16]), &[])
}

/// As long as real ones are.
pub(crate) fn signed_chuid() -> Vec<u8> {
    chuid_with(Some([0x5A; 16]), &[0x30; 1_800])
}

fn chuid_with(guid: Option<[u8; 16]>, signature: &[u8]) -> Vec<u8> {
    let guid = guid.map_or_else(Vec::new, |guid| object(0x34, &guid));
    let fields = [
        object(0x30, &[0xD4; 25]),
        guid,
        object(0x35, b"20301231"),
        object(0x3E, signature),
        object(0xFE, &[]),
    ];
    object(0x53, &fields.concat())
}

pub(crate) fn plain_certificate() -> Vec<u8> {
    container(RSA, 0)
}

pub(crate) fn packed_certificate() -> io::Result<Vec<u8>> {
    Ok(container(&gzip(RSA)?, GZIP))
}

fn container(certificate: &[u8], information: u8) -> Vec<u8> {
    let fields = [object(0x70, certificate), object(0x71, &[information]), object(0xFE, &[])];
    object(0x53, &fields.concat())
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

pub(crate) fn beginning(bytes: &[u8], length: usize) -> Vec<u8> {
    bytes.iter().take(length).copied().collect()
}

#[expect(clippy::expect_used, reason = "no seed holds a value of 64 KiB")]
fn object(tag: u32, value: &[u8]) -> Vec<u8> {
    let mut object = Vec::new();
    write(&mut object, tag, value).expect("the value fits its length field");
    object
}
