//! What is offered to whom, what is taken without asking, and what is chosen.

use lanyard_dbus::{Error, RoleDescription, SessionDescription};
use lanyard_roles::LOCUM_PHARMACY;
use lanyard_session::{Elsewhere, Organisation};
use lanyard_settings::Settings;
use lanyard_witness::News;

use crate::{NURSE, SignedIn};

const TEN_HOURS: i64 = 36_000;

fn ids(described: &SessionDescription) -> Vec<&str> {
    described.roles.iter().map(|role| role.id.as_str()).collect()
}

fn role_of(described: &SessionDescription) -> Option<&str> {
    described.role.as_ref().map(|role| role.id.as_str())
}

/// A site with one practice of its own.
fn at_the_first_practice(elsewhere: Elsewhere) -> Settings {
    let mut settings = Settings::default();
    settings.site.organisations = [Organisation::new("A99901")].into();
    settings.site.elsewhere = elsewhere;
    settings
}

#[tokio::test]
async fn a_nurse_with_one_role_is_in_it_at_once() {
    let nurse = SignedIn::nurse(Settings::default()).await;
    let described = nurse.described().await;
    let role = RoleDescription {
        id: NURSE.to_owned(),
        organisation: "RZZ01".to_owned(),
        organisation_name: Some("TEST HOSPITAL".to_owned()),
        code: "S8000:G8000:R8001".to_owned(),
        name: "\"Clinical\":\"Clinical Access\":\"Nurse\"".to_owned(),
        elsewhere: false,
    };
    assert_eq!(described.role.as_ref(), Some(&role));
    assert_eq!(described.roles, [role]);
    assert_eq!((described.uuid.as_str(), described.state.as_str()), ("999900000102", "active"));
    assert_eq!(described.name.as_deref(), Some("Test Nurse"));
    assert_eq!(described.card, nurse.at.card);
    assert_eq!(described.knowledge, "fresh");
    for activity in ["B0264", "B0360"] {
        assert!(described.activities.iter().any(|code| code == activity), "{activity}");
        assert!(nurse.session().await.has_activity(activity).await.unwrap(), "{activity}");
    }
    assert!(!nurse.session().await.has_activity("B0380").await.unwrap(), "a practitioner's");
    let lasts = described.expires - described.started;
    assert!((TEN_HOURS - 1..=TEN_HOURS + 1).contains(&lasts), "{lasts}");
    assert_eq!(described.notices, [""; 0]);
    let nonsense = nurse.session().await.has_activity("everything").await.unwrap_err();
    assert!(matches!(nonsense, Error::BadOption(_)), "{nonsense}");
}

#[tokio::test]
async fn a_practitioner_chooses_one_of_three_and_switches() {
    let mut gp = SignedIn::with("gp").await;
    let described = gp.described().await;
    assert_eq!(ids(&described), ["777700001011", "777700001012", "777700001013"]);
    assert_eq!((described.state.as_str(), role_of(&described)), ("choosing-role", None));
    assert_eq!(described.activities, [""; 0]);
    assert!(!gp.session().await.has_activity("B0380").await.unwrap(), "no role, no activity");

    gp.session().await.select_role("777700001012").await.unwrap();
    gp.hears([News::role("777700001012"), News::state("active")]).await;
    assert!(gp.session().await.has_activity("B0380").await.unwrap());

    gp.session().await.select_role("777700001013").await.unwrap();
    gp.hears([News::role("777700001013")]).await;
    let described = gp.described().await;
    assert_eq!((described.state.as_str(), role_of(&described)), ("active", Some("777700001013")));
    assert_eq!(described.roles.len(), 3);

    // That it is hers already changes nothing, and nothing is told: the next news is the end.
    gp.session().await.select_role("777700001013").await.unwrap();
    gp.session().await.end().await.unwrap();
    gp.hears([News::ended("user")]).await;
}

#[tokio::test]
async fn a_role_that_is_not_offered_is_not_taken() {
    let mut gp = SignedIn::with("gp").await;
    for other in [NURSE, "", "nonsense"] {
        let refused = gp.session().await.select_role(other).await.unwrap_err();
        assert!(matches!(refused, Error::NoSuchRole(_)), "{refused}");
    }
    assert_eq!(role_of(&gp.described().await), None);
    gp.session().await.select_role("777700001011").await.unwrap();
    let refused = gp.session().await.select_role(NURSE).await.unwrap_err();
    assert!(matches!(refused, Error::NoSuchRole(_)), "{refused}");
    gp.hears([News::role("777700001011"), News::state("active")]).await;
    assert_eq!(role_of(&gp.described().await), Some("777700001011"));
}

#[tokio::test]
async fn forty_roles_are_offered_and_the_last_can_be_taken() {
    let mut rich = SignedIn::with("rich").await;
    let described = rich.described().await;
    assert_eq!(described.roles.len(), 40);
    let last = described.roles.last().unwrap().id.clone();
    rich.session().await.select_role(&last).await.unwrap();
    rich.hears([News::role(&last), News::state("active")]).await;
    assert!(rich.session().await.has_activity("B0572").await.is_ok());
}

#[tokio::test]
async fn whoever_has_no_role_is_signed_in_with_nothing_to_choose() {
    let mut settings = Settings::default();
    settings.contacts.registration_authority = "ext. 4411".to_owned();
    let roleless = SignedIn::under(settings, "roleless").await;
    let described = roleless.described().await;
    let notice = described.notices.concat();
    assert!(notice.starts_with("You have no role here. Your Registration Authority"), "{notice}");
    assert!(notice.ends_with("Registration Authority: ext. 4411."), "{notice}");
    assert_eq!((described.state.as_str(), role_of(&described)), ("choosing-role", None));
    assert_eq!((ids(&described), described.knowledge.as_str()), (vec![], "fresh"));
    assert_eq!(described.name.as_deref(), Some("Test Norole"));
    assert!(!roleless.session().await.has_activity("B0264").await.unwrap());
}

#[tokio::test]
async fn a_locum_pharmacist_is_shown_the_obligatory_notice_in_her_role() {
    let mut pharmacist = SignedIn::with("pharmacist").await;
    pharmacist.hears([News::role("777700000104"), News::state("active")]).await;
    let described = pharmacist.described().await;
    assert_eq!(described.role.unwrap().organisation, "FFFFF");
    assert!(described.notices.iter().any(|notice| notice == LOCUM_PHARMACY));
    let [dispense, other] = ["B0572", "B0360"].map(|it| described.activities.contains(&it.into()));
    assert!(dispense && !other, "{:?}", described.activities);
}

#[tokio::test]
async fn a_student_is_in_a_role_that_is_open_for_half_a_year() {
    let mut student = SignedIn::with("student").await;
    student.hears([News::role("777700000107"), News::state("active")]).await;
    assert!(student.session().await.has_activity("B0820").await.unwrap());
}

#[tokio::test]
async fn only_roles_that_are_open_now_are_offered() {
    let leaver = SignedIn::with("closing-today").await;
    assert_eq!(ids(&leaver.described().await), ["777700001271", "777700001274"]);
    for closed in ["777700001272", "777700001273"] {
        let refused = leaver.session().await.select_role(closed).await.unwrap_err();
        assert!(matches!(refused, Error::NoSuchRole(_)), "{refused}");
    }
}

#[tokio::test]
async fn roles_at_other_organisations_are_shown_apart_and_never_taken_without_asking() {
    let settings = || at_the_first_practice(Elsewhere::Apart);
    let gp = SignedIn::under(settings(), "gp").await;
    let elsewhere: Vec<_> = gp.described().await.roles.iter().map(|role| role.elsewhere).collect();
    assert_eq!(elsewhere, [false, true, true]);
    let mut nurse = SignedIn::under(settings(), "nurse").await;
    let described = nurse.described().await;
    assert_eq!((ids(&described), described.state.as_str()), (vec![NURSE], "choosing-role"));
    nurse.session().await.select_role(NURSE).await.unwrap();
    nurse.hears([News::role(NURSE), News::state("active")]).await;
}

#[tokio::test]
async fn a_site_may_hide_roles_at_other_organisations() {
    let settings = || at_the_first_practice(Elsewhere::Hidden);
    let mut gp = SignedIn::under(settings(), "gp").await;
    gp.hears([News::role("777700001011"), News::state("active")]).await;
    assert_eq!(ids(&gp.described().await), ["777700001011"]);
    let nurse = SignedIn::under(settings(), "nurse").await;
    assert_eq!(ids(&nurse.described().await), [""; 0]);
    let refused = nurse.session().await.select_role(NURSE).await.unwrap_err();
    assert!(matches!(refused, Error::NoSuchRole(_)), "{refused}");
}
