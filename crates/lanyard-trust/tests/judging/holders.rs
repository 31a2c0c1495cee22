//! Whom a subject names, and what is ambiguous.

use lanyard_test_pki::der;

use crate::world::{HOLDER, World, rows, try_all};

const CN: &str = "2.5.4.3";
const UID: &str = "0.9.2342.19200300.100.1.1";
const OTHER: &str = "999900000199";

#[test]
fn a_subject_names_exactly_one_holder() {
    let rows = rows! {
        "a common name of 12 digits", |world| world.holder.subject = der::name(&[(CN, HOLDER)]), [];
        "a UID of 12 digits", |world| world.holder.subject = der::name(&[(UID, HOLDER)]), [];
        "both, the same", |world| world.holder.subject = der::name(&[(CN, HOLDER), (UID, HOLDER)]), [];
        "a person's name and a UID", |world| {
            world.holder.subject = der::name(&[(CN, "Test Nurse"), (UID, HOLDER)]);
        }, [];
        "both, differing", |world| world.holder.subject = der::name(&[(CN, HOLDER), (UID, OTHER)]),
            ["the holder's certificate: the subject names more than one holder"];
        "two common names", |world| world.holder.subject = der::name(&[(CN, HOLDER), (CN, OTHER)]),
            ["the holder's certificate: the subject names more than one holder"];
        "two common names in one set", |world| {
            let pair = [der::attribute(CN, &der::utf8(HOLDER)), der::attribute(CN, &der::utf8("x"))];
            world.holder.subject = der::sequence(&[&der::object(0x31, &[&pair.concat()])]);
        }, ["the holder's certificate: the subject names more than one holder"];
        "the same twice", |world| world.holder.subject = der::name(&[(CN, HOLDER), (CN, HOLDER)]),
            ["the holder's certificate: the subject names more than one holder"];
        "eleven digits", |world| world.holder.subject = der::name(&[(CN, "99990000010")]),
            ["the holder's certificate: the subject's common name or UID is not of 12 digits"];
        "thirteen digits", |world| world.holder.subject = der::name(&[(CN, "9999000001020")]),
            ["the holder's certificate: the subject's common name or UID is not of 12 digits"];
        "digits of another script", |world| world.holder.subject = der::name(&[(CN, "９９９９００００１０２0")]),
            ["the holder's certificate: the subject's common name or UID is not of 12 digits"];
        "digits with a space", |world| world.holder.subject = der::name(&[(CN, " 999900000102")]),
            ["the holder's certificate: the subject's common name or UID is not of 12 digits"];
        "a common name that is no text", |world| {
            let attribute = der::attribute(CN, &der::octets(&[HOLDER.as_bytes()]));
            world.holder.subject = der::sequence(&[&der::object(0x31, &[&attribute])]);
        }, ["the holder's certificate: the subject's common name or UID is not of 12 digits"];
        "neither", |world| world.holder.subject = der::name(&[("2.5.4.10", "nhs")]),
            ["the holder's certificate: the subject names no holder: neither a common name nor a UID"];
    };
    try_all(&rows, World::new);
}
