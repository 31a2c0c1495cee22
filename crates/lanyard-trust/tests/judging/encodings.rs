//! Certificates that are no DER: lengths, ends, dates in odd forms.

use lanyard_test_pki::{Key, der};

use crate::world::{AUTHORITY_KEY, World, rows, try_all};

#[test]
fn what_is_not_der_is_not_read() {
    let rows = rows! {
        "a byte after it", |world| appended(world, &[0]),
            ["the holder's certificate: the certificate is malformed: 1 bytes follow the end"];
        "cut", |world| cut(world, 1),
            ["the holder's certificate: the certificate is malformed: the bytes end before the object does"];
        "nothing", |world| world.holder_der = Some(Vec::new()),
            ["the holder's certificate: the certificate is malformed: the bytes end before the object does"];
        "a set instead of a sequence", |world| first_byte(world, 0x31),
            ["the holder's certificate: the certificate is malformed: object 31 stands where 30 is expected"];
        "indefinite length", |world| {
            let body = world.holder_der()[4..].to_vec();
            world.holder_der = Some([&[0x30, 0x80], &*body, &[0, 0]].concat());
        }, ["the holder's certificate: the certificate is malformed: a length is not in its one DER form"];
        "a length with a spare byte", |world| {
            let der = world.holder_der();
            world.holder_der = Some([&[0x30, 0x83, 0], &der[2..]].concat());
        }, ["the holder's certificate: the certificate is malformed: a length is not in its one DER form"];
        "a short length in long form, inside", |world| world.holder.serial = vec![2, 0x81, 1, 7],
            ["the holder's certificate: the certificate is malformed: a length is not in its one DER form"];
        "a field too many", |world| world.holder.unique_ids = der::object(5, &[]),
            ["the holder's certificate: the certificate is malformed: 22 bytes follow the end"];
        "a third date", |world| world.holder.not_after = [der::utc("300101000000Z"), der::utc("300101000000Z")].concat(),
            ["the holder's certificate: the certificate is malformed: 15 bytes follow the end"];
        "a date without seconds", |world| world.holder.not_after = der::utc("3001010000Z"),
            ["the holder's certificate: the certificate is malformed: a date is not in one of the forms of RFC 5280"];
        "a date with a zone", |world| world.holder.not_after = der::utc("300101000000+0000"),
            ["the holder's certificate: the certificate is malformed: a date is not in one of the forms of RFC 5280"];
        "a date with fractions", |world| world.holder.not_after = der::generalized("20300101000000.0Z"),
            ["the holder's certificate: the certificate is malformed: a date is not in one of the forms of RFC 5280"];
        "a date without zone", |world| world.holder.not_after = der::generalized("20300101000000"),
            ["the holder's certificate: the certificate is malformed: a date is not in one of the forms of RFC 5280"];
        "the thirtieth of February", |world| world.holder.not_after = der::utc("300230000000Z"),
            ["the holder's certificate: the certificate is malformed: a date is not in one of the forms of RFC 5280"];
        "a date that is text", |world| world.holder.not_after = der::utf8("300101000000Z"),
            ["the holder's certificate: the certificate is malformed: object 0C stands where 17 is expected"];
        "a year before 2050 in the long form", |world| world.holder.not_after = der::generalized("20300101000000Z"), [];
        "an empty set in the subject", |world| world.holder.subject = der::sequence(&[&der::object(0x31, &[])]),
            ["the holder's certificate: the certificate is malformed: a value is not in its one DER form"];
        "an attribute without value", |world| {
            let attribute = der::sequence(&[&der::oid("2.5.4.3")]);
            world.holder.subject = der::sequence(&[&der::object(0x31, &[&attribute])]);
        }, ["the holder's certificate: the certificate is malformed: the bytes end before the object does"];
        "an object identifier that does not end", |world| {
            let attribute = der::sequence(&[&der::object(6, &[&[0x55, 0x84]]), &der::utf8("x")]);
            world.holder.subject = der::sequence(&[&der::object(0x31, &[&attribute])]);
        }, ["the holder's certificate: the certificate is malformed: a value is not in its one DER form"];
        "key bits that are no whole bytes", |world| {
            let key = Key::p256().info();
            let at = key.windows(3).position(|window| window == [3, 66, 0]).unwrap();
            world.holder.key = [&key[..at + 2], &[1], &key[at + 3..]].concat();
        }, ["the holder's certificate: the certificate is malformed: a value is not in its one DER form"];
        "signature bits that are no whole bytes", |world| {
            let der = world.holder.signed(&AUTHORITY_KEY);
            let at = (0..der.len()).rev().find(|at| der[*at..].starts_with(&[0, 0x30])).unwrap();
            world.holder_der = Some([&der[..at], &[1], &der[at + 1..]].concat());
        }, ["the holder's certificate: its signature: the signature is wrong"];
        "an extension without value", |world| {
            world.holder.extensions.push(der::sequence(&[&der::oid("2.999.1")]));
        }, ["the holder's certificate: the certificate is malformed: the bytes end before the object does"];
        "extensions that are there but empty", |world| {
            world.holder.extensions.clear();
            world.holder.unique_ids = der::context(3, &[&der::sequence(&[])]);
        }, ["the holder's certificate: the certificate is malformed: a value is not in its one DER form"];
    };
    try_all(&rows, World::new);
}

#[test]
fn every_cut_of_a_certificate_is_refused_and_named() {
    let whole = World::new().holder_der();
    for end in 0..whole.len() {
        let mut world = World::new();
        world.holder_der = Some(whole[..end].to_vec());
        assert_eq!(world.refusals().len(), 1, "{end}");
    }
}

#[test]
fn no_changed_byte_goes_unnoticed() {
    let whole = World::new().holder_der();
    for at in 0..whole.len() {
        let mut world = World::new();
        let mut der = whole.clone();
        der[at] ^= 0x55;
        world.holder_der = Some(der);
        assert!(!world.refusals().is_empty(), "{at}");
    }
}

fn appended(world: &mut World, tail: &[u8]) {
    world.holder_der = Some([&world.holder_der(), tail].concat());
}

fn cut(world: &mut World, bytes: usize) {
    let mut der = world.holder_der();
    der.truncate(der.len() - bytes);
    world.holder_der = Some(der);
}

fn first_byte(world: &mut World, byte: u8) {
    let mut der = world.holder_der();
    der[0] = byte;
    world.holder_der = Some(der);
}
