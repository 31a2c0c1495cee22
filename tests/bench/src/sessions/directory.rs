//! A directory of 800,000 holders: how long a start and a question take, and what is kept resident. Another
//! process writes it, so that its memory is not counted.
//!
//! Every fortieth holder has a document of her own, with one to three roles, and they alone are asked about. The
//! other names are links to these documents: to be found among 800,000, a file needs names around it, not contents.

use std::{env, fs, io, path::Path, process::Command, time::Duration};

use jiff::Timestamp;
use lanyard_roles::{
    KeyRights, Organisations, Persons, Uuid, Validity,
    directory::{FolderDirectory, FolderSettings, Layout, RoleDirectory},
    sign_document,
};
use lanyard_test_roles::{Authority, role};
use lanyard_witness::Usage;
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};
use tokio::runtime;

use super::{mixed, timed};
use crate::{
    BenchError,
    figures::{Figures, Sample},
    traffic::as_figure,
};

const HOLDERS: u64 = 800_000;

/// One of so many has a document of her own.
const OF_HER_OWN: u64 = 40;
const ASKED: u64 = HOLDERS / OF_HER_OWN;

/// 1 September 2026, and a year.
const NOW: Timestamp = Timestamp::constant(1_788_220_800, 0);
const NEXT_YEAR: Timestamp = Timestamp::constant(1_788_220_800 + 365 * 86_400, 0);

const PATIENCE: Duration = Duration::from_secs(10);

/// In milliseconds.
const GOAL: f64 = 1.0;

pub(super) fn measure(figures: &mut Figures) -> Result<(), BenchError> {
    let below = tempfile::tempdir()?;
    let mut maker = Command::new(env::current_exe()?);
    if !maker.arg("--make-directory").arg(below.path()).status()?.success() {
        return Err(BenchError::Empty("a directory of 800,000 holders"));
    }
    let empty = tempfile::tempdir()?;
    let (nothing, without) = timed(|| FolderDirectory::open(settings(empty.path()), drop));
    drop(nothing?);

    let before = resident();
    let (directory, with) = timed(|| FolderDirectory::open(settings(below.path()), drop));
    let directory = directory?;
    let mut first = asked(&directory, 0)?;
    let worked = process_worked();
    let mut again = asked(&directory, 1)?;
    let worked = process_worked().saturating_sub(worked);
    let resident = resident() - before;

    let meaning = "a directory of 800,000 holders is opened";
    figures.add("directory_800k_start_ms", ms(with), meaning);
    figures.add("directory_empty_start_ms", ms(without), "one without any");
    let meaning = "20,000 holders, file read, signatures verified";
    figures.add("directory_800k_lookup_p50_ms", again.percentile(50)?, meaning);
    let p99 = (again.percentile(99)?, GOAL);
    figures.add_with_goal("directory_800k_lookup_p99_ms", p99, "");
    figures.add("directory_800k_lookup_worst_ms", again.percentile(100)?, "");
    let meaning = "what all threads work for each, on a machine however busy";
    figures.add("directory_800k_lookup_cpu_us", ms(worked) * 1e3 / as_figure(ASKED), meaning);
    let meaning = "each of them for the first time";
    figures.add("directory_800k_first_lookup_p99_ms", first.percentile(99)?, meaning);
    figures.add("directory_800k_mib", resident, "resident after 40,000 look-ups, more than before");
    Ok(())
}

/// Everybody who has a document of her own, none of whom is kept since the last time.
fn asked(directory: &FolderDirectory, time: u64) -> Result<Sample, BenchError> {
    let runtime = runtime::Builder::new_current_thread().enable_time().build()?;
    let mut sample = Sample::default();
    let mut order: Vec<u64> = (0..ASKED).collect();
    order.sort_unstable_by_key(|number| mixed(number + time * ASKED));
    for number in order {
        let holder = holder(number * OF_HER_OWN)?;
        let look_up = || runtime.block_on(directory.look_up(holder, NOW, PATIENCE));
        let (answer, took) = timed(look_up);
        sample.add(took);
        let answer = answer?;
        let roles = answer.document().map_or(0, |document| document.roles().len());
        if !(1..=3).contains(&roles) {
            let words = format!("{holder} has {roles} roles: {:?}", answer.found);
            return Err(BenchError::Verdict(words));
        }
    }
    Ok(sample)
}

fn settings(below: &Path) -> FolderSettings {
    let mut settings = FolderSettings::new(below.join("roles"), below.join("keys"));
    settings.layout = Layout::ByPrefix;
    let rights = KeyRights { organisations: Organisations::All, persons: Persons::Anybody };
    settings.rights.insert("ra".into(), rights);
    settings
}

/// Writes the directory below this folder, with one key.
pub(crate) fn make(below: &Path) -> Result<(), BenchError> {
    let settings = settings(below);
    let authority = Authority::new("ra");
    fs::create_dir_all(&settings.keys)?;
    fs::write(settings.keys.join("ra.pem"), &authority.public_pem)?;
    for (first, second) in (50..70).flat_map(|first| (0..100).map(move |second| (first, second))) {
        fs::create_dir_all(settings.folder.join(format!("{first:02}/{second:02}")))?;
    }
    for number in (0..HOLDERS).step_by(usize::try_from(OF_HER_OWN).unwrap_or(1)) {
        let holder_with = holder(number)?;
        let own = settings.signed_file(holder_with);
        fs::write(&own, document(number, holder_with, &authority)?)?;
        for other in number + 1..number + OF_HER_OWN {
            fs::hard_link(&own, settings.signed_file(holder(other)?))?;
        }
    }
    Ok(())
}

fn document(number: u64, holder: Uuid, authority: &Authority) -> Result<String, BenchError> {
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
    let validity = Validity { issued: NOW, expires: NEXT_YEAR };
    let signed = sign_document(userinfo.to_string().as_bytes(), &authority.key, validity);
    Ok(signed.map_err(io::Error::other)?)
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
fn holder(number: u64) -> Result<Uuid, BenchError> {
    let digits = 500_000_000_000 + number * 123_606_797_749 % 200_000_000_000;
    Uuid::parse(&digits.to_string()).ok_or(BenchError::Empty("twelve digits"))
}

/// What this process has worked so far, on all cores.
fn process_worked() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).unwrap_or_default()
}

/// Of this process, in MiB.
fn resident() -> f64 {
    as_figure(Usage::of(std::process::id()).memory_kib) / 1024.0
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
