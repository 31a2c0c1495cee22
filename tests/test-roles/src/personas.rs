//! Who has which roles. The names and holders are those of the virtual card's personas.

use jiff::Timestamp;
use jiff::civil::Date;
use lanyard_roles::{Uuid, day_at};
use serde_json::{Value, json};

use crate::catalogue::PHARMACY;

/// A persona's role document, as `userinfo` answers it.
#[derive(Clone, Debug, PartialEq)]
pub struct Persona {
    /// The name, as the virtual card's.
    pub name: &'static str,
    /// Whose it is.
    pub holder: Uuid,
    /// The document.
    pub userinfo: Value,
}

/// Practices and others that no register has.
const ORGANISATIONS: [(&str, &str); 6] = [
    ("A99901", "TEST PRACTICE ONE"),
    ("A99902", "TEST PRACTICE TWO"),
    ("A99903", "TEST PRACTICE THREE"),
    ("RZZ01", "TEST HOSPITAL"),
    ("RZZ99", "TEST REGISTRATION AUTHORITY"),
    ("FFFFF", "NATIONAL LOCUM PHARMACY"),
];

/// The role documents of all personas, as they are at this time.
pub fn personas(now: Timestamp) -> Vec<Persona> {
    let nurse = |number| role(number, "RZZ01", "R8001", "Nurse");
    let simple = [
        ("expired", 111, "Test Expired"),
        ("not-yet-valid", 112, "Test Future"),
        ("expiring", 113, "Test Renewal"),
        ("revoked", 114, "Test Revoked"),
        ("untrusted", 115, "Test Untrusted"),
        ("blocked", 117, "Test Blocked"),
        ("one-try-left", 118, "Test Lasttry"),
        ("issued-locked", 119, "Test Newcard"),
        ("ten-tries", 120, "Test Tentries"),
        ("slow", 124, "Test Slow"),
        ("t0", 126, "Test Tzero"),
    ];
    let simple =
        simple.map(|(name, number, holder)| person(name, number, holder, vec![nurse(number)]));
    [
        gp(),
        person("nurse", 102, "Test Nurse", vec![nurse(102)]),
        receptionist(),
        pharmacist(),
        rich(),
        person("roleless", 106, "Test Norole", Vec::new()),
        student(now),
        person("lsa", 108, "Test Administrator", vec![role(108, "RZZ01", "R8010", "Clerical")]),
        sponsor(),
        ra(),
        closing_today(now),
    ]
    .into_iter()
    .chain(simple)
    .collect()
}

/// The document of one persona.
pub fn persona(name: &str, now: Timestamp) -> Persona {
    let found = personas(now).into_iter().find(|persona| persona.name == name);
    found.expect("a persona of this name")
}

/// A role with the fields that are always there. Different numbers make different roles.
pub fn role(number: u32, organisation: &str, job_role: &str, name: &str) -> Value {
    json!({
        "person_orgid": format!("8888{number:08}"),
        "person_roleid": format!("7777{number:08}"),
        "org_code": organisation,
        "role_code": format!("S8000:G8000:{job_role}"),
        "role_name": format!("\"Clinical\":\"Clinical Access\":\"{name}\""),
    })
}

fn person(name: &'static str, number: u32, whole_name: &str, roles: Vec<Value>) -> Persona {
    let holder = format!("9999{number:08}");
    let (given, family) = whole_name.split_once(' ').unwrap_or((whole_name, ""));
    let codes: Vec<&Value> = roles.iter().map(|role| &role["org_code"]).collect();
    let at = |(code, _): &&(&str, &str)| codes.iter().any(|known| *known == code);
    let organisations: Vec<Value> = ORGANISATIONS
        .iter()
        .filter(at)
        .map(|(code, name)| json!({ "org_code": code, "org_name": name }))
        .collect();
    let mut userinfo = json!({
        "nhsid_useruid": holder,
        "name": whole_name,
        "given_name": given,
        "family_name": family,
        "idassurancelevel": "3",
        "nhsid_user_orgs": organisations,
    });
    if !roles.is_empty() {
        userinfo["nhsid_nrbac_roles"] = roles.into();
    }
    Persona { name, holder: Uuid::parse(&holder).expect("twelve digits"), userinfo }
}

/// Three practices, three roles.
fn gp() -> Persona {
    let practices = ["A99901", "A99902", "A99903"];
    let at = |(number, practice)| role(number, practice, "R0260", "General Medical Practitioner");
    person("gp", 101, "Test Practitioner", (1011..).zip(practices).map(at).collect())
}

fn receptionist() -> Persona {
    let mut receptionist = role(103, "A99901", "R8009", "Receptionist");
    receptionist["activities"] = json!(["Perform Patient Trace"]);
    receptionist["activity_codes"] = json!(["B0264"]);
    person("receptionist", 103, "Test Receptionist", vec![receptionist])
}

/// A locum: one role, at the organisation that obliges to a notice.
fn pharmacist() -> Persona {
    let mut pharmacist = role(104, "FFFFF", "R8003", "Health Professional");
    pharmacist["aow"] = json!(["\"Pharmacy\":\"Pharmacy\":\"Pharmacy\""]);
    pharmacist["aow_codes"] = json!([PHARMACY]);
    person("pharmacist", 104, "Test Pharmacist", vec![pharmacist])
}

/// Forty roles at forty organisations, most of which have no name here.
fn rich() -> Persona {
    let job_roles = [("R8000", "Clinical Practitioner"), ("R8008", "Admin/Clinical Support")];
    let roles = (1_050_u32..1_090).zip(job_roles.into_iter().cycle());
    let roles = roles.map(|(number, (job_role, name))| {
        let mut role = role(number, &format!("Z{number}"), job_role, name);
        role["workgroups"] = json!(["Test Workgroup"]);
        role["workgroups_codes"] = json!([format!("6666{number:08}")]);
        role
    });
    person("rich", 105, "Test Manyroles", roles.collect())
}

/// A placement that began a month ago and ends in half a year.
fn student(now: Timestamp) -> Persona {
    let mut student = role(107, "RZZ01", "R8004", "Healthcare Student");
    student["nhsOpenDate"] = json!(written(in_days(now, -30)));
    student["nhsCloseDate"] = json!(written(in_days(now, 180)));
    person("student", 107, "Test Student", vec![student])
}

fn sponsor() -> Persona {
    let mut sponsor = role(109, "RZZ01", "R8010", "Clerical");
    sponsor["activity_codes"] = json!(["B1300"]);
    person("sponsor", 109, "Test Sponsor", vec![sponsor])
}

fn ra() -> Persona {
    let mut manager = role(110, "RZZ99", "R5080", "Registration Authority Manager");
    manager["role_code"] = json!("S0080:G0450:R5080");
    person("ra", 110, "Test Registrar", vec![manager])
}

/// One role ends with this day, one ended with yesterday, one begins tomorrow, and one stays.
fn closing_today(now: Timestamp) -> Persona {
    let mut today = role(1271, "RZZ01", "R8001", "Nurse");
    today["nhsOpenDate"] = json!("20200101");
    today["nhsCloseDate"] = json!(written(in_days(now, 1)));
    let mut yesterday = role(1272, "A99901", "R8001", "Nurse");
    yesterday["nhsCloseDate"] = json!(written(in_days(now, 0)));
    let mut tomorrow = role(1273, "A99902", "R8001", "Nurse");
    tomorrow["nhsOpenDate"] = json!(written(in_days(now, 1)));
    let stays = role(1274, "A99903", "R8001", "Nurse");
    person("closing-today", 127, "Test Leaver", vec![today, yesterday, tomorrow, stays])
}

fn in_days(now: Timestamp, days: i64) -> Date {
    day_at(now).saturating_add(jiff::Span::new().days(days))
}

/// `YYYYMMDD`.
fn written(day: Date) -> String {
    format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
}
