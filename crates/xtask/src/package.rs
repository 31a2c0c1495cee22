//! `package`: Debian packages, made of the release build by Debian's own tools (debhelper).
//!
//! What is built and written is laid out beside what is installed as it is; this crate's `debian/` says what goes
//! where. All of it happens below the build folder, and the packages end up in `package/` there.

mod check;
mod next;
mod room;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo::{self, cargo, must_succeed};
use crate::error::TaskError;
use crate::say;
use crate::setup::{self, Purpose};

/// The programs, with the folder in which their package has them.
const PROGRAMS: [(&str, &str); 3] = [
    ("lanyardd", "lanyard/usr/sbin"),
    ("lanyardctl", "lanyard/usr/bin"),
    ("lanyard-virtcard", "lanyard-virtcard/usr/bin"),
];

/// What the packages are made of, besides what is built, and where debhelper finds it.
const SOURCES: [(&str, &str); 5] = [
    ("crates/xtask/debian", "debian"),
    ("systemd", "systemd"),
    ("udev", "udev"),
    ("docs", "docs"),
    ("crates/lanyard-dbus/xml", "crates/lanyard-dbus/xml"),
];

/// What the package of the daemon may weigh, in bytes.
const HEAVIEST: u64 = 10 * 1024 * 1024;

/// Makes the packages, and tries them if asked to: whether nothing was found.
pub(crate) fn run(try_them: bool) -> Result<bool, TaskError> {
    let Made { folder, work, packages } = make()?;
    let mut is_light = true;
    for package in &packages {
        is_light &= weigh(package)?;
    }
    Ok(is_light && (!try_them || check::run(&folder, &work, &packages)?))
}

/// Makes the daemon's package, and the next version of it, for a machine in which they are installed.
pub(crate) fn with_next() -> Result<(PathBuf, PathBuf), TaskError> {
    let Made { folder, work, packages } = make()?;
    let next = next::make(&folder, &work)?;
    let daemons = |packages: Vec<PathBuf>| packages.into_iter().next().unwrap_or_default();
    Ok((daemons(packages), daemons(next)))
}

/// What was made, and where.
struct Made {
    folder: PathBuf,
    /// What the packages were made of.
    work: PathBuf,
    /// The daemon's first.
    packages: Vec<PathBuf>,
}

fn make() -> Result<Made, TaskError> {
    setup::ensure(Purpose::Package)?;
    let folder = std::path::absolute(cargo::target().join("package"))
        .map_err(TaskError::io("finding the folder of packages"))?;
    let work = folder.join("work");
    lay_out(&work)?;
    build(&work)?;
    let packages = packages(&folder, &version(&work.join("debian/changelog"))?)?;
    Ok(Made { folder, work, packages })
}

/// A fresh folder with everything that goes into the packages.
fn lay_out(work: &Path) -> Result<(), TaskError> {
    if work.exists() {
        fs::remove_dir_all(work).map_err(TaskError::io("removing the last work folder"))?;
    }
    for (source, place) in SOURCES {
        let to = work.join(place);
        let parent = to.parent().unwrap_or(work);
        fs::create_dir_all(parent).map_err(TaskError::io("making the work folder"))?;
        must_succeed(Command::new("cp").args(["-R", source]).arg(&to))?;
    }
    let made = work.join("made");
    programs(&made)?;
    manual(&made, &work.join("debian/changelog"))
}

/// Builds the programs as they are shipped.
fn programs(made: &Path) -> Result<(), TaskError> {
    say::line("building the programs (some minutes the first time)");
    let mut build = cargo(&["build", "--quiet", "--release", "--bins"]);
    for (program, _) in PROGRAMS {
        build.args(["--package", program]);
    }
    must_succeed(&mut build)?;
    for (program, folder) in PROGRAMS {
        let folder = made.join(folder);
        fs::create_dir_all(&folder).map_err(TaskError::io("making folders of programs"))?;
        fs::copy(cargo::target().join("release").join(program), folder.join(program))
            .map_err(TaskError::io(format!("copying {program}")))?;
    }
    Ok(())
}

/// Writes manual pages, completions, settings and notices.
fn manual(made: &Path, changelog: &Path) -> Result<(), TaskError> {
    let mut write = cargo(&["run", "--quiet", "--package", "lanyard-manual", "--"]);
    write.arg(made).arg(format!("--date={}", date(&read(changelog)?)));
    for (program, _) in PROGRAMS {
        write.args(["--program", program]);
    }
    must_succeed(&mut write)
}

/// Has Debian's tools make packages of a work folder, beside it.
fn build(work: &Path) -> Result<(), TaskError> {
    for target in ["clean", "binary"] {
        let mut rules = Command::new("debian/rules");
        rules.arg(target).current_dir(work).env("DH_QUIET", "1").env("MAKEFLAGS", "s");
        // What dpkg-buildpackage says when it has read so in debian/control.
        rules.env("DEB_RULES_REQUIRES_ROOT", "no");
        must_succeed(&mut rules)?;
    }
    Ok(())
}

/// The packages of a version, the daemon's first.
fn packages(folder: &Path, version: &str) -> Result<Vec<PathBuf>, TaskError> {
    let entries = fs::read_dir(folder).map_err(TaskError::io("looking for packages"))?;
    let is_one = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".deb") && name.contains(&format!("_{version}_"))
    };
    let mut packages: Vec<_> = entries.flatten().map(|e| e.path()).filter(is_one).collect();
    // The daemon's has the shortest name.
    packages.sort_by_key(|path| path.as_os_str().len());
    Ok(packages)
}

/// Tells a package's size: whether it may be that heavy.
fn weigh(package: &Path) -> Result<bool, TaskError> {
    let facts = fs::metadata(package).map_err(TaskError::io("weighing a package"))?;
    say::line(&format!("{}: {} KiB", package.display(), facts.len().div_ceil(1024)));
    Ok(facts.len() <= HEAVIEST)
}

fn read(file: &Path) -> Result<String, TaskError> {
    fs::read_to_string(file).map_err(TaskError::io(format!("reading {}", file.display())))
}

/// The version that a changelog begins with, as in `lanyard (0.1.0) bookworm; urgency=medium`.
fn version(changelog: &Path) -> Result<String, TaskError> {
    Ok(first_version(&read(changelog)?).to_owned())
}

fn first_version(changelog: &str) -> &str {
    changelog.split(['(', ')']).nth(1).unwrap_or_default()
}

/// The day of a changelog's first entry, as in `22 Nov 2026`.
fn date(changelog: &str) -> String {
    let trailer = changelog.lines().find(|line| line.starts_with(" -- ")).unwrap_or_default();
    let (_, date) = trailer.split_once(", ").unwrap_or_default();
    date.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANGELOG: &str = "lanyard (1.2.3) bookworm; urgency=medium\n\n  * A.\n\n \
        -- The Lanyard developers <packages@lanyard.invalid>  Sun, 22 Nov 2026 12:00:00 +0000\n";

    #[test]
    fn version_and_date_are_those_of_the_last_change() {
        assert_eq!(first_version(CHANGELOG), "1.2.3");
        assert_eq!(date(CHANGELOG), "22 Nov 2026");
    }

    #[test]
    fn the_changelog_begins_with_the_version_of_the_programs() {
        let changelog = read(&cargo::repository().join("crates/xtask/debian/changelog")).unwrap();
        assert_eq!(first_version(&changelog), env!("CARGO_PKG_VERSION"));
    }
}
