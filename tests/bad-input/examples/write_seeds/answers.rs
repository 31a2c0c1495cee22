//! What cards say: answers to one command, and to the whole conversation that identifies a card.

use std::io;

use lanyard_bad_input::conversation::{Part, joined};

use super::Seed;
use super::objects::{
    beginning, packed_certificate, plain_certificate, signed_chuid, unsigned_chuid,
};

const ASK_TRIES: u8 = 0;
const VERIFY: u8 = 1;
const READ: u8 = 2;
const CHAIN: u8 = 3;
const FIRST_PART_ONLY: u8 = 0x80;

const SUCCESS: [u8; 2] = [0x90, 0];
const NOT_FOUND: [u8; 2] = [0x6A, 0x82];
const THREE_TRIES: [u8; 2] = [0x63, 0xC3];

/// The application property template, as cards answer SELECT (SP 800-73-4 part 2 table 3).
const APPLICATION: [u8; 21] =
    [0x61, 0x11, 0x4F, 6, 0, 0, 0x10, 0, 1, 0, 0x79, 7, 0x4F, 5, 0xA0, 0, 0, 3, 8, 0x90, 0];

pub(crate) fn exchange() -> Vec<Seed> {
    let drop = [7, 0x61, 0];
    let endless = [&[7; 256][..], &[0x61, 0]].concat();
    let said = |choice: u8, answers: &[&[u8]]| {
        [vec![choice], joined(answers.iter().copied().map(Some))].concat()
    };
    let long = cut(&[9; 600]);
    let long: Vec<&[u8]> = long.iter().map(Vec::as_slice).collect();
    vec![
        ("whole", said(READ, &[&[1, 2, 0x90, 0]])),
        ("three-parts", said(READ, &long)),
        ("three-parts-first-only", said(READ | FIRST_PART_ONLY, &long)),
        ("endless", said(READ, &[&endless])),
        ("endless-drops", said(READ, &[&drop])),
        ("endless-promises", said(READ, &[&[0x61, 0x10]])),
        ("wrong-length-corrected", said(READ, &[&[0x6C, 2], &[5, 6, 0x90, 0]])),
        ("wrong-length-for-ever", said(READ, &[&[0x6C, 2]])),
        ("wrong-length-zero", said(READ, &[&[0x6C, 0]])),
        ("wrong-length-then-endless", said(READ, &[&[0x6C, 2], &drop])),
        ("chain-taken", said(CHAIN, &[&SUCCESS])),
        ("chain-refused", said(CHAIN, &[&[0x68, 0x84]])),
        ("chain-wrong-length", said(CHAIN, &[&SUCCESS, &[0x6C, 9], &SUCCESS])),
        ("tries", said(ASK_TRIES, &[&THREE_TRIES])),
        ("tries-wrong-length", said(ASK_TRIES, &[&[0x6C, 8], &SUCCESS])),
        ("tries-more-promised", said(ASK_TRIES, &[&[0x61, 8], &SUCCESS])),
        ("verify-wrong-length", said(VERIFY, &[&[0x6C, 8], &SUCCESS])),
        ("verify-more-promised", said(VERIFY, &[&[0x61, 8], &SUCCESS])),
        ("one-byte", said(READ, &[&[0x90]])),
        ("no-bytes", said(READ, &[&[]])),
        ("pulled", said(READ, &[])),
    ]
}

pub(crate) fn identify() -> io::Result<Vec<Seed>> {
    let unsigned = vec![[unsigned_chuid(), SUCCESS.to_vec()].concat()];
    // Of a long CHUID only the first part is fetched.
    let signed: Vec<_> = cut(&signed_chuid()).into_iter().take(1).collect();
    let [plain, packed] = [plain_certificate(), packed_certificate()?].map(|object| cut(&object));
    let empty = vec![vec![0x53, 0, 0x90, 0]];
    let lying = vec![[beginning(&plain_certificate(), 90), SUCCESS.to_vec()].concat()];
    let tries = vec![THREE_TRIES.to_vec()];
    let verified = vec![SUCCESS.to_vec(), SUCCESS.to_vec(), THREE_TRIES.to_vec()];
    let stays_verified = vec![SUCCESS.to_vec(), vec![0x6A, 0x86], SUCCESS.to_vec()];
    let blocked = vec![vec![0x69, 0x83]];
    let not_found = vec![NOT_FOUND.to_vec()];
    let endless = vec![[&[0x5A; 256][..], &[0x61, 0]].concat()];
    let promises = vec![vec![0x61, 0]];
    let exact = vec![vec![0x6C, 0x3B], [unsigned_chuid(), SUCCESS.to_vec()].concat()];
    let short = vec![vec![0x90]];
    Ok(vec![
        ("identified-signed-chuid", piv(&[&signed, &tries, &plain])),
        ("identified-unsigned-chuid", piv(&[&unsigned, &tries, &plain])),
        ("identified-gzip", piv(&[&unsigned, &tries, &packed])),
        ("identified-found-verified", piv(&[&unsigned, &verified, &plain])),
        ("identified-stays-verified", piv(&[&unsigned, &stays_verified, &plain])),
        ("identified-blocked", piv(&[&unsigned, &blocked, &plain])),
        ("identified-exact-lengths", piv(&[&exact, &tries, &plain])),
        ("identified-short-name-only", talk(&[&not_found, &select(), &unsigned, &tries, &plain])),
        ("unsupported", talk(&[&not_found])),
        ("blank-no-chuid", piv(&[&not_found])),
        ("blank-empty-chuid", piv(&[&empty])),
        ("blank-no-certificate", piv(&[&unsigned, &tries, &not_found])),
        ("blank-empty-certificate", piv(&[&unsigned, &tries, &empty])),
        ("unreadable-certificate-lies", piv(&[&unsigned, &tries, &lying])),
        ("unreadable-certificate-endless", piv(&[&unsigned, &tries, &endless])),
        ("unreadable-certificate-never-comes", piv(&[&unsigned, &tries, &promises])),
        ("unreadable-chuid-lies", piv(&[&vec![vec![0x53, 0x82, 0x7F, 0xFF, 1, 0x90, 0]]])),
        ("unreadable-chuid-is-success", piv(&[&vec![vec![1, 0x90, 0]]])),
        ("unreadable-one-byte", piv(&[&short])),
        ("unreadable-select-endless", talk(&[&promises])),
        ("lost-at-once", vec![]),
        ("lost-in-the-certificate", pulled_in_certificate(&plain)),
    ])
}

/// A selected card's answers to one question after another.
fn piv(questions: &[&Vec<Vec<u8>>]) -> Vec<u8> {
    let select = select();
    talk(&[&[&select], questions].concat())
}

fn select() -> Vec<Vec<u8>> {
    vec![APPLICATION.to_vec()]
}

fn talk(questions: &[&Vec<Vec<u8>>]) -> Vec<u8> {
    joined(questions.iter().copied().flatten().map(|answer| Some(answer.as_slice())))
}

fn pulled_in_certificate(certificate: &[Vec<u8>]) -> Vec<u8> {
    let chuid = [unsigned_chuid(), SUCCESS.to_vec()].concat();
    let part = certificate.first().map(Vec::as_slice);
    let said: [Part<'_>; 5] = [Some(&APPLICATION), Some(&chuid), Some(&THREE_TRIES), part, None];
    joined(said)
}

/// A long answer as a card gives it: 256 bytes at a time, and how many more there are.
fn cut(data: &[u8]) -> Vec<Vec<u8>> {
    let mut left = data.len();
    let answers = data.chunks(256).map(|part| {
        left -= part.len();
        let status = match (left, u8::try_from(left)) {
            (0, _) => SUCCESS,
            (_, more) => [0x61, more.unwrap_or(0)],
        };
        [part, &status].concat()
    });
    answers.collect()
}
