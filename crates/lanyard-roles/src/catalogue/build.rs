//! A catalogue made of a file: every code is looked at, every problem is told, the rest is used.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::bits::Bits;
use super::closure::closure;
use super::file::{CatalogueFile, Named, Table};
use super::problem::{CatalogueFact, CatalogueProblem};
use super::{Catalogue, Numbered};
use crate::codes::{Activity, AreaOfWork, JobRole};

type Baselines = BTreeMap<(JobRole, Option<AreaOfWork>), BTreeSet<Activity>>;

/// What was read so far.
#[derive(Default)]
struct Build {
    problems: Vec<CatalogueProblem>,
    job_roles: BTreeMap<JobRole, Option<Box<str>>>,
    activities: BTreeMap<Activity, Option<Box<str>>>,
    areas: BTreeMap<AreaOfWork, Option<Box<str>>>,
    includes: BTreeMap<Activity, BTreeSet<Activity>>,
    baselines: Baselines,
}

pub(super) fn build(file: &CatalogueFile) -> (Catalogue, Vec<CatalogueProblem>) {
    let mut build = Build::default();
    build.names(file);
    build.inclusions(file);
    build.baselines(file);
    build.finish(file)
}

impl Build {
    fn names(&mut self, file: &CatalogueFile) {
        let Self { problems, job_roles, activities, areas, .. } = self;
        let mut tell = Teller { problems, part: Table::JobRoles, number: 0 };
        names(&file.job_roles, JobRole::parse, job_roles, &mut tell);
        tell.part = Table::Activities;
        names(&file.activities, Activity::parse, activities, &mut tell);
        tell.part = Table::AreasOfWork;
        names(&file.areas_of_work, AreaOfWork::parse, areas, &mut tell);
    }

    fn inclusions(&mut self, file: &CatalogueFile) {
        let part = Table::Includes;
        for (number, inclusion) in (1..).zip(&file.includes) {
            let mut tell = Teller { problems: &mut self.problems, part, number };
            let Some(activity) = tell.code(&inclusion.activity, Activity::parse) else { continue };
            tell.listed(activity, &mut self.activities);
            for text in &inclusion.includes {
                if let Some(included) = tell.code(text, Activity::parse) {
                    tell.listed(included, &mut self.activities);
                    self.includes.entry(activity).or_default().insert(included);
                }
            }
        }
    }

    fn baselines(&mut self, file: &CatalogueFile) {
        let part = Table::Baselines;
        for (number, baseline) in (1..).zip(&file.baselines) {
            let mut tell = Teller { problems: &mut self.problems, part, number };
            let Some(job_role) = tell.code(&baseline.job_role, JobRole::parse) else { continue };
            let area = match baseline.area_of_work.as_deref() {
                None => None,
                Some(text) => match tell.code(text, AreaOfWork::parse) {
                    Some(area) => Some(area),
                    // Without its area it would hold everywhere.
                    None => continue,
                },
            };
            tell.listed(job_role, &mut self.job_roles);
            if let Some(area) = area {
                tell.listed(area, &mut self.areas);
            }
            let set = self.baselines.entry((job_role, area)).or_default();
            for text in &baseline.activities {
                if let Some(activity) = tell.code(text, Activity::parse) {
                    tell.listed(activity, &mut self.activities);
                    set.insert(activity);
                }
            }
        }
    }

    /// Numbers the activities and follows what they include.
    fn finish(self, file: &CatalogueFile) -> (Catalogue, Vec<CatalogueProblem>) {
        let Self { mut problems, job_roles, activities, areas, includes, baselines } = self;
        let activities: Vec<Numbered> =
            activities.into_iter().map(|(code, name)| Numbered { code, name }).collect();
        let number_of = |code: &Activity| activities.binary_search_by_key(code, |it| it.code).ok();
        let of = |code| includes.get(&code).into_iter().flatten().filter_map(number_of).collect();
        let graph: Vec<Vec<usize>> = activities.iter().map(|it| of(it.code)).collect();
        let closure = closure(&graph);
        for cycle in closure.cycles {
            let codes = cycle.iter().filter_map(|&number| activities.get(number));
            let fact = CatalogueFact::Cycle { activities: codes.map(|it| it.code).collect() };
            let first = |entry: &super::file::Inclusion| {
                let code = Activity::parse(&entry.activity);
                code.and_then(|code| number_of(&code)).is_some_and(|it| cycle.contains(&it))
            };
            let number = file.includes.iter().position(first).map_or(1, |index| index + 1);
            problems.push(CatalogueProblem { part: Table::Includes, number, fact });
        }
        let closed = |set: BTreeSet<Activity>| {
            let mut bits = Bits::none_of(activities.len());
            let sets = set.iter().filter_map(number_of).filter_map(|it| closure.sets.get(it));
            sets.for_each(|set| bits.extend(set));
            bits
        };
        let baselines: HashMap<_, _> =
            baselines.into_iter().map(|(key, set)| (key, closed(set))).collect();
        let (version, starter) = (file.version.as_str().into(), file.starter);
        let closures = closure.sets;
        let catalogue =
            Catalogue { version, starter, job_roles, activities, areas, closures, baselines };
        (catalogue, problems)
    }
}

fn names<Code: Ord + Copy + std::fmt::Display + Kind>(
    entries: &[Named],
    parse: impl Fn(&str) -> Option<Code>,
    into: &mut BTreeMap<Code, Option<Box<str>>>,
    tell: &mut Teller<'_>,
) {
    for (number, entry) in (1..).zip(entries) {
        tell.number = number;
        let Some(code) = tell.code(&entry.code, &parse) else { continue };
        match into.entry(code) {
            Entry::Occupied(_) => tell.tell(CatalogueFact::Duplicate { code: code.to_string() }),
            Entry::Vacant(place) => _ = place.insert(Some(entry.name.as_str().into())),
        }
    }
}

/// What a code stands for.
trait Kind {
    const KIND: &str;
}

impl Kind for JobRole {
    const KIND: &str = "a job role";
}

impl Kind for Activity {
    const KIND: &str = "an activity";
}

impl Kind for AreaOfWork {
    const KIND: &str = "an area of work";
}

/// Tells problems of one entry.
struct Teller<'a> {
    problems: &'a mut Vec<CatalogueProblem>,
    part: Table,
    number: usize,
}

impl Teller<'_> {
    fn tell(&mut self, fact: CatalogueFact) {
        self.problems.push(CatalogueProblem { part: self.part, number: self.number, fact });
    }

    fn code<Code: Kind>(
        &mut self,
        text: &str,
        parse: impl Fn(&str) -> Option<Code>,
    ) -> Option<Code> {
        let code = parse(text);
        if code.is_none() {
            let text = text.chars().take(64).collect();
            self.tell(CatalogueFact::NotACode { text, kind: Code::KIND });
        }
        code
    }

    /// Lists a code that is used and not listed; told once.
    fn listed<Code: Ord + Copy + std::fmt::Display>(
        &mut self,
        code: Code,
        list: &mut BTreeMap<Code, Option<Box<str>>>,
    ) {
        if let Entry::Vacant(place) = list.entry(code) {
            place.insert(None);
            self.tell(CatalogueFact::Unlisted { code: code.to_string() });
        }
    }
}
