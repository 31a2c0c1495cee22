//! `lanyardctl metrics`: numbers of the real daemon, for a terminal and for a textfile collector.

use std::{fs, os::unix::fs::PermissionsExt as _};

use lanyard_stack::{Finished, Stack};
use lanyard_witness::Witness;

fn metrics(stack: &Stack, arguments: &[&str]) -> Finished {
    let program = stack.own("lanyardctl").unwrap().args(["--bus", stack.bus().address()]);
    program.arg("metrics").args(arguments).run().unwrap()
}

/// A bus that would start the daemon, or rather this, for whoever calls it.
fn bus_that_starts(what: &str, folder: &tempfile::TempDir) -> Stack {
    let services = folder.path().join("services");
    fs::create_dir(&services).unwrap();
    let service = format!("[D-BUS Service]\nName=org.lanyard.Lanyard1\nExec={what}\n");
    fs::write(services.join("org.lanyard.Lanyard1.service"), service).unwrap();
    let services = services.display();
    let rules = format!(
        "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" \
         \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n\
         <busconfig><servicedir>{services}</servicedir><policy context=\"default\">\
         <allow send_type=\"*\"/><allow own=\"*\"/></policy></busconfig>\n"
    );
    fs::write(folder.path().join("rules.conf"), rules).unwrap();
    Stack::builder().bus_policy(folder.path().join("rules.conf")).without_pcscd().unwrap()
}

#[tokio::test]
async fn a_daemon_that_does_not_run_is_told_as_that_and_is_not_started_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let started = folder.path().join("started");
    let stack = bus_that_starts(&format!("/usr/bin/touch {}", started.display()), &folder);
    let told = metrics(&stack, &[]);
    assert!(told.status.success(), "{}", told.stderr);
    assert!(told.stdout.ends_with("\nlanyard_up 0\n"), "{}", told.stdout);
    assert!(!started.exists(), "the bus was made to start it");

    let status = stack.own("lanyardctl").unwrap().args(["--bus", stack.bus().address(), "status"]);
    assert!(!status.run().unwrap().status.success());
    assert!(started.exists(), "the bus starts it for others");
}

#[tokio::test]
async fn root_is_told_others_are_not_and_a_file_is_replaced_as_a_whole() {
    let stack = Stack::start().unwrap();
    let _daemon = stack.daemon("").unwrap();
    let mut witness = Witness::on_bus(stack.bus().address()).await;
    let _card = stack.card(0, "nurse").unwrap();
    witness.card_in_state("ready").await;
    let file = stack.folder().join("lanyard.prom");
    fs::write(&file, "lanyard_up 0\n").unwrap();
    let written = metrics(&stack, &["--textfile", file.to_str().unwrap()]);
    assert!(written.status.success(), "{}", written.stderr);
    assert_eq!((written.stdout.as_str(), written.stderr.as_str()), ("", ""));
    let text = fs::read_to_string(&file).unwrap();
    for line in ["lanyard_up 1", "lanyard_readers 2", "lanyard_cards_inserted_total 1"] {
        assert!(text.lines().any(|found| found == line), "{line}: {text}");
    }
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o644);

    let stranger = stack.command("setpriv");
    let stranger =
        stranger.args(["--reuid", "65534", "--regid", "65534", "--clear-groups", "busctl"]);
    let stranger =
        stranger.args(["--address", stack.bus().address(), "call", "org.lanyard.Lanyard1"]);
    let stranger =
        stranger.args(["/org/lanyard/Lanyard1", "org.lanyard.Lanyard1.Manager", "Metrics"]);
    let refused = stranger.run().unwrap();
    assert!(!refused.status.success() && refused.stdout.is_empty(), "{}", refused.stdout);
    assert!(refused.stderr.contains("only an administrator"), "{}", refused.stderr);
}
