//! The folders of the ledger and the audit log: whose they are, who else may write there, how much room is left.

use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use lanyard_settings::Settings;

use super::{
    finding::{Check, Finding},
    job::Missing,
};

/// Without this much room the daemon may soon not be able to record, and then grants nothing.
const LEAST_ROOM: u64 = 64 << 20;

/// With less than this somebody should look.
const LITTLE_ROOM: u64 = 512 << 20;

/// Write access of others than the owner.
const OTHERS_WRITE: u32 = 0o022;

/// Both folders.
#[derive(Debug)]
pub(super) struct Records {
    ledger: Folder,
    audit: Folder,
    /// The user `lanyard`, if there is one.
    user: Option<u32>,
}

#[derive(Debug)]
struct Folder {
    path: PathBuf,
    seen: Result<Seen, io::ErrorKind>,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    is_folder: bool,
    owner: u32,
    mode: u32,
    /// Bytes that the owner may still write there.
    room: u64,
    /// Whose a file in it is that is not the folder's owner's.
    stranger: Option<u32>,
}

/// Looks from outside, which everybody may.
pub(super) fn look(settings: &Settings, root: &Path) -> Records {
    let audit = settings.audit.file.parent().unwrap_or(Path::new("/"));
    Records {
        ledger: folder(&settings.ledger.folder),
        audit: folder(audit),
        user: user(root, "lanyard"),
    }
}

fn folder(path: &Path) -> Folder {
    let seen = || -> io::Result<Seen> {
        let it = fs::metadata(path)?;
        let room = rustix::fs::statvfs(path)?;
        let room = room.f_bavail.saturating_mul(room.f_frsize);
        let (owner, mode) = (it.uid(), it.mode() & 0o7777);
        Ok(Seen { is_folder: it.is_dir(), owner, mode, room, stranger: stranger(path, owner) })
    };
    Folder { path: path.to_owned(), seen: seen().map_err(|error| error.kind()) }
}

/// What was restored from elsewhere may be somebody else's. Who may not look into the folder sees nobody.
fn stranger(folder: &Path, owner: u32) -> Option<u32> {
    let files = fs::read_dir(folder).ok()?.flatten();
    let mut owners = files.filter_map(|file| Some(file.metadata().ok()?.uid()));
    owners.find(|user| *user != owner)
}

/// The number of a user, from the file that packages write to (passwd(5)).
fn user(root: &Path, name: &str) -> Option<u32> {
    let users = fs::read_to_string(root.join("etc/passwd")).ok()?;
    let number = |line: &str| {
        let mut fields = line.split(':');
        if fields.next() == Some(name) { fields.nth(1)?.parse().ok() } else { None }
    };
    users.lines().find_map(number)
}

/// Says how the folders are; `daemon` is the user that the daemon runs as.
pub(super) fn judge(records: Result<&Records, &Missing>, daemon: Option<u32>) -> Vec<Finding> {
    let checks = [Check::Ledger, Check::Audit];
    let Records { ledger, audit, user } = match records {
        Ok(records) => records,
        Err(why) => {
            let advice = "is its file system there? `mount`";
            let missing = |check: Check| check.missing(*why, "the folder of records", advice);
            return checks.map(missing).to_vec();
        }
    };
    let owner = daemon.or(*user);
    vec![of(Check::Ledger, ledger, owner), of(Check::Audit, audit, owner)]
}

fn of(check: Check, folder: &Folder, owner: Option<u32>) -> Finding {
    let path = folder.path.display();
    let seen = match folder.seen {
        Ok(seen) => seen,
        Err(io::ErrorKind::PermissionDenied) => {
            return check.unknown(
                format!("{path} may not be seen by this user"),
                "`sudo lanyardctl doctor`",
            );
        }
        Err(io::ErrorKind::NotFound) => return check.wrong(format!("there is no {path}"), MAKE),
        Err(kind) => return check.wrong(format!("{path}: {kind}"), MAKE),
    };
    let room = seen.room >> 20;
    match owner {
        _ if !seen.is_folder => check.wrong(format!("{path} is no folder"), MAKE),
        Some(owner) if owner != seen.owner => check.wrong(
            format!("{path} belongs to user {}, and lanyardd is user {owner}", seen.owner),
            format!("`sudo chown -R {owner} {path}`"),
        ),
        Some(owner) if seen.stranger.is_some() => check.wrong(
            format!("something in {path} does not belong to lanyardd, which is user {owner}"),
            format!("`sudo chown -R {owner} {path}`; then `sudo systemctl restart lanyardd`"),
        ),
        _ if seen.mode & OTHERS_WRITE != 0 => check.wrong(
            format!("others may write to {path} (mode {:04o})", seen.mode),
            format!("`sudo chmod go-w {path}`; then `sudo lanyardctl audit verify`"),
        ),
        _ if seen.room < LEAST_ROOM => check.wrong(
            format!("the disk of {path} has {room} MiB left: what is not recorded is not granted"),
            "make room: `df -h`, `sudo journalctl --vacuum-size=200M`",
        ),
        _ if seen.room < LITTLE_ROOM => check.attention(
            format!("the disk of {path} has {room} MiB left"),
            "make room: `df -h`, `sudo journalctl --vacuum-size=200M`",
        ),
        None => check.unknown(
            format!("{path}: there is no user lanyard, and no daemon whose it could be"),
            "",
        ),
        Some(_) => check.good(format!("{path} is lanyardd's own, with {room} MiB left")),
    }
}

const MAKE: &str =
    "`sudo systemd-tmpfiles --create lanyard.conf`, then `sudo systemctl restart lanyardd`";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::Verdict::{Attention, Good, Unknown, Wrong};

    const GOOD: Seen =
        Seen { is_folder: true, owner: 7, mode: 0o700, room: 1 << 40, stranger: None };

    #[test]
    fn a_folder_is_good_only_if_it_is_the_daemons_alone_and_has_room() {
        for (seen, owner, verdict) in [
            (Ok(GOOD), Some(7), Good),
            (Ok(Seen { mode: 0o750, ..GOOD }), Some(7), Good),
            (Ok(GOOD), Some(8), Wrong),
            (Ok(Seen { stranger: Some(0), ..GOOD }), Some(7), Wrong),
            (Ok(GOOD), None, Unknown),
            (Ok(Seen { mode: 0o770, ..GOOD }), Some(7), Wrong),
            (Ok(Seen { mode: 0o702, ..GOOD }), Some(7), Wrong),
            (Ok(Seen { is_folder: false, ..GOOD }), Some(7), Wrong),
            (Ok(Seen { room: LEAST_ROOM - 1, ..GOOD }), Some(7), Wrong),
            (Ok(Seen { room: LITTLE_ROOM - 1, ..GOOD }), Some(7), Attention),
            (Err(io::ErrorKind::NotFound), Some(7), Wrong),
            (Err(io::ErrorKind::PermissionDenied), Some(7), Unknown),
        ] {
            let folder = Folder { path: "/records".into(), seen };
            assert_eq!(of(Check::Ledger, &folder, owner).verdict, verdict, "{folder:?}");
        }
        assert_eq!(judge(Err(&Missing::Late), None)[1].verdict, Wrong);
    }

    #[test]
    fn folders_are_seen_as_they_are() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("etc")).unwrap();
        fs::write(root.path().join("etc/passwd"), "root:x:0:0::/:\nlanyard:x:7:8::/:\n").unwrap();
        let mut settings = Settings::default();
        settings.ledger.folder = root.path().join("none");
        settings.audit.file = root.path().join("audit.jsonl");
        let records = look(&settings, root.path());
        assert_eq!(
            (records.user, records.ledger.seen.err()),
            (Some(7), Some(io::ErrorKind::NotFound))
        );
        let audit = records.audit.seen.unwrap();
        assert_eq!((audit.is_folder, audit.stranger), (true, None));
        assert_eq!(stranger(root.path(), audit.owner + 1), Some(audit.owner));
    }
}
