//! The role directory: its keys, a sample of its documents, the catalogue. Nobody's name or number is kept.

use std::{collections::BTreeMap, io};

use lanyard_roles::{
    Finding as Against,
    directory::{FolderSettings, KeyProblem, Survey, Surveyed, Unsigned},
};
use lanyard_settings::Settings;
use serde::Serialize;

use super::{
    finding::{Check, Finding},
    job::Missing,
};
use crate::clock;

/// As many documents are judged: a second's work. A directory may have many more.
const SAMPLE: usize = 300;

/// What was seen of the role directory.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Roles {
    /// How many were judged.
    pub(crate) documents: usize,
    /// How many do not count, by the word for it.
    pub(crate) refused: BTreeMap<&'static str, usize>,
    /// Documents that nobody is asked for.
    pub(crate) misplaced: usize,
    /// Whether there are more than were judged.
    pub(crate) is_sample: bool,
    #[serde(skip)]
    fault: Option<io::ErrorKind>,
    /// What is wrong with keys.
    #[serde(skip)]
    keys: Vec<String>,
    /// The catalogue's version, and what in it does not count; or why there is none.
    #[serde(skip)]
    catalogue: Option<Result<Catalogue, String>>,
}

#[derive(Clone, Debug)]
struct Catalogue {
    version: String,
    is_starter: bool,
    problems: usize,
}

/// Looks.
pub(super) fn look(settings: &Settings) -> Roles {
    // Who only reads remembers nothing.
    let directory = FolderSettings { seen: None, ..settings.directory() };
    let mut roles = Roles { catalogue: Some(catalogue(settings)), ..Roles::default() };
    match Survey::begin(directory, clock::instant()) {
        Err(error) => roles.fault = Some(error.kind()),
        Ok((survey, keys)) => {
            roles.keys = keys.iter().map(KeyProblem::to_string).collect();
            roles.sample(survey);
        }
    }
    roles
}

fn catalogue(settings: &Settings) -> Result<Catalogue, String> {
    let (catalogue, problems) = settings.catalogue().map_err(|error| error.to_string())?;
    let (version, is_starter) = (catalogue.version().to_owned(), catalogue.is_starter());
    Ok(Catalogue { version, is_starter, problems: problems.len() })
}

impl Roles {
    fn sample(&mut self, survey: Survey) {
        for found in survey {
            if self.documents + self.misplaced == SAMPLE {
                self.is_sample = true;
                return;
            }
            match found {
                Err(error) => self.fault = Some(error.kind()),
                Ok(Surveyed::Misplaced(_)) => self.misplaced += 1,
                Ok(Surveyed::Holder(_, document)) => {
                    self.documents += 1;
                    if let Err(against) = document {
                        *self.refused.entry(word(&against)).or_default() += 1;
                    }
                }
            }
        }
    }

    fn refused(&self, word: &str) -> usize {
        self.refused.get(word).copied().unwrap_or_default()
    }
}

/// As in the journal, but for what this user may not read.
fn word(against: &Against) -> &'static str {
    match against {
        Against::Unreadable(io::ErrorKind::PermissionDenied) => NOT_OURS,
        other => other.word(),
    }
}

const NOT_OURS: &str = "not-for-this-user";

/// Words for documents that somebody has tampered with, or that nobody here can believe.
const GRAVE: [&str; 5] = ["tampered", "wrong-uuid", "unknown-key", "key-not-allowed", "malformed"];

/// Says how the directory is.
pub(super) fn judge(
    roles: Result<&Roles, &Missing>,
    settings: &Settings,
    uid: u32,
) -> Vec<Finding> {
    let roles = match roles {
        Ok(roles) => roles,
        Err(why) => {
            let advice = "is its file system there? `mount`";
            let missing = |check: Check| check.missing(*why, "the role directory", advice);
            return [Check::RoleKeys, Check::RoleDocuments, Check::Catalogue].map(missing).to_vec();
        }
    };
    let directory = settings.directory();
    let mut findings = keys(roles, &directory);
    findings.push(documents(roles, &directory, uid));
    findings.extend(roles.catalogue.as_ref().map(of_catalogue));
    findings
}

fn keys(roles: &Roles, directory: &FolderSettings) -> Vec<Finding> {
    let check = Check::RoleKeys;
    if roles.fault.is_some() && roles.keys.is_empty() {
        return vec![check.unknown("keys are looked at together with the documents", "")];
    }
    let advice = "put the authority's key there, and [roles.rights.NAME] into the settings";
    let wrong: Vec<_> = roles.keys.iter().map(|text| check.wrong(text.clone(), advice)).collect();
    match (wrong.is_empty(), directory.rights.len(), directory.unsigned) {
        (false, ..) => wrong,
        (true, _, Unsigned::DangerAccepted) => vec![check.attention(
            "documents count that nobody has signed",
            "take `danger-unsigned` out of the settings, but for trying",
        )],
        (true, 0, Unsigned::Refused) => {
            vec![check.attention("no key may give roles to anybody", advice)]
        }
        (true, keys, Unsigned::Refused) => {
            vec![check.good(format!("keys that may give roles: {keys}"))]
        }
    }
}

fn documents(roles: &Roles, directory: &FolderSettings, uid: u32) -> Finding {
    let check = Check::RoleDocuments;
    let folder = directory.folder.display();
    let refused: usize = roles.refused.values().sum();
    let words = roles.refused.iter().map(|(word, count)| format!("{count} {word}"));
    let words = words.collect::<Vec<_>>().join(", ");
    let sample = if roles.is_sample { " (there are more)" } else { "" };
    let judged = format!("{} documents judged{sample}", roles.documents);
    let report = "`sudo lanyardctl roles report cp-is-unscheduled` names each one";
    match roles.fault {
        Some(io::ErrorKind::PermissionDenied) if uid != 0 => check
            .unknown(format!("{folder} may not be read by this user"), "`sudo lanyardctl doctor`"),
        Some(io::ErrorKind::NotFound) => check.wrong(
            format!("there is no {folder}: everybody is signed in without a role"),
            format!("`sudo install -d -m 750 -g lanyard {folder}`, or correct `folder` in [roles]"),
        ),
        Some(kind) => check.wrong(
            format!("{folder} cannot be read: {kind}"),
            "`folder` in [roles] names it; is its file system there?",
        ),
        None if roles.documents == 0 && roles.misplaced == 0 => check.attention(
            format!("{folder} holds no role documents: everybody is signed in without a role"),
            "roles.md in /usr/share/doc/lanyard says how they are made",
        ),
        None if roles.documents == 0 => check.wrong(
            format!(
                "{folder} holds {} documents{sample}, none where a holder's is looked for: nobody has a role by them",
                roles.misplaced
            ),
            report,
        ),
        None if uid != 0 && refused > 0 && refused == roles.refused(NOT_OURS) => {
            check.unknown(format!("{judged}, {words}"), "`sudo lanyardctl doctor`")
        }
        None if refused == roles.documents || GRAVE.iter().any(|word| roles.refused(word) > 0) => {
            check.wrong(format!("{judged}, of which do not count: {words}"), report)
        }
        None if refused > 0 || roles.misplaced > 0 => check.attention(
            format!(
                "{judged}, of which do not count: {refused} ({words}); {} lie elsewhere",
                roles.misplaced
            ),
            report,
        ),
        None => check.good(format!("{judged}, and all count")),
    }
}

fn of_catalogue(found: &Result<Catalogue, String>) -> Finding {
    let check = Check::Catalogue;
    match found {
        Err(why) => check.wrong(
            why.clone(),
            "`catalogue` in [roles] names the file; `lanyardctl roles catalogue` makes it",
        ),
        Ok(Catalogue { is_starter: true, .. }) => check.attention(
            "the starter catalogue is in use, which has no baselines",
            "`lanyardctl roles catalogue` makes one of the National RBAC Database; `catalogue` in [roles] names it",
        ),
        Ok(Catalogue { version, problems: 0, .. }) => {
            check.good(format!("the catalogue is {version}"))
        }
        Ok(Catalogue { version, problems, .. }) => check.attention(
            format!("the catalogue is {version}; entries that do not count: {problems}"),
            "`journalctl -u lanyardd -b` names them",
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;
    use crate::doctor::finding::Verdict::{self, Attention, Good, Unknown, Wrong};

    fn settings(folder: &Path) -> Settings {
        let mut settings = Settings::default();
        settings.roles.folder = folder.join("roles");
        settings.roles.keys = folder.join("keys");
        settings
    }

    fn verdicts(settings: &Settings) -> Vec<Verdict> {
        judge(Ok(&look(settings)), settings, 0).iter().map(|it| it.verdict).collect()
    }

    #[test]
    fn a_directory_is_looked_at_without_keeping_whose_documents_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(folder.path());
        assert_eq!(verdicts(&settings), [Unknown, Wrong, Attention]);
        fs::create_dir_all(&settings.roles.folder).unwrap();
        fs::create_dir_all(&settings.roles.keys).unwrap();
        assert_eq!(verdicts(&settings), [Attention, Attention, Attention]);
        fs::write(settings.roles.folder.join("999900000101.jws"), "Jane Canary").unwrap();
        fs::write(settings.roles.keys.join("ra.pem"), "no key").unwrap();
        let seen = look(&settings);
        assert_eq!((seen.documents, seen.refused("malformed")), (1, 1));
        let told = judge(Ok(&seen), &settings, 0);
        assert_eq!(told[1].verdict, Wrong, "{told:?}");
        assert!(!format!("{told:?} {seen:?}").contains("999900000101"), "{told:?}");
        assert!(!format!("{told:?} {seen:?}").contains("Jane"), "{told:?}");
        assert!(told[0].verdict == Wrong && told[0].fact.contains("ra.pem"), "{told:?}");
        assert_eq!(judge(Err(&Missing::Late), &settings, 0)[0].verdict, Wrong);
    }

    #[test]
    fn documents_are_good_only_if_all_count() {
        let directory = Settings::default().directory();
        let of = |refused: &[(&'static str, usize)], misplaced| Roles {
            documents: 3,
            refused: refused.iter().copied().collect(),
            misplaced,
            ..Roles::default()
        };
        for (roles, uid, verdict) in [
            (of(&[], 0), 0, Good),
            (of(&[("expired", 1)], 0), 0, Attention),
            (of(&[], 1), 0, Attention),
            (of(&[("expired", 3)], 0), 0, Wrong),
            (of(&[("tampered", 1)], 0), 0, Wrong),
            (of(&[(NOT_OURS, 3)], 0), 1000, Unknown),
            (of(&[(NOT_OURS, 3)], 0), 0, Wrong),
        ] {
            assert_eq!(documents(&roles, &directory, uid).verdict, verdict, "{roles:?}");
        }
    }

    #[test]
    fn where_documents_lie_only_elsewhere_it_is_said_so() {
        let roles = Roles { misplaced: 2, ..Roles::default() };
        let found = documents(&roles, &Settings::default().directory(), 0);
        assert_eq!(found.verdict, Wrong);
        assert!(found.fact.contains("holds 2 documents, none where"), "{found:?}");
    }

    #[test]
    fn a_catalogue_is_good_only_if_it_is_a_sites_own_and_whole() {
        let of =
            |is_starter, problems| Ok(Catalogue { version: "27.2".into(), is_starter, problems });
        assert_eq!(of_catalogue(&of(false, 0)).verdict, Good);
        assert_eq!(of_catalogue(&of(false, 2)).verdict, Attention);
        assert_eq!(of_catalogue(&of(true, 0)).verdict, Attention);
        assert_eq!(of_catalogue(&Err("no file".to_owned())).verdict, Wrong);
    }
}
