//! `lanyardctl watch`: everything that happens to the session of this desk, for people and for machines.

use super::{Desk, PATIENCE};

#[tokio::test]
async fn a_session_is_watched_from_its_start_to_the_removal_of_the_card() {
    let desk = Desk::with("gp").await;
    let watches = |form: &[&str]| {
        let program = desk.stack.own("lanyardctl").unwrap();
        program.args(["--bus", desk.stack.bus().address(), "watch"]).args(form).start().unwrap()
    };
    let (mut people, mut machines) = (watches(&[]), watches(&["--json"]));
    let mut hears = |words: &str, event: &str| {
        people.wait_for_line(words, PATIENCE, |line| line.contains(words)).unwrap();
        machines.wait_for_line(event, PATIENCE, |line| line.contains(event)).unwrap();
    };
    hears("card ready", "\"event\":\"card-present\"");
    desk.signs_in();
    // Her name comes with her roles, which may be later.
    hears(" signed in", "\"uuid\":\"999900000101\"");
    hears("3 roles can be chosen", "\"event\":\"roles-offered\"");
    desk.says(&["select", "2"]);
    let role = "role: General Medical Practitioner at TEST PRACTICE TWO (A99902)";
    hears(role, "\"organisation\":\"A99902\"");
    desk.says(&["lock"]);
    let locked = "session: nothing may be done in it until it goes on";
    hears(locked, "\"session-state\":\"locked\"");
    desk.card.remove().unwrap();
    hears("session ended: the card was removed", "\"session-reason\":\"card-removed\"");
}

#[tokio::test]
async fn who_begins_to_watch_late_is_told_who_is_signed_in() {
    let desk = Desk::with("nurse").await;
    desk.signs_in();
    let watch = desk.stack.own("lanyardctl").unwrap();
    let mut watch = watch.args(["--bus", desk.stack.bus().address(), "watch"]).start().unwrap();
    let present = "Test Nurse (999900000102) is signed in: Nurse at TEST HOSPITAL (RZZ01)";
    watch.wait_for_line(present, PATIENCE, |line| line.contains(present)).unwrap();
    desk.says(&["logout"]);
    let ended = "session ended: the holder ended it";
    watch.wait_for_line(ended, PATIENCE, |line| line.contains(ended)).unwrap();
}
