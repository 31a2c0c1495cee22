//! A revocation list of a million entries: how long it takes to load with its signature checked, to ask,
//! and what it keeps resident. OpenSSL likewise; it sorts the entries when it is asked for the first time.

use std::{fs, time::Duration};

use lanyard_trust::{Certificate, Crl, Serial};
use lanyard_witness::Usage;
use openssl::{
    asn1::Asn1Integer,
    bn::BigNum,
    x509::{CrlStatus, X509, X509Crl},
};

use super::{
    lists::{ENTRIES, Lists, mixed, serial},
    timed,
};
use crate::{BenchError, figures::Figures, traffic::as_figure};

const QUESTIONS: u32 = 200_000;

/// In seconds, microseconds and MiB.
const LOAD_GOAL: f64 = 1.5;
const LOOKUP_GOAL: f64 = 5.0;
const RESIDENT_GOAL: f64 = 64.0;

pub(super) fn measure(lists: &Lists, figures: &mut Figures) -> Result<(), BenchError> {
    ours(lists, figures)?;
    by_openssl(lists, figures)?;
    let file = mib(fs::metadata(lists.first())?.len());
    figures.add("crl_million_file_mib", file, "the list's file");
    Ok(())
}

fn ours(lists: &Lists, figures: &mut Figures) -> Result<(), BenchError> {
    let authority = Certificate::parse(&lists.root()?)?;
    let questions: Vec<_> = questions().map(|number| Serial::from_value(&serial(number))).collect();
    let before = resident();
    let (list, load) = {
        let der = fs::read(lists.first())?;
        timed(|| Crl::load(&der, [&authority]))
    };
    let list = list?;
    let resident = resident() - before;
    if u32::try_from(list.len()) != Ok(ENTRIES) || !list.has_known_signer() {
        return Err(BenchError::Verdict("the list is not what was made".to_owned()));
    }
    let names = |serial: &&Serial| list.names(authority.subject(), serial);
    let (found, asked) = timed(|| questions.iter().filter(names).count());
    half_of_all_were(found)?;

    let load = (load.as_secs_f64(), LOAD_GOAL);
    figures.add_with_goal("crl_million_load_s", load, "read from memory, signature checked");
    let lookup = (per_question(asked), LOOKUP_GOAL);
    figures.add_with_goal("crl_million_lookup_us", lookup, "half of the questions find something");
    figures.add_with_goal(
        "crl_million_mib",
        (resident, RESIDENT_GOAL),
        "resident, more than without",
    );
    Ok(())
}

fn by_openssl(lists: &Lists, figures: &mut Figures) -> Result<(), BenchError> {
    let key = X509::from_der(&lists.root()?)?.public_key()?;
    let integer = |number| BigNum::from_slice(&serial(number))?.to_asn1_integer();
    let questions: Vec<Asn1Integer> = questions().map(integer).collect::<Result<_, _>>()?;
    let before = resident();
    let (list, load) = {
        let der = fs::read(lists.first())?;
        timed(|| X509Crl::from_der(&der).and_then(|list| Ok((list.verify(&key)?, list))))
    };
    let (is_signed, list) = list?;
    let names = |serial: &&Asn1Integer| {
        matches!(list.get_by_serial(serial), CrlStatus::Revoked(_) | CrlStatus::RemoveFromCrl(_))
    };
    let (_, first) = timed(|| questions.first().filter(names));
    let resident = resident() - before;
    let (found, asked) = timed(|| questions.iter().filter(names).count());
    half_of_all_were(found)?;
    if !is_signed {
        return Err(BenchError::Verdict("OpenSSL does not believe the list".to_owned()));
    }

    let meaning = "OpenSSL, in process: parsed, signature checked";
    figures.add("openssl_crl_million_load_s", load.as_secs_f64(), meaning);
    let meaning = "its first look-up, which sorts";
    figures.add("openssl_crl_million_first_lookup_s", first.as_secs_f64(), meaning);
    figures.add("openssl_crl_million_lookup_us", per_question(asked), "each later one");
    figures.add("openssl_crl_million_mib", resident, "resident, more than without");
    Ok(())
}

/// Numbers of entries; half of them are on no list.
fn questions() -> impl Iterator<Item = u32> {
    (0..QUESTIONS).map(|question| {
        let entry = u32::try_from(mixed(question.into()) % u64::from(ENTRIES)).unwrap_or(0);
        if question.is_multiple_of(2) { entry } else { entry + 2 * ENTRIES }
    })
}

fn half_of_all_were(found: usize) -> Result<(), BenchError> {
    if u32::try_from(found) == Ok(QUESTIONS / 2) {
        return Ok(());
    }
    Err(BenchError::Verdict(format!("{found} of {QUESTIONS} were on the list")))
}

fn per_question(asked: Duration) -> f64 {
    asked.as_secs_f64() * 1e6 / f64::from(QUESTIONS)
}

/// Of this process, in MiB.
fn resident() -> f64 {
    mib(Usage::of(std::process::id()).memory_kib * 1024)
}

fn mib(bytes: u64) -> f64 {
    as_figure(bytes) / f64::from(1 << 20)
}
