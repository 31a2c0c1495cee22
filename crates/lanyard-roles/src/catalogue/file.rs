//! The catalogue as a file: JSON of one form, and tables (RFC 4180) that are added to it.
//!
//! What is read here is text in its place. Whether codes are codes, and whether they exist, is looked at
//! when a [`super::Catalogue`] is made of it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The form that is read and written. A form that means something else gets another number.
pub const FORM: &str = "lanyard-rbac-1";

/// The longest file: the whole database is about 2 MB.
pub const LONGEST_FILE: usize = 16 * 1024 * 1024;

/// The content of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogueFile {
    /// [`FORM`].
    pub form: String,
    /// The version of the database, as its publisher calls it.
    pub version: String,
    /// Whether this is the starter catalogue and not the database.
    #[serde(default, skip_serializing_if = "is_no")]
    pub starter: bool,
    /// A remark for whoever opens the file.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remark: String,
    /// Job roles.
    #[serde(default)]
    pub job_roles: Vec<Named>,
    /// Activities.
    #[serde(default)]
    pub activities: Vec<Named>,
    /// Areas of work.
    #[serde(default)]
    pub areas_of_work: Vec<Named>,
    /// Which activities an activity brings along.
    #[serde(default)]
    pub includes: Vec<Inclusion>,
    /// What a job role may do, everywhere or in an area of work.
    #[serde(default)]
    pub baselines: Vec<Baseline>,
}

/// A code and its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// The code.
    pub code: String,
    /// The name, for people alone.
    pub name: String,
}

/// What an activity includes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inclusion {
    /// An activity.
    pub activity: String,
    /// Activities that whoever has it has too.
    pub includes: Vec<String>,
}

/// A part of a job role's baseline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// The job role.
    pub job_role: String,
    /// Where it holds: `P`, `P:Q` or `P:Q:T`; everywhere when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area_of_work: Option<String>,
    /// Activities.
    pub activities: Vec<String>,
}

/// A table that is added to a catalogue. Its first line names the columns, in any order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// `code`, `name`.
    JobRoles,
    /// `code`, `name`.
    Activities,
    /// `code`, `name`.
    AreasOfWork,
    /// `activity`, `includes`.
    Includes,
    /// `job_role`, `area_of_work` (may be empty), `activity`.
    Baselines,
}

/// A file that cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It is too long.
    #[error("longer than {LONGEST_FILE} bytes")]
    TooLong,
    /// It is not JSON of this form.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// It says of itself that it has another form.
    #[error("the form is {found:?}, not \"{FORM}\"")]
    Form {
        /// What it says.
        found: String,
    },
    /// It is no table.
    #[error("{0}")]
    Csv(#[from] csv::Error),
    /// A table lacks a column.
    #[error("the first line names no column {name:?}")]
    Column {
        /// Which.
        name: &'static str,
    },
}

impl CatalogueFile {
    /// A catalogue with nothing in it, to add tables to.
    pub fn empty(version: &str) -> Self {
        Self {
            form: FORM.into(),
            version: version.into(),
            starter: false,
            remark: String::new(),
            job_roles: Vec::new(),
            activities: Vec::new(),
            areas_of_work: Vec::new(),
            includes: Vec::new(),
            baselines: Vec::new(),
        }
    }

    /// Reads the JSON form. Names that it does not have are refused.
    ///
    /// # Errors
    /// [`FileError`] when it cannot be read at all.
    pub fn from_json(json: &[u8]) -> Result<Self, FileError> {
        if json.len() > LONGEST_FILE {
            return Err(FileError::TooLong);
        }
        let file: Self = serde_json::from_slice(json)?;
        if file.form == FORM { Ok(file) } else { Err(FileError::Form { found: file.form }) }
    }

    /// The JSON form.
    ///
    /// # Errors
    /// None that could be named: everything in it is text.
    pub fn to_json(&self) -> Result<String, FileError> {
        Ok(serde_json::to_string_pretty(self)?)
    }

    /// Adds the rows of a table; spaces around a value do not count. Rows after each other about the same become one
    /// entry, so that a database of half a million rows fits into a file.
    ///
    /// # Errors
    /// [`FileError`] when it is no table, or lacks a column; then nothing is added.
    pub fn add_csv(&mut self, table: Table, csv: &[u8]) -> Result<(), FileError> {
        if csv.len() > LONGEST_FILE {
            return Err(FileError::TooLong);
        }
        let csv = csv.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(csv);
        match table {
            Table::JobRoles => self.job_roles.extend(named(csv)?),
            Table::Activities => self.activities.extend(named(csv)?),
            Table::AreasOfWork => self.areas_of_work.extend(named(csv)?),
            Table::Includes => {
                let rows = rows(csv, ["activity", "includes"])?;
                for [activity, includes] in rows {
                    match self.includes.last_mut() {
                        Some(entry) if entry.activity == activity => entry.includes.push(includes),
                        _ => self.includes.push(Inclusion { activity, includes: vec![includes] }),
                    }
                }
            }
            Table::Baselines => {
                let rows = rows(csv, ["job_role", "area_of_work", "activity"])?;
                for [job_role, area, activity] in rows {
                    let area_of_work = (!area.is_empty()).then_some(area);
                    match self.baselines.last_mut() {
                        Some(entry)
                            if (&entry.job_role, &entry.area_of_work)
                                == (&job_role, &area_of_work) =>
                        {
                            entry.activities.push(activity);
                        }
                        _ => {
                            let activities = vec![activity];
                            self.baselines.push(Baseline { job_role, area_of_work, activities });
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

fn named(csv: &[u8]) -> Result<impl Iterator<Item = Named>, FileError> {
    let rows = rows(csv, ["code", "name"])?;
    Ok(rows.into_iter().map(|[code, name]| Named { code, name }))
}

/// The columns of these names, row by row.
fn rows<const N: usize>(
    csv: &[u8],
    columns: [&'static str; N],
) -> Result<Vec<[String; N]>, FileError> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(csv);
    let headers = reader.headers()?.clone();
    let mut places = [0; N];
    for (place, name) in places.iter_mut().zip(columns) {
        let found = headers.iter().position(|header| header == name);
        *place = found.ok_or(FileError::Column { name })?;
    }
    let row = |record: csv::StringRecord| {
        places.map(|place| record.get(place).unwrap_or_default().to_owned())
    };
    reader.records().map(|record| Ok(row(record?))).collect()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
const fn is_no(starter: &bool) -> bool {
    !*starter
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::JobRoles => "job_roles",
            Self::Activities => "activities",
            Self::AreasOfWork => "areas_of_work",
            Self::Includes => "includes",
            Self::Baselines => "baselines",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_form_and_unknown_names_are_refused() {
        let read = |text: &str| CatalogueFile::from_json(text.as_bytes());
        assert!(read(r#"{"form":"lanyard-rbac-1","version":"1"}"#).is_ok());
        let other = read(r#"{"form":"lanyard-rbac-2","version":"1"}"#).unwrap_err();
        assert_eq!(other.to_string(), "the form is \"lanyard-rbac-2\", not \"lanyard-rbac-1\"");
        assert!(read(r#"{"form":"lanyard-rbac-1","version":"1","baseline":[]}"#).is_err());
        assert!(read("[]").is_err());
    }

    #[test]
    fn tables_are_added_by_the_names_of_their_columns() {
        let mut file = CatalogueFile::empty("7");
        let activities = b"\xEF\xBB\xBFname,code,remark\r\n\"View, carefully\", B0820 ,x\r\n";
        file.add_csv(Table::Activities, activities).unwrap();
        let baselines =
            b"job_role,area_of_work,activity\nR8001,,B0820\nR8001,P0020:Q0300:T0640,B0825\n";
        file.add_csv(Table::Baselines, baselines).unwrap();
        file.add_csv(Table::Includes, b"activity,includes\nB0825,B0820\n").unwrap();
        assert_eq!(file.activities[0].name, "View, carefully");
        assert_eq!(file.activities[0].code, "B0820");
        assert_eq!(file.baselines[0].area_of_work, None);
        assert_eq!(file.baselines[1].area_of_work.as_deref(), Some("P0020:Q0300:T0640"));
        let json = file.to_json().unwrap();
        assert_eq!(CatalogueFile::from_json(json.as_bytes()).unwrap(), file);
    }

    #[test]
    fn a_table_without_a_column_or_with_ragged_rows_adds_nothing() {
        let mut file = CatalogueFile::empty("7");
        let error = file.add_csv(Table::Includes, b"activity,other\nB0825,B0820\n").unwrap_err();
        assert_eq!(error.to_string(), "the first line names no column \"includes\"");
        assert!(file.add_csv(Table::JobRoles, b"code,name\nR0001,a\nR0002\n").is_err());
        assert_eq!(file, CatalogueFile::empty("7"));
    }
}
