//! A revocation list of a million entries: how long it takes to load, to ask, and what it keeps resident.
//! Another process makes the list, so that its memory is not counted.

use std::process::Command;
use std::time::Duration;
use std::{env, fs};

use lanyard_test_pki::{CertificateDraft, EntryDraft, Key, ListDraft, der, extension};
use lanyard_trust::{Certificate, Crl, Serial};

use crate::{Figure, Outcome, timed};

/// The order to make a list at a path.
pub(crate) const MAKE: &str = "--make-list";

const ENTRIES: u64 = 1_000_000;
const QUESTIONS: u64 = 200_000;

/// Writes the list, and beside it the certificate of its authority.
pub(crate) fn make(path: &str) -> Outcome<()> {
    let key = Key::rsa(2048);
    let authority = CertificateDraft::authority("Sub", "Sub", &key, 1);
    fs::write(format!("{path}.der"), authority.signed(&key))?;
    let mut list = ListDraft::new(der::authority("Sub"));
    list.entries = (0..ENTRIES)
        .map(|number| {
            let entry = EntryDraft::new(&serial(number));
            if number % 2 == 0 { entry.with(extension::reason(1)) } else { entry }
        })
        .collect();
    fs::write(path, list.signed(&key))?;
    Ok(())
}

pub(crate) fn measured() -> Outcome<Vec<Figure>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("million.crl");
    let status = Command::new(env::current_exe()?).arg(MAKE).arg(&path).status()?;
    if !status.success() {
        return Err("the list could not be made".into());
    }
    let authority = Certificate::parse(&fs::read(folder.path().join("million.crl.der"))?)?;
    let before = resident_mib()?;
    let (list, load) = {
        let der = fs::read(&path)?;
        timed(|| Crl::load(&der, [&authority]))
    };
    let list = list?;
    let after = resident_mib()?;
    if list.len() != usize::try_from(ENTRIES)? || !list.has_known_signer() {
        return Err("the list is not what was made".into());
    }
    let questions = questions();
    let names = |serial: &&Serial| list.names(authority.subject(), serial);
    let (found, asked) = timed(|| questions.iter().filter(names).count());
    if found != usize::try_from(QUESTIONS / 2)? {
        return Err(format!("{found} of {QUESTIONS} were found").into());
    }
    Ok(vec![
        ("crl_million_load_s".into(), load.as_secs_f64()),
        ("crl_million_lookup_us".into(), per_question(asked)),
        ("crl_million_mib".into(), after - before),
        ("crl_million_file_mib".into(), mib(fs::metadata(&path)?.len())),
        ("openssl_crl_million_load_s".into(), by_openssl(&fs::read(&path)?)?.as_secs_f64()),
    ])
}

/// Half of the questions are about certificates that are not on the list.
fn questions() -> Vec<Serial> {
    let numbers = (0..QUESTIONS).map(|question| match question % 2 {
        0 => mixed(question) % ENTRIES,
        _ => ENTRIES + mixed(question) % ENTRIES,
    });
    numbers.map(|number| Serial::from_value(&serial(number))).collect()
}

fn by_openssl(der: &[u8]) -> Outcome<Duration> {
    let (list, elapsed) = timed(|| openssl::x509::X509Crl::from_der(der));
    list?;
    Ok(elapsed)
}

fn per_question(asked: Duration) -> f64 {
    asked.as_secs_f64() * 1e6 / f64::from(u32::try_from(QUESTIONS).unwrap_or(u32::MAX))
}

/// Sixteen bytes, as random as those of authorities.
fn serial(number: u64) -> [u8; 16] {
    let random = u128::from(mixed(number)) << 64 | u128::from(mixed(!number));
    (random >> 2 | 1 << 125).to_be_bytes()
}

/// `SplitMix64`.
const fn mixed(number: u64) -> u64 {
    let z = number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// `VmRSS` of this process.
fn resident_mib() -> Outcome<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")).ok_or("no VmRSS")?;
    Ok(mib(kib.trim().parse::<u64>()? * 1024))
}

#[expect(clippy::cast_precision_loss, reason = "no size comes near 2^52")]
fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
