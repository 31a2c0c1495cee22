//! Bytes that were made to cost time or memory.

use std::time::{Duration, Instant};

use lanyard_test_pki::{CertificateDraft, Key, der, extension};

use crate::world::{AUTHORITY_KEY, OTHER_KEY, ROOT_KEY, World};

/// Ten times what it takes in a debug build on a busy machine.
const LONG: Duration = Duration::from_secs(20);

#[expect(clippy::disallowed_methods, reason = "how long it takes is what is tested")]
fn within_bounds(world: &World) -> Vec<String> {
    let start = Instant::now();
    let refusals = world.refusals();
    let elapsed = start.elapsed();
    assert!(elapsed < LONG, "{elapsed:?}");
    refusals
}

#[test]
fn a_path_longer_than_ten_is_not_followed() {
    let chain = |length: usize| {
        let mut world = World::new();
        world.holder.issuer = der::authority(&format!("A{length}"));
        world.further = (1..=length)
            .map(|number| {
                let issuer = if number == 1 { "Root".into() } else { format!("A{}", number - 1) };
                let name = format!("A{number}");
                let signer = if number == 1 { &*ROOT_KEY } else { &*AUTHORITY_KEY };
                CertificateDraft::authority(&name, &issuer, &AUTHORITY_KEY, 9).signed(signer)
            })
            .collect();
        within_bounds(&world)
    };
    assert_eq!(chain(8), [""; 0]);
    assert!(!chain(9).is_empty());
}

#[test]
fn authorities_that_issue_each_other_end_the_search() {
    let mut world = World::new();
    world.holder.issuer = der::authority("A0");
    let keys: Vec<Key> = (0..12).map(|_| Key::p256()).collect();
    let names: Vec<String> = (0..12).map(|number| format!("A{number}")).collect();
    for (name, key) in names.iter().zip(&keys) {
        for (issuer, signer) in names.iter().zip(&keys) {
            world.further.push(CertificateDraft::authority(name, issuer, key, 9).signed(signer));
        }
    }
    world.holder_signer = keys[0].clone();
    assert!(!within_bounds(&world).is_empty());
}

#[test]
fn hundreds_of_namesakes_end_the_search() {
    let mut world = World::new();
    world.authority_signer = OTHER_KEY.clone();
    for serial in 0..250 {
        let draft = CertificateDraft::authority("Sub", "Sub", &Key::p256(), serial);
        world.further.push(draft.signed(&OTHER_KEY));
    }
    assert!(!within_bounds(&world).is_empty());
}

#[test]
fn thousands_of_names_and_constraints_are_not_all_compared() {
    let mut world = World::new();
    let names: Vec<Vec<u8>> =
        (0..2_000).map(|number| extension::dns(&format!("h{number}.example"))).collect();
    world.authority.set(extension::name_constraints(&[], &names));
    let names: Vec<Vec<u8>> =
        (0..2_000).map(|number| extension::dns(&format!("g{number}.example"))).collect();
    world.holder.set(extension::alternative_names(&names));
    assert_eq!(
        within_bounds(&world),
        ["the holder's certificate: too many names and constraints to compare"]
    );
}

#[test]
fn policies_that_map_all_to_all_do_not_grow() {
    let mut world = World::new();
    let policies: Vec<String> = (0..40).map(|number| format!("2.999.{number}")).collect();
    let pairs: Vec<u8> = policies
        .iter()
        .flat_map(|from| policies.iter().map(move |to| (from, to)))
        .flat_map(|(from, to)| der::sequence(&[&der::oid(from), &der::oid(to)]))
        .collect();
    let mappings =
        extension::extension("2.5.29.33", extension::Critical::Yes, &der::sequence(&[&pairs]));
    let policies: Vec<&str> = policies.iter().map(String::as_str).collect();
    world.holder.issuer = der::authority("A8");
    for number in 1..=8 {
        let issuer = if number == 1 { "Root".into() } else { format!("A{}", number - 1) };
        let signer = if number == 1 { &*ROOT_KEY } else { &*AUTHORITY_KEY };
        let name = format!("A{number}");
        let mut draft = CertificateDraft::authority(&name, &issuer, &AUTHORITY_KEY, 9);
        draft.set(extension::policies(&policies));
        draft.set(mappings.clone());
        world.further.push(draft.signed(signer));
    }
    world.holder.set(extension::policies(&policies));
    world.settings.policies.explicit = lanyard_trust::Demand::Yes;
    assert_eq!(within_bounds(&world), [""; 0]);
}

#[test]
fn a_certificate_longer_than_64_kib_is_not_read() {
    let mut world = World::new();
    let long = extension::extension("2.999.1", extension::Critical::No, &vec![0; 70_000]);
    world.holder.extensions.push(long);
    world.holder_der = Some(world.holder_der());
    let length = world.holder_der().len();
    assert_eq!(
        world.refusals(),
        [format!("the holder's certificate: a certificate of {length} bytes")]
    );
}
