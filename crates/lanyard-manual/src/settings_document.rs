//! `docs/settings.md`, taken apart: words, and the block that has every setting with its default.
//!
//! The block is TOML in a fixed form: a comment explains the settings below it, up to the next comment, empty
//! line or section. Nothing is known here of what a setting means.

use crate::error::ManualError;

/// The document that is in the repository.
const OURS: &str = include_str!("../../../docs/settings.md");

/// Words and settings.
#[derive(Debug)]
pub(crate) struct Document {
    /// Paragraphs, in Markdown without lists.
    pub(crate) introduction: Vec<String>,
    pub(crate) sections: Vec<Section>,
}

/// `[name]` and what is in it.
#[derive(Debug)]
pub(crate) struct Section {
    pub(crate) name: String,
    pub(crate) settings: Vec<Settings>,
}

/// Settings that are explained together.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    /// The explanation, in the lines that it has in the document.
    pub(crate) explanation: Vec<String>,
    /// `key = default`
    pub(crate) lines: Vec<String>,
}

impl Document {
    /// The document of this version.
    ///
    /// # Errors
    /// [`ManualError::Document`] when it is not in the form that is understood.
    pub(crate) fn ours() -> Result<Self, ManualError> {
        Self::read(OURS)
    }

    fn read(text: &str) -> Result<Self, ManualError> {
        let (words, rest) =
            text.split_once("```toml\n").ok_or(wrong("there is no block of TOML"))?;
        let (block, _) = rest.split_once("\n```").ok_or(wrong("the block has no end"))?;
        Ok(Self { introduction: paragraphs(words), sections: sections(block)? })
    }
}

fn wrong(what: &'static str) -> ManualError {
    ManualError::Document(what)
}

/// Paragraphs, each in one line; headings are left out.
fn paragraphs(words: &str) -> Vec<String> {
    let paragraphs = words.split("\n\n").map(|paragraph| paragraph.trim().replace('\n', " "));
    paragraphs.filter(|paragraph| !paragraph.is_empty() && !paragraph.starts_with('#')).collect()
}

fn sections(block: &str) -> Result<Vec<Section>, ManualError> {
    let mut sections = Vec::new();
    let mut settings = Settings::default();
    for line in block.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            finish(&mut sections, &mut settings)?;
            sections.push(Section { name: name.to_owned(), settings: Vec::new() });
        } else if let Some(comment) = line.strip_prefix('#') {
            if !settings.lines.is_empty() {
                finish(&mut sections, &mut settings)?;
            }
            settings.explanation.push(comment.trim().to_owned());
        } else if line.contains(" = ") {
            settings.lines.push(line.to_owned());
        } else {
            return Err(wrong("a setting is not in one line"));
        }
    }
    finish(&mut sections, &mut settings)?;
    Ok(sections)
}

/// Puts settings into the last section.
fn finish(sections: &mut [Section], settings: &mut Settings) -> Result<(), ManualError> {
    let settings = std::mem::take(settings);
    match (sections.last_mut(), settings.lines.is_empty(), settings.explanation.is_empty()) {
        (_, true, true) => Ok(()),
        (_, true, false) => Err(wrong("an explanation without a setting")),
        (_, false, true) => Err(wrong("a setting without an explanation")),
        (None, false, false) => Err(wrong("a setting before the first section")),
        (Some(section), false, false) => {
            section.settings.push(settings);
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use lanyard_settings as settings;

    use super::*;

    fn around(block: &str) -> Result<Document, ManualError> {
        Document::read(&format!("# Title\n\nOne\ntwo.\n\n```toml\n{block}\n```\n"))
    }

    #[test]
    fn settings_are_explained_together_until_the_next_comment() {
        let document =
            around("[a]\n# Both\n# of them.\nb = 1\nc = 2\n# D.\nd = \"# = [\"").unwrap();
        assert_eq!(document.introduction, ["One two."]);
        let [a] = &document.sections[..] else { panic!("{document:?}") };
        assert_eq!(a.name, "a");
        assert_eq!(a.settings[0].explanation, ["Both", "of them."]);
        assert_eq!(a.settings[0].lines, ["b = 1", "c = 2"]);
        assert_eq!(a.settings[1].lines, ["d = \"# = [\""]);
    }

    #[test]
    fn what_is_not_explained_is_refused() {
        assert!(around("[a]\nb = 1").is_err());
        assert!(around("[a]\n# B.").is_err());
        assert!(around("# B.\nb = 1").is_err());
        assert!(around("[a]\n# B.\nb = [\n]").is_err());
    }

    /// What the daemon expects in a section; the settings themselves if it has no name.
    fn expected_in(section: Option<&str>) -> BTreeSet<String> {
        let head = section.map(|name| format!("[{name}]\n")).unwrap_or_default();
        let error = settings::parse(&format!("{head}no-such-key = 1\n"), "x".as_ref()).unwrap_err();
        let error = error.to_string();
        let (_, expected) = error.split_once("expected ").unwrap();
        expected.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }

    #[test]
    fn every_setting_of_the_daemon_is_explained() {
        let document = Document::ours().unwrap();
        let names: BTreeSet<_> = document.sections.iter().map(|s| s.name.clone()).collect();
        assert_eq!(names, expected_in(None));
        for Section { name, settings } in &document.sections {
            let lines = settings.iter().flat_map(|settings| &settings.lines);
            let keys = lines.filter_map(|line| Some(line.split_once(" = ")?.0.to_owned()));
            let (keys, expected) = (keys.collect::<BTreeSet<_>>(), expected_in(Some(name)));
            // What has no default stands in no line of its own; an explanation shows it.
            let shown = |key: &&String| {
                let mut words = settings.iter().flat_map(|settings| &settings.explanation);
                let (setting, sections) = (format!("{key} = "), format!("[{name}.{key}."));
                words.any(|line| line.contains(&setting) || line.contains(&sections))
            };
            let not_shown: Vec<_> = expected.difference(&keys).filter(|key| !shown(key)).collect();
            assert!(not_shown.is_empty(), "[{name}] {not_shown:?}");
            // A section may take any name; then the daemon expects none.
            assert!(
                expected.is_empty() || keys.is_subset(&expected),
                "[{name}] {keys:?} {expected:?}"
            );
        }
    }
}
