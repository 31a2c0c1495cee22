//! A directory of 800,000 holders with one to three roles: how long a start and a question take, and what
//! is kept resident. Another process writes it, so that its memory is not counted.

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;
use std::{env, fs};

use jiff::Timestamp;
use lanyard_roles::directory::{FolderDirectory, FolderSettings, Layout, RoleDirectory};
use lanyard_roles::{KeyRights, Organisations, Persons, Uuid, Validity, sign_document};
use lanyard_test_roles::{Authority, role};
use serde_json::{Value, json};

use crate::{Figure, Outcome, mixed, ms, percentile, start, timed};

/// The order to write a directory below a path.
pub(crate) const MAKE: &str = "--make-directory";

const HOLDERS: u64 = 800_000;
const QUESTIONS: u64 = 50_000;

/// 1 September 2026, and a year.
const NOW: i64 = 1_788_220_800;
const LIFE: i64 = 365 * 86_400;

pub(crate) fn measured(below: &Path) -> Outcome<Vec<Figure>> {
    let status = Command::new(env::current_exe()?).arg(MAKE).arg(below).status()?;
    if !status.success() {
        return Err("the directory could not be written".into());
    }
    let before = resident_mib()?;
    let (directory, opened) = timed(|| FolderDirectory::open(settings(below), drop));
    let directory = directory?;
    let mut sample = asked(&directory)?;
    let after = resident_mib()?;
    let worst = sample.iter().max().copied().unwrap_or_default();
    Ok(vec![
        ("directory_800k_lookup_p99_ms", ms(percentile(&mut sample, 99))),
        ("directory_800k_lookup_p50_ms", ms(percentile(&mut sample, 50))),
        ("directory_800k_lookup_worst_ms", ms(worst)),
        ("directory_800k_start_ms", ms(opened)),
        ("directory_800k_mib", after - before),
    ])
}

/// Different holders, none of whom is kept: each question reads a file and verifies its signatures.
fn asked(directory: &FolderDirectory) -> Outcome<Vec<Duration>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let now = Timestamp::from_second(NOW)?;
    runtime.block_on(async {
        let mut sample = Vec::new();
        for question in 0..QUESTIONS {
            let holder = holder(mixed(question) % HOLDERS)?;
            let start = start();
            let answer = directory.look_up(holder, now, Duration::from_secs(10)).await?;
            sample.push(start.elapsed());
            let roles = answer.document().map_or(0, |document| document.roles().len());
            if !(1..=3).contains(&roles) {
                return Err(format!("{holder} has {roles} roles: {:?}", answer.found).into());
            }
        }
        Ok(sample)
    })
}

fn settings(below: &Path) -> FolderSettings {
    let mut settings = FolderSettings::new(below.join("roles"), below.join("keys"));
    settings.layout = Layout::ByPrefix;
    let rights = KeyRights { organisations: Organisations::All, persons: Persons::Anybody };
    settings.rights.insert("ra".into(), rights);
    settings
}

/// Writes the directory with one key, on all cores.
pub(crate) fn make(below: &Path) -> Outcome<()> {
    let settings = settings(below);
    let authority = Authority::new("ra");
    fs::create_dir_all(&settings.keys)?;
    fs::write(settings.keys.join("ra.pem"), &authority.public_pem)?;
    for (first, second) in (50..70).flat_map(|first| (0..100).map(move |second| (first, second))) {
        fs::create_dir_all(settings.folder.join(format!("{first:02}/{second:02}")))?;
    }
    let writers = u64::try_from(std::thread::available_parallelism()?.get())?;
    let faults = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for writer in 0..writers {
            let (authority, settings, faults) = (&authority, &settings, &faults);
            scope.spawn(move || {
                let mine = (writer..HOLDERS).step_by(usize::try_from(writers).unwrap_or(1));
                let fault = mine.map(|it| write(it, authority, settings)).find_map(Result::err);
                let fault = fault.map(|fault| fault.to_string());
                faults.lock().unwrap_or_else(std::sync::PoisonError::into_inner).extend(fault);
            });
        }
    });
    match faults.into_inner().unwrap_or_default().first() {
        Some(fault) => Err(fault.clone().into()),
        None => Ok(()),
    }
}

fn write(number: u64, authority: &Authority, settings: &FolderSettings) -> Outcome<()> {
    let holder = holder(number)?;
    let roles: Vec<Value> = (0..=mixed(number) % 3).map(|it| a_role(number * 3 + it)).collect();
    let organisations: Vec<Value> = roles
        .iter()
        .map(|role| json!({ "org_code": role["org_code"], "org_name": "A TEST ORGANISATION" }))
        .collect();
    let userinfo = json!({
        "nhsid_useruid": holder.to_string(),
        "name": "Test Holder", "given_name": "Test", "family_name": "Holder",
        "idassurancelevel": "3",
        "nhsid_nrbac_roles": roles,
        "nhsid_user_orgs": organisations,
    });
    let (issued, expires) = (Timestamp::from_second(NOW)?, Timestamp::from_second(NOW + LIFE)?);
    let validity = Validity { issued, expires };
    let file = sign_document(userinfo.to_string().as_bytes(), &authority.key, validity)?;
    Ok(fs::write(settings.signed_file(holder), file)?)
}

#[expect(clippy::indexing_slicing, reason = "an index of a JSON value makes what is not there")]
fn a_role(number: u64) -> Value {
    let organisation = format!("Z{:04}", mixed(number) % 10_000);
    let number = u32::try_from(number).unwrap_or(u32::MAX);
    let mut role = role(number, &organisation, "R8001", "Nurse");
    role["activities"] = json!(["Perform Patient Trace"]);
    role["activity_codes"] = json!(["B0264"]);
    role
}

/// Twelve digits that begin with 5 or 6, each once and spread over all: steps of the golden ratio.
fn holder(number: u64) -> Outcome<Uuid> {
    let digits = 500_000_000_000 + number * 123_606_797_749 % 200_000_000_000;
    Uuid::parse(&digits.to_string()).ok_or_else(|| "no twelve digits".into())
}

/// `VmRSS` of this process.
fn resident_mib() -> Outcome<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")).ok_or("no VmRSS")?;
    Ok(f64::from(kib.trim().parse::<u32>()?) / 1024.0)
}
