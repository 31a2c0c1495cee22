//! Files that a package puts down, and what else lies at a fixed place: there, missing, or not for this user to see.

use std::{fs, io, path::Path};

use super::World;

/// Whether something is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    There,
    Missing,
    /// This user may not look.
    Hidden,
}

/// pcscd's socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Socket {
    /// Somebody listens: pcscd, or systemd for it.
    Listening,
    /// It is left from a pcscd that has gone.
    Stale,
    Missing,
}

/// What lies at fixed places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Places {
    pub(super) bus_policy: Presence,
    pub(super) activation: Presence,
    pub(super) polkit_actions: Presence,
    pub(super) polkit_rule: Presence,
    /// The file by which pcscd's actions are known to polkit: without it pcscd does not ask.
    pub(super) pcscd_actions: Presence,
    pub(super) pcscd_socket: Socket,
    /// The driver for CCID readers.
    pub(super) ccid_driver: Presence,
    /// A program that is known to keep cards to itself: gpg's.
    pub(super) runs_scdaemon: bool,
}

/// Looks. These are the machine's own folders, which do not hang.
pub(super) fn look(world: &World) -> Places {
    let root = &world.root;
    let of_bus = [
        "etc/dbus-1/system.d/org.lanyard.Lanyard1.conf",
        "usr/share/dbus-1/system.d/org.lanyard.Lanyard1.conf",
    ];
    let rules =
        ["etc/polkit-1/rules.d/50-lanyard.rules", "usr/share/polkit-1/rules.d/50-lanyard.rules"];
    let one = |path: &str| presence(root, &[path]);
    Places {
        bus_policy: presence(root, &of_bus),
        activation: one("usr/share/dbus-1/system-services/org.lanyard.Lanyard1.service"),
        polkit_actions: one("usr/share/polkit-1/actions/org.lanyard.policy"),
        polkit_rule: presence(root, &rules),
        pcscd_actions: one("usr/share/polkit-1/actions/org.debian.pcsc-lite.policy"),
        pcscd_socket: socket(root),
        ccid_driver: one("usr/lib/pcsc/drivers/ifd-ccid.bundle"),
        runs_scdaemon: runs(root, "scdaemon"),
    }
}

/// There if one of them is; hidden if one may be.
fn presence(root: &Path, paths: &[&str]) -> Presence {
    let each = paths.iter().map(|path| match fs::metadata(root.join(path)) {
        Ok(_) => Presence::There,
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Presence::Hidden,
        Err(_) => Presence::Missing,
    });
    each.reduce(|one, other| match (one, other) {
        (Presence::There, _) | (_, Presence::There) => Presence::There,
        (Presence::Hidden, _) | (_, Presence::Hidden) => Presence::Hidden,
        (Presence::Missing, Presence::Missing) => Presence::Missing,
    })
    .unwrap_or(Presence::Missing)
}

/// Looks who listens (proc(5), `net/unix`: flag 00010000) without connecting, which would start pcscd.
fn socket(root: &Path) -> Socket {
    const PATH: &str = "run/pcscd/pcscd.comm";
    let sockets = fs::read_to_string(root.join("proc/self/net/unix")).unwrap_or_default();
    let listens = |line: &str| {
        let mut fields = line.split_ascii_whitespace().skip(3);
        let is_listening = fields.next() == Some("00010000");
        is_listening && fields.last().is_some_and(|path| path.ends_with(&format!("/{PATH}")))
    };
    match (sockets.lines().any(listens), root.join(PATH).exists()) {
        (true, _) => Socket::Listening,
        (false, true) => Socket::Stale,
        (false, false) => Socket::Missing,
    }
}

/// Whether a program of this name runs, as far as this user sees.
fn runs(root: &Path, name: &str) -> bool {
    let entries = fs::read_dir(root.join("proc")).into_iter().flatten();
    let mut processes = entries.filter_map(|entry| Some(entry.ok()?.path().join("comm")));
    processes.any(|comm| fs::read_to_string(comm).is_ok_and(|found| found.trim_end() == name))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A machine where all of it is.
    pub(in crate::doctor) const ALL: Places = Places {
        bus_policy: Presence::There,
        activation: Presence::There,
        polkit_actions: Presence::There,
        polkit_rule: Presence::There,
        pcscd_actions: Presence::There,
        pcscd_socket: Socket::Listening,
        ccid_driver: Presence::There,
        runs_scdaemon: false,
    };

    pub(in crate::doctor) fn world(root: &Path) -> World {
        World { root: root.to_owned(), ..World::here("system", None) }
    }

    fn write(root: &Path, path: &str, text: &str) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn what_lies_at_its_place_is_seen_and_what_does_not_is_missing() {
        let root = tempfile::tempdir().unwrap();
        let bare = look(&world(root.path()));
        let nothing = Presence::Missing;
        assert_eq!(
            (bare.bus_policy, bare.polkit_rule, bare.ccid_driver),
            (nothing, nothing, nothing)
        );
        assert_eq!((bare.pcscd_socket, bare.runs_scdaemon), (Socket::Missing, false));
        for path in [
            "usr/share/dbus-1/system.d/org.lanyard.Lanyard1.conf",
            "usr/share/dbus-1/system-services/org.lanyard.Lanyard1.service",
            "usr/share/polkit-1/actions/org.lanyard.policy",
            "usr/share/polkit-1/rules.d/50-lanyard.rules",
            "usr/share/polkit-1/actions/org.debian.pcsc-lite.policy",
            "usr/lib/pcsc/drivers/ifd-ccid.bundle",
        ] {
            write(root.path(), path, "");
        }
        write(root.path(), "run/pcscd/pcscd.comm", "");
        assert_eq!(look(&world(root.path())), Places { pcscd_socket: Socket::Stale, ..ALL });
        let unix = "Num RefCount Protocol Flags Type St Inode Path\n\
                    0000000000000000: 00000002 00000000 00010000 0001 01 9 /run/pcscd/pcscd.comm\n";
        write(root.path(), "proc/self/net/unix", unix);
        assert_eq!(look(&world(root.path())), ALL);
        write(root.path(), "proc/7/comm", "scdaemon\n");
        assert!(look(&world(root.path())).runs_scdaemon);
    }

    #[test]
    fn the_places_are_where_the_package_puts_its_files() {
        for (file, found) in [
            ("usr/share/dbus-1/system.d/org.lanyard.Lanyard1.conf", "dbus"),
            ("usr/share/polkit-1/actions/org.lanyard.policy", "polkit"),
            ("usr/share/polkit-1/rules.d/50-lanyard.rules", "rule"),
            ("usr/share/dbus-1/system-services/org.lanyard.Lanyard1.service", "activation"),
        ] {
            let in_tree = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../systemd").join(file);
            assert!(in_tree.exists(), "{found}");
        }
    }
}
