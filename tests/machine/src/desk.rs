//! A person's desk: a login session by logind at the guest's own screen, with a shell in it that does what stories
//! want done there, and an application that follows what the desk is told.
//!
//! It is opened as getty and login open one, without a password: PAM is asked for it (`PAMName=`, systemd.exec(5)).
//! It stays, because a card belongs to the session at which it was put in.

use serde_json::Value;

use crate::base64;
use crate::error::{MachineError, must};
use crate::machine::Machine;
use crate::shell::Finished;

/// Who sits at the screen, as the guest knows her.
pub(crate) const PERSON: &str = "person";

/// Somebody else who may log in.
pub(crate) const VISITOR: &str = "visitor";

/// People, and what stands between them and whoever plays the stories.
const FURNISH: &str = "useradd --create-home --shell /bin/sh person
useradd --create-home --shell /bin/sh visitor
install --directory --owner=person --mode=755 /run/desk
mkfifo --mode=666 /run/desk/orders /run/desk/done
cat >/run/desk/shell <<'END'
exec 3<>/run/desk/orders
lanyardctl watch --json >>/run/desk/watched 2>&1 </dev/null &
echo 0 >/run/desk/done
while read -r order <&3 && test -n \"$order\"; do
    timeout 90 sh -c \"$(printf %s \"$order\" | base64 -d)\" </dev/null >/run/desk/said 2>&1
    echo $? >/run/desk/done
done
END";

/// Comes back when she sits there.
const SIT_DOWN: &str = "systemd-run --quiet --collect --unit=desk --property=User=person \
    --property=PAMName=login --property=TTYPath=/dev/tty1 sh /run/desk/shell && exit \"$(cat /run/desk/done)\"";

/// Makes the people of a guest, and has one sit down.
pub(crate) fn furnish(machine: &mut Machine) -> Result<(), MachineError> {
    machine.run(FURNISH)?;
    sit_down(machine)
}

/// Logs her in at the screen.
pub(crate) fn sit_down(machine: &mut Machine) -> Result<(), MachineError> {
    machine.run(SIT_DOWN).map(drop)
}

/// Logs her out, as `exit` does: her shell ends, and what else she has begun goes on (`lanyardctl watch`). Until that
/// has ended too, logind tells nobody that she left.
pub(crate) fn leave(machine: &mut Machine) -> Result<(), MachineError> {
    machine.run("echo >/run/desk/orders").map(drop)
}

/// Ends whatever she has left running.
pub(crate) fn clear(machine: &mut Machine) -> Result<(), MachineError> {
    machine.run("loginctl terminate-user person; systemctl --quiet stop desk || true").map(drop)
}

/// Runs a script in her session that may fail.
pub(crate) fn attempt(machine: &mut Machine, script: &str) -> Result<Finished, MachineError> {
    let order = base64::encode(script.as_bytes());
    machine.attempt(&format!(
        "echo {order} >/run/desk/orders; code=$(cat /run/desk/done); cat /run/desk/said; exit $code"
    ))
}

/// Forgets what the desk was told so far.
pub(crate) fn forget(machine: &mut Machine) -> Result<(), MachineError> {
    machine.run("truncate --size=0 /run/desk/watched").map(drop)
}

/// Waits until `lanyardctl watch` tells of this event at the desk; its line.
pub(crate) fn told(machine: &mut Machine, event: &str) -> Result<Value, MachineError> {
    let follower = "tail --lines=+1 --follow /run/desk/watched";
    let line = follow(machine, follower, &format!("\"event\":\"{event}\""))?;
    serde_json::from_str(&line).map_err(|_| MachineError::Otherwise(format!("no event: {line}")))
}

/// Waits until a program in the guest that never ends writes a line with this in it; the line.
pub(crate) fn follow(
    machine: &mut Machine,
    follower: &str,
    awaited: &str,
) -> Result<String, MachineError> {
    let found = machine.attempt(&format!(
        "{{ timeout 60 {follower} & echo $! >/run/desk/follower; wait; }} \
         | grep --fixed-strings --max-count=1 '{awaited}'; code=$?; \
         kill \"$(cat /run/desk/follower)\" 2>/dev/null; exit $code"
    ))?;
    must(found.code == 0, || format!("`{follower}` did not say {awaited}: {}", found.output))?;
    Ok(found.output)
}
