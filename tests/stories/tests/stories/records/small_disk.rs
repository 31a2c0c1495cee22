//! A disk that is soon full: a tmpfs(5) that only the programs of a stack see. Tests reach it through a
//! descriptor of its folder.

use std::{
    fs::{self, File},
    io::Write,
    os::fd::AsRawFd,
    path::{Path, PathBuf},
};

use lanyard_stack::{Program, Stack};

/// A disk with room for a few records. Dropped, it is taken away.
pub(super) struct SmallDisk {
    path: PathBuf,
    folder: File,
    unmount: Option<Program>,
}

impl SmallDisk {
    pub(super) fn on(stack: &Stack) -> Self {
        let path = stack.folder().join("disk");
        fs::create_dir(&path).unwrap();
        let mount =
            stack.command("mount").args(["-t", "tmpfs", "-o", "size=64k,mode=700", "tmpfs"]);
        assert!(mount.arg(&path).run().unwrap().status.success());
        let unmount = stack.command("umount").arg("--lazy").arg(&path);
        let seen_inside = path.clone();
        let folder = stack.inside(move || File::open(seen_inside)).unwrap().unwrap();
        Self { path, folder, unmount: Some(unmount) }
    }

    /// Where the stack's programs see it.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// A program that makes it read-only ("ro") or writable ("rw").
    pub(super) fn remount(&self, stack: &Stack, how: &str) -> Program {
        let options = format!("remount,{how}");
        stack.command("mount").args(["-o", &options, "tmpfs"]).arg(&self.path)
    }

    /// Fills it to the last byte.
    pub(super) fn fill(&self) {
        let mut filler = File::create(self.file("filler")).unwrap();
        while filler.write(&[0; 512]).is_ok() {}
    }

    /// There is room again.
    pub(super) fn clear(&self) {
        fs::remove_file(self.file("filler")).unwrap();
    }

    /// A file on it, as this process can open it.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        format!("/proc/self/fd/{}/{name}", self.folder.as_raw_fd()).into()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // What is mounted could not be removed with the stack's folder.
        let _ = self.unmount.take().map(Program::run);
    }
}
