//! The seat a reader belongs to: udev's property `ID_SEAT` of its USB device (sd-login(3), udev(7)).
//!
//! Reads sysfs and udev's database as files; asks neither udevd nor logind. Who sits at the seat is not
//! known here.

use std::fs;
use std::path::{Path, PathBuf};

use crate::UsbAddress;

/// The seat of every device that udev assigns to no other.
pub const DEFAULT_SEAT: &str = "seat0";

/// The seat of a USB device: `seat0` unless udev says otherwise; `None` when there is no such device.
///
/// `root` is the root of the file system: `/` but in tests.
pub fn seat_of(usb: UsbAddress, root: &Path) -> Option<String> {
    let device = device_of(usb, root)?;
    let number = fs::read_to_string(device.join("dev")).ok()?;
    let entry = root.join("run/udev/data").join(format!("c{}", number.trim()));
    // A device without an entry has no property of its own.
    let entry = fs::read_to_string(entry).unwrap_or_default();
    let seat = entry.lines().find_map(|line| line.strip_prefix("E:ID_SEAT="));
    let seat = seat.filter(|seat| !seat.is_empty());
    Some(seat.unwrap_or(DEFAULT_SEAT).to_owned())
}

/// The folder of a device in sysfs. Its name tells the port, not the number: all are looked at.
fn device_of(usb: UsbAddress, root: &Path) -> Option<PathBuf> {
    let devices = fs::read_dir(root.join("sys/bus/usb/devices")).ok()?;
    let mut devices = devices.filter_map(|device| Some(device.ok()?.path()));
    devices.find(|device| {
        number(device, "busnum") == Some(usb.bus) && number(device, "devnum") == Some(usb.device)
    })
}

/// A number in a file of sysfs. Interfaces, which have none, stand beside the devices.
fn number(device: &Path, file: &str) -> Option<u8> {
    let text = fs::read_to_string(device.join(file)).ok()?;
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const READER: UsbAddress = UsbAddress { bus: 1, device: 4 };

    /// A machine with one USB device, at bus 1 and device 4, and what udev's database says of it.
    fn machine(entry: Option<&str>) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("sys/bus/usb/devices/1-1.2/busnum", "1\n");
        write("sys/bus/usb/devices/1-1.2/devnum", "4\n");
        write("sys/bus/usb/devices/1-1.2/dev", "189:3\n");
        write("sys/bus/usb/devices/1-1.2:1.0/bInterfaceClass", "0b\n");
        if let Some(entry) = entry {
            write("run/udev/data/c189:3", entry);
        }
        root
    }

    #[test]
    fn a_reader_is_at_the_seat_that_udev_gives_it() {
        let root = machine(Some("I:1234\nE:ID_BUS=usb\nE:ID_SEAT=seat-ward-2\nG:seat\n"));
        assert_eq!(seat_of(READER, root.path()).unwrap(), "seat-ward-2");
    }

    #[test]
    fn a_reader_that_udev_gives_to_no_seat_is_at_the_default_one() {
        for entry in [None, Some("E:ID_BUS=usb\n"), Some("E:ID_SEAT=\n")] {
            let root = machine(entry);
            assert_eq!(seat_of(READER, root.path()).unwrap(), DEFAULT_SEAT, "{entry:?}");
        }
    }

    #[test]
    fn a_reader_that_is_not_there_has_no_seat() {
        let root = machine(None);
        let elsewhere = UsbAddress { bus: 2, device: 4 };
        assert_eq!(seat_of(elsewhere, root.path()), None);
        assert_eq!(seat_of(READER, &root.path().join("nothing")), None);
    }
}
