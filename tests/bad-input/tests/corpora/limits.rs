//! What is too large to be kept as a seed: bombs, and 64 KiB of the worst that can be thought of.

#![expect(clippy::disallowed_methods, reason = "how long it takes is what is tested")]

use std::io::{self, Write as _};
use std::time::{Duration, Instant};

use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use lanyard_bad_input::conversation::{Teller, joined};
use lanyard_card::piv::{ReadError, Slot, parse_certificate_object, parse_chuid};
use lanyard_card::{CertificateError, Unidentified, identify};
use lanyard_iso7816::tlv::{find, read, write};

use crate::target;

/// As much as one extended response holds.
const LARGE: usize = 65_536;

/// Far more than it takes, unoptimised and on a busy machine; far less than a person would notice.
const SOON: Duration = Duration::from_secs(2);

fn object(tag: u32, value: &[u8]) -> Vec<u8> {
    let mut object = Vec::new();
    write(&mut object, tag, value).unwrap();
    object
}

fn container(certificate: &[u8], information: u8) -> Vec<u8> {
    let fields = [object(0x70, certificate), object(0x71, &[information])].concat();
    object(0x53, &fields)
}

fn gzip(byte: u8, length: usize) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let block = vec![byte; LARGE];
    for _ in 0..length.div_ceil(LARGE) {
        encoder.write_all(&block).unwrap();
    }
    encoder.finish().unwrap()
}

fn soon<T>(what: &str, task: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = task();
    let took = start.elapsed();
    println!("{:9.3} ms  {what}", took.as_secs_f64() * 1e3);
    assert!(took < SOON, "{what} took {took:?}");
    result
}

#[test]
fn a_bomb_of_60_mib_is_refused_long_before_it_is_unpacked() {
    let packed = gzip(0x30, 60 << 20);
    let bomb = container(&packed, 1);
    assert!((60_000..LARGE).contains(&bomb.len()), "{} bytes", bomb.len());
    let start = Instant::now();
    let unpacked = io::copy(&mut GzDecoder::new(packed.as_slice()), &mut io::sink()).unwrap();
    let whole = start.elapsed();
    assert_eq!(unpacked, 60 << 20);

    let start = Instant::now();
    let outcome = parse_certificate_object(&bomb);
    let took = start.elapsed();
    println!("a bomb took {took:?}, all of it {whole:?}");
    assert_eq!(outcome, Err(ReadError::Compression));
    assert!(took * 4 < whole, "{took:?} of {whole:?}");
}

#[test]
fn the_longest_that_is_unpacked_is_64_kib() {
    let unpacked = |length| {
        let packed = gzip(0x30, length);
        parse_certificate_object(&container(&packed, 1)).unwrap_err()
    };
    assert!(matches!(unpacked(LARGE), ReadError::Certificate(_)));
    assert_eq!(unpacked(2 * LARGE), ReadError::Compression);
}

#[test]
fn sixty_four_kib_of_the_worst_are_read_or_refused_soon() {
    for (what, der) in worst_certificates() {
        assert!((60_000..LARGE).contains(&der.len()), "{what}: {} bytes", der.len());
        let input = container(&der, 0);
        let _ = soon(what, || parse_certificate_object(&input));
        let chuid = object(0x53, &der);
        let _ = soon("the same as CHUID", || parse_chuid(&chuid));
    }
    let empty = [0x01, 0].repeat(LARGE / 2);
    let _ = soon("32,768 data objects", || find(&empty, 0x53));
    for check in ["tlv", "chuid", "certificate"] {
        soon(check, || (target(check).check)(&empty));
    }
}

#[test]
fn a_certificate_of_64_kib_is_collected_and_refused_soon() {
    let huge = container(&vec![0x30; LARGE - 12], 0);
    let chuid = [object(0x53, &object(0x34, &[7; 16])), vec![0x90, 0]].concat();
    let mut said = vec![vec![0x90, 0], chuid, vec![0x63, 0xC3]];
    said.extend(huge.chunks(256).map(|part| [part, &[0x61, 0]].concat()));
    let last = said.last_mut().unwrap();
    last.truncate(last.len() - 2);
    last.extend([0x90, 0]);
    let input = joined(said.iter().map(|answer| Some(answer.as_slice())));
    let mut card = Teller::new(&input);
    let ask = || identify(&mut card, Slot::Authentication, &|_| None);
    let outcome = soon("64 KiB in 256 parts", ask);
    let malformed = ReadError::Certificate(CertificateError::Malformed);
    assert_eq!(outcome, Err(Unidentified::Unreadable(malformed)));
    assert_eq!(card.heard().len(), 3 + 256);
}

/// Names, extensions and numbers by the thousand, and DER in DER in DER.
fn worst_certificates() -> Vec<(&'static str, Vec<u8>)> {
    /// Fields of a `TBSCertificate`, counted from its version (RFC 5280 §4.1).
    const SERIAL: usize = 1;
    const SUBJECT: usize = 5;
    const EXTENSIONS: usize = 7;
    let name = [0x31, 11, 0x30, 9, 6, 3, 0x55, 4, 3, 0x13, 2, 0x41, 0x41];
    let extension = object(0x30, &[6, 3, 0x55, 0x1D, 0x63, 4, 0]);
    let names = extension_of(0x11, &object(0x30, &[0x82, 0].repeat(31_500)));
    let policies = extension_of(0x20, &object(0x30, &[0x30, 3, 6, 1, 0x55].repeat(12_500)));
    let points = extension_of(0x1F, &object(0x30, &[0x30, 0].repeat(31_500)));
    let directories = extension_of(0x11, &object(0x30, &nested(0xA4, 61_000)));
    vec![
        ("nested sequences", nested(0x30, 63_000)),
        ("nested constructed strings", nested(0x24, 63_000)),
        ("a serial number of 60 kB", certificate_with(SERIAL, &[0x7F; 62_000])),
        ("4,800 names", certificate_with(SUBJECT, &name.repeat(4_800))),
        ("nested names", certificate_with(SUBJECT, &nested(0x31, 62_000))),
        ("6,800 extensions", certificate_with(EXTENSIONS, &object(0x30, &extension.repeat(6_800)))),
        ("31,500 alternative names", certificate_with(EXTENSIONS, &names)),
        ("12,500 policies", certificate_with(EXTENSIONS, &policies)),
        ("31,500 distribution points", certificate_with(EXTENSIONS, &points)),
        ("nested directory names", certificate_with(EXTENSIONS, &directories)),
    ]
}

/// The one extension `2.5.29.x` with this value, as the list of all extensions.
fn extension_of(number: u8, value: &[u8]) -> Vec<u8> {
    let identifier = object(6, &[0x55, 0x1D, number]);
    object(0x30, &object(0x30, &[identifier, object(4, value)].concat()))
}

/// DER around DER, as deep as fits into so many bytes.
fn nested(tag: u8, room: usize) -> Vec<u8> {
    let mut backwards = Vec::new();
    while backwards.len() < room {
        let header = match u16::try_from(backwards.len()).unwrap().to_be_bytes() {
            [0, low @ ..=0x7F] => vec![low, tag],
            [0, low] => vec![low, 0x81, tag],
            [high, low] => vec![low, high, 0x82, tag],
        };
        backwards.extend(header);
    }
    backwards.reverse();
    backwards
}

/// A certificate whose field of this number has another value.
fn certificate_with(number: usize, value: &[u8]) -> Vec<u8> {
    let whole = read(include_bytes!("../../fixtures/p256.der")).unwrap().0;
    let (to_be_signed, signature) = read(whole.value).unwrap();
    let mut rest = to_be_signed.value;
    let mut fields = Vec::new();
    while let Ok((field, after)) = read(rest) {
        fields.push((field.tag, field.value));
        rest = after;
    }
    fields[number].1 = value;
    let fields: Vec<u8> = fields.iter().flat_map(|(tag, value)| object(*tag, value)).collect();
    object(0x30, &[object(0x30, &fields), signature.to_vec()].concat())
}
