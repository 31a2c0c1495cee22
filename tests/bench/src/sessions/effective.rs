//! Effective activities with a catalogue of 1,000 job roles and 500 activities.
//!
//! Each role has a baseline everywhere and one in an area of work, of twenty activities each; each activity
//! includes up to three others, cycles among them; each question has an area and ten explicit activities.

use lanyard_roles::{
    Activity, AreaOfWork, Baseline, Catalogue, CatalogueFile, Inclusion, JobRole, Named,
};

use super::{mixed, timed};
use crate::{
    BenchError,
    figures::{Figures, Sample},
    traffic::as_figure,
};

const ROLES: u64 = 1_000;
const ACTIVITIES: u64 = 500;
const IN_BASELINE: u64 = 20;
const QUESTIONS: u64 = 20_000;

/// So many questions are one measurement: a clock is not finer than one.
const AT_ONCE: usize = 10;

/// In microseconds.
const GOAL: f64 = 50.0;

pub(super) fn measure(figures: &mut Figures) -> Result<(), BenchError> {
    let file = file();
    let ((catalogue, _), build) = timed(|| Catalogue::of(&file));
    let questions: Option<Vec<_>> = (0..QUESTIONS).map(question).collect();
    let questions = questions.ok_or(BenchError::Empty("a code"))?;
    let (mut given, mut sample) = (0, Sample::default());
    for some in questions.chunks(AT_ONCE) {
        let ask = |(role, area, explicit): &(JobRole, AreaOfWork, Vec<Activity>)| {
            catalogue.effective(*role, &[*area], explicit).activities().len()
        };
        let (count, took) = timed(|| some.iter().map(ask).sum::<usize>());
        given += count as u64;
        sample.add(took);
    }
    if given < QUESTIONS * IN_BASELINE {
        return Err(BenchError::Verdict("roles have less than their baselines".to_owned()));
    }
    let mut each = |percent| Ok(sample.percentile(percent)? * 1e3 / as_figure(AT_ONCE as u64));
    let p99: Result<f64, BenchError> = each(99);
    let meaning = "1,000 roles, 500 activities, cycles among them: p99 of tens";
    figures.add_with_goal("effective_activities_us", (p99?, GOAL), meaning);
    figures.add("effective_activities_p50_us", each(50)?, "");
    figures.add("catalogue_build_ms", build.as_secs_f64() * 1e3, "that catalogue, made once");
    Ok(())
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
