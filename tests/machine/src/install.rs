//! Bringing Lanyard into the guest: what is installed, and how.
//!
//! Until there is a package, the files are copied to where they mirror their places. With one, [`payload`]
//! is the package and [`install`] is `dpkg -i`; nothing else here knows.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use lanyard_stack::own_program;

use crate::error::MachineError;
use crate::machine::Machine;

/// Our programs and where they belong.
const PROGRAMS: [(&str, &str); 2] = [("lanyardd", "usr/sbin"), ("lanyardctl", "usr/bin")];

/// The repository's folders that mirror where their files are installed.
const MIRRORS: [&str; 2] = ["systemd", "udev"];

/// What the maintainer's scripts of a package would do.
const SETTLE: &str = "systemd-sysusers && systemctl daemon-reload && udevadm control --reload && \
    busctl --quiet call org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus ReloadConfig";

/// An archive of everything that is installed, for the machine's second disk.
pub(crate) fn payload(folder: &Path) -> Result<PathBuf, MachineError> {
    let doing = || MachineError::io("collecting what is installed");
    let (tree, archive) = (folder.join("installed"), folder.join("installed.tar"));
    for (program, place) in PROGRAMS {
        fs::create_dir_all(tree.join(place)).map_err(doing())?;
        let (from, to) = (own_program(program)?, tree.join(place).join(program));
        let mut strip = Command::new("strip");
        strip.arg("-o").arg(to).arg(from);
        must_succeed(&mut strip)?;
    }
    let mut copy = Command::new("cp");
    copy.arg("--recursive").args(MIRRORS.map(|mirror| repository().join(mirror).join(".")));
    must_succeed(copy.arg(&tree))?;
    let mut pack = Command::new("tar");
    pack.args(["--create", "--owner=0", "--group=0", "--mode=go-w", "--file"]).arg(&archive);
    must_succeed(pack.arg("--directory").arg(&tree).arg("."))?;
    Ok(archive)
}

/// Installs what is on the second disk.
pub(crate) fn install(machine: &mut Machine) -> Result<(), MachineError> {
    machine.run("tar --extract --file /dev/vdb --directory /")?;
    machine.run(SETTLE).map(drop)
}

fn repository() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here)
}

fn must_succeed(command: &mut Command) -> Result<(), MachineError> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(MachineError::io(format!("running {program}")))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(MachineError::Otherwise(format!("{program}: {said}")))
}
