//! USB devices with a CCID interface (USB class 0B, usb.org "Integrated Circuit(s) Cards Interface Devices"), from sysfs.
//!
//! Nothing is opened. Whether somebody has claimed an interface is told by the kernel: it is bound to `usbfs` then.

use std::{fs, path::Path};

/// A device that is a reader by its class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct UsbReader {
    /// What it calls itself, and its numbers, as in `lsusb`.
    pub(super) name: String,
    /// Whether a program has claimed it.
    pub(super) is_claimed: bool,
}

/// The readers on USB.
pub(super) fn look(root: &Path) -> Vec<UsbReader> {
    let entries = fs::read_dir(root.join("sys/bus/usb/devices")).into_iter().flatten();
    let interfaces = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut readers: Vec<_> = interfaces.filter_map(|interface| reader(&interface)).collect();
    readers.sort_by(|one, other| one.name.cmp(&other.name));
    readers
}

/// The reader that an interface is.
fn reader(interface: &Path) -> Option<UsbReader> {
    if text(interface, "bInterfaceClass")? != "0b" {
        return None;
    }
    // `1-1.2:1.0` is the first interface of the device `1-1.2`, which stands beside it.
    let (device, _) = interface.file_name()?.to_str()?.split_once(':')?;
    let device = interface.with_file_name(device);
    let [vendor, product] = ["idVendor", "idProduct"].map(|file| text(&device, file));
    let numbers = format!("{}:{}", vendor.unwrap_or_default(), product.unwrap_or_default());
    let words = ["manufacturer", "product"].map(|file| text(&device, file)).into_iter().flatten();
    let name = words.chain([format!("({numbers})")]).collect::<Vec<_>>().join(" ");
    let driver = fs::read_link(interface.join("driver")).ok();
    Some(UsbReader { name, is_claimed: driver.is_some_and(|it| it.ends_with("usbfs")) })
}

fn text(folder: &Path, file: &str) -> Option<String> {
    Some(fs::read_to_string(folder.join(file)).ok()?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_are_found_by_their_class_and_told_apart_by_who_has_them() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(look(root.path()), []);
        let devices = root.path().join("sys/bus/usb/devices");
        let write = |path: &str, text: &str| {
            let path = devices.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        for (device, product) in [("1-1", "One"), ("1-2", "Two")] {
            write(&format!("{device}/idVendor"), "04e6\n");
            write(&format!("{device}/idProduct"), "5116\n");
            write(&format!("{device}/product"), &format!("{product}\n"));
            write(&format!("{device}:1.0/bInterfaceClass"), "0b\n");
            write(&format!("{device}:1.1/bInterfaceClass"), "03\n");
        }
        let drivers = root.path().join("sys/bus/usb/drivers/usbfs");
        fs::create_dir_all(&drivers).unwrap();
        std::os::unix::fs::symlink(drivers, devices.join("1-2:1.0/driver")).unwrap();
        let reader = |name: &str, is_claimed| UsbReader { name: name.into(), is_claimed };
        let expected = [reader("One (04e6:5116)", false), reader("Two (04e6:5116)", true)];
        assert_eq!(look(root.path()), expected);
    }
}
