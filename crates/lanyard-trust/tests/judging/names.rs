//! Constraints on names (RFC 5280 §4.2.1.10), and names that are the same (§7.1).

use lanyard_test_pki::{CertificateDraft, der, extension};

use crate::world::{AUTHORITY_KEY, HOLDER, World, rows, try_all};

const CN: &str = "2.5.4.3";
const O: &str = "2.5.4.10";
const MAIL: &str = "1.2.840.113549.1.9.1";

fn constrain(world: &mut World, permitted: &[Vec<u8>], excluded: &[Vec<u8>]) {
    world.authority.set(extension::name_constraints(permitted, excluded));
}

fn nhs() -> Vec<u8> {
    extension::directory(&der::name(&[(O, "NHS")]))
}

#[test]
fn names_outside_what_an_authority_may_say_are_found() {
    let rows = rows! {
        "its own tree", |world| constrain(world, &[nhs()], &[]), [];
        "another tree", |world| {
            constrain(world, &[extension::directory(&der::name(&[(O, "other")]))], &[]);
        }, ["the holder's certificate: a name lies outside what an authority above may name: directory name"];
        "one of two trees", |world| {
            constrain(world, &[extension::directory(&der::name(&[(O, "other")])), nhs()], &[]);
        }, [];
        "a tree that is excluded", |world| constrain(world, &[], &[nhs()]),
            ["the holder's certificate: a name lies within what an authority above may not name: directory name"];
        "permitted and excluded", |world| constrain(world, &[nhs()], &[extension::directory(&der::name(&[(O, "nhs"), ("2.5.4.11", "people")]))]),
            ["the holder's certificate: a name lies within what an authority above may not name: directory name"];
        "by the anchor", |world| {
            world.root.set(extension::name_constraints(&[extension::directory(&der::name(&[(O, "other")]))], &[]));
        }, ["the holder's certificate: a name lies outside what an authority above may name: directory name",
            "authority 1 above it: a name lies outside what an authority above may name: directory name"];
        "a mail address elsewhere", |world| {
            constrain(world, &[extension::mail("nhs.example")], &[]);
            world.holder.set(extension::alternative_names(&[extension::mail("a@other.example")]));
        }, ["the holder's certificate: a name lies outside what an authority above may name: mail address"];
        "a mail address in the subject elsewhere", |world| {
            constrain(world, &[extension::mail("nhs.example")], &[]);
            world.holder.subject = der::name(&[(CN, HOLDER), (MAIL, "a@other.example")]);
        }, ["the holder's certificate: a name lies outside what an authority above may name: mail address"];
        "a mail address in the right place", |world| {
            constrain(world, &[extension::mail("nhs.example")], &[]);
            world.holder.set(extension::alternative_names(&[extension::mail("a@NHS.example")]));
        }, [];
        "a host that is excluded by a wildcard", |world| {
            constrain(world, &[], &[extension::dns("a.nhs.example")]);
            world.holder.set(extension::alternative_names(&[extension::dns("*.nhs.example")]));
        }, ["the holder's certificate: a name lies within what an authority above may not name: DNS name"];
        "a form that nobody can compare", |world| {
            let upn = der::context(0, &[&der::oid("2.999.1"), &der::context(0, &[&der::utf8("a")])]);
            constrain(world, std::slice::from_ref(&upn), &[]);
            world.holder.set(extension::alternative_names(&[upn]));
        }, ["the holder's certificate: a constraint on names cannot be applied: other name"];
        "a form that does not occur", |world| constrain(world, &[extension::dns("x.example")], &[]), [];
        "an address mask with holes", |world| {
            constrain(world, &[der::primitive(7, &[10, 0, 0, 0, 255, 0, 255, 0])], &[]);
            world.holder.set(extension::alternative_names(&[der::primitive(7, &[10, 0, 0, 1])]));
        }, ["the holder's certificate: a constraint on names cannot be applied: IP address"];
        "constraints by a holder", |world| world.holder.set(extension::name_constraints(&[nhs()], &[])),
            ["the holder's certificate: constraints on names in a certificate that is no authority's"];
        "a minimum that RFC 5280 forbids", |world| {
            let subtree = der::sequence(&[&nhs(), &der::primitive(0, &[1])]);
            let value = der::sequence(&[&der::context(0, &[&subtree])]);
            world.authority.set(extension::extension("2.5.29.30", extension::Critical::Yes, &value));
        }, ["authority 1 above it: extension 2.5.29.30 is malformed"];
    };
    try_all(&rows, World::new);
}

#[test]
fn names_are_the_same_without_case_spaces_and_string_type() {
    let mut world = World::new();
    let cn = der::object(0x31, &[&der::attribute(CN, &der::printable(" SUB "))]);
    let o = der::object(0x31, &[&der::attribute(O, &der::printable("N  HS"))]);
    world.holder.issuer = der::sequence(&[&o, &cn]);
    assert_eq!(world.refusals().len(), 1, "`N HS` is not `nhs`");
    let o = der::object(0x31, &[&der::attribute(O, &der::printable("NHS"))]);
    world.holder.issuer = der::sequence(&[&o, &cn]);
    assert_eq!(world.refusals(), [""; 0]);
}

#[test]
fn a_subject_may_stand_in_alternative_names_alone() {
    let mut world = World::new();
    world.settings.profile = lanyard_trust::Profile::Path;
    world.holder.subject = der::sequence(&[]);
    assert_eq!(world.refusals(), ["the holder's certificate: no subject is named"]);
    let names = extension::alternative_names(&[extension::dns("a.example")]);
    world.holder.set(names);
    assert_eq!(world.refusals(), ["the holder's certificate: no subject is named"]);
    let names = der::sequence(&[&extension::dns("a.example")]);
    world.holder.set(extension::extension("2.5.29.17", extension::Critical::Yes, &names));
    assert_eq!(world.refusals(), [""; 0]);
}

#[test]
fn self_issued_authorities_are_not_bound_by_constraints() {
    let mut world = World::new();
    world.root.set(extension::name_constraints(&[extension::directory(&der::holder(HOLDER))], &[]));
    let renewed = CertificateDraft::authority("Root", "Root", &AUTHORITY_KEY, 5);
    world.further = vec![renewed.signed(&crate::world::ROOT_KEY)];
    world.holder.issuer = der::authority("Root");
    assert_eq!(world.refusals(), [""; 0]);
}
