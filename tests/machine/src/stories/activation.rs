//! How long it takes from a reader that is plugged in to the card in it being known, when nothing runs before: our
//! daemon, and another PC/SC client that is started as it is, which says what of the time is not ours.

use crate::error::MachineError;
use crate::timeline::{self, Step};
use crate::world::World;

/// Of so many the one in the middle counts.
const ROUNDS: usize = 5;

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
udevadm control --reload";

/// Comes back when it has.
const SEEN: &str = "cat /run/raw";

const END: &str = "rm -f /run/udev/rules.d/99-raw.rules /run/systemd/system/raw.service /run/raw
systemctl unmask --quiet --runtime lanyardd.service
systemctl daemon-reload
udevadm control --reload
systemctl start lanyardd.service";

pub(super) fn a_daemon_wanted_by_udev_takes_its_time(
    world: &mut World,
) -> Result<(), MachineError> {
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        world.machine.unplug_reader()?;
        world.machine.run("systemctl stop lanyardd.service pcscd.service")?;
        world.news.forget();
        world.machine.plug_reader()?;
        let inserted = world.news.wait_for("CardInserted")?;
        rounds.push(timeline::of_activation(&mut world.machine, inserted.at)?);
    }
    for Step { what, at } in timeline::medians(&rounds) {
        world.figure(format!(
            "{at:6.3} s after the kernel saw the reader, median of {ROUNDS}: {what}"
        ));
    }
    Ok(())
}

pub(super) fn another_client_wanted_by_udev_takes_its_time(
    world: &mut World,
) -> Result<(), MachineError> {
    world.machine.run(BEGIN)?;
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        world.machine.unplug_reader()?;
        world.machine.run("systemctl stop pcscd.service")?;
        world.machine.plug_reader()?;
        let seen = world.machine.run(SEEN)?;
        let at = timeline::since_reader(&mut world.machine, &seen)?;
        rounds.push(vec![Step { what: "opensc-tool has the card's answer to reset", at }]);
    }
    for Step { what, at } in timeline::medians(&rounds) {
        world.figure(format!(
            "{at:6.3} s after the kernel saw the reader, median of {ROUNDS}: {what}"
        ));
    }
    world.machine.run(END).map(drop)
}
