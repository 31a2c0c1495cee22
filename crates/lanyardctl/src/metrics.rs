//! `lanyardctl metrics`: what the daemon counts and times, for a terminal or for a textfile collector.
//!
//! The daemon is not started for it: one that does not run is told as that, and is no failure.

use std::{
    fs::{self, OpenOptions, Permissions},
    io::{self, Write as _},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use lanyard_dbus::ManagerProxy;
use serde::Serialize;
use zbus::proxy::MethodFlags;

use crate::{
    Failure, connection,
    output::{self, Form, printable},
    permission,
};

/// What is told of a daemon that does not run, in the same words as its own.
const DOWN: &str =
    "# HELP lanyard_up Whether the daemon runs.\n# TYPE lanyard_up gauge\nlanyard_up 0\n";

/// Whoever runs the collector reads it; nothing in it is about anybody.
const MODE: u32 = 0o644;

/// Told to machines that want JSON of everything.
#[derive(Serialize)]
struct Told<'a> {
    metrics: &'a str,
}

/// Writes what the daemon tells to a file, or shows it.
pub(crate) async fn metrics(bus: &str, textfile: Option<&Path>, form: Form) -> Result<(), Failure> {
    let told = match asked(bus).await {
        Err(Failure::NotRunning) => DOWN.to_owned(),
        told => told?,
    };
    let lines: Vec<_> = told.lines().map(printable).collect();
    let told = lines.join("\n") + "\n";
    match (textfile, form) {
        (Some(file), _) => {
            replace(file, &told).map_err(|why| Failure::NotReplaced { file: file.to_owned(), why })
        }
        (None, Form::Words) => output::text(&told),
        (None, Form::Json) => output::json(&Told { metrics: &told }),
    }
}

async fn asked(bus: &str) -> Result<String, Failure> {
    let bus = connection::open_patiently(bus).await?;
    let manager = ManagerProxy::new(&bus).await?;
    let flags = MethodFlags::ALLOW_INTERACTIVE_AUTH | MethodFlags::NO_AUTO_START;
    Ok(permission::call_with(manager.inner(), "Metrics", flags, &()).await?)
}

/// Puts a whole file in the place of another: a collector never reads half of one.
fn replace(file: &Path, text: &str) -> io::Result<()> {
    let fresh = beside(file);
    let written = write(&fresh, text).and_then(|()| fs::rename(&fresh, file));
    if written.is_err() {
        // It may not even be there.
        let _ = fs::remove_file(&fresh);
    }
    written
}

/// In the same folder, and not called `*.prom`: the collector would read it.
fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

fn write(file: &Path, text: &str) -> io::Result<()> {
    // One that was left half-written. Nothing is written through a link that somebody has put there.
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut fresh = OpenOptions::new().write(true).create_new(true).mode(MODE).open(file)?;
    // Whatever the umask is.
    fresh.set_permissions(Permissions::from_mode(MODE))?;
    fresh.write_all(text.as_bytes())?;
    fresh.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole_and_everybody_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("lanyard.prom");
        fs::write(beside(&file), "left half-written").unwrap();
        for text in ["lanyard_up 1\n", DOWN] {
            replace(&file, text).unwrap();
            assert_eq!(fs::read_to_string(&file).unwrap(), text);
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, MODE);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_link_in_the_place_of_the_new_file_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (file, other) = (folder.path().join("lanyard.prom"), folder.path().join("other"));
        fs::write(&other, "untouched").unwrap();
        std::os::unix::fs::symlink(&other, beside(&file)).unwrap();
        replace(&file, DOWN).unwrap();
        assert_eq!(fs::read_to_string(&other).unwrap(), "untouched");
        assert_eq!(fs::read_to_string(&file).unwrap(), DOWN);
    }

    #[test]
    fn a_folder_that_is_not_there_is_a_failure_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        assert!(replace(&folder.path().join("missing/lanyard.prom"), DOWN).is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
