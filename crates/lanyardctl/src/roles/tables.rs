//! `lanyardctl roles catalogue`: the tables of the National RBAC Database become the file that the daemon loads.
//!
//! What was there stays until the new file is whole. Whatever in the tables will not count is said.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use lanyard_roles::{Catalogue, CatalogueFile, FileError, Table};
use serde::Serialize;

use crate::{
    Failure,
    arguments::Tables,
    output::{self, Form, printable},
    replaced::replace,
};

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TableFault {
    /// It cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is no table, or no catalogue.
    #[error(transparent)]
    Form(#[from] FileError),
}

impl TableFault {
    fn of(self, file: &Path) -> Failure {
        Failure::Table { file: file.to_owned(), why: self }
    }
}

/// What was made.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Made<'a> {
    version: &'a str,
    job_roles: usize,
    activities: usize,
    areas_of_work: usize,
    problems: Vec<String>,
}

/// Makes a catalogue of tables.
pub(crate) fn catalogue(tables: &Tables, form: Form) -> Result<(), Failure> {
    let mut file = CatalogueFile::empty(&tables.version);
    for (table, source) in named(tables) {
        let csv = fs::read(source).map_err(|error| TableFault::from(error).of(source))?;
        file.add_csv(table, &csv).map_err(|error| TableFault::from(error).of(source))?;
    }
    let json = file.to_json().map_err(|error| TableFault::from(error).of(&tables.output))?;
    // As the daemon will read it.
    let read = Catalogue::load(json.as_bytes());
    let (_, problems) = read.map_err(|error| TableFault::from(error).of(&tables.output))?;
    let written = replace(&tables.output, &format!("{json}\n"));
    written.map_err(|why| Failure::NotWritten { file: tables.output.clone(), why })?;
    let made = Made {
        version: &tables.version,
        job_roles: file.job_roles.len(),
        activities: file.activities.len(),
        areas_of_work: file.areas_of_work.len(),
        problems: problems.iter().map(ToString::to_string).collect(),
    };
    tell(&made, &tables.output, form)
}

fn tell(made: &Made<'_>, file: &Path, form: Form) -> Result<(), Failure> {
    if form == Form::Json {
        return output::json(made);
    }
    made.problems.iter().try_for_each(|problem| output::line(&printable(problem)))?;
    output::line(&format!(
        "{}: version {}: {} job roles, {} activities, {} areas of work; {}.",
        printable(&file.to_string_lossy()),
        printable(made.version),
        made.job_roles,
        made.activities,
        made.areas_of_work,
        match made.problems.len() {
            0 => "nothing is wrong with them".to_owned(),
            1 => "1 problem".to_owned(),
            more => format!("{more} problems"),
        }
    ))
}

fn named(tables: &Tables) -> impl Iterator<Item = (Table, &PathBuf)> {
    let all = [
        (Table::JobRoles, &tables.job_roles),
        (Table::Activities, &tables.activities),
        (Table::AreasOfWork, &tables.areas_of_work),
        (Table::Includes, &tables.includes),
        (Table::Baselines, &tables.baselines),
    ];
    all.into_iter().flat_map(|(table, files)| files.iter().map(move |file| (table, file)))
}

#[cfg(test)]
mod tests {
    use lanyard_roles::{Activity, JobRole};

    use super::*;

    fn tables(folder: &Path) -> Tables {
        let write = |name: &str, text: &str| {
            let file = folder.join(name);
            fs::write(&file, text).unwrap();
            vec![file]
        };
        Tables {
            version: "27.2".to_owned(),
            job_roles: write("roles.csv", "code,name\nR8001,Nurse\n"),
            activities: write("activities.csv", "name,code\nOne,B0001\nTwo,B0002\nThree,B0003\n"),
            areas_of_work: Vec::new(),
            includes: write("includes.csv", "activity,includes\nB0002,B0003\n"),
            baselines: write(
                "baselines.csv",
                "job_role,area_of_work,activity,note\nR8001,,B0001,x\nR8001,,B0002,y\nR8001,P0020,nonsense,\n",
            ),
            output: folder.join("catalogue.json"),
        }
    }

    #[test]
    fn tables_become_a_catalogue_that_says_what_a_role_brings() {
        let folder = tempfile::tempdir().unwrap();
        let tables = tables(folder.path());
        catalogue(&tables, Form::Words).unwrap();
        let json = fs::read(&tables.output).unwrap();
        let (made, problems) = Catalogue::load(&json).unwrap();
        assert_eq!((made.version(), made.is_starter()), ("27.2", false));
        assert_eq!(
            problems.len(),
            2,
            "an area without a name, and what is no activity: {problems:?}"
        );
        let nurse = JobRole::parse("R8001").unwrap();
        let all: Vec<_> =
            made.effective(nurse, &[], &[]).activities().iter().map(Activity::to_string).collect();
        assert_eq!(all, ["B0001", "B0002", "B0003"]);
        let baselines = CatalogueFile::from_json(&json).unwrap().baselines;
        assert_eq!(baselines.len(), 2, "rows about the same are one entry: {baselines:?}");
    }

    #[test]
    fn what_is_no_table_leaves_the_catalogue_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let tables = tables(folder.path());
        fs::write(&tables.output, "as it was").unwrap();
        fs::write(folder.path().join("roles.csv"), "code,title\nR8001,Nurse\n").unwrap();
        let failure = catalogue(&tables, Form::Words).unwrap_err().to_string();
        assert!(
            failure.ends_with("roles.csv: the first line names no column \"name\""),
            "{failure}"
        );
        assert_eq!(fs::read_to_string(&tables.output).unwrap(), "as it was");
        assert!(!folder.path().join("catalogue.json.new").exists());
    }
}
