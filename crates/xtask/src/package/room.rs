//! A fresh Debian to try packages in, as often as wanted: made once, and covered by an overlay that is gone with
//! the last process in it (`overlayfs` on a tmpfs, in namespaces of its own, without a network).

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::cargo::must_succeed;
use crate::error::TaskError;
use crate::say;

/// What the packages need and recommend, and the programs that look at them there.
const INCLUDED: &str =
    "bash-completion,ca-certificates,dbus,fish,libccid,man-db,pcscd,polkitd,systemd,zsh";

/// Makes the Debian of a suite in a folder, unless it is there.
pub(super) fn make(tree: &Path, suite: &str) -> Result<(), TaskError> {
    if tree.is_dir() {
        return Ok(());
    }
    say::line("making a Debian to try them in, once");
    let unfinished = tree.with_extension("unfinished");
    if unfinished.exists() {
        // mmdebstrap mounts the machine's own /sys and /dev in there; one that was killed may have left them.
        let mut remove = Command::new("rm");
        must_succeed(remove.args(["--recursive", "--one-file-system", "--"]).arg(&unfinished))?;
    }
    let mut make = Command::new("mmdebstrap");
    make.args(["--mode=root", "--variant=minbase", "--format=directory", "--quiet"]);
    make.args(["--aptopt=APT::Install-Recommends \"false\"", "--dpkgopt=force-unsafe-io"]);
    make.arg(format!("--include={INCLUDED}")).arg(suite).arg(&unfinished);
    must_succeed(&mut make)?;
    fs::rename(&unfinished, tree).map_err(TaskError::io("keeping the Debian"))
}

/// A command that runs a script in a fresh copy, with a folder's files beside it in `/packages`.
pub(super) fn command(tree: &Path, files: &Path, script: &str) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--mount", "--net", "--pid", "--ipc", "--uts", "--fork", "--kill-child", "--"]);
    command.args(["sh", "-ec", ENTER, "room"]).arg(tree).arg(files).arg(script);
    command
}

/// Enters an overlay: `$1` the tree, `$2` the files, `$3` the script, then the script's arguments.
const ENTER: &str = r#"
tree=$1 files=$2 script=$3
shift 3
mount -t tmpfs room /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay room -o "lowerdir=$tree,upperdir=/mnt/upper,workdir=/mnt/work" /mnt/root
mount -t proc proc /mnt/root/proc
mount --bind /dev /mnt/root/dev
mkdir /mnt/root/packages
mount --bind "$files" /mnt/root/packages
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 chroot /mnt/root sh -c "$script" check "$@"
"#;
