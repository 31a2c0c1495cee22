//! How long another PC/SC client takes, started as our daemon is: what of the time is not ours.

use crate::error::MachineError;
use crate::timeline;
use crate::world::World;

/// OpenSC's tool, wanted by udev instead of the daemon, again and again until it has the card's ATR.
const BEGIN: &str = "systemctl stop lanyardd.service
systemctl mask --quiet --runtime lanyardd.service
mkdir -p /run/udev/rules.d /run/systemd/system
cat >/run/udev/rules.d/99-raw.rules <<'END'
ACTION!=\"remove\", SUBSYSTEM==\"usb\", ENV{DEVTYPE}==\"usb_device\", \
  ENV{ID_USB_INTERFACES}==\"*:0b????:*\", TAG+=\"systemd\", ENV{SYSTEMD_WANTS}+=\"raw.service\"
END
cat >/run/systemd/system/raw.service <<'END'
[Service]
ExecStart=/bin/sh -c 'until opensc-tool --atr; do :; done; date +%%s.%%N >/run/raw'
END
mkfifo /run/raw
systemctl daemon-reload
udevadm control --reload
systemctl stop pcscd.service";

/// Comes back when it has.
const SEEN: &str = "cat /run/raw";

const END: &str = "rm -f /run/udev/rules.d/99-raw.rules /run/systemd/system/raw.service /run/raw
systemctl unmask --quiet --runtime lanyardd.service
systemctl daemon-reload
udevadm control --reload
systemctl start lanyardd.service";

pub(super) fn another_client_started_the_same_way_takes_its_time(
    world: &mut World,
) -> Result<(), MachineError> {
    world.machine.unplug_reader()?;
    world.machine.run(BEGIN)?;
    world.machine.plug_reader()?;
    let seen = world.machine.run(SEEN)?;
    let took = timeline::since_reader(&mut world.machine, &seen)?;
    world.figure(format!(
        "{took:.3} s after the kernel saw the reader: opensc-tool, so started, has the ATR"
    ));
    world.machine.run(END).map(drop)
}
