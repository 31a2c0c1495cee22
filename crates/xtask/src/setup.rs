//! Set-up: the Debian packages that the tasks need, found missing and installed.
//!
//! The machine's own pcscd is not started by it: services are held back while packages are installed
//! (`invoke-rc.d(8)`, `policy-rc.d`). On other distributions nothing is installed; what is missing is
//! named.

use std::process::Command;

use crate::cargo;
use crate::error::TaskError;
use crate::namespaces::is_root;
use crate::say;

/// What a package is needed for; each purpose includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Purpose {
    /// Building everything, and running a stack.
    Stack,
    /// The outside programs that judge us in tests and stand beside us in benches.
    Everything,
    /// Packages, and what tries them.
    Package,
    /// A virtual machine, its disk, and the package that is installed in it.
    Machine,
}

/// A package, what shows that it is there on systems without dpkg, and why it is needed.
struct Need {
    package: &'static str,
    /// A program on `PATH`, or none where only dpkg can tell.
    program: Option<&'static str>,
    purpose: Purpose,
    why: &'static str,
}

const fn need(
    package: &'static str,
    program: Option<&'static str>,
    purpose: Purpose,
    why: &'static str,
) -> Need {
    Need { package, program, purpose, why }
}

/// Every package, Debian 12's names.
const NEEDS: [Need; 29] = [
    need("pkgconf", Some("pkg-config"), Purpose::Stack, "finds the libraries below"),
    need("libpcsclite-dev", None, Purpose::Stack, "PC/SC for the daemon"),
    need("libssl-dev", None, Purpose::Stack, "RSA for the virtual card"),
    need("pcscd", Some("pcscd"), Purpose::Stack, "the smartcard service"),
    need("vsmartcard-vpcd", None, Purpose::Stack, "virtual readers"),
    need("dbus-daemon", Some("dbus-daemon"), Purpose::Stack, "the bus"),
    need("iproute2", Some("ip"), Purpose::Stack, "the private network's loopback"),
    need("util-linux", Some("unshare"), Purpose::Stack, "namespaces without root"),
    need("opensc", Some("pkcs15-tool"), Purpose::Everything, "judges the virtual card"),
    need("opensc-pkcs11", None, Purpose::Everything, "judges it through PKCS#11"),
    need("yubico-piv-tool", Some("yubico-piv-tool"), Purpose::Everything, "judges it too"),
    need("ykcs11", None, Purpose::Everything, "judges it through PKCS#11"),
    need("openssl", Some("openssl"), Purpose::Everything, "judges certificates beside us"),
    need("libglib2.0-bin", Some("gdbus"), Purpose::Everything, "a client on the bus"),
    need("systemd", Some("busctl"), Purpose::Everything, "busctl, a client on the bus"),
    need("python3-dbus-next", None, Purpose::Everything, "the client in Python"),
    need("gjs", Some("gjs"), Purpose::Everything, "the client in JavaScript"),
    need("libsystemd-dev", None, Purpose::Everything, "the client in C"),
    need("python3-dbusmock", None, Purpose::Everything, "plays logind and polkit"),
    need("python3-cryptography", None, Purpose::Everything, "keys for the verifier in Python"),
    need("python3-jwt", None, Purpose::Everything, "verifies session tickets"),
    need("python3-openssl", None, Purpose::Everything, "verifies the certificates in them"),
    need("strace", Some("strace"), Purpose::Everything, "stops the daemon at every system call"),
    need("debhelper", Some("dh"), Purpose::Package, "makes packages"),
    need("lintian", Some("lintian"), Purpose::Package, "judges them"),
    need("mmdebstrap", Some("mmdebstrap"), Purpose::Package, "makes a Debian to try them in"),
    need("debian-archive-keyring", None, Purpose::Package, "knows Debian's packages"),
    need("qemu-system-x86", Some("qemu-system-x86_64"), Purpose::Machine, "the virtual machine"),
    need("e2fsprogs", Some("mke2fs"), Purpose::Machine, "makes the guest's disk"),
];

/// Installs what is missing for `purpose`.
///
/// # Errors
/// [`TaskError::Missing`] when something is and cannot be installed from here.
pub(crate) fn ensure(purpose: Purpose) -> Result<(), TaskError> {
    let needs: Vec<&Need> = NEEDS.iter().filter(|need| need.purpose <= purpose).collect();
    if !cargo::on_path("dpkg-query") {
        return elsewhere(&needs);
    }
    let missing = missing(&needs)?;
    if missing.is_empty() {
        return Ok(());
    }
    for need in &missing {
        say::line(&format!("missing: {} ({})", need.package, need.why));
    }
    let packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
    install(&packages)
}

/// What dpkg does not call installed.
fn missing<'a>(needs: &[&'a Need]) -> Result<Vec<&'a Need>, TaskError> {
    let mut query = Command::new("dpkg-query");
    query.args(["--show", "--showformat", "${Package} ${db:Status-Status}\\n"]);
    query.args(needs.iter().map(|need| need.package));
    // It fails when it does not know one of them; what it knows it shows all the same.
    let (_, shown) = cargo::output(&mut query)?;
    let installed = installed(&shown);
    let is_missing = |need: &&&Need| !installed.contains(&need.package);
    Ok(needs.iter().filter(is_missing).copied().collect())
}

/// The installed packages among lines of `NAME STATUS`.
fn installed(shown: &str) -> Vec<&str> {
    let names = shown.lines().map(|line| line.strip_suffix(" installed"));
    names.flatten().collect()
}

/// Debian or a relative, without one of our packages.
fn install(packages: &[&str]) -> Result<(), TaskError> {
    let script = INSTALL;
    let mut command = if is_root() {
        Command::new("sh")
    } else if cargo::on_path("sudo") {
        let mut command = Command::new("sudo");
        command.arg("sh");
        command
    } else {
        return Err(TaskError::Missing {
            missing: packages.join(", "),
            advice: format!(
                "Neither root nor sudo is at hand. As root: apt-get update && apt-get install {}",
                packages.join(" ")
            ),
        });
    };
    command.args(["-c", script, "xtask"]).args(packages);
    say::line("installing with apt-get; no service is started by it");
    if cargo::succeeds(&mut command)? {
        return Ok(());
    }
    Err(TaskError::Missing { missing: packages.join(", "), advice: CLASH.into() })
}

/// What helps when apt-get does not install them: mostly another version is there of something that goes along.
const CLASH: &str = "apt-get does not install them; its last words above say what does not go together. Where packages \
    of the same source are there from backports, as with qemu-system-common, install the missing ones from there too: \
    apt-get install -t bookworm-backports NAME. Then run this again: it takes any version that is installed.";

/// Installs its arguments. A `policy-rc.d` that answers 101 keeps services from being started, pcscd
/// above all; one that is already there stays as it is.
const INSTALL: &str = r#"
set -e
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
install() { apt-get install --yes --quiet --no-install-recommends "$@"; }
install "$@" || { apt-get update --quiet && install "$@"; }
"#;

/// Not Debian: what can be seen to be missing is named, the rest is left to the build to find out.
fn elsewhere(needs: &[&Need]) -> Result<(), TaskError> {
    let absent = |need: &&&Need| need.program.is_some_and(|program| !cargo::on_path(program));
    let missing: Vec<String> = needs
        .iter()
        .filter(absent)
        .map(|need| format!("{} ({})", need.program.unwrap_or_default(), need.why))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let all: Vec<&str> = needs.iter().map(|need| need.package).collect();
    Err(TaskError::Missing {
        missing: missing.join(", "),
        advice: format!(
            "This is no Debian, so nothing is installed for you. What Debian calls {} is needed, \
             under whatever names your distribution has for it.",
            all.join(", ")
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_packages_in_state_installed_count() {
        let shown =
            "opensc installed\npcscd config-files\ndbus-daemon not-installed\nykcs11 installed\n";
        assert_eq!(installed(shown), ["opensc", "ykcs11"]);
    }

    #[test]
    fn a_stack_needs_less_than_the_tests() {
        let for_stack = NEEDS.iter().filter(|need| need.purpose <= Purpose::Stack);
        assert!(for_stack.clone().any(|need| need.package == "vsmartcard-vpcd"));
        assert!(for_stack.clone().all(|need| need.package != "opensc"));
    }

    #[test]
    fn the_ordinary_tests_need_neither_packaging_nor_a_virtual_machine() {
        let for_tests = NEEDS.iter().filter(|need| need.purpose <= Purpose::Everything);
        let is_theirs = |need: &Need| ["debhelper", "qemu-system-x86"].contains(&need.package);
        assert!(!for_tests.clone().any(is_theirs));
    }

    #[test]
    fn without_debian_everything_that_is_absent_is_named() {
        let absent = need("libnothing", Some("lanyard-nothing"), Purpose::Stack, "a test");
        let invisible = need("libsomething-dev", None, Purpose::Stack, "a test");
        assert!(elsewhere(&[&invisible]).is_ok());
        let error = elsewhere(&[&absent, &invisible]).unwrap_err().to_string();
        assert!(error.starts_with("missing: lanyard-nothing (a test).\n"), "{error}");
        assert!(error.contains("libnothing, libsomething-dev"), "{error}");
    }
}
