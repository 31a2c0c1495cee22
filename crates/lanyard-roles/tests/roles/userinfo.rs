//! Documents as real services write them, and as nobody should.

use lanyard_roles::{DocumentFault, Person, RoleFault};
use serde_json::{Value, json};

/// As the national service answers.
fn answer() -> Value {
    json!({
        "nhsid_useruid": "656005750104", "name": "Test User", "given_name": "Test",
        "family_name": "User", "title": "Mr", "idassurancelevel": "3", "sub": "656005750104",
        "nhsid_nrbac_roles": [{
            "person_orgid": "656005753107", "person_roleid": "656005754108", "org_code": "X09",
            "role_name": "\"Admin & Clerical\":\"Management - A & C\":\"Registration Authority Manager\"",
            "role_code": "S0080:G0450:R5080",
            "activities": ["Receive Legal Override and Emergency View Alerts"],
            "activity_codes": ["B0015"],
            "workgroups": ["a group"], "workgroups_codes": ["655694018104"],
            "aow": ["\"Pathology\":\"Pathology\":\"Phlebotomy\""],
            "aow_codes": ["P0020:Q0300:T0640"]
        }],
        "nhsid_user_orgs": [{ "org_name": "NHS CONNECTING FOR HEALTH", "org_code": "X09" }]
    })
}

fn parse(answer: &Value) -> Result<(Person, Vec<RoleFault>), DocumentFault> {
    let (person, problems) = Person::parse(answer.to_string().as_bytes())?;
    Ok((person, problems.into_iter().map(|problem| problem.fault).collect()))
}

/// The one fault that a change of the role makes.
fn fault(change: impl Fn(&mut Value)) -> RoleFault {
    let mut answer = answer();
    change(&mut answer["nhsid_nrbac_roles"][0]);
    let (person, mut faults) = parse(&answer).unwrap();
    assert_eq!((person.roles.len(), faults.len()), (0, 1), "{answer}");
    faults.remove(0)
}

#[test]
fn an_answer_of_the_national_service_is_read_as_it_is() {
    let (person, faults) = parse(&answer()).unwrap();
    assert_eq!(faults, []);
    assert_eq!(person.uuid.to_string(), "656005750104");
    assert_eq!(person.name.as_deref(), Some("Test User"));
    assert_eq!(person.identity_assurance.as_deref(), Some("3"));
    let role = &person.roles[0];
    assert_eq!(role.code.to_string(), "S0080:G0450:R5080");
    assert_eq!(role.areas[0].to_string(), "P0020:Q0300:T0640");
    assert_eq!(role.short_name(), "Registration Authority Manager");
    let name = person.organisation_name(&role.organisation);
    assert_eq!(name, Some("NHS CONNECTING FOR HEALTH"));
}

#[test]
fn what_real_data_leaves_out_or_writes_otherwise_is_no_fault() {
    let (expected, _) = parse(&answer()).unwrap();
    let mut other = answer();
    other["idassurancelevel"] = json!(3);
    let role = &mut other["nhsid_nrbac_roles"][0];
    role["person_roleid"] = json!(656_005_754_108_u64);
    role["activity_codes"] = json!("B0015");
    role["activities"] = json!("Receive Legal Override and Emergency View Alerts");
    role["workgroups_codes"] = json!([655_694_018_104_u64]);
    assert_eq!(parse(&other).unwrap(), (expected, Vec::new()));

    let mut bare = answer();
    let role = &mut bare["nhsid_nrbac_roles"][0];
    for field in ["activities", "activity_codes", "workgroups", "workgroups_codes", "aow"] {
        role.as_object_mut().unwrap().remove(field);
    }
    role["aow_codes"] = Value::Null;
    bare["nhsid_user_orgs"] = json!([{ "org_code": "X09" }]);
    bare["name"] = json!("");
    let (person, faults) = parse(&bare).unwrap();
    assert_eq!((person.roles.len(), faults), (1, Vec::new()));
    assert_eq!(person.organisation_name(&person.roles[0].organisation), None);
    assert_eq!(person.name.as_deref(), Some("Mr Test User"));
}

#[test]
fn whoever_has_no_role_is_read_too() {
    for roles in [Value::Null, json!([])] {
        let mut answer = answer();
        answer["nhsid_nrbac_roles"] = roles;
        assert_eq!(parse(&answer).unwrap().0.roles, []);
    }
    let one_without_list = {
        let mut answer = answer();
        answer["nhsid_nrbac_roles"] = answer["nhsid_nrbac_roles"][0].take();
        answer
    };
    assert_eq!(parse(&one_without_list).unwrap().0.roles.len(), 1);
}

#[test]
fn a_role_without_a_required_field_is_left_out() {
    for field in ["person_orgid", "person_roleid", "org_code", "role_code", "role_name"] {
        let removed = |role: &mut Value| _ = role.as_object_mut().unwrap().remove(field);
        assert_eq!(fault(removed), RoleFault::Missing(field));
        assert_eq!(fault(|role| role[field] = json!("")), RoleFault::Missing(field));
        assert_eq!(fault(|role| role[field] = Value::Null), RoleFault::Missing(field));
        let of_list = fault(|role| role[field] = json!(["a", "b"]));
        assert!(matches!(of_list, RoleFault::Shape(_)), "{of_list}");
    }
}

#[test]
fn codes_and_dates_in_another_form_leave_the_role_out() {
    for (field, value) in [
        ("org_code", "x09"),
        ("org_code", "X09 "),
        ("role_code", "R5080"),
        ("person_roleid", "656005754108\n"),
        ("nhsOpenDate", "2026-01-01"),
        ("nhsCloseDate", "20260230"),
        ("nhsCloseDate", "never"),
    ] {
        assert_eq!(fault(|role| role[field] = json!(value)), RoleFault::Form(field), "{value}");
    }
}

#[test]
fn codes_that_are_none_give_nothing_and_are_told() {
    let mut answer = answer();
    answer["nhsid_nrbac_roles"][0]["activity_codes"] = json!(["B0825", "everything", "B0825"]);
    let (person, _) = parse(&answer).unwrap();
    let role = &person.roles[0];
    assert_eq!(role.activities.iter().map(ToString::to_string).collect::<Vec<_>>(), ["B0825"]);
    assert_eq!(role.unread_codes, ["everything"]);
}

#[test]
fn of_two_roles_with_one_identifier_neither_counts() {
    let mut answer = answer();
    let mut other = answer["nhsid_nrbac_roles"][0].clone();
    other["org_code"] = json!("Y0101");
    let third = {
        let mut third = other.clone();
        third["person_roleid"] = json!("1");
        third
    };
    let roles = answer["nhsid_nrbac_roles"].as_array_mut().unwrap();
    roles.extend([third, other]);
    let (person, faults) = parse(&answer).unwrap();
    assert_eq!(person.roles.len(), 1);
    assert_eq!(person.roles[0].id.as_str(), "1");
    assert_eq!(faults.len(), 2);
    assert!(faults.iter().all(|fault| matches!(fault, RoleFault::Duplicate { .. })));
}

#[test]
fn a_field_that_stands_there_twice_is_no_field() {
    let twice = answer()
        .to_string()
        .replace(r#""org_code":"X09","person"#, r#""org_code":"X09","org_code":"Y0101","person"#);
    let (person, problems) = Person::parse(twice.as_bytes()).unwrap();
    assert_eq!((person.roles.len(), problems.len()), (0, 1));
    let twice = br#"{"nhsid_useruid":"656005750104","nhsid_useruid":"656005750105"}"#;
    assert!(matches!(Person::parse(twice), Err(DocumentFault::Shape(_))));
}

#[test]
fn what_is_no_document_is_refused_as_a_whole() {
    for uuid in ["", "65600575010", "65600575010x"] {
        let mut answer = answer();
        answer["nhsid_useruid"] = json!(uuid);
        assert_eq!(parse(&answer), Err(DocumentFault::Uuid));
    }
    for text in ["", "[]", "{", "null"] {
        let refused = Person::parse(text.as_bytes()).unwrap_err();
        assert!(matches!(refused, DocumentFault::Shape(_)), "{text}: {refused}");
    }
    let mut many = answer();
    many["nhsid_nrbac_roles"] = vec![json!({}); 257].into();
    let fault = DocumentFault::TooMany { what: "roles", limit: 256 };
    assert_eq!(parse(&many), Err(fault));
    let mut long = answer();
    long["name"] = json!("a".repeat(1025));
    assert_eq!(parse(&long), Err(DocumentFault::LongText { field: "name" }));
    assert_eq!(Person::parse(&vec![b' '; 256 * 1024 + 1]), Err(DocumentFault::TooLong));
}

#[test]
fn a_list_is_never_taken_for_an_object_by_the_places_of_its_values() {
    let mut answer = answer();
    let list = json!(["1", "2", "X09", "S0080:G0450:R5080", "a role"]);
    answer["nhsid_nrbac_roles"] = json!([list]);
    let (person, faults) = parse(&answer).unwrap();
    assert_eq!((person.roles.len(), faults), (0, vec![RoleFault::Shape("not an object".into())]));
}
