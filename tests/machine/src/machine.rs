//! A running guest: QEMU under software emulation, its monitor, its shell, and the USB port for the reader.
//!
//! Everything of it is in a folder of its own, and it dies with the process that made it. What it writes to
//! its disk is forgotten.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::json;
use tempfile::TempDir;

use crate::error::{MachineError, must};
use crate::image::Image;
use crate::patience::until_listening;
use crate::qmp::Qmp;
use crate::shell::{Finished, Shell};

/// Never `kvm`: where it is offered it may hang, and a machine without it must do as well.
const QEMU: [&str; 14] = [
    "qemu-system-x86_64",
    "-accel",
    "tcg",
    "-smp",
    "1",
    "-m",
    "512",
    "-display",
    "none",
    "-nodefaults",
    "-no-user-config",
    "-device",
    "qemu-xhci,id=usb",
    "-no-reboot",
];

/// What QEMU complains of.
const LOG: &str = "qemu.log";

const KERNEL_LINE: &str = "root=/dev/vda ro console=ttyS0 quiet systemd.show_status=0";

/// A guest.
#[derive(Debug)]
pub(crate) struct Machine {
    process: Child,
    qmp: Qmp,
    shell: Shell,
    folder: TempDir,
}

impl Machine {
    /// Starts a guest with `payload` as its second disk, and waits until it has booted.
    pub(crate) fn boot(image: &Image, payload: &Path) -> Result<Self, MachineError> {
        let folder = tempfile::Builder::new().prefix("lanyard-machine-").tempdir();
        let folder = folder.map_err(MachineError::io("making a folder for the machine"))?;
        let process = start(image, payload, folder.path())?;
        let mut guard = Guard(Some(process));
        until_listening(&folder.path().join("qmp")).map_err(|silence| {
            let said = fs::read_to_string(folder.path().join(LOG)).unwrap_or_default();
            MachineError::Otherwise(format!("QEMU does not run: {silence}; it says: {said}"))
        })?;
        let qmp = Qmp::connect(&folder.path().join("qmp"))?;
        let mut shell = Shell::connect(&folder.path().join("shell"))?;
        let booted = shell.first("systemctl is-system-running --wait")?;
        let failed = shell.attempt("systemctl --failed --no-legend --plain")?;
        must(booted.output == "running", || {
            format!("the guest is {}: {}", booted.output, failed.output)
        })?;
        let process = guard.0.take().ok_or_else(|| MachineError::Otherwise("no QEMU".into()))?;
        Ok(Self { process, qmp, shell, folder })
    }

    /// Runs a script in the guest that has to succeed; its output.
    pub(crate) fn run(&mut self, script: &str) -> Result<String, MachineError> {
        self.shell.run(script)
    }

    /// Runs a script in the guest that may fail.
    pub(crate) fn attempt(&mut self, script: &str) -> Result<Finished, MachineError> {
        self.shell.attempt(script)
    }

    /// Where the virtual card finds the reader.
    pub(crate) fn card_socket(&self) -> PathBuf {
        self.folder.path().join("card")
    }

    /// The other end of the guest's port for news.
    pub(crate) fn news_socket(&self) -> PathBuf {
        self.folder.path().join("news")
    }

    /// A folder that goes with the machine.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Plugs the reader into the guest's USB port.
    pub(crate) fn plug_reader(&mut self) -> Result<(), MachineError> {
        let address = json!({ "type": "unix", "data": { "path": self.card_socket() } });
        let backend = json!({
            "type": "socket",
            "data": { "addr": address, "server": true, "wait": false }
        });
        self.qmp.order("chardev-add", &json!({ "id": "card", "backend": backend }))?;
        let reader = json!({ "driver": "usb-ccid", "id": "reader", "bus": "usb.0" });
        self.qmp.order("device_add", &reader)?;
        let slot = json!({
            "driver": "ccid-card-passthru", "id": "slot", "bus": "reader.0", "chardev": "card"
        });
        self.qmp.order("device_add", &slot)
    }

    /// Pulls the reader out, with the card that is in it.
    pub(crate) fn unplug_reader(&mut self) -> Result<(), MachineError> {
        self.qmp.order("device_del", &json!({ "id": "reader" }))?;
        self.qmp.wait_until_deleted("reader")?;
        self.qmp.order("chardev-remove", &json!({ "id": "card" }))
    }

    /// Waits until the guest sleeps.
    pub(crate) fn wait_until_asleep(&mut self) -> Result<(), MachineError> {
        self.qmp.wait_until_asleep()
    }

    /// Wakes it, as a key would.
    pub(crate) fn wake_up(&mut self) -> Result<(), MachineError> {
        self.qmp.order("system_wakeup", &json!({}))
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        end(&mut self.process);
    }
}

/// Ends QEMU when booting fails.
struct Guard(Option<Child>);

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(process) = &mut self.0 {
            end(process);
        }
    }
}

fn end(process: &mut Child) {
    // It may have ended by itself.
    let _killed = process.kill();
    let _waited = process.wait();
}

fn start(image: &Image, payload: &Path, folder: &Path) -> Result<Child, MachineError> {
    let socket = |id: &str| {
        let path = folder.join(id);
        format!("socket,id={id},path={},server=on,wait=off", path.display())
    };
    let disk =
        |path: &Path, more: &str| format!("file={},format=raw,if=virtio,{more}", path.display());
    let said = File::create(folder.join(LOG)).map_err(MachineError::io("making QEMU's log"))?;
    // It dies with us, however we die, and leaves the processor to whoever sits at the machine.
    let mut qemu = Command::new("setpriv");
    qemu.args(["--pdeathsig", "KILL", "nice", "-n", "10"]).args(QEMU);
    qemu.arg("-kernel").arg(image.kernel()).arg("-initrd").arg(image.initrd());
    qemu.args(["-append", KERNEL_LINE]);
    qemu.args(["-drive", &disk(&image.disk(), "snapshot=on")]);
    qemu.args(["-drive", &disk(payload, "readonly=on")]);
    qemu.args(["-device", "virtio-serial-pci"]);
    for port in ["shell", "news"] {
        qemu.args(["-chardev", &socket(port), "-device"]);
        qemu.arg(format!("virtserialport,chardev={port},name=lanyard.{port}"));
    }
    qemu.args(["-qmp", &format!("unix:{},server=on,wait=off", folder.join("qmp").display())]);
    qemu.args(["-serial", &format!("file:{}", folder.join("console").display())]);
    qemu.stdin(Stdio::null()).stdout(Stdio::null()).stderr(said);
    qemu.spawn().map_err(MachineError::io("starting QEMU"))
}
