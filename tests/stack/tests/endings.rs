//! Whatever ends a stack, nothing of it stays: no process, no folder.
//!
//! A test that dies is this test program, started once more for one test with [`VICTIM`] set.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use lanyard_stack::Stack;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};

const VICTIM: &str = "LANYARD_STACK_VICTIM";

/// All processes that share the process namespace of `of`, among them the init of its cell.
fn cell_of(of: u32) -> Vec<u32> {
    let namespace = |process: u32| fs::read_link(format!("/proc/{process}/ns/pid")).ok();
    let cell = namespace(of).unwrap();
    let processes = fs::read_dir("/proc").unwrap().flatten();
    processes
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|process| namespace(*process).as_ref() == Some(&cell))
        .collect()
}

fn watch(processes: &[u32]) -> Vec<OwnedFd> {
    let pid = |process: &u32| Pid::from_raw(i32::try_from(*process).unwrap()).unwrap();
    let open = |process| pidfd_open(pid(process), PidfdFlags::empty()).unwrap();
    processes.iter().map(open).collect()
}

/// Waits for the end of each; what is still there after ten seconds fails the test.
fn assert_all_end(watched: &[OwnedFd]) {
    for process in watched {
        let mut fds = [PollFd::new(process, PollFlags::IN)];
        let patience = Timespec::try_from(Duration::from_secs(10)).unwrap();
        assert_eq!(poll(&mut fds, Some(&patience)), Ok(1), "a process of the cell lives on");
    }
}

fn this_test(name: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", name, "--nocapture"]).env(VICTIM, "1");
    command
}

#[test]
fn nothing_is_left_when_a_stack_is_dropped() {
    let mut stack = Stack::start().unwrap();
    // A grandchild that has left its parent, and its process group.
    let script = "setsid sleep 1000 & echo started";
    let run = stack.command("sh").args(["-c", script]).run().unwrap();
    assert_eq!(run.stdout, "started\n");
    let folder = stack.folder().to_owned();
    let processes = cell_of(stack.pcscd().running().unwrap().id());
    assert!(processes.len() >= 4, "init, dbus-daemon, pcscd, sleep: {processes:?}");
    let watched = watch(&processes);
    drop(stack);
    assert_all_end(&watched);
    assert!(!folder.exists());
}

#[test]
fn nothing_is_left_when_the_process_is_killed() {
    if std::env::var_os(VICTIM).is_some() {
        let mut stack = Stack::start().unwrap();
        let pcscd = stack.pcscd().running().unwrap().id();
        println!("\nvictim {pcscd} {}", stack.folder().display());
        // Until it is killed: nobody writes to its standard input.
        std::io::stdin().lines().for_each(drop);
        return;
    }
    let mut victim = this_test("nothing_is_left_when_the_process_is_killed")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(victim.stdout.take().unwrap()).lines();
    let told = lines.map_while(Result::ok).find(|line| line.starts_with("victim ")).unwrap();
    let words: Vec<&str> = told.splitn(3, ' ').collect();
    let folder = PathBuf::from(words[2]);
    assert!(folder.is_dir());
    let watched = watch(&cell_of(words[1].parse().unwrap()));
    assert!(watched.len() >= 3);
    victim.kill().unwrap();
    victim.wait().unwrap();
    assert_all_end(&watched);
    assert!(!folder.exists());
}

#[test]
fn a_failed_test_shows_what_the_programs_wrote_and_leaves_nothing() {
    if std::env::var_os(VICTIM).is_some() {
        let stack = Stack::builder().without_pcscd().unwrap();
        stack.command("sh").args(["-c", "echo a last word >&2"]).run().unwrap();
        println!("\nvictim {}", stack.folder().display());
        panic!("as intended");
    }
    let victim = this_test("a_failed_test_shows_what_the_programs_wrote_and_leaves_nothing")
        .output()
        .unwrap();
    let stderr = String::from_utf8(victim.stderr).unwrap();
    assert!(stderr.contains("--- 02-sh.err\na last word\n"), "{stderr}");
    let stdout = String::from_utf8(victim.stdout).unwrap();
    let folder = stdout.lines().find_map(|line| line.strip_prefix("victim ")).unwrap();
    assert!(!Path::new(folder).exists());
}

#[test]
fn a_user_namespace_is_enough() {
    if std::env::var_os(VICTIM).is_some() {
        let mut stack = Stack::start().unwrap();
        stack.pcscd().terminate().unwrap();
        return;
    }
    let victim = this_test("a_user_namespace_is_enough");
    let inside = Command::new("unshare")
        .args(["--user", "--map-root-user", "--"])
        .arg(victim.get_program())
        .args(victim.get_args())
        .env(VICTIM, "1")
        .output()
        .unwrap();
    let stdout = String::from_utf8_lossy(&inside.stdout);
    assert!(inside.status.success() && stdout.contains("1 passed"), "{stdout}");
}

#[test]
fn without_the_right_to_make_namespaces_it_is_said_what_is_needed() {
    if std::env::var_os(VICTIM).is_some() {
        println!("\nvictim {}", Stack::start().unwrap_err());
        return;
    }
    let victim = this_test("without_the_right_to_make_namespaces_it_is_said_what_is_needed");
    let powerless = Command::new("setpriv")
        .args(["--bounding-set=-all", "--inh-caps=-all", "--"])
        .arg(victim.get_program())
        .args(victim.get_args())
        .env(VICTIM, "1")
        .output()
        .unwrap();
    let stdout = String::from_utf8_lossy(&powerless.stdout);
    assert!(stdout.contains("victim a private world needs root or a user namespace"), "{stdout}");
}
