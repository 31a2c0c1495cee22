//! Roles that a ticket cannot prove: nobody but a registration authority makes one, and each authority only
//! at its own organisations.

use lanyard_test_roles::Authority;
use serde_json::{Value, json};

use crate::forge::{HOLDER, NOW, role, role_for, signed, userinfo, with_another_signature};
use crate::judges::{Case, Tampering, each_is_named, words};

#[test]
fn nobody_but_an_authority_makes_a_role() {
    let tamperings: Vec<Tampering> = vec![
        (|it, _| it.role = with_another_signature(&it.role), "role-tampered"),
        (
            // The workstation's root, with the key of the session.
            |it, world| {
                let header = json!({ "alg": "ES256", "kid": "north", "typ": "lanyard-role+jwt" });
                let mut claims = userinfo("RZZ01");
                claims["iat"] = json!(NOW);
                claims["exp"] = json!(NOW + 60);
                it.role = signed(&world.session, &header, &claims);
            },
            "role-tampered",
        ),
        (
            |it, _| it.role = role(&Authority::new("north"), &userinfo("RZZ01"), NOW),
            "role-tampered",
        ),
        (
            |it, _| it.role = role(&Authority::new("east"), &userinfo("RZZ01"), NOW),
            "role-unknown-key",
        ),
        (
            |it, world| it.role = role(&world.north, &userinfo("A99901"), NOW),
            "role-key-not-allowed",
        ),
        (|it, world| it.role = role(&world.south, &userinfo("A99901"), NOW), "ok"),
        (
            |it, world| {
                let mut other = userinfo("RZZ01");
                other["nhsid_useruid"] = json!("999900000103");
                it.role = role(&world.north, &other, NOW);
            },
            "role-wrong-uuid",
        ),
        (|it, _| it.role = String::new(), "role-malformed"),
        (
            |it, world| {
                let claims = json!({ "nhsid_useruid": HOLDER, "iat": NOW, "exp": NOW + 60 });
                let person =
                    world.north.key.sign("lanyard-person+jwt", claims.to_string().as_bytes());
                it.role = person.unwrap();
            },
            "role-malformed",
        ),
        (
            |it, world| {
                let header = json!({ "alg": "PS256", "kid": "north", "typ": "lanyard-role+jwt" });
                it.role = signed(&world.stranger, &header, &userinfo("RZZ01"));
            },
            "role-tampered",
        ),
    ];
    each_is_named(&tamperings);
}

#[test]
fn a_role_counts_as_long_as_its_authority_says() {
    let tamperings: Vec<Tampering> = vec![
        (
            |it, world| it.role = role_for(&world.north, &userinfo("RZZ01"), NOW - 60, NOW),
            "role-expired",
        ),
        (
            |it, world| it.role = role_for(&world.north, &userinfo("RZZ01"), NOW + 301, NOW + 999),
            "role-not-yet-issued",
        ),
        (
            |it, world| it.role = role_for(&world.north, &userinfo("RZZ01"), NOW + 300, NOW + 999),
            "ok",
        ),
        (
            |it, world| {
                let mut over = userinfo("RZZ01");
                over["nhsid_nrbac_roles"][0]["nhsCloseDate"] = json!("20260901");
                it.role = role(&world.north, &over, NOW);
            },
            "role-closed",
        ),
        (
            |it, world| {
                let mut early = userinfo("RZZ01");
                early["nhsid_nrbac_roles"][0]["nhsOpenDate"] = json!(20_260_902);
                it.role = role(&world.north, &early, NOW);
            },
            "role-not-yet-open",
        ),
        (
            |it, world| {
                let mut unclear = userinfo("RZZ01");
                unclear["nhsid_nrbac_roles"][0]["nhsCloseDate"] = json!("2027-01-01");
                it.role = role(&world.north, &unclear, NOW);
            },
            "role-malformed",
        ),
    ];
    each_is_named(&tamperings);
}

#[test]
fn a_role_s_statement_has_one_role_in_its_form() {
    let tamperings: Vec<Tampering> = vec![
        (
            |it, world| {
                let mut two = userinfo("RZZ01");
                let other = lanyard_test_roles::role(103, "RZZ01", "R8001", "Nurse");
                two["nhsid_nrbac_roles"].as_array_mut().unwrap().push(other);
                it.role = role(&world.north, &two, NOW);
            },
            "role-malformed",
        ),
        (
            |it, world| {
                let mut none = userinfo("RZZ01");
                none["nhsid_nrbac_roles"] = Value::Null;
                it.role = role(&world.north, &none, NOW);
            },
            "role-malformed",
        ),
        (
            |it, world| {
                let mut nowhere = userinfo("RZZ01");
                nowhere["nhsid_nrbac_roles"][0]["org_code"] = json!("rzz01");
                it.role = role(&world.north, &nowhere, NOW);
            },
            "role-malformed",
        ),
        (
            |it, world| {
                let mut nameless = userinfo("RZZ01");
                nameless["nhsid_nrbac_roles"][0]["role_name"] = json!("");
                it.role = role(&world.north, &nameless, NOW);
            },
            "role-malformed",
        ),
        (
            |it, world| {
                let mut lenient = userinfo("RZZ01");
                lenient["nhsid_useruid"] = json!(999_900_000_102_i64);
                lenient["nhsid_nrbac_roles"] = lenient["nhsid_nrbac_roles"][0].take();
                lenient["nhsid_nrbac_roles"]["org_code"] = json!(["RZZ01"]);
                it.role = role(&world.north, &lenient, NOW);
            },
            "ok",
        ),
    ];
    each_is_named(&tamperings);
}

/// Midnight is England's, in summer and in winter, on both sides of each change of the clocks.
#[test]
fn both_verifiers_close_a_role_at_the_same_second() {
    let world = crate::forge::World::new();
    let midnights = [
        ("20260901", 1_788_217_200),
        ("20260329", 1_774_742_400),
        ("20260330", 1_774_825_200),
        ("20261025", 1_792_882_800),
        ("20261026", 1_792_972_800),
        ("20270101", 1_798_761_600),
    ];
    let mut cases = Vec::new();
    for (day, midnight) in midnights {
        for now in [midnight - 1, midnight] {
            let mut draft = world.draft(now);
            let mut closing = userinfo("RZZ01");
            closing["nhsid_nrbac_roles"][0]["nhsCloseDate"] = json!(day);
            draft.role = role(&world.north, &closing, now);
            cases.push(Case::of(&draft, &world));
        }
    }
    let expected: Vec<&str> = midnights.iter().flat_map(|_| ["ok", "role-closed"]).collect();
    assert_eq!(words(&cases), expected);
}
