//! The National RBAC Database: which activities a job role brings, and what activities include.
//!
//! Effective activities are the closure under "includes" of a role's baseline and its explicit activities.
//! What is included is followed once, when the catalogue is made; a question is a union of sets.

mod bits;
mod build;
mod closure;
mod effective;
mod file;
mod problem;

use std::collections::{BTreeMap, HashMap};

pub use effective::{Effective, UnknownCode};
pub use file::{Baseline, CatalogueFile, FORM, FileError, Inclusion, LONGEST_FILE, Named, Table};
pub use problem::{CatalogueFact, CatalogueProblem};

use crate::codes::{Activity, AreaOfWork, JobRole};
use bits::Bits;

/// The codes that public sources cite, so that something can be tried; marked as a starter.
const STARTER: &[u8] = include_bytes!("starter.json");

/// A catalogue, ready to be asked. Never changed: a new one is made beside the old.
#[derive(Clone, Debug)]
pub struct Catalogue {
    version: Box<str>,
    starter: bool,
    job_roles: BTreeMap<JobRole, Option<Box<str>>>,
    /// By code, so that the number of an activity is found by its code.
    activities: Vec<Numbered>,
    areas: BTreeMap<AreaOfWork, Option<Box<str>>>,
    /// By number: what each activity includes, itself among it.
    closures: Vec<Bits>,
    /// Closed already.
    baselines: HashMap<(JobRole, Option<AreaOfWork>), Bits>,
}

#[derive(Clone, Debug)]
struct Numbered {
    code: Activity,
    name: Option<Box<str>>,
}

impl Catalogue {
    /// Reads the JSON form: the catalogue, and everything that is wrong with it.
    ///
    /// # Errors
    /// [`FileError`] when nothing can be read.
    pub fn load(json: &[u8]) -> Result<(Self, Vec<CatalogueProblem>), FileError> {
        Ok(Self::of(&CatalogueFile::from_json(json)?))
    }

    /// Makes a catalogue of what was read.
    pub fn of(file: &CatalogueFile) -> (Self, Vec<CatalogueProblem>) {
        build::build(file)
    }

    /// The starter catalogue: the codes that public sources cite. It is not the national database.
    pub fn starter() -> Self {
        match Self::load(STARTER) {
            Ok((catalogue, _)) => catalogue,
            // A test reads it.
            Err(_) => Self::of(&CatalogueFile::empty("unreadable")).0,
        }
    }

    /// The version, as its publisher calls it.
    pub const fn version(&self) -> &str {
        &self.version
    }

    /// Whether this is only the starter.
    pub const fn is_starter(&self) -> bool {
        self.starter
    }

    /// The name of a job role, for people.
    pub fn job_role_name(&self, code: JobRole) -> Option<&str> {
        self.job_roles.get(&code)?.as_deref()
    }

    /// The name of an activity, for people.
    pub fn activity_name(&self, code: Activity) -> Option<&str> {
        self.activities.get(self.number_of(code)?)?.name.as_deref()
    }

    /// The name of an area of work, for people.
    pub fn area_name(&self, code: AreaOfWork) -> Option<&str> {
        self.areas.get(&code)?.as_deref()
    }

    /// Every activity it knows, in the order of the codes.
    pub fn activities(&self) -> impl Iterator<Item = Activity> {
        self.activities.iter().map(|it| it.code)
    }

    /// What somebody may do: everything included in the baseline of the job role, everywhere and in these
    /// areas of work and those that cover them, and in the explicit activities.
    pub fn effective(
        &self,
        job_role: JobRole,
        areas: &[AreaOfWork],
        explicit: &[Activity],
    ) -> Effective {
        let mut set = Bits::none_of(self.activities.len());
        let mut unknown = Vec::new();
        if !self.job_roles.contains_key(&job_role) {
            unknown.push(UnknownCode::JobRole(job_role));
        }
        let within = areas.iter().flat_map(|area| area.and_wider()).map(Some);
        for area in std::iter::once(None).chain(within) {
            if let Some(baseline) = self.baselines.get(&(job_role, area)) {
                set.extend(baseline);
            }
        }
        let mut strangers = Vec::new();
        for &activity in explicit {
            match self.number_of(activity).and_then(|number| self.closures.get(number)) {
                Some(closure) => set.extend(closure),
                None => strangers.push(activity),
            }
        }
        let known = set.iter().filter_map(|number| self.activities.get(number)).map(|it| it.code);
        Effective::new(known.collect(), strangers, unknown)
    }

    fn number_of(&self, code: Activity) -> Option<usize> {
        self.activities.binary_search_by_key(&code, |it| it.code).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_starter_has_no_problem_and_says_what_it_is() {
        let (catalogue, problems) = Catalogue::load(STARTER).unwrap();
        assert_eq!(problems, []);
        assert!(catalogue.is_starter());
        assert!(catalogue.version().contains("starter"));
        assert!(Catalogue::starter().is_starter());
    }
}
