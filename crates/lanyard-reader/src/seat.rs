//! The seat a reader belongs to, from udev's database.

use std::path::Path;

use crate::UsbAddress;

/// The seat of every device that udev gives no other.
pub const DEFAULT_SEAT: &str = "seat0";

/// The seat of a USB device: `seat0` unless udev says otherwise; `None` when there is no such device.
///
/// `root` is the root of the file system, `/` but in tests.
pub fn seat_of(_usb: UsbAddress, _root: &Path) -> Option<String> {
    None
}
