//! Lists that speak of some certificates alone: partitions, indirect lists, deltas (RFC 5280 §5.2.4,
//! §5.2.5, §5.3.3).

use lanyard_test_pki::extension;
use lanyard_test_pki::{CertificateDraft, EntryDraft, ListDraft, der};

use crate::lists::changed;
use crate::world::{AUTHORITY_KEY, OTHER_KEY, ROOT_KEY, World, rows, try_all};

fn point(number: u8) -> Vec<u8> {
    let name = format!("CRL {number}");
    extension::directory(&der::name(&[("2.5.4.10", "nhs"), ("2.5.4.3", "Sub"), ("2.5.4.3", &name)]))
}

#[test]
fn partitions_are_matched_by_the_directory_name_of_their_point() {
    let partition = |number, entries: Vec<EntryDraft>| {
        let mut draft = World::list();
        draft.extensions =
            vec![extension::issuing_point(&[extension::point_name(&[point(number)])])];
        draft.entries = entries;
        draft.signed(&AUTHORITY_KEY)
    };
    let other = "the holder's certificate: revocation was not checked: the list is for other \
        certificates or distribution points";
    let mut world = World::with_lists();
    world.holder.set(extension::crl_points(&[&[point(1)]]));
    world.lists[1] = partition(2, vec![EntryDraft::new(&[7])]);
    assert_eq!(world.refusals(), [other]);
    world.lists.push(partition(1, Vec::new()));
    assert_eq!(world.refusals(), [""; 0], "the other partition says nothing about this one");
    world.lists[2] = partition(1, vec![EntryDraft::new(&[7])]);
    assert!(world.refusals()[0].contains("revoked"));
}

#[test]
fn a_partition_without_points_in_the_certificate_says_nothing() {
    let mut world = World::with_lists();
    changed(&mut world, |list| {
        list.extensions = vec![extension::issuing_point(&[extension::point_name(&[point(1)])])];
    });
    assert!(world.refusals()[0].contains("other certificates or distribution points"));
}

/// A second authority that issues lists for the first.
fn with_list_issuer(world: &mut World, usage: u16) {
    let mut issuer =
        CertificateDraft::new(der::authority("Lists"), der::authority("Root"), &OTHER_KEY, 3);
    issuer.extensions = vec![extension::key_usage(usage)];
    world.further = vec![issuer.signed(&ROOT_KEY)];
    world.holder.set(extension::crl_point_of(&der::authority("Lists")));
    world.lists.truncate(1);
}

fn indirect(entries: Vec<EntryDraft>) -> ListDraft {
    let mut draft = ListDraft::new(der::authority("Lists"));
    draft.extensions = vec![extension::issuing_point(&[der::primitive(4, &[0xFF])])];
    draft.entries = entries;
    draft
}

#[test]
fn an_indirect_list_speaks_of_the_issuer_that_its_entries_name() {
    let rows = rows! {
        "it names nobody", |world| {
            with_list_issuer(world, extension::CRL_SIGN);
            world.lists.push(indirect(Vec::new()).signed(&OTHER_KEY));
        }, [];
        "it names the holder", |world| {
            with_list_issuer(world, extension::CRL_SIGN);
            let of_sub = EntryDraft::new(&[1]).with(extension::certificate_issuer(&der::authority("Sub")));
            world.lists.push(indirect(vec![of_sub, EntryDraft::new(&[7])]).signed(&OTHER_KEY));
        }, ["the holder's certificate: revoked at 2024-05-01T12:00:00Z: unspecified"];
        "it names the number under its own name", |world| {
            with_list_issuer(world, extension::CRL_SIGN);
            world.lists.push(indirect(vec![EntryDraft::new(&[7])]).signed(&OTHER_KEY));
        }, [];
        "it is not marked indirect", |world| {
            with_list_issuer(world, extension::CRL_SIGN);
            world.lists.push(ListDraft::new(der::authority("Lists")).signed(&OTHER_KEY));
        }, ["the holder's certificate: revocation was not checked: the list is for other certificates or distribution points"];
        "its issuer may not sign lists", |world| {
            with_list_issuer(world, extension::DIGITAL_SIGNATURE);
            world.lists.push(indirect(Vec::new()).signed(&OTHER_KEY));
        }, ["the holder's certificate: revocation was not checked: the list's signer may not sign lists"];
        "its issuer is revoked", |world| {
            with_list_issuer(world, extension::CRL_SIGN);
            let mut root = ListDraft::new(der::authority("Root"));
            root.entries = vec![EntryDraft::new(&[3])];
            world.lists = vec![root.signed(&ROOT_KEY), indirect(Vec::new()).signed(&OTHER_KEY)];
        }, ["the holder's certificate: revocation was not checked: the list's signer is not trusted under the same anchor"];
        "its issuer is unknown", |world| {
            with_list_issuer(world, extension::CRL_SIGN);
            world.further.clear();
            world.lists.push(indirect(Vec::new()).signed(&OTHER_KEY));
        }, ["the holder's certificate: revocation was not checked: no certificate of the list's signer is known"];
    };
    try_all(&rows, World::with_lists);
}

/// A complete list of number 5, and a delta list.
fn with_delta(world: &mut World, complete: Vec<EntryDraft>, change: impl FnOnce(&mut ListDraft)) {
    changed(world, |list| {
        list.extensions = vec![extension::crl_number(5)];
        list.entries = complete;
    });
    let mut delta = World::list();
    delta.extensions = vec![extension::crl_number(6), extension::delta_of(4)];
    change(&mut delta);
    world.lists.push(delta.signed(&AUTHORITY_KEY));
}

#[test]
fn a_delta_list_changes_what_the_complete_one_says() {
    let rows = rows! {
        "it revokes", |world| with_delta(world, Vec::new(), |delta| {
            delta.entries = vec![EntryDraft::new(&[7])];
        }), ["the holder's certificate: revoked at 2024-05-01T12:00:00Z: unspecified"];
        "it takes a hold away", |world| {
            let hold = EntryDraft::new(&[7]).with(extension::reason(6));
            with_delta(world, vec![hold], |delta| {
                delta.entries = vec![EntryDraft::new(&[7]).with(extension::reason(8))];
            });
        }, [];
        "it says nothing new", |world| {
            let hold = EntryDraft::new(&[7]).with(extension::reason(6));
            with_delta(world, vec![hold], |_| {});
        }, ["the holder's certificate: revoked at 2024-05-01T12:00:00Z: certificateHold"];
        "its base is newer than the complete list", |world| with_delta(world, Vec::new(), |delta| {
            delta.extensions = vec![extension::crl_number(9), extension::delta_of(6)];
            delta.entries = vec![EntryDraft::new(&[7])];
        }), [];
        "it is stale", |world| with_delta(world, Vec::new(), |delta| {
            delta.next_update = der::utc("260801000000Z");
            delta.entries = vec![EntryDraft::new(&[7])];
        }), [];
        "it has another scope", |world| with_delta(world, Vec::new(), |delta| {
            delta.extensions.push(extension::issuing_point(&[der::primitive(2, &[0xFF])]));
            delta.entries = vec![EntryDraft::new(&[7])];
        }), [];
    };
    try_all(&rows, World::with_lists);
}
