//! Effective activities are the closure of baseline and explicit activities, whatever the catalogue.

use std::collections::BTreeSet;

use lanyard_roles::{
    Activity, AreaOfWork, Baseline, Catalogue, CatalogueFact, CatalogueFile, Inclusion, JobRole,
    Named, Table, UnknownCode,
};
use proptest::prelude::*;

fn activity(number: u16) -> Activity {
    Activity::parse(&format!("B{number:04}")).unwrap()
}

fn role(number: u16) -> JobRole {
    JobRole::parse(&format!("R{number:04}")).unwrap()
}

fn area(text: &str) -> AreaOfWork {
    AreaOfWork::parse(text).unwrap()
}

/// Areas of work within each other, and beside.
const AREAS: [&str; 4] =
    ["P0001:Q0001:T0001", "P0001:Q0001:T0002", "P0001:Q0002:T0001", "P0002:Q0001:T0001"];

/// What a baseline is written for, and of which areas it speaks.
const WRITTEN: [(Option<&str>, [bool; 4]); 4] = [
    (None, [true; 4]),
    (Some("P0001"), [true, true, true, false]),
    (Some("P0001:Q0001"), [true, true, false, false]),
    (Some("P0001:Q0001:T0001"), [true, false, false, false]),
];

/// A small world with everything in it, cycles too.
#[derive(Clone, Debug)]
struct World {
    includes: Vec<(u16, u16)>,
    /// Role, place in [`WRITTEN`], activity.
    baselines: Vec<(u16, usize, u16)>,
}

impl World {
    fn catalogue(&self) -> Catalogue {
        let mut file = CatalogueFile::empty("test");
        let named = |code: String| Named { code, name: "a name".into() };
        file.activities = (0..16).map(|number| named(activity(number).to_string())).collect();
        file.job_roles = (0..3).map(|number| named(role(number).to_string())).collect();
        let inclusion = |(from, to): &(u16, u16)| Inclusion {
            activity: activity(*from).to_string(),
            includes: vec![activity(*to).to_string()],
        };
        file.includes = self.includes.iter().map(inclusion).collect();
        let baseline = |(job_role, written, it): &(u16, usize, u16)| Baseline {
            job_role: role(*job_role).to_string(),
            area_of_work: WRITTEN[*written].0.map(Into::into),
            activities: vec![activity(*it).to_string()],
        };
        file.baselines = self.baselines.iter().map(baseline).collect();
        Catalogue::of(&file).0
    }

    /// By the definition, and slowly.
    fn effective(&self, job_role: u16, place: Option<usize>, explicit: &[u16]) -> BTreeSet<u16> {
        let applies = |written: usize| match place {
            Some(place) => WRITTEN[written].1[place],
            None => WRITTEN[written].0.is_none(),
        };
        let baseline =
            self.baselines.iter().filter(|(it, written, _)| *it == job_role && applies(*written));
        let mut all: BTreeSet<u16> =
            baseline.map(|(.., it)| *it).chain(explicit.iter().copied()).collect();
        loop {
            let new: Vec<u16> = self
                .includes
                .iter()
                .filter(|(from, to)| all.contains(from) && !all.contains(to))
                .map(|(_, to)| *to)
                .collect();
            if new.is_empty() {
                return all;
            }
            all.extend(new);
        }
    }
}

fn world() -> impl Strategy<Value = World> {
    let includes = prop::collection::vec((0..16_u16, 0..16_u16), 0..24);
    let baselines = prop::collection::vec((0..3_u16, 0..4_usize, 0..16_u16), 0..12);
    (includes, baselines).prop_map(|(includes, baselines)| World { includes, baselines })
}

fn asked(catalogue: &Catalogue, job_role: u16, place: Option<usize>, of: &[u16]) -> Vec<Activity> {
    let areas: Vec<AreaOfWork> = place.into_iter().map(|place| area(AREAS[place])).collect();
    let explicit: Vec<Activity> = of.iter().copied().map(activity).collect();
    catalogue.effective(role(job_role), &areas, &explicit).activities().to_vec()
}

proptest! {
    #[test]
    fn it_is_what_the_definition_says(
        world in world(),
        job_role in 0..3_u16,
        place in prop::option::of(0..4_usize),
        explicit in prop::collection::vec(0..16_u16, 0..5),
    ) {
        let expected = world.effective(job_role, place, &explicit);
        let expected: Vec<Activity> = expected.into_iter().map(activity).collect();
        prop_assert_eq!(asked(&world.catalogue(), job_role, place, &explicit), expected);
    }

    #[test]
    fn asking_again_with_the_answer_gives_the_same(
        world in world(),
        explicit in prop::collection::vec(0..16_u16, 0..5),
    ) {
        let catalogue = world.catalogue();
        let once = asked(&catalogue, 0, None, &explicit);
        let twice = catalogue.effective(role(0), &[], &once);
        prop_assert_eq!(twice.activities(), once.as_slice());
    }

    #[test]
    fn more_activities_never_give_less_and_all_that_were_given_are_in_it(
        world in world(),
        explicit in prop::collection::vec(0..16_u16, 0..5),
        more in 0..16_u16,
    ) {
        let catalogue = world.catalogue();
        let before = catalogue.effective(role(0), &[], &asked(&catalogue, 0, None, &explicit));
        let with_more = [explicit.as_slice(), &[more]].concat();
        let after = asked(&catalogue, 0, None, &with_more);
        prop_assert!(before.activities().iter().all(|it| after.contains(it)));
        prop_assert!(with_more.iter().all(|it| after.contains(&activity(*it))));
    }

    #[test]
    fn the_order_of_rows_and_codes_does_not_matter(
        (world, shuffled) in world().prop_flat_map(|world| {
            let includes = Just(world.includes.clone()).prop_shuffle();
            let baselines = Just(world.baselines.clone()).prop_shuffle();
            let shuffled = (includes, baselines)
                .prop_map(|(includes, baselines)| World { includes, baselines });
            (Just(world), shuffled)
        }),
        (explicit, other) in prop::collection::vec(0..16_u16, 0..5)
            .prop_flat_map(|codes| (Just(codes.clone()), Just(codes).prop_shuffle())),
    ) {
        let one = asked(&world.catalogue(), 1, Some(0), &explicit);
        prop_assert_eq!(one, asked(&shuffled.catalogue(), 1, Some(0), &other));
    }
}

#[test]
fn codes_that_the_catalogue_does_not_have_are_kept_and_told() {
    let catalogue = Catalogue::starter();
    let strange = activity(9999);
    let effective = catalogue.effective(role(9999), &[], &[strange, activity(825), strange]);
    let codes: Vec<String> = effective.activities().iter().map(ToString::to_string).collect();
    assert_eq!(codes, ["B0820", "B0825", "B9999"]);
    assert!(effective.has(strange));
    let unknown = [UnknownCode::JobRole(role(9999)), UnknownCode::Activity(strange)];
    assert_eq!(effective.unknown(), unknown);
}

#[test]
fn every_problem_is_told_with_its_place_and_the_rest_is_used() {
    let json = br#"{
        "form": "lanyard-rbac-1", "version": "1",
        "job_roles": [{ "code": "R0001", "name": "a" }, { "code": "R001", "name": "b" }],
        "activities": [{ "code": "B0001", "name": "a" }, { "code": "B0001", "name": "b" }],
        "includes": [
            { "activity": "B0001", "includes": ["B0002", "nothing"] },
            { "activity": "B0002", "includes": ["B0003"] },
            { "activity": "B0003", "includes": ["B0002"] }
        ],
        "baselines": [
            { "job_role": "R0001", "activities": ["B0001"] },
            { "job_role": "R0001", "area_of_work": "everywhere", "activities": ["B0009"] },
            { "job_role": "R0002", "area_of_work": "P0001", "activities": ["B0009"] }
        ]
    }"#;
    let (catalogue, problems) = Catalogue::load(json).unwrap();
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let expected = [
        "job_roles 2: \"R001\" is no code of a job role",
        "activities 2: B0001 is there already",
        "includes 1: B0002 has no entry of its own",
        "includes 1: \"nothing\" is no code of an activity",
        "includes 2: B0003 has no entry of its own",
        "baselines 2: \"everywhere\" is no code of an area of work",
        "baselines 3: R0002 has no entry of its own",
        "baselines 3: P0001 has no entry of its own",
        "baselines 3: B0009 has no entry of its own",
        "includes 2: activities include each other: B0002, B0003",
    ];
    assert_eq!(told, expected);
    let codes = |job_role, areas: &[AreaOfWork]| {
        let effective = catalogue.effective(role(job_role), areas, &[]);
        effective.activities().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(codes(1, &[]), ["B0001", "B0002", "B0003"]);
    assert_eq!(codes(2, &[area("P0001:Q0001:T0001")]), ["B0009"]);
    assert_eq!(codes(2, &[]), Vec::<String>::new());
    assert_eq!(catalogue.activity_name(activity(1)), Some("a"));
    assert_eq!(catalogue.activity_name(activity(2)), None);
    let cycle = CatalogueFact::Cycle { activities: vec![activity(2), activity(3)] };
    assert_eq!(problems.last().unwrap().fact, cycle);
    assert_eq!(problems.last().unwrap().part, Table::Includes);
}
