//! Somebody is signed in at the screen: in which role, who learns of it, and what ends it.

use super::signing_in::{nobody_is_signed_in, signs_in, tries};
use crate::clock;
use crate::desk::{self, PERSON, VISITOR};
use crate::error::{MachineError, must, must_be};
use crate::world::{NAME, PERSONA, ROOT, World};

pub(super) fn whoever_has_one_role_works_in_it_and_status_says_so(
    world: &mut World,
) -> Result<(), MachineError> {
    signs_in(world)?;
    status_says(world, "Signed in: Test Nurse (999900000102)")?;
    status_says(world, "Role: Nurse at TEST HOSPITAL (RZZ01)")
}

pub(super) fn to_another_user_her_session_does_not_exist_and_root_may_look(
    world: &mut World,
) -> Result<(), MachineError> {
    let current = format!("busctl call {NAME} {ROOT} {NAME}.Manager CurrentSession");
    let answer = world.machine.run(&current)?;
    let session = answer.trim_start_matches("o ").trim_matches('"').to_owned();
    let describe = format!("busctl call {NAME} {session} {NAME}.Session Describe");
    let told = world.machine.run(&describe)?;
    must(told.contains("999900000102"), || format!("root is told {told}"))?;

    let card = world.only("card")?;
    let authenticate =
        format!("busctl call {NAME} {ROOT} {NAME}.Manager Authenticate 'oa{{sv}}' {card} 0");
    for (call, refusal) in [
        (&current, "sits at no desk"),
        (&authenticate, "not logged in"),
        (&describe, "no such object"),
    ] {
        let said = world.machine.attempt(&format!("runuser -u {VISITOR} -- {call}"))?;
        must(said.code != 0 && said.output.contains(refusal), || {
            format!("`{call}` of another user ended with {} and said {}", said.code, said.output)
        })?;
    }
    let seen = world.machine.run(&format!("runuser -u {VISITOR} -- busctl --list tree {NAME}"))?;
    must(!seen.contains(&session), || format!("another user sees {seen}"))
}

/// logind takes whoever `login` says has come from another machine for somebody who has, as it does with `sshd`. For
/// Debian 12 alone: the other `login`, of Debian 13, never begins on the terminal that `script` gives it.
pub(super) fn whoever_is_logged_in_from_another_machine_is_refused_the_card(
    world: &mut World,
) -> Result<(), MachineError> {
    // Her own user, who is let in at the screen.
    let said = from_elsewhere(world, PERSON, "lanyardctl login --fresh --json </dev/null")?;
    must(said.contains("Remote=yes") && !said.contains("Seat="), || format!("no guest: {said}"))?;
    must(said.contains("logged in from another machine"), || format!("she is told {said}"))?;
    tries(world, 3)
}

pub(super) fn a_pulled_card_ends_the_session_with_its_reason(
    world: &mut World,
) -> Result<(), MachineError> {
    world.forget()?;
    let start = clock::now();
    world.card.remove()?;
    let ended = world.news.wait_for("SessionEnded")?;
    let took = ended.heard.duration_since(start);
    world.figure(format!("card pulled until SessionEnded: {} ms", took.as_millis()));
    ends_with(world, "card-removed")?;
    world.card.insert()?;
    let inserted = world.news.wait_for("CardInserted")?;
    world.settled(inserted.argument(0))?;
    nobody_is_signed_in(world)
}

pub(super) fn of_several_roles_one_is_chosen(world: &mut World) -> Result<(), MachineError> {
    another_card(world, "gp")?;
    signs_in(world)?;
    status_says(world, "Signed in: Test Practitioner (999900000101)")?;
    let offered = world.at_the_screen("lanyardctl roles --json")?.output;
    must(offered.lines().count() == 3 && !offered.contains("\"current\":true"), || {
        format!("what is offered is {offered}")
    })?;
    let chosen = world.at_the_screen("lanyardctl select A99902")?;
    must(chosen.code == 0, || format!("select said {}", chosen.output))?;
    must_be("the role told", &world.told("role-selected", "organisation")?.as_str(), &"A99902")?;
    status_says(world, "Role: General Medical Practitioner at TEST PRACTICE TWO (A99902)")?;
    another_card(world, PERSONA)?;
    ends_with(world, "card-removed")
}

pub(super) fn a_reader_pulled_out_ends_the_session_and_the_next_begins_at_it(
    world: &mut World,
) -> Result<(), MachineError> {
    signs_in(world)?;
    world.forget()?;
    world.machine.unplug_reader()?;
    ends_with(world, "card-removed")?;
    nobody_is_signed_in(world)?;
    world.machine.plug_reader()?;
    let inserted = world.news.wait_for("CardInserted")?;
    world.settled(inserted.argument(0))?;
    signs_in(world)
}

pub(super) fn a_restart_of_pcscd_ends_the_session_and_the_next_begins(
    world: &mut World,
) -> Result<(), MachineError> {
    world.forget()?;
    world.machine.run("systemctl restart pcscd")?;
    ends_with(world, "readers-lost")?;
    let inserted = world.news.wait_for("CardInserted")?;
    world.settled(inserted.argument(0))?;
    nobody_is_signed_in(world)?;
    signs_in(world)
}

pub(super) fn a_killed_daemon_forgets_the_session_and_no_try_is_lost(
    world: &mut World,
) -> Result<(), MachineError> {
    world.forget()?;
    world.machine.run("systemctl kill --signal=KILL lanyardd")?;
    world.told("daemon-absent", "time")?;
    world.told("daemon-present", "time")?;
    let card = world.only("card")?;
    world.settled(&card)?;
    nobody_is_signed_in(world)?;
    // The next record after the session's is that of a start: nothing says that the service stopped.
    let last = world.machine.run("lanyardctl audit show --json | tail --lines=2")?;
    must(last.contains("\"service-started\"") && !last.contains("\"service-stopped\""), || {
        format!("the last records are {last}")
    })?;
    world.machine.run("lanyardctl audit verify")?;
    tries(world, 3)?;
    signs_in(world)
}

/// Something of hers goes on, so that logind keeps the login session, closing, and does not tell that she left.
pub(super) fn logging_out_ends_the_session_and_leaves_the_card_to_nobody(
    world: &mut World,
) -> Result<(), MachineError> {
    let login = world.at_the_screen("echo \"$XDG_SESSION_ID\"")?.output;
    world.machine.run("journalctl --cursor-file=/run/left --lines=0 --quiet")?;
    desk::leave(&mut world.machine)?;
    let journal = "journalctl --follow --cursor-file=/run/left --unit=lanyardd --output=cat";
    desk::follow(&mut world.machine, journal, "logged-out")?;
    let state = format!("loginctl show-session {login} --value --property=State");
    must_be("her login session", &world.machine.run(&state)?.as_str(), &"closing")?;
    desk::clear(&mut world.machine)?;
    desk::sit_down(&mut world.machine)?;
    let login = world.at_the_screen("lanyardctl login --json </dev/null")?;
    must(login.code == 1 && login.output.contains("take it out and put it in again"), || {
        format!("signing in ended with {} and said {}", login.code, login.output)
    })?;
    another_card(world, PERSONA)
}

/// The session of this desk ends, and she is told why.
pub(super) fn ends_with(world: &mut World, reason: &str) -> Result<(), MachineError> {
    must_be("the reason", &world.told("session-ended", "session-reason")?.as_str(), &reason)
}

/// Whoever sits at the screen puts another card into the reader, or the same once more.
fn another_card(world: &mut World, persona: &str) -> Result<(), MachineError> {
    world.forget()?;
    world.card.swap(persona)?;
    let inserted = world.news.wait_for("CardInserted")?;
    world.settled(inserted.argument(0))
}

fn status_says(world: &mut World, line: &str) -> Result<(), MachineError> {
    let said = world.at_the_screen("lanyardctl status")?;
    must(said.output.lines().any(|said| said == line), || {
        format!("status does not say {line:?} but {}", said.output)
    })
}

/// What a script says whose user logs in from another machine; first, what logind has of the login session.
fn from_elsewhere(world: &mut World, user: &str, script: &str) -> Result<String, MachineError> {
    let shell = "/usr/local/bin/elsewhere";
    world.machine.run(&format!(
        "printf '#!/bin/sh\nloginctl show-session $XDG_SESSION_ID\n%s\n' '{script}' >{shell}
         chmod 755 {shell} && chsh --shell {shell} {user}"
    ))?;
    let login = format!("login -h 192.0.2.7 -f {user}");
    let said = world.machine.attempt(&format!(
        "timeout 60 script --quiet --command '{login}' /dev/null </dev/null; chsh --shell /bin/sh {user}"
    ))?;
    Ok(said.output)
}
