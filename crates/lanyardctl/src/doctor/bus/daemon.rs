//! What the running daemon shows to everybody, and since when it runs.

use std::{collections::BTreeSet, fs, path::Path, time::Duration};

use futures_util::StreamExt;
use lanyard_dbus::{BUS_NAME, ROOT};
use lanyard_trust::UnixTime;
use zbus::{
    Connection, MatchRule, MessageStream,
    fdo::DBusProxy,
    message::Type,
    names::{BusName, OwnedUniqueName},
};

use super::question::{Gone, Party, owner, take};
use crate::{Failure, doctor::Deadline, snapshot::Snapshot};

/// How long a reader's seat is waited for. It is asked for when the reader comes, and usually known at once.
const FOR_A_SEAT: Duration = Duration::from_secs(1);

/// What a running daemon shows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Daemon {
    pub(crate) version: String,
    pub(crate) pcsc_state: String,
    pub(crate) snapshot: Snapshot,
    /// Paths of readers that came while it was looked: their seats may still be asked for.
    pub(crate) arriving: BTreeSet<String>,
    /// When its process began, to a second; none where that cannot be read.
    pub(crate) began: Option<UnixTime>,
    /// The user it runs as.
    pub(crate) uid: Option<u32>,
    /// Whether the caller's desk has a passcode agent; none where the caller has no desk, or the daemon does not tell.
    pub(crate) has_agent: Option<bool>,
}

/// Asks the daemon, if it runs.
pub(super) async fn ask(bus: &Connection, root: &Path) -> Result<Daemon, Gone> {
    let owner = owner(bus, BUS_NAME).await?;
    let party = Party { bus, name: owner.as_str() };
    let mut properties = party.properties(ROOT, MANAGER).await?;
    let (snapshot, arriving) = seated(bus, owner.as_str()).await?;
    let has_agent = party.ask::<_, bool>((ROOT, MANAGER, "HasPasscodeAgent"), &()).await.ok();
    let (pid, uid) = process(bus, owner).await;
    Ok(Daemon {
        version: take(&mut properties, "Version")?,
        pcsc_state: take(&mut properties, "PcscState")?,
        snapshot,
        arriving,
        began: pid.and_then(|pid| began(root, pid)),
        uid,
        has_agent,
    })
}

/// What there is when each reader has its seat, or after a while; and which readers came meanwhile.
async fn seated(bus: &Connection, daemon: &str) -> Result<(Snapshot, BTreeSet<String>), Gone> {
    let signals = MatchRule::builder().msg_type(Type::Signal).sender(daemon);
    let signals = signals.path_namespace(ROOT).build()?;
    let mut changes = MessageStream::for_match_rule(signals, bus, None).await?;
    let deadline = Deadline::after(FOR_A_SEAT);
    let mut snapshot = taken(bus).await?;
    let first: BTreeSet<_> = snapshot.readers.keys().cloned().collect();
    while snapshot.readers.values().any(|reader| reader.seat.is_empty()) {
        let change = tokio::time::timeout(deadline.left(), changes.next()).await;
        if !matches!(change, Ok(Some(_))) {
            break;
        }
        snapshot = taken(bus).await?;
    }
    let arriving = snapshot.readers.keys().filter(|path| !first.contains(*path)).cloned().collect();
    Ok((snapshot, arriving))
}

async fn taken(bus: &Connection) -> Result<Snapshot, Gone> {
    Snapshot::take(bus).await.map_err(|failure| match failure {
        Failure::Call(error) => Gone::from(error),
        Failure::NotRunning => Gone::Absent,
        Failure::DaemonWent => Gone::Silent,
        other => Gone::Odd { why: other.to_string() },
    })
}

const MANAGER: &str = "org.lanyard.Lanyard1.Manager";

/// Whose process it is, as the bus knows.
async fn process(bus: &Connection, owner: OwnedUniqueName) -> (Option<u32>, Option<u32>) {
    let Ok(proxy) = DBusProxy::new(bus).await else { return (None, None) };
    let name = BusName::from(owner);
    let pid = proxy.get_connection_unix_process_id(name.clone()).await.ok();
    (pid, proxy.get_connection_unix_user(name).await.ok())
}

/// When a process began: the boot's time and what passed until then (proc(5), `stat`, field 22).
fn began(root: &Path, pid: u32) -> Option<UnixTime> {
    let stat = fs::read_to_string(root.join(format!("proc/{pid}/stat"))).ok()?;
    // The name before may hold anything, also blanks and brackets.
    let (_, after_name) = stat.rsplit_once(')')?;
    let ticks: u64 = after_name.split_ascii_whitespace().nth(19)?.parse().ok()?;
    let boot = fs::read_to_string(root.join("proc/stat")).ok()?;
    let boot: i64 =
        boot.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()?;
    let seconds = ticks.checked_div(rustix::param::clock_ticks_per_second())?;
    Some(UnixTime(boot.checked_add_unsigned(seconds)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_began_after_the_boot() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("proc/7")).unwrap();
        let ticks = 100 * rustix::param::clock_ticks_per_second();
        let stat = format!("7 (a ) b) S 1 7 7 0 -1 4194560 1 0 0 0 1 1 0 0 20 0 3 0 {ticks} 1 1\n");
        fs::write(root.path().join("proc/7/stat"), stat).unwrap();
        fs::write(root.path().join("proc/stat"), "cpu 1 2\nbtime 1767600000\n").unwrap();
        assert_eq!(began(root.path(), 7), Some(UnixTime(1_767_600_100)));
        assert_eq!(began(root.path(), 8), None);
    }
}
