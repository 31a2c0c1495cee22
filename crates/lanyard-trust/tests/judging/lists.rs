//! Revocation lists with each field wrong in turn.

use lanyard_test_pki::extension::{self, Critical};
use lanyard_test_pki::{Algorithm, EntryDraft, Key, ListDraft, der};
use lanyard_trust::{
    Crl, CrlError, DerError, RevocationMode, RevocationReason, RevocationStatus, Source, UnixTime,
};

use crate::world::{AUTHORITY_KEY, OTHER_KEY, ROOT_KEY, World, parse, rows, try_all};

/// Puts this list in place of the authority's.
fn list(world: &mut World, draft: &ListDraft) {
    world.lists[1] = draft.signed(&AUTHORITY_KEY);
}

/// The authority's list with one thing changed.
pub(crate) fn changed(world: &mut World, change: impl FnOnce(&mut ListDraft)) {
    let mut draft = World::list();
    change(&mut draft);
    list(world, &draft);
}

#[test]
fn each_wrong_list_is_its_own_finding() {
    let rows = rows! {
        "an honest list", |_| {}, [];
        "no list at all", |world| world.lists.truncate(1),
            ["the holder's certificate: revocation was not checked: no revocation list of its issuer is there"];
        "no list of the root", |world| { world.lists.remove(0); },
            ["authority 1 above it: revocation was not checked: no revocation list of its issuer is there"];
        "the holder is named", |world| changed(world, |list| list.entries = vec![EntryDraft::new(&[7])]),
            ["the holder's certificate: revoked at 2024-05-01T12:00:00Z: unspecified"];
        "the holder is named with a reason", |world| changed(world, |list| {
            list.entries = vec![EntryDraft::new(&[6]), EntryDraft::new(&[7]).with(extension::reason(1))];
        }), ["the holder's certificate: revoked at 2024-05-01T12:00:00Z: keyCompromise"];
        "somebody else is named", |world| changed(world, |list| list.entries = vec![EntryDraft::new(&[6])]), [];
        "the authority is named", |world| {
            let mut root = ListDraft::new(der::authority("Root"));
            root.entries = vec![EntryDraft::new(&[2]).with(extension::reason(2))];
            world.lists[0] = root.signed(&ROOT_KEY);
        }, ["authority 1 above it: revoked at 2024-05-01T12:00:00Z: cACompromise"];
        "signed by somebody else", |world| world.lists[1] = World::list().signed(&OTHER_KEY),
            ["the holder's certificate: revocation was not checked: the list's signer: the signature is wrong"];
        "signed by the root", |world| world.lists[1] = World::list().signed(&ROOT_KEY),
            ["the holder's certificate: revocation was not checked: the list's signer: the signature is wrong"];
        "of another issuer", |world| changed(world, |list| list.issuer = der::authority("Other")),
            ["the holder's certificate: revocation was not checked: no revocation list of its issuer is there"];
        "stale", |world| changed(world, |list| list.next_update = der::utc("260831000000Z")),
            ["the holder's certificate: revocation was not checked: the list is stale: the next one was due at 2026-08-31T00:00:00Z"];
        "stale, and names the holder", |world| changed(world, |list| {
            list.next_update = der::utc("260831000000Z");
            list.entries = vec![EntryDraft::new(&[7])];
        }), ["the holder's certificate: revoked at 2024-05-01T12:00:00Z: unspecified"];
        "of the future", |world| changed(world, |list| list.this_update = der::utc("260902000000Z")),
            ["the holder's certificate: revocation was not checked: the list is of the future: 2026-09-02T00:00:00Z"];
        "without the date of the next", |world| changed(world, |list| list.next_update.clear()),
            ["the holder's certificate: revocation was not checked: the list does not say when the next one comes"];
        "an unknown critical extension", |world| changed(world, |list| {
            list.extensions = vec![extension::extension("2.999.8", Critical::Yes, &[5, 0])];
        }), ["the holder's certificate: revocation was not checked: the list has the critical extension 2.999.8, which is not understood"];
        "an unknown critical extension of an entry", |world| changed(world, |list| {
            let strange = extension::extension("2.999.8", Critical::Yes, &[5, 0]);
            list.entries = vec![EntryDraft::new(&[6]).with(strange)];
        }), ["the holder's certificate: revocation was not checked: the list has the critical extension 2.999.8, which is not understood"];
        "an unknown extension of an entry that is not critical", |world| changed(world, |list| {
            let strange = extension::extension("2.999.8", Critical::No, &[5, 0]);
            list.entries = vec![EntryDraft::new(&[6]).with(strange)];
        }), [];
        "the authority may not sign lists", |world| world.authority.set(extension::key_usage(extension::KEY_CERT_SIGN)),
            ["the holder's certificate: revocation was not checked: the list's signer may not sign lists"];
        "a weak signature", |world| {
            let key = Key::rsa(2048);
            world.authority.key = key.info();
            world.holder_signer = key.clone();
            world.lists[1] = ListDraft { algorithm: Some(Algorithm::RsaSha1), ..World::list() }.signed(&key);
        }, ["the holder's certificate: revocation was not checked: the list's signer: the signature's algorithm or the signer's key is too weak"];
        "a delta list alone", |world| changed(world, |list| {
            list.extensions = vec![extension::crl_number(3), extension::delta_of(2)];
        }), ["the holder's certificate: revocation was not checked: a delta list without the list it changes"];
        "for users alone", |world| changed(world, |list| {
            list.extensions = vec![extension::issuing_point(&[der::primitive(1, &[0xFF])])];
        }), [];
        "for authorities alone", |world| changed(world, |list| {
            list.extensions = vec![extension::issuing_point(&[der::primitive(2, &[0xFF])])];
        }), ["the holder's certificate: revocation was not checked: the list is for other certificates or distribution points"];
        "for attribute certificates alone", |world| changed(world, |list| {
            list.extensions = vec![extension::issuing_point(&[der::primitive(5, &[0xFF])])];
        }), ["the holder's certificate: revocation was not checked: the list is for other certificates or distribution points"];
        "for some reasons alone", |world| changed(world, |list| {
            list.extensions = vec![extension::issuing_point(&[der::primitive(3, &[5, 0x60])])];
        }), ["the holder's certificate: revocation was not checked: the lists cover only some reasons of revocation"];
        "for some reasons and the rest", |world| {
            changed(world, |list| list.extensions = vec![extension::issuing_point(&[der::primitive(3, &[5, 0x60])])]);
            let mut rest = World::list();
            rest.extensions = vec![extension::issuing_point(&[der::primitive(3, &[7, 0x1F, 0x80])])];
            world.lists.push(rest.signed(&AUTHORITY_KEY));
        }, [];
    };
    try_all(&rows, World::with_lists);
}

#[test]
fn what_is_no_list_is_not_read() {
    let authority = || parse(&World::new().authority.signed(&ROOT_KEY)).unwrap();
    let load =
        |draft: &ListDraft| Crl::load(&draft.signed(&AUTHORITY_KEY), [&authority()]).map(|_| ());
    let with = |change: fn(&mut ListDraft)| {
        let mut draft = World::list();
        change(&mut draft);
        load(&draft)
    };
    assert_eq!(with(|_| {}), Ok(()));
    assert_eq!(
        with(|list| list.inner_algorithm = Algorithm::RsaSha256.identifier()),
        Err(CrlError::AlgorithmsDiffer)
    );
    assert_eq!(with(|list| list.version = der::integer(&[2])), Err(CrlError::Version));
    assert_eq!(
        with(|list| {
            list.version.clear();
            list.extensions = vec![extension::crl_number(1)];
        }),
        Err(CrlError::Version)
    );
    assert_eq!(with(|list| list.version.clear()), Ok(()));
    let strange_reason = |list: &mut ListDraft| {
        let reason = extension::extension("2.5.29.21", Critical::No, &[10, 0]);
        list.entries = vec![EntryDraft::new(&[7]).with(reason)];
    };
    let negative_number = |list: &mut ListDraft| {
        list.extensions = vec![extension::extension("2.5.29.20", Critical::No, &[2, 1, 0xFF])];
    };
    let critical_number = |list: &mut ListDraft| {
        list.extensions = vec![extension::extension("2.5.29.20", Critical::Yes, &[2, 1, 1])];
    };
    let malformed: [fn(&mut ListDraft); 6] = [
        |list| list.this_update = der::utc("2606010000Z"),
        |list| list.entries = vec![EntryDraft::new(&[0, 1])],
        |list| list.entries = vec![EntryDraft::new(&[1; 128])],
        strange_reason,
        negative_number,
        critical_number,
    ];
    for change in malformed {
        assert!(matches!(with(change), Err(CrlError::Malformed(DerError::Value | DerError::Date))));
    }
    let mut long = World::list().signed(&AUTHORITY_KEY);
    long.push(0);
    assert_eq!(
        Crl::load(&long, []).map(|_| ()),
        Err(CrlError::Malformed(DerError::TrailingBytes { length: 1 }))
    );
}

#[test]
fn lists_are_read_in_both_forms() {
    let authority = parse(&World::new().authority.signed(&ROOT_KEY)).unwrap();
    let der = World::list().signed(&AUTHORITY_KEY);
    let pem = openssl::x509::X509Crl::from_der(&der).unwrap().to_pem().unwrap();
    let twice = [&*pem, &pem, b"-----BEGIN X509 CRL-----\n"].concat();
    assert_eq!(Crl::load_file(&der, &[&authority]).len(), 1);
    let lists = Crl::load_file(&twice, &[&authority]);
    let read: Vec<bool> =
        lists.iter().map(|list| list.as_ref().is_ok_and(Crl::has_known_signer)).collect();
    assert_eq!(read, [true, true, false]);
    assert_eq!(lists[2].as_ref().err(), Some(&CrlError::BrokenPem));
}

#[test]
fn what_could_not_be_checked_is_told_in_soft_mode_and_not_asked_when_off() {
    let mut world = World::with_lists();
    world.lists.clear();
    world.settings.revocation = RevocationMode::Soft;
    let judgement = world.judged();
    assert!(judgement.holds());
    assert_eq!(judgement.findings.len(), 2, "both certificates are told of");
    assert!(matches!(judgement.revocation, Some(RevocationStatus::NotChecked { .. })));
    world.settings.revocation = RevocationMode::Off;
    let judgement = world.judged();
    assert!(judgement.holds() && judgement.findings.is_empty() && judgement.revocation.is_none());
}

#[test]
fn a_newer_list_counts_before_an_older_one() {
    let list = |day: &str, entries: Vec<EntryDraft>| {
        let mut draft = World::list();
        draft.this_update = der::utc(day);
        draft.entries = entries;
        draft.signed(&AUTHORITY_KEY)
    };
    let (old, new) = ("260801000000Z", "260802000000Z");
    let revoking = || vec![EntryDraft::new(&[7])];
    for (lists, revoked) in [
        ([list(old, Vec::new()), list(new, revoking())], true),
        ([list(new, revoking()), list(old, Vec::new())], true),
        ([list(old, revoking()), list(new, Vec::new())], false),
    ] {
        let mut world = World::with_lists();
        world.lists.truncate(1);
        world.lists.extend(lists);
        assert_eq!(!world.refusals().is_empty(), revoked);
    }
}

#[test]
fn soft_mode_refuses_what_is_revoked() {
    let mut world = World::with_lists();
    changed(&mut world, |list| list.entries = vec![EntryDraft::new(&[7])]);
    world.settings.revocation = RevocationMode::Soft;
    assert_eq!(world.refusals().len(), 1);
}

#[test]
fn a_status_tells_its_age() {
    let mut world = World::with_lists();
    changed(&mut world, |list| list.this_update = der::utc("260831230000Z"));
    let status = world.judged().revocation.unwrap();
    assert_eq!(status.age_seconds(world.now), Some(3600));
    let as_of = UnixTime(world.now.0 - 3600);
    assert!(
        matches!(status, RevocationStatus::Good { source: Source::List, as_of: from, .. } if from == as_of)
    );
    changed(&mut world, |list| {
        list.entries = vec![EntryDraft::new(&[7]).with(extension::reason(4))];
    });
    let status = world.judged().revocation.unwrap();
    assert!(matches!(status, RevocationStatus::Revoked { reason: RevocationReason(4), .. }));
}

#[test]
fn serial_numbers_are_compared_as_bytes() {
    for (serial, listed, is_revoked) in [
        (&[0xFF][..], &[0xFF][..], true),
        (&[0x00, 0xFF], &[0xFF], false),
        (&[0x7F; 20], &[0x7F; 20], true),
        (&[0x7F; 20], &[0x7F; 19], false),
        (&[0], &[0], true),
    ] {
        let mut world = World::with_lists();
        world.holder.serial = der::integer(serial);
        changed(&mut world, |list| list.entries = vec![EntryDraft::new(listed)]);
        assert_eq!(!world.refusals().is_empty(), is_revoked, "{serial:?} {listed:?}");
    }
}
