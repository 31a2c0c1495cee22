//! Settings from several files: `lanyard.toml`, then those of the folder `lanyard.d` beside it by their names, each
//! over those before.
//!
//! Nothing is known here of what a setting means. Files are taken apart into values, each with its place; the values
//! that count are read as one text by [`parse`], and what is wrong with it is led back to the place that says so.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
};

use super::{DEFAULT_FILE, Settings, SettingsError, line_of, parse, rendered::Rendered};
use toml::de::{DeTable, DeValue};

/// The document that explains every setting; a test compares its defaults with the daemon's.
const DOCUMENT: &str = include_str!("../../../docs/settings.md");

/// Where something is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// In which file.
    pub file: PathBuf,
    /// In which line, counted from 1.
    pub line: usize,
}

/// What a value is called, with the key as TOML has it; without a key it is the section itself, without a section a
/// stray at the top.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    pub(super) section: String,
    pub(super) key: Option<String>,
}

/// What the files say, as far as later ones do not say otherwise.
#[derive(Debug)]
pub struct Layers {
    file: PathBuf,
    said: BTreeMap<Name, (Rendered, Place)>,
}

impl Layers {
    /// Reads a named file, or the usual one if it is there, and those of the folder beside it, which has the same
    /// name but for its ending, `.d`.
    ///
    /// # Errors
    /// [`SettingsError`] names the file, and the line if it is no TOML.
    pub fn read(named: Option<&Path>) -> Result<Self, SettingsError> {
        let file = named.unwrap_or(Path::new(DEFAULT_FILE));
        let mut layers = Self { file: file.to_owned(), said: BTreeMap::new() };
        match fs::read_to_string(file) {
            Ok(text) => layers.lay(&text, file)?,
            Err(error) if named.is_none() && error.kind() == io::ErrorKind::NotFound => {}
            Err(source) => return Err(unreadable(file)(source)),
        }
        for file in further(&file.with_extension("d"))? {
            let text = fs::read_to_string(&file).map_err(unreadable(&file))?;
            layers.lay(&text, &file)?;
        }
        Ok(layers)
    }

    /// Reads them as [`Layers::read`] does, and takes them as settings.
    ///
    /// # Errors
    /// [`SettingsError`] names the file, the line and what would be right.
    pub fn in_order(named: Option<&Path>) -> Result<(Self, Settings), SettingsError> {
        let layers = Self::read(named)?;
        let settings = layers.settings()?;
        Ok((layers, settings))
    }

    /// All of it as settings.
    ///
    /// # Errors
    /// [`SettingsError::Wrong`] names the file and the line that is not known or not possible.
    pub fn settings(&self) -> Result<Settings, SettingsError> {
        let (text, places) = self.as_one();
        parse(&text, &self.file).map_err(|error| match error {
            SettingsError::Wrong { file, line, fact } => {
                match line.checked_sub(1).and_then(|line| places.get(line)) {
                    Some(Place { file, line }) => {
                        SettingsError::Wrong { file: file.clone(), line: *line, fact }
                    }
                    None => SettingsError::Wrong { file, line, fact },
                }
            }
            unreadable @ SettingsError::Unreadable { .. } => unreadable,
        })
    }

    /// The names of settings whose values are others than in `before`, such as `log.level`.
    pub fn changed_since(&self, before: &Self) -> Vec<String> {
        let (now, before) = (self.all(), before.all());
        let names: BTreeSet<_> = now.keys().chain(before.keys()).collect();
        let value = |all: &BTreeMap<Name, (Rendered, Option<&Place>)>, name| {
            all.get(name).map(|(value, _)| value.clone())
        };
        let changed = names.into_iter().filter(|name| value(&now, name) != value(&before, name));
        let full = |Name { section, key }: &Name| Some(format!("{section}.{}", key.as_ref()?));
        changed.filter_map(full).collect()
    }

    /// Every setting with its value, and the place that sets it unless it is the default.
    pub(super) fn all(&self) -> BTreeMap<Name, (Rendered, Option<&Place>)> {
        let defaults = defaults().into_iter().map(|(name, value)| (name, (value, None)));
        let mut all: BTreeMap<_, _> = defaults.collect();
        let said = self.said.iter();
        all.extend(said.map(|(name, (value, place))| (name.clone(), (value.clone(), Some(place)))));
        all
    }

    /// Lays a file over those before.
    fn lay(&mut self, text: &str, file: &Path) -> Result<(), SettingsError> {
        let values = values(text).map_err(|error| SettingsError::Wrong {
            file: file.to_owned(),
            line: line_of(text, error.span().map_or(0, |span| span.start)),
            fact: error.message().replace('\n', " "),
        })?;
        for (name, value, at) in values {
            let place = Place { file: file.to_owned(), line: line_of(text, at) };
            self.said.insert(name, (value, place));
        }
        Ok(())
    }

    /// One text of what counts, and for each of its lines the place that says so.
    fn as_one(&self) -> (String, Vec<&Place>) {
        let lines = self.said.iter().map(|(Name { section, key }, (value, place))| {
            let line = match key {
                None => format!("[{}]\n", Rendered::key(section)),
                Some(key) => format!("{key} = {}\n", value.toml),
            };
            (line, place)
        });
        lines.unzip()
    }
}

/// What holds where no file says anything. The document is in order, as the tests know.
fn defaults() -> Vec<(Name, Rendered)> {
    let block = DOCUMENT.split("```").nth(1).and_then(|block| block.strip_prefix("toml"));
    let values = block.and_then(|block| values(block).ok()).unwrap_or_default();
    values.into_iter().map(|(name, value, _)| (name, value)).collect()
}

/// The values of a text, and where in it each begins.
fn values(text: &str) -> Result<Vec<(Name, Rendered, usize)>, toml::de::Error> {
    let mut values = Vec::new();
    for (section, value) in DeTable::parse(text)?.get_ref() {
        let (name, at) = (section.get_ref().to_string(), section.span().start);
        match value.get_ref() {
            DeValue::Table(table) => {
                let section = |key| Name { section: name.clone(), key };
                values.push((section(None), Rendered::default(), at));
                let keys = keys(table, "").into_iter();
                values.extend(keys.map(|(key, value, at)| (section(Some(key)), value, at)));
            }
            stray => {
                let name = Name { section: String::new(), key: Some(Rendered::key(&name)) };
                values.push((name, Rendered::of(stray), at));
            }
        }
    }
    Ok(values)
}

/// What a section sets, what its own sections set too, by dotted keys.
fn keys(table: &DeTable<'_>, before: &str) -> Vec<(String, Rendered, usize)> {
    let mut found = Vec::new();
    for (key, value) in table {
        let (name, at) = (format!("{before}{}", Rendered::key(key.get_ref())), key.span().start);
        match value.get_ref() {
            DeValue::Table(table) if !table.is_empty() => {
                found.extend(keys(table, &format!("{name}.")));
            }
            value => found.push((name, Rendered::of(value), at)),
        }
    }
    found
}

/// The files of a folder that end in `.toml` and are not hidden, by their names; none if there is no folder.
fn further(folder: &Path) -> Result<Vec<PathBuf>, SettingsError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(unreadable(folder)(source)),
    };
    let paths: io::Result<Vec<_>> = entries.map(|entry| Ok(entry?.path())).collect();
    let counts = |path: &PathBuf| {
        let is_hidden =
            path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        path.extension() == Some(OsStr::new("toml")) && !is_hidden
    };
    let mut files: Vec<_> = paths.map_err(unreadable(folder))?.into_iter().filter(counts).collect();
    files.sort();
    Ok(files)
}

fn unreadable(file: &Path) -> impl FnOnce(io::Error) -> SettingsError {
    |source| SettingsError::Unreadable { file: file.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with `lanyard.toml` and further files.
    fn site(main: &str, further: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("lanyard.toml"), main).unwrap();
        fs::create_dir(folder.path().join("lanyard.d")).unwrap();
        for (name, text) in further {
            fs::write(folder.path().join("lanyard.d").join(name), text).unwrap();
        }
        folder
    }

    fn settings(site: &tempfile::TempDir) -> Result<Settings, SettingsError> {
        Layers::read(Some(&site.path().join("lanyard.toml")))?.settings()
    }

    /// What is wrong, without the folder.
    fn wrong(main: &str, further: &[(&str, &str)]) -> String {
        let site = site(main, further);
        let error = settings(&site).unwrap_err().to_string();
        error.replace(&format!("{}/", site.path().display()), "")
    }

    #[test]
    fn later_files_count_value_by_value() {
        let site = site(
            "[prompt]\nanswer-within-s = 10\n[card]\nanswer-within-ms = 200\nfree-within-ms = 200\n",
            &[
                ("90-last.toml", "[card]\nfree-within-ms = 400"),
                ("10-first.toml", "[card]\nfree-within-ms = 300\nanswer-within-ms = 300"),
                (".hidden.toml", "[card]\nfree-within-ms = 500"),
                ("README", "What stands here is no TOML."),
                ("99-old.toml.dpkg-old", "[card]\nfree-within-ms = 600"),
            ],
        );
        let settings = settings(&site).unwrap();
        assert_eq!(settings.card.free_within_ms.as_millis(), 400);
        assert_eq!(settings.card.answer_within_ms.as_millis(), 300);
        assert_eq!(settings.prompt.answer_within_s.as_secs(), 10);
    }

    #[test]
    fn sections_of_sections_are_laid_over_each_other_too() {
        let texts = ["[a.'b c'.d]\ne = 1\nf = 1\n", "[a]\n'b c'.d.f = 2\n"];
        let mut layers = Layers { file: PathBuf::new(), said: BTreeMap::new() };
        for text in texts {
            layers.lay(text, Path::new("x")).unwrap();
        }
        assert_eq!(layers.as_one().0, "[a]\n\"b c\".d.e = 1\n\"b c\".d.f = 2\n");
    }

    #[test]
    fn what_is_wrong_is_named_with_the_file_and_line_that_says_so() {
        let is = "lanyard.d/5.toml:3: unknown field `levle`";
        let said = wrong("[log]\nlevel = \"warn\"", &[("5.toml", "\n[log]\nlevle = \"info\"")]);
        assert!(said.starts_with(is), "{said}");
        let said = wrong("[log]\nlevel = \"loud\"", &[("5.toml", "[audit]\nkeep = 1")]);
        assert!(said.starts_with("lanyard.toml:2: "), "{said}");
        let said = wrong("", &[("5.toml", "[lock]")]);
        assert!(said.starts_with("lanyard.d/5.toml:1: unknown field `lock`"), "{said}");
        let said = wrong("", &[("5.toml", "\n\nlevel = 1")]);
        assert!(said.starts_with("lanyard.d/5.toml:3: unknown field `level`"), "{said}");
        let said = wrong("", &[("5.toml", "[log]\nlevel = = 1")]);
        assert!(said.starts_with("lanyard.d/5.toml:2: "), "{said}");
    }

    #[test]
    fn what_counts_must_be_possible_together_and_not_each_file_alone() {
        let longer = "[passcode]\nshortest = 7";
        assert!(wrong("", &[("5.toml", longer)]).starts_with("lanyard.d/5.toml:2: "));
        let fits = site("[passcode]\nnew-shortest = 7", &[("5.toml", longer)]);
        assert_eq!(settings(&fits).unwrap().passcode.shortest, 7);
    }

    #[test]
    fn a_file_that_is_named_must_be_there_and_a_folder_need_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("other.toml");
        assert!(matches!(Layers::read(Some(&file)), Err(SettingsError::Unreadable { .. })));
        fs::write(&file, "").unwrap();
        assert_eq!(Layers::read(Some(&file)).unwrap().settings().unwrap(), Settings::default());
    }
}
