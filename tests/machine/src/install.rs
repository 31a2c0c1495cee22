//! Bringing Lanyard into the guest: the package, a later one, whom this site trusts, and who has which roles.
//!
//! They come as one archive, the machine's second disk. Installing is dpkg's; nothing is put beside its files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use lanyard_stack::own_program;

use crate::error::MachineError;
use crate::machine::Machine;

/// Where the archive is unpacked in the guest.
const SITE: &str = "/opt/site";

/// What an administrator copies from the test PKI, and where to.
const SITES: [(&str, &str); 6] = [
    ("anchors", "anchors"),
    ("intermediates", "intermediates"),
    ("lists", "crls"),
    ("rbac/roles", "roles"),
    ("rbac/keys", "role-keys"),
    ("rbac/catalogue.json", "catalogue.json"),
];

/// What the site sets, as `docs/install.md` has it.
const SETTINGS: &str = "[roles]
catalogue = '/etc/lanyard/catalogue.json'
[roles.rights.sandbox-ra]
organisations = ['*']
anybody = true
";

/// An archive of everything that is brought along, made in `folder`: the packages, and what is to be trusted of
/// the PKI in `pki`.
pub(crate) fn payload(
    folder: &Path,
    package: &Path,
    next: &Path,
    pki: &Path,
) -> Result<PathBuf, MachineError> {
    let doing = || MachineError::io("collecting what is installed");
    let (site, archive) = (folder.join("site"), folder.join("site.tar"));
    fs::create_dir_all(&site).map_err(doing())?;
    fs::copy(package, site.join("lanyard.deb")).map_err(doing())?;
    fs::copy(next, site.join("next.deb")).map_err(doing())?;
    for (from, to) in SITES {
        let mut copy = Command::new("cp");
        copy.arg("--recursive").arg(pki.join(from)).arg(site.join(to));
        must_succeed(&mut copy)?;
    }
    fs::write(site.join("roles.toml"), SETTINGS).map_err(doing())?;
    let mut pack = Command::new("tar");
    pack.args(["--create", "--owner=0", "--group=0", "--mode=go-w", "--file"]).arg(&archive);
    must_succeed(pack.arg("--directory").arg(&site).arg("."))?;
    Ok(archive)
}

/// The whole test PKI, a card for every persona, and signed role documents of their holders: `cargo xtask pki`.
pub(crate) fn pki(folder: &Path) -> Result<PathBuf, MachineError> {
    let pki = folder.join("pki");
    let mut make = Command::new(own_program("lanyard-virtcard")?);
    must_succeed(make.arg("pki").arg(&pki))?;
    let mut sign = Command::new(own_program("lanyard-test-roles")?);
    must_succeed(sign.arg(pki.join("rbac")))?;
    Ok(pki)
}

/// Installs the package, as an administrator would, says whom to trust and whose word counts about roles. Settings are
/// read at the start of the daemon, which runs since the installation.
pub(crate) fn install(machine: &mut Machine) -> Result<(), MachineError> {
    machine.run(&format!("mkdir {SITE} && tar --extract --file /dev/vdb --directory {SITE}"))?;
    dpkg(machine, "--install lanyard.deb")?;
    let site = "anchors intermediates crls role-keys catalogue.json";
    machine.run(&format!(
        "cd {SITE} && cp -r {site} /etc/lanyard/ && install -m 640 -g lanyard roles/* /etc/lanyard/roles/ && \
         cp roles.toml /etc/lanyard/lanyard.d/ && lanyardctl config check && systemctl restart lanyardd"
    ))?;
    Ok(())
}

/// Installs the later version; settings that were changed are kept.
pub(crate) fn upgrade(machine: &mut Machine) -> Result<(), MachineError> {
    dpkg(machine, "--force-confdef --force-confold --install next.deb")
}

/// Removes everything that a purge removes.
pub(crate) fn purge(machine: &mut Machine) -> Result<(), MachineError> {
    dpkg(machine, "--purge lanyard")
}

fn dpkg(machine: &mut Machine, what: &str) -> Result<(), MachineError> {
    machine.run(&format!("cd {SITE} && DEBIAN_FRONTEND=noninteractive dpkg {what}")).map(drop)
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
