//! What a site has configured, read from the folders and files that are named, or from the usual ones.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use lanyard_trust::{Anchors, Certificate, Crl, CrlStore, FileProblem, Intermediates, UnixTime};

use super::{
    files::{self, FileFault, Found, LONGEST_CERTIFICATES, LONGEST_LIST},
    judged::Trouble,
};
use crate::{
    Failure,
    arguments::{Check, Revocation},
};

const ANCHORS: &str = "/etc/lanyard/anchors";
const INTERMEDIATES: &str = "/etc/lanyard/intermediates";
const CRLS: &str = "/etc/lanyard/crls";

/// What a judgement rests on, beside the certificate.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) anchors: Anchors,
    pub(super) intermediates: Intermediates,
    pub(super) crls: CrlStore,
    /// What is wrong with the files.
    pub(super) problems: Vec<Trouble>,
    /// Usual folders that are not there: worth a word when nothing comes of the judgement.
    pub(super) missing: Vec<Trouble>,
}

/// Reads files and notes what is wrong with them.
#[derive(Debug, Default)]
struct Reading {
    problems: Vec<Trouble>,
    missing: Vec<Trouble>,
}

impl Site {
    /// Reads everything. `further` are authorities from elsewhere that may have signed lists.
    ///
    /// # Errors
    /// When a path that was named cannot be read; what is wrong within a folder is a problem.
    pub(super) fn read(
        wanted: &Check,
        further: &[Certificate],
        at: UnixTime,
    ) -> Result<Self, Failure> {
        let mut reading = Reading::default();
        let anchors = reading.contents(&wanted.anchors, ANCHORS)?;
        let (anchors, problems) = Anchors::load(named(&anchors), at);
        reading.tell(problems);
        let intermediates = reading.contents(&wanted.intermediates, INTERMEDIATES)?;
        let (intermediates, problems) = Intermediates::load(named(&intermediates), at);
        reading.tell(problems);
        let authorities: Vec<&Certificate> = anchors
            .certificates()
            .iter()
            .chain(intermediates.certificates())
            .chain(further)
            .collect();
        let crls = reading.lists(wanted, &authorities)?;
        let Reading { problems, missing } = reading;
        Ok(Self { anchors, intermediates, crls, problems, missing })
    }
}

impl Reading {
    /// The files with certificates that can be read.
    fn contents(
        &mut self,
        paths: &[PathBuf],
        usual: &str,
    ) -> Result<Vec<(String, Vec<u8>)>, Failure> {
        let mut contents = Vec::new();
        for (file, content) in self.files(paths, usual, LONGEST_CERTIFICATES)? {
            match content {
                Ok(content) => contents.push((file.to_string_lossy().into_owned(), content)),
                Err(fault) => self.problems.push(Trouble::of(&file, &fault)),
            }
        }
        Ok(contents)
    }

    /// Lists can be long: one file is held at a time.
    fn lists(&mut self, wanted: &Check, authorities: &[&Certificate]) -> Result<CrlStore, Failure> {
        let mut lists = Vec::new();
        if wanted.revocation == Revocation::Off {
            return Ok(CrlStore::default());
        }
        for (file, content) in self.files(&wanted.crls, CRLS, LONGEST_LIST)? {
            match content {
                Ok(content) => self.lists_of(&file, &content, authorities, &mut lists),
                Err(fault) => self.problems.push(Trouble::of(&file, &fault)),
            }
        }
        Ok(lists.into_iter().collect())
    }

    fn lists_of(
        &mut self,
        file: &Path,
        content: &[u8],
        authorities: &[&Certificate],
        lists: &mut Vec<Arc<Crl>>,
    ) {
        let found = Crl::load_file(content, authorities);
        if found.is_empty() {
            self.problems.push(Trouble::of(file, &"no revocation list is in it"));
        }
        for (number, list) in (1..).zip(found) {
            let text = match &list {
                Ok(list) if list.has_known_signer() => None,
                Ok(list) => {
                    Some(format!("no known authority has signed this list of {}", list.issuer()))
                }
                Err(error) => Some(error.to_string()),
            };
            self.problems.extend(text.map(|text| Trouble::numbered(file, number, text)));
            lists.extend(list.ok().map(Arc::new));
        }
    }

    /// The files of these paths, or of the usual folder, which may be missing.
    fn files(
        &mut self,
        paths: &[PathBuf],
        usual: &str,
        limit: u64,
    ) -> Result<Box<dyn Iterator<Item = Found>>, Failure> {
        if paths.is_empty() {
            let usual = Path::new(usual);
            return match files::all(usual, limit) {
                Err(FileFault::Unreadable(error)) if error.kind() == io::ErrorKind::NotFound => {
                    self.missing.push(Trouble::of(usual, &"there is no such folder"));
                    Ok(Box::new(std::iter::empty()))
                }
                found => found.map_err(|fault| fault.of(usual)),
            };
        }
        let found: Result<Vec<_>, Failure> = paths
            .iter()
            .map(|path| files::all(path, limit).map_err(|fault| fault.of(path)))
            .collect();
        Ok(Box::new(found?.into_iter().flatten()))
    }

    fn tell(&mut self, found: Vec<FileProblem>) {
        self.problems.extend(found.into_iter().map(|FileProblem { file, number, problem }| {
            Trouble::numbered(Path::new(&file), number, problem.to_string())
        }));
    }
}

fn named(files: &[(String, Vec<u8>)]) -> impl Iterator<Item = (&str, &[u8])> {
    files.iter().map(|(name, content)| (&**name, &**content))
}
