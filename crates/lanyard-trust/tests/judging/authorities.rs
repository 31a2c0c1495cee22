//! Each field of an authority's certificate wrong in turn, and the policies that are asked for.

use lanyard_test_pki::extension::{self, Critical};
use lanyard_test_pki::{Algorithm, Key, der};

use crate::world::{OTHER_KEY, World, rows, try_all};

#[test]
fn each_wrong_field_of_an_authoritys_certificate_is_its_own_finding() {
    let rows = rows! {
        "signed by somebody else", |world| world.authority_signer = OTHER_KEY.clone(),
            ["authority 1 above it: its signature: the signature is wrong"];
        "expired", |world| world.authority.not_after = der::utc("260101000000Z"),
            ["authority 1 above it: expired at 2026-01-01T00:00:00Z"];
        "not begun", |world| world.authority.not_before = der::utc("280101000000Z"),
            ["authority 1 above it: not valid before 2028-01-01T00:00:00Z"];
        "no basic constraints", |world| world.authority.remove(&extension::no_authority()),
            ["authority 1 above it: key usage keyCertSign without being an authority",
             "authority 1 above it: it issued a certificate without being an authority"];
        "basic constraints deny it", |world| world.authority.set(extension::no_authority()),
            ["authority 1 above it: key usage keyCertSign without being an authority",
             "authority 1 above it: it issued a certificate without being an authority"];
        "may not sign certificates", |world| world.authority.set(extension::key_usage(extension::CRL_SIGN)),
            ["authority 1 above it: its key may not sign certificates"];
        "path length malformed", |world| {
            world.authority.set(extension::extension("2.5.29.19", Critical::Yes,
                &der::sequence(&[&der::object(1, &[&[0xFF]]), &der::integer(&[0xFF])])));
        }, ["authority 1 above it: extension 2.5.29.19 is malformed",
            "authority 1 above it: key usage keyCertSign without being an authority",
            "authority 1 above it: it issued a certificate without being an authority"];
        "truth that is no DER", |world| {
            world.authority.set(extension::extension("2.5.29.19", Critical::Yes,
                &der::sequence(&[&der::object(1, &[&[1]])])));
        }, ["authority 1 above it: extension 2.5.29.19 is malformed",
            "authority 1 above it: key usage keyCertSign without being an authority",
            "authority 1 above it: it issued a certificate without being an authority"];
        "an authority below one that may have none", |world| {
            world.root.set(extension::basic_constraints(Some(0)));
        }, ["authority 1 above it: more authorities stand below an authority than it may have"];
        "exactly as many as it may have", |world| world.root.set(extension::basic_constraints(Some(1))), [];
        "the anchor may not sign", |world| world.root.set(extension::key_usage(extension::CRL_SIGN)),
            ["authority 2 above it: its key may not sign certificates"];
        "the anchor expired", |world| world.root.not_after = der::utc("240101000000Z"),
            ["authority 2 above it: expired at 2024-01-01T00:00:00Z"];
        "unknown critical extension", |world| {
            world.authority.set(extension::extension("2.999.7", Critical::Yes, &[5, 0]));
        }, ["authority 1 above it: the critical extension 2.999.7 is not understood"];
        "unknown critical extension of the anchor", |world| {
            world.root.set(extension::extension("2.999.7", Critical::Yes, &[5, 0]));
        }, ["authority 2 above it: the critical extension 2.999.7 is not understood"];
        "version 1", |world| { world.authority.version.clear(); world.authority.extensions.clear(); },
            ["authority 1 above it: it issued a certificate without being an authority"];
        "algorithms differ", |world| world.authority.inner_algorithm = Algorithm::RsaSha1.identifier(),
            ["authority 1 above it: the algorithm that is signed is not the one of the signature"];
        "constraints on names not critical", |world| {
            let permitted = der::context(0, &[&der::sequence(&[&extension::directory(&der::name(&[]))])]);
            world.authority.set(extension::extension("2.5.29.30", Critical::No, &der::sequence(&[&permitted])));
        }, ["authority 1 above it: extension 2.5.29.30 is critical or not against the standard"];
        "empty constraints on names", |world| world.authority.set(extension::name_constraints(&[], &[])),
            ["authority 1 above it: extension 2.5.29.30 is malformed"];
        "a mapping from any policy", |world| {
            let pair = der::sequence(&[&der::oid("2.5.29.32.0"), &der::oid("2.999.1")]);
            world.authority.set(extension::extension("2.5.29.33", Critical::Yes, &der::sequence(&[&pair])));
        }, ["authority 1 above it: anyPolicy is mapped to or from another policy"];
        "demands a policy that nobody has", |world| {
            let constraints = der::sequence(&[&der::primitive(0, &[0])]);
            world.authority.set(extension::extension("2.5.29.36", Critical::Yes, &constraints));
        }, ["the holder's certificate: no certificate policy holds that is asked for"];
        "constraints on policies that say nothing", |world| {
            world.authority.set(extension::extension("2.5.29.36", Critical::Yes, &der::sequence(&[])));
        }, ["authority 1 above it: extension 2.5.29.36 is malformed"];
        "a SHA-1 signature", |world| weak_authority(world, 2048, Algorithm::RsaSha1),
            ["the holder's certificate: its signature: the signature's algorithm or the signer's key is too weak"];
        "an RSA key of 1024 bits", |world| weak_authority(world, 1024, Algorithm::RsaSha256),
            ["the holder's certificate: its signature: the signature's algorithm or the signer's key is too weak"];
        "both, where the site takes the danger", |world| {
            weak_authority(world, 1024, Algorithm::RsaSha1);
            world.settings.algorithms = lanyard_trust::Algorithms::DangerWeakToo;
        }, [];
        "an RSA key of 768 bits in spite of that", |world| {
            weak_authority(world, 768, Algorithm::RsaSha256);
            world.settings.algorithms = lanyard_trust::Algorithms::DangerWeakToo;
        }, ["the holder's certificate: its signature: the signature's algorithm or the signer's key is too weak"];
    };
    try_all(&rows, World::new);
}

#[test]
fn the_policies_of_a_site_are_asked_for() {
    fn demanded(world: &mut World, policy: &str) {
        world.settings.policies.accepted = vec![policy.parse().unwrap()];
    }
    let rows = rows! {
        "none, and none demanded", |_| {}, [];
        "one, and none has it", |world| demanded(world, "2.999.1"),
            ["authority 1 above it: no certificate policy holds that is asked for"];
        "one, and none has it, by RFC 5280 alone", |world| {
            demanded(world, "2.999.1");
            world.settings.profile = lanyard_trust::Profile::Path;
        }, [];
        "one, demanded by RFC 5280 alone", |world| {
            demanded(world, "2.999.1");
            world.settings.profile = lanyard_trust::Profile::Path;
            world.settings.policies.explicit = lanyard_trust::Demand::Yes;
        }, ["authority 1 above it: no certificate policy holds that is asked for"];
        "one that all have", |world| {
            demanded(world, "2.999.1");
            world.authority.set(extension::policies(&["2.999.1", "2.999.2"]));
            world.holder.set(extension::policies(&["2.999.1"]));
        }, [];
        "one that the authority has alone", |world| {
            demanded(world, "2.999.2");
            world.authority.set(extension::policies(&["2.999.1", "2.999.2"]));
            world.holder.set(extension::policies(&["2.999.1"]));
        }, ["the holder's certificate: no certificate policy holds that is asked for"];
        "one below any policy", |world| {
            demanded(world, "2.999.1");
            world.authority.set(extension::policies(&["2.5.29.32.0"]));
            world.holder.set(extension::policies(&["2.999.1"]));
        }, [];
    };
    try_all(&rows, World::new);
}

/// An authority with an RSA key that signs the holder's certificate so.
fn weak_authority(world: &mut World, bits: u32, algorithm: Algorithm) {
    let key = Key::rsa(bits);
    world.authority.key = key.info();
    world.holder.algorithm = Some(algorithm);
    world.holder_signer = key;
}
