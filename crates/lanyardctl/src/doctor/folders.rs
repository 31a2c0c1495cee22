//! Certificates in a folder of the settings, as the daemon reads them (`lanyard-trust`). Contents of files go no further
//! than subjects and dates.

use std::path::{Path, PathBuf};

use lanyard_trust::{Anchors, Certificate, FileProblem, Intermediates, Problem, UnixTime};

use crate::certificate::files::{self, FileFault, LONGEST_CERTIFICATES};

/// What is in a folder.
#[derive(Debug)]
pub(super) struct Certificates {
    pub(super) folder: PathBuf,
    pub(super) found: Result<Vec<Dated>, FileFault>,
    /// What is wrong with files in it, and whether they are left out for it.
    pub(super) problems: Vec<Trouble>,
}

/// A certificate that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Dated {
    pub(super) subject: String,
    pub(super) from: UnixTime,
    pub(super) until: UnixTime,
}

/// Something wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    pub(super) text: String,
    pub(super) leaves_out: bool,
}

/// The trust anchors.
pub(super) fn anchors(folder: &Path, now: UnixTime) -> Certificates {
    read(folder, |files| {
        let (anchors, problems) = Anchors::load(named(files), now);
        (dated(anchors.certificates()), problems)
    })
}

/// Further authorities.
pub(super) fn intermediates(folder: &Path, now: UnixTime) -> Certificates {
    read(folder, |files| {
        let (intermediates, problems) = Intermediates::load(named(files), now);
        (dated(intermediates.certificates()), problems)
    })
}

/// Everybody in these folders who may have signed lists.
pub(super) fn authorities(folders: &[&Path], now: UnixTime) -> Vec<Certificate> {
    let of = |folder: &&Path| {
        let (files, _) = contents(folder).ok()?;
        Some(Intermediates::load(named(&files), now).0.certificates().to_vec())
    };
    folders.iter().filter_map(of).flatten().collect()
}

/// Files with their names.
type Contents = Vec<(String, Vec<u8>)>;

fn read(
    folder: &Path,
    load: impl FnOnce(&Contents) -> (Vec<Dated>, Vec<FileProblem>),
) -> Certificates {
    let folder = folder.to_owned();
    let (files, mut problems) = match contents(&folder) {
        Ok(contents) => contents,
        Err(fault) => return Certificates { folder, found: Err(fault), problems: Vec::new() },
    };
    let (found, faults) = load(&files);
    problems.extend(faults.into_iter().map(Trouble::of));
    Certificates { folder, found: Ok(found), problems }
}

/// What can be read, and what cannot.
fn contents(folder: &Path) -> Result<(Contents, Vec<Trouble>), FileFault> {
    let (mut contents, mut problems) = (Vec::new(), Vec::new());
    for (file, content) in files::all(folder, LONGEST_CERTIFICATES)? {
        let name = file.to_string_lossy().into_owned();
        match content {
            Ok(content) => contents.push((name, content)),
            Err(fault) => {
                problems.push(Trouble { text: format!("{name}: {fault}"), leaves_out: true });
            }
        }
    }
    Ok((contents, problems))
}

fn named(files: &Contents) -> impl Iterator<Item = (&str, &[u8])> {
    files.iter().map(|(name, content)| (&**name, &**content))
}

fn dated(certificates: &[Certificate]) -> Vec<Dated> {
    let dated = |it: &Certificate| Dated {
        subject: it.subject().to_string(),
        from: it.not_before(),
        until: it.not_after(),
    };
    certificates.iter().map(dated).collect()
}

impl Trouble {
    /// A certificate that stands there twice counts once, and one that is out of its dates is told by these.
    fn of(FileProblem { file, number, problem }: FileProblem) -> Self {
        let leaves_out = problem.leaves_out() && !matches!(problem, Problem::Duplicate { .. });
        Self { text: format!("{file}: certificate {number}: {problem}"), leaves_out }
    }
}
