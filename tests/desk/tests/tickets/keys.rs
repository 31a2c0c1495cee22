//! Sign-ins at a reader's own keys, whose passcode needs no place in memory; also where no key for tickets has one.

use std::{env, process::Command};

use lanyard_desk::{CURRENT, Pki, RolesFolder, Sitting};
use lanyard_virtual_readers::{AtTheKeys, VirtualPad};

use super::{
    AUDIENCE, CHALLENGE, NONCE, Options, Person, Settings, challenged, described, refused, verified,
};

/// A person at a reader with keys.
async fn at_keys() -> (Person, VirtualPad) {
    let (roles, mut settings): (_, Settings) = (RolesFolder::new(), Pki::of_the_test().believed());
    roles.told_to(&mut settings);
    let pad = VirtualPad::new();
    let sitting = Sitting::with_keys("nurse", &pad, settings).await;
    sitting.desk.client.manager().await.subscribe().await.unwrap();
    pad.then(AtTheKeys::Types(CURRENT.to_owned()));
    (Person { sitting, roles }, pad)
}

#[tokio::test]
async fn a_sign_in_at_the_reader_s_keys_gives_tickets_too() {
    let (mut person, _pad) = at_keys().await;
    let session = person.is_active(challenged(CHALLENGE)).await;
    let ticket = session.ticket(AUDIENCE, NONCE).await.unwrap();
    assert!(verified(&person.roles, &ticket, Some(CHALLENGE)).is_ok());
}

/// The test below runs this one again in a process that may lock nothing.
#[tokio::test]
#[ignore = "needs a process that may lock nothing"]
async fn without_memory() {
    let (mut person, _pad) = at_keys().await;
    let session = person.is_active(Options::new()).await;
    let description = described(&session).await;
    assert_eq!((description.state.as_str(), description.sid), ("active", None));
    assert_eq!(refused(&session).await, "NoTicketKey");
}

#[test]
fn without_locked_memory_somebody_signs_in_and_has_no_tickets() {
    // In a user namespace of its own, root has no right to lock more than the limit either.
    let output = Command::new("unshare")
        .args(["--user", "--map-root-user", "prlimit", "--memlock=0:0"])
        .arg(env::current_exe().unwrap())
        .args(["--exact", "keys::without_memory", "--ignored"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}
