//! What is installed: the files under `systemd/` do what they say, as far as that shows without systemd.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf, time::Duration};

use lanyard_stack::{Stack, StackError, own_program};
use lanyard_witness::Witness;

const PATIENCE: Duration = Duration::from_secs(20);

/// Debian's user `daemon`, which stands for ours in the policy.
const DAEMON_USER: &str = "1";

fn installed(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../systemd/usr").join(file)
}

/// The policy names a user that only an installed package makes.
const OWN_USER: &str = "<policy user=\"lanyard\">";

fn policy(stack_folder: &std::path::Path) -> PathBuf {
    let text = fs::read_to_string(installed("share/dbus-1/system.d/org.lanyard.Lanyard1.conf"));
    let text = text.unwrap();
    assert!(text.contains(OWN_USER));
    let file = stack_folder.join("org.lanyard.Lanyard1.conf");
    fs::write(&file, text.replace(OWN_USER, "<policy user=\"daemon\">")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    file
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
    let stranger = stack
        .command("setpriv")
        .args(["--reuid", "65534", "--regid", "65534", "--clear-groups", "busctl"])
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
    let as_user = |uid: &str, program: &std::ffi::OsStr| {
        let ids = ["--reuid", uid, "--regid", uid, "--clear-groups"];
        stack.command("setpriv").args(ids).arg(program)
    };
    let watch = stack.own("lanyardctl").unwrap().args(["--bus", address, "watch", "--json"]);
    let mut watch = watch.start().unwrap();
    let program = own_program("lanyardd").unwrap();
    let _daemon =
        as_user(DAEMON_USER, program.as_os_str()).args(["--bus", address]).start().unwrap();
    let present = watch.wait_for_line("its name", PATIENCE, |line| line.contains("daemon-present"));
    present.unwrap();

    let mut witness = Witness::on_bus(address).await;
    let _card = stack.card(0, "nurse").unwrap();
    let (path, _) = witness.card_inserted().await;
    witness.card_in_state("ready").await;
    let describe = |uid| {
        let busctl = as_user(uid, "busctl".as_ref()).args(["--address", address, "call"]);
        let card = ["org.lanyard.Lanyard1", path.as_str(), "org.lanyard.Lanyard1.Card", "Describe"];
        busctl.args(card).run().unwrap()
    };
    assert!(describe(DAEMON_USER).stdout.contains("\"holder\""));
    assert!(describe("65534").stderr.contains("belongs to somebody else"));
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
    let program = put("usr/sbin/lanyardd", &fs::read(own_program("lanyardd").unwrap()).unwrap());
    fs::set_permissions(program, fs::Permissions::from_mode(0o755)).unwrap();
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
