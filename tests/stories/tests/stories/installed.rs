//! What is installed: the files under `systemd/` do what they say, as far as that shows without systemd.

use std::{
    ffi::OsStr,
    fs,
    os::unix::fs::{PermissionsExt, chown},
    path::{Path, PathBuf},
    time::Duration,
};

use lanyard_stack::{Process, Program, Stack, StackError, own_program};
use lanyard_witness::{AGENT, Does, Options, Person, Witness};
use tokio::time::timeout;

use crate::sitting::{RIGHT, Sitting};

const PATIENCE: Duration = Duration::from_secs(20);

/// Debian's user `daemon`, which stands for ours in the policy.
const DAEMON_USER: u32 = 1;

/// A user who is neither the daemon's nor root.
const NOBODY: u32 = 65534;

fn installed(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../systemd/usr").join(file)
}

/// The policy names a user that only an installed package makes.
const OWN_USER: &str = "<policy user=\"lanyard\">";

fn policy(stack_folder: &Path) -> PathBuf {
    let text = fs::read_to_string(installed("share/dbus-1/system.d/org.lanyard.Lanyard1.conf"));
    let text = text.unwrap();
    assert!(text.contains(OWN_USER));
    let file = stack_folder.join("org.lanyard.Lanyard1.conf");
    fs::write(&file, text.replace(OWN_USER, "<policy user=\"daemon\">")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    file
}

/// A program as another user.
fn as_user(stack: &Stack, user: u32, program: &OsStr) -> Program {
    let user = user.to_string();
    let ids = ["--reuid", &user, "--regid", &user, "--clear-groups"];
    stack.command("setpriv").args(ids).arg(program)
}

/// The daemon as a user of its own, with a folder for its records, once it owns its name.
fn daemon_of_its_own_user(stack: &Stack, folder: &Path) -> Process {
    let address = stack.bus().address();
    let records = folder.join("records");
    fs::create_dir(&records).unwrap();
    fs::set_permissions(&records, fs::Permissions::from_mode(0o700)).unwrap();
    chown(&records, Some(DAEMON_USER), Some(DAEMON_USER)).unwrap();
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    let config = folder.join("lanyard.toml");
    for anchors in ["anchors", "intermediates"] {
        let (from, to) = (stack.pki().join(anchors), folder.join(anchors));
        fs::create_dir(&to).unwrap();
        for file in fs::read_dir(from).unwrap().map(Result::unwrap) {
            fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
    }
    let (records, folder) = (records.display(), folder.display());
    let settings = format!(
        "[access]\nmode = \"single-user\"\n[ledger]\nfolder = \"{records}\"\n[audit]\nfile = \"{records}/audit.jsonl\"\n\
         [trust]\nanchors = \"{folder}/anchors\"\nintermediates = \"{folder}/intermediates\"\n\
         [revocation]\nmode = \"off\"\n"
    );
    fs::write(&config, settings).unwrap();

    let watch = stack.own("lanyardctl").unwrap().args(["--bus", address, "watch", "--json"]);
    let mut watch = watch.start().unwrap();
    let program = own_program("lanyardd").unwrap();
    let program = as_user(stack, DAEMON_USER, program.as_os_str()).arg("--config").arg(config);
    let daemon = program.args(["--bus", address]).start().unwrap();
    let present = watch.wait_for_line("its name", PATIENCE, |line| line.contains("daemon-present"));
    present.unwrap();
    daemon
}

#[tokio::test]
async fn with_our_policy_the_daemon_may_call_an_agent_and_sign_its_holder_in() {
    let folder = tempfile::tempdir().unwrap();
    let stack = Stack::builder().bus_policy(policy(folder.path())).start().unwrap();
    let mut sitting = Sitting::on(stack, "nurse", "").await;
    assert_eq!(sitting.enters(Does::types(RIGHT)).await.words(), ("ok", ""));
}

#[tokio::test]
async fn with_our_policy_nobody_else_may_call_an_agent() {
    let folder = tempfile::tempdir().unwrap();
    let stack = Stack::builder().bus_policy(policy(folder.path())).start().unwrap();
    let witness = Witness::on_bus(stack.bus().address()).await;
    let person = Person::new();
    person.sit_at(witness.connection()).await;
    let name = witness.connection().unique_name().unwrap().as_str();
    let call = as_user(&stack, NOBODY, "busctl".as_ref())
        .args(["--address", stack.bus().address(), "call", name, AGENT])
        .args(["org.lanyard.Lanyard1.PasscodeAgent", "Cancel", "os", "/card1", "ok"])
        .run()
        .unwrap();
    assert!(call.stderr.contains("Access denied"), "{}", call.stderr);
    assert!(person.shown().is_empty());
}

#[tokio::test]
async fn with_our_policy_nobody_else_is_given_the_name() {
    let folder = tempfile::tempdir().unwrap();
    let stack = Stack::builder().bus_policy(policy(folder.path())).start().unwrap();
    let ask = ["org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus"];
    let call = as_user(&stack, NOBODY, "busctl".as_ref())
        .args(["--address", stack.bus().address(), "call"])
        .args(ask)
        .args(["RequestName", "su", "org.lanyard.Lanyard1", "0"])
        .run()
        .unwrap();
    assert!(call.stderr.contains("Access denied"), "{}{}", call.stdout, call.stderr);
}

#[tokio::test]
async fn with_our_policy_the_system_bus_gives_us_the_name_and_everybody_may_read() {
    let folder = tempfile::tempdir().unwrap();
    let stack = Stack::builder().bus_policy(policy(folder.path())).start().unwrap();
    let _daemon = stack.daemon("").unwrap();
    let mut witness = Witness::on_bus(stack.bus().address()).await;
    let _card = stack.card(0, "nurse").unwrap();
    let (path, _) = witness.card_inserted().await;
    witness.card_in_state("ready").await;
    let stranger = as_user(&stack, NOBODY, "busctl".as_ref())
        .args(["--address", stack.bus().address(), "get-property", "org.lanyard.Lanyard1"])
        .args([path.as_str(), "org.lanyard.Lanyard1.Card", "State"])
        .run()
        .unwrap();
    assert_eq!(stranger.stdout.trim(), "s \"ready\"", "{}", stranger.stderr);
}

#[tokio::test]
async fn as_a_user_of_its_own_the_daemon_gets_its_name_and_describes_cards_to_that_user() {
    let folder = tempfile::tempdir().unwrap();
    let stack = Stack::builder().bus_policy(policy(folder.path())).start().unwrap();
    let address = stack.bus().address();
    let _daemon = daemon_of_its_own_user(&stack, folder.path());
    let mut witness = Witness::on_bus(address).await;
    let _card = stack.card(0, "nurse").unwrap();
    let (path, _) = witness.card_inserted().await;
    witness.card_in_state("ready").await;
    let describe = |uid| {
        let busctl = as_user(&stack, uid, "busctl".as_ref()).args(["--address", address, "call"]);
        let card = ["org.lanyard.Lanyard1", path.as_str(), "org.lanyard.Lanyard1.Card", "Describe"];
        busctl.args(card).run().unwrap()
    };
    assert!(describe(DAEMON_USER).stdout.contains("\"holder\""));
    assert!(describe(NOBODY).stderr.contains("are another user's"));

    let person = Person::new();
    person.sit_at(witness.connection()).await;
    witness.register_agent().await;
    person.then(Does::types(RIGHT));
    assert_eq!(witness.authenticate("/").await.words(), ("ok", ""), "it may call the agent too");
    person.forget();
    let request = witness.request("/", Options::new()).await;
    timeout(PATIENCE, person.is_shown_something()).await.unwrap();
    person.shown();
    request.cancel().await.unwrap();
    timeout(PATIENCE, person.is_shown_something()).await.unwrap();
    assert_eq!(person.shown()[0].method, "Cancel");
}

#[tokio::test]
async fn without_our_policy_the_daemon_ends_at_once_with_one_clear_line() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.conf");
    fs::write(&empty, "<busconfig></busconfig>").unwrap();
    let stack = Stack::builder().bus_policy(empty).start().unwrap();
    let Err(StackError::Ended { output, .. }) = stack.daemon("") else {
        panic!("it started without a policy");
    };
    let lines: Vec<_> = output.lines().filter(|line| line.contains("ERROR")).collect();
    assert_eq!(lines.len(), 1, "{output}");
    assert!(lines[0].contains("is the D-Bus policy installed?"), "{output}");
}

#[tokio::test]
async fn the_unit_is_well_formed() {
    let root = tempfile::tempdir().unwrap();
    let put = |file: &str, content: &[u8]| {
        let path = root.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    };
    let unit = fs::read(installed("lib/systemd/system/lanyardd.service")).unwrap();
    put("usr/lib/systemd/system/lanyardd.service", &unit);
    for needed in ["pcscd.socket", "pcscd.service", "sysinit.target", "basic.target"] {
        if let Ok(unit) = fs::read(PathBuf::from("/usr/lib/systemd/system").join(needed)) {
            put(&format!("usr/lib/systemd/system/{needed}"), &unit);
        }
    }
    let lanyardd = fs::read(own_program("lanyardd").unwrap()).unwrap();
    // Where there are units there is systemctl.
    for program in [put("usr/sbin/lanyardd", &lanyardd), put("usr/bin/systemctl", b"")] {
        fs::set_permissions(program, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let stack = Stack::builder().without_pcscd().unwrap();
    let verified = stack
        .command("systemd-analyze")
        .args(["verify", "--man=no", "--root"])
        .arg(root.path())
        .arg("lanyardd.service")
        .run()
        .unwrap();
    let complaints: Vec<_> =
        verified.stderr.lines().filter(|line| line.contains("lanyardd.service")).collect();
    assert!(complaints.is_empty(), "{}", verified.stderr);
}
