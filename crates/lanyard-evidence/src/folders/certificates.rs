//! Folders with certificates: few and short files, read anew each time.

use std::path::{Path, PathBuf};

use lanyard_trust::{Certificate, FileProblem};
use rustls_pki_types::CertificateDer;

use super::file::{MOST_FILES, Opened, names};
use crate::pem;
use crate::problem::{Problem, ProblemFact};

/// A bundle of all public authorities is 250 kB.
const LONGEST: usize = 1024 * 1024;

/// All files of one folder together.
const LONGEST_TOGETHER: usize = 16 * LONGEST;

/// A file and what is in it.
pub(super) type Content = (PathBuf, Vec<u8>);

/// The files of a folder that can be read.
pub(super) fn files(folder: &Path, problems: &mut Vec<Problem>) -> Vec<Content> {
    let mut tell = |place: &Path, fact| problems.push(Problem { place: place.into(), fact });
    let (names, more) = match names(folder) {
        Ok(found) => found,
        Err(error) => {
            tell(folder, ProblemFact::Folder(error.kind()));
            return Vec::new();
        }
    };
    if more {
        tell(folder, ProblemFact::TooManyFiles { most: MOST_FILES });
    }
    let (mut files, mut left) = (Vec::new(), LONGEST_TOGETHER);
    for name in names {
        match Opened::at(&name).and_then(|file| file.map(|file| file.read(LONGEST)).transpose()) {
            Ok(Some(content)) if content.len() <= left => {
                left -= content.len();
                files.push((name, content));
            }
            Ok(Some(_)) => tell(&name, ProblemFact::TooMuch { limit: LONGEST_TOGETHER }),
            Ok(None) => {}
            Err(fact) => tell(&name, fact),
        }
    }
    files
}

/// As the judge's crate takes them; a name that is no UTF-8 is told as well as can be.
pub(super) fn named(files: &[Content]) -> impl Iterator<Item = (&str, &[u8])> {
    files.iter().map(|(name, content)| (name.to_str().unwrap_or("?"), &**content))
}

/// What the judge's crate found wrong.
pub(super) fn tell(found: Vec<FileProblem>, problems: &mut Vec<Problem>) {
    problems.extend(found.into_iter().map(|FileProblem { file, number, problem }| Problem {
        place: file.into(),
        fact: ProblemFact::Certificate { number, problem },
    }));
}

/// Responders' certificates, which are no authorities'.
pub(super) fn responders(files: &[Content], problems: &mut Vec<Problem>) -> Vec<Certificate> {
    let mut certificates = Vec::new();
    for (name, content) in files {
        let mut tell = |fact| problems.push(Problem { place: name.clone(), fact });
        let objects = pem::objects::<CertificateDer<'_>>(content);
        if objects.is_empty() {
            tell(ProblemFact::Empty);
        }
        for (number, object) in (1..).zip(objects) {
            match object.map(|der| Certificate::parse(&der)) {
                Ok(Ok(certificate)) => certificates.push(certificate),
                Ok(Err(error)) => tell(ProblemFact::Responder { number, error }),
                Err(pem::BrokenPem) => tell(ProblemFact::BrokenPem { number }),
            }
        }
    }
    certificates
}
