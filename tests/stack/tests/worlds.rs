//! Stacks beside each other: each has its readers, its bus and its network, and no other's.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use std::io::ErrorKind;
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use lanyard_stack::{MOST_READERS, Stack, StackError};

/// Asserts that a PC/SC client finds no pcscd.
fn assert_no_service(stack: &Stack) {
    let error = stack.readers().unwrap_err().to_string();
    assert!(error.contains("resource manager is not running"), "{error}");
}

/// Lets a client on the stack's bus ask for a name.
fn request_name(stack: &Stack, name: &str) -> String {
    let call = ["call", "--session", "--dest", "org.freedesktop.DBus"];
    let program = stack.command("gdbus").args(call).args([
        "--object-path",
        "/org/freedesktop/DBus",
        "--method",
        "org.freedesktop.DBus.RequestName",
        name,
        "0",
    ]);
    let finished = program.run().unwrap();
    finished.stdout + &finished.stderr
}

#[test]
fn two_stacks_do_not_see_each_other() {
    let ward = Stack::builder().reader_name("Ward").start().unwrap();
    let desk = Stack::builder().reader_name("Desk").readers(4).start().unwrap();
    assert_eq!(ward.readers().unwrap(), ["Ward 00 00", "Ward 00 01"]);
    assert_eq!(
        desk.readers().unwrap(),
        ["Desk 00 00", "Desk 00 01", "Desk 2 00 00", "Desk 2 00 01"]
    );

    assert_ne!(ward.bus().address(), desk.bus().address());
    let listens_at = |stack: &Stack, port| {
        stack.inside(move || TcpStream::connect(("127.0.0.1", port)).map(drop)).unwrap()
    };
    assert!(listens_at(&desk, 35966).is_ok());
    assert_eq!(listens_at(&ward, 35966).unwrap_err().kind(), ErrorKind::ConnectionRefused);
}

#[test]
fn the_machine_outside_is_not_touched() {
    let before = std::fs::read_to_string("/proc/self/mountinfo").unwrap();
    let stack = Stack::builder().reader_name("Ward").start().unwrap();
    let outside = lanyard_stack::own_program("lanyard-pcsc").unwrap();
    let outside = Command::new(outside).arg("list").output().unwrap();
    assert!(!String::from_utf8_lossy(&outside.stdout).contains("Ward"));
    assert_eq!(std::fs::read_to_string("/proc/self/mountinfo").unwrap(), before);
    // What is in there is the work of the stack's own `mount` and pcscd.
    let expected = |name: &std::ffi::OsString| name == "mount" || name == "pcscd";
    let seen = stack.inside(|| {
        let entries = std::fs::read_dir("/run").unwrap().flatten();
        entries.map(|entry| entry.file_name()).collect::<Vec<_>>()
    });
    let seen = seen.unwrap();
    assert!(seen.iter().all(expected), "{seen:?}");
}

#[test]
fn sixteen_readers_are_there_when_pcscd_accepts() {
    let stack = Stack::builder().readers(MOST_READERS).start().unwrap();
    let names = stack.readers().unwrap();
    assert_eq!(names.len(), 16);
    assert_eq!(names, stack.reader_names());
}

#[test]
fn pcscd_killed_or_stopped_is_gone_and_comes_back() {
    let mut stack = Stack::start().unwrap();
    stack.pcscd().kill().unwrap();
    assert_no_service(&stack);
    stack.pcscd().start().unwrap();
    assert_eq!(stack.readers().unwrap(), stack.reader_names());
    assert!(stack.pcscd().terminate().unwrap().success());
    assert_no_service(&stack);
    stack.pcscd().start().unwrap();
    assert_eq!(stack.readers().unwrap(), stack.reader_names());
}

#[test]
fn a_reader_arrives_with_a_new_pcscd() {
    let mut stack = Stack::builder().readers(0).start().unwrap();
    assert!(stack.readers().unwrap().is_empty());
    stack.pcscd().set_readers("Ward", 1).unwrap();
    stack.pcscd().start().unwrap();
    assert_eq!(stack.readers().unwrap(), ["Ward 00 00", "Ward 00 01"]);
}

#[test]
fn pcscd_can_be_absent_at_first() {
    let mut stack = Stack::builder().without_pcscd().unwrap();
    assert_no_service(&stack);
    stack.pcscd().start().unwrap();
    assert_eq!(stack.readers().unwrap(), stack.reader_names());
}

#[test]
fn a_name_may_be_owned_on_an_open_bus_and_only_by_policy_on_a_system_bus() {
    let open = Stack::builder().without_pcscd().unwrap();
    assert_eq!(request_name(&open, "org.lanyard.Lanyard1"), "(uint32 1,)\n");

    let policy = open.folder().join("lanyard.conf");
    let text = "<busconfig><policy user=\"root\"><allow own=\"org.lanyard.Lanyard1\"/></policy></busconfig>";
    std::fs::write(&policy, text).unwrap();
    let system = Stack::builder().bus_policy(policy).without_pcscd().unwrap();
    assert_eq!(request_name(&system, "org.lanyard.Lanyard1"), "(uint32 1,)\n");
    let refused = request_name(&system, "org.example.Another1");
    assert!(refused.contains("AccessDenied"), "{refused}");
}

#[test]
fn a_program_that_does_not_end_is_given_up_and_killed() {
    let stack = Stack::builder().without_pcscd().unwrap();
    let script = "echo $$ waits; exec sleep 1000";
    let patience = Duration::from_millis(200);
    let program = stack.command("sh").args(["-c", script]).patience(patience);
    let error = program.run().unwrap_err();
    let StackError::TooLate { what, output, .. } = error else { panic!("{error}") };
    assert_eq!(what, "`sh`: its end");
    let process = output.lines().find_map(|line| line.strip_suffix(" waits"));
    let ask = format!("kill -0 {}", process.unwrap());
    let alive = stack.command("sh").args(["-c", &ask]).run();
    assert!(!alive.unwrap().status.success());
}

#[test]
fn lines_are_read_as_they_come_until_the_program_ends() {
    let stack = Stack::builder().without_pcscd().unwrap();
    let script = "echo one; echo two; exec sleep 1000";
    let mut program = stack.command("sh").args(["-c", script]).start().unwrap();
    let patience = Duration::from_secs(10);
    let two = program.wait_for_line("two", patience, |line| line == "two");
    assert_eq!(two.unwrap(), "two");
    assert_eq!(program.next_line(patience).unwrap(), "one");
    assert_eq!(program.next_line(patience).unwrap(), "two");
    let late = program.next_line(Duration::from_millis(50)).unwrap_err();
    assert!(matches!(late, StackError::TooLate { .. }), "{late}");
    program.kill().unwrap();
    let ended = program.next_line(patience).unwrap_err();
    assert!(matches!(ended, StackError::Ended { .. }), "{ended}");
}

#[test]
fn a_program_speaks_to_the_stacks_bus_and_pcscd() {
    let stack = Stack::start().unwrap();
    let ping = ["call", "org.freedesktop.DBus", "/", "org.freedesktop.DBus.Peer", "Ping"];
    let finished = stack.command("busctl").args(ping).run().unwrap();
    assert!(finished.status.success(), "{}", finished.stderr);
    let finished = stack.command("opensc-tool").arg("--list-readers").run().unwrap();
    assert!(finished.stdout.contains("Yubico Virtual 00 01"), "{}", finished.stdout);
}
