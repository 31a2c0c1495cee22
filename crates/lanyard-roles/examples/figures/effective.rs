//! Effective activities with a catalogue of 1,000 job roles and 500 activities.
//!
//! Each role has a baseline everywhere and one in an area of work, of twenty activities each; each activity
//! includes up to three others, cycles among them; each question has an area and ten explicit activities.

use lanyard_roles::{
    Activity, AreaOfWork, Baseline, Catalogue, CatalogueFile, Inclusion, JobRole, Named,
};

use crate::{Figure, Outcome, mixed, ms, percentile, timed};

const ROLES: u64 = 1_000;
const ACTIVITIES: u64 = 500;
const IN_BASELINE: u64 = 20;
const QUESTIONS: u64 = 20_000;

/// So many questions are one measurement: a clock is not finer than one.
const AT_ONCE: u64 = 10;

pub(crate) fn measured() -> Outcome<Vec<Figure>> {
    let file = file();
    let ((catalogue, _), build) = timed(|| Catalogue::of(&file));
    let questions: Vec<_> = (0..QUESTIONS).map(question).collect::<Option<_>>().ok_or("no code")?;
    let mut given = 0;
    let mut sample = Vec::new();
    for some in questions.chunks(usize::try_from(AT_ONCE)?) {
        let ask = |(role, area, explicit): &(JobRole, AreaOfWork, Vec<Activity>)| {
            catalogue.effective(*role, &[*area], explicit).activities().len()
        };
        let (count, elapsed) = timed(|| some.iter().map(ask).sum::<usize>());
        given += count;
        sample.push(elapsed);
    }
    if given < usize::try_from(QUESTIONS * IN_BASELINE)? {
        return Err("roles have less than their baselines".into());
    }
    let each = |percent, sample: &mut [_]| {
        ms(percentile(sample, percent)) * 1e3 / f64::from(u32::try_from(AT_ONCE).unwrap_or(1))
    };
    Ok(vec![
        ("effective_activities_us", each(99, &mut sample)),
        ("effective_activities_p50_us", each(50, &mut sample)),
        ("catalogue_build_ms", ms(build)),
    ])
}

fn file() -> CatalogueFile {
    let mut file = CatalogueFile::empty("figures");
    let named = |code| Named { code, name: "a name".into() };
    file.activities = (0..ACTIVITIES).map(|it| named(activity(it))).collect();
    file.job_roles = (0..ROLES).map(|it| named(role(it))).collect();
    let some = |seed: u64, count: u64| -> Vec<String> {
        (0..count).map(|it| activity(mixed(seed * 1_000 + it) % ACTIVITIES)).collect()
    };
    let inclusion = |it| Inclusion { activity: activity(it), includes: some(it, mixed(it) % 4) };
    file.includes = (0..ACTIVITIES).step_by(2).map(inclusion).collect();
    for it in 0..ROLES {
        for area_of_work in [None, Some(area(it))] {
            let activities = some(10_000 + it, IN_BASELINE);
            file.baselines.push(Baseline { job_role: role(it), area_of_work, activities });
        }
    }
    file
}

fn question(number: u64) -> Option<(JobRole, AreaOfWork, Vec<Activity>)> {
    let it = mixed(number) % ROLES;
    let code = |of: u64| Activity::parse(&activity(mixed(number * 10 + of) % ACTIVITIES));
    let explicit = (0..10).map(code).collect::<Option<_>>()?;
    Some((JobRole::parse(&role(it))?, AreaOfWork::parse(&area(it))?, explicit))
}

fn role(number: u64) -> String {
    format!("R{number:04}")
}

fn activity(number: u64) -> String {
    format!("B{number:04}")
}

fn area(number: u64) -> String {
    format!("P{:04}:Q{:04}:T{number:04}", number % 10, number % 100)
}
