//! The documents belong to the virtual card's personas, and are what they say.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::collections::BTreeMap;

use jiff::{Span, Timestamp};
use lanyard_roles::directory::Folder;
use lanyard_roles::{Activity, CloseDate, Document, LOCUM_PHARMACY, Profile};
use lanyard_test_roles::{Authority, catalogue, persona, personas, write_folder};
use serde::Deserialize;

#[derive(Deserialize)]
struct Cards {
    persona: Vec<Card>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Card {
    name: String,
    holder_uuid: String,
    holder_name: String,
}

fn now() -> Timestamp {
    "2026-06-15T12:00:00Z".parse().unwrap()
}

/// The documents of all personas, as a folder gives them.
fn documents() -> BTreeMap<&'static str, Document> {
    let below = tempfile::tempdir().unwrap();
    let authority = Authority::new("test-ra");
    let settings = write_folder(below.path(), &authority, now()).unwrap();
    let (folder, problems) = Folder::open(settings);
    assert_eq!(problems, []);
    let look_up = |holder| {
        let answer = folder.look_up(holder, now());
        Document::clone(answer.document().unwrap())
    };
    personas(now()).into_iter().map(|it| (it.name, look_up(it.holder))).collect()
}

#[test]
fn every_document_belongs_to_the_card_of_its_name() {
    let cards = include_str!("../../../crates/lanyard-virtcard/src/personas.toml");
    let cards: Cards = toml::from_str(cards).unwrap();
    let found = |name: &str| cards.persona.iter().find(|card| card.name == name);
    for persona in personas(now()) {
        let card = found(persona.name).unwrap();
        assert_eq!(persona.holder.to_string(), card.holder_uuid, "{}", card.name);
        assert_eq!(persona.userinfo["name"], card.holder_name.as_str(), "{}", card.name);
    }
}

#[test]
fn nobody_has_a_role_that_does_not_count() {
    for (name, document) in documents() {
        assert_eq!(document.left_out(), [], "{name}");
        assert!(document.roles().iter().all(|held| held.proof.is_some()), "{name}");
    }
}

#[test]
fn personas_have_as_many_open_roles_as_their_stories_need() {
    let documents = documents();
    let open = |name| documents[name].open_roles(CloseDate::default(), now()).count();
    let expected =
        [("gp", 3), ("nurse", 1), ("rich", 40), ("roleless", 0), ("student", 1), ("ra", 1)];
    for (name, roles) in expected {
        assert_eq!(open(name), roles, "{name}");
    }
    assert_eq!(open("closing-today"), 2);
}

#[test]
fn the_pharmacist_is_shown_the_notice_and_has_the_baseline_of_pharmacies() {
    let documents = documents();
    let role = &documents["pharmacist"].roles()[0].role;
    assert_eq!(role.notice(), Some(LOCUM_PHARMACY));
    let effective = role.effective(&catalogue());
    let codes: Vec<_> = effective.activities().iter().map(ToString::to_string).collect();
    assert_eq!(codes, ["B0068", "B0572"]);
    let nurse = &documents["nurse"].roles()[0];
    assert_eq!(nurse.role.notice(), None);
    assert_eq!(nurse.organisation_name.as_deref(), Some("TEST HOSPITAL"));
    assert_eq!(nurse.role.short_name(), "Nurse");
}

#[test]
fn the_role_that_closes_today_ends_at_midnight_in_england() {
    let documents = documents();
    let document = &documents["closing-today"];
    let midnight: Timestamp = "2026-06-15T23:00:00Z".parse().unwrap();
    assert_eq!(document.next_change(CloseDate::default(), now()), Some(midnight));
    let open_at = |at| {
        let open = document.open_roles(CloseDate::default(), at);
        open.map(|held| held.role.organisation.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(open_at(now()), ["RZZ01", "A99903"]);
    assert_eq!(open_at(midnight), ["A99902", "A99903"]);
    let over = now() + Span::new().hours(8 * 24);
    assert_eq!(open_at(over), Vec::<String>::new(), "what was signed counts for a week");
}

#[test]
fn the_receptionist_needs_one_activity_more_for_child_protection() {
    let receptionist = persona("receptionist", now());
    let json = receptionist.userinfo.to_string();
    let (person, _) = lanyard_roles::Person::parse(json.as_bytes()).unwrap();
    let effective = person.roles[0].effective(&catalogue());
    let missing = |profile: &Profile| match profile.check(&effective) {
        lanyard_roles::Checked::Satisfied => Vec::new(),
        lanyard_roles::Checked::Missing(codes) => codes,
    };
    let code = |text| Activity::parse(text).unwrap();
    let profiles = Profile::shipped();
    assert_eq!(profiles[0].name(), "cp-is-unscheduled");
    assert_eq!(missing(&profiles[0]), [code("B0107")]);
    assert_eq!(profiles[1].name(), "cp-is-scheduled");
    assert_eq!(missing(&profiles[1]), [code("B0170")]);
}
