//! Every setting with its value and who says so, for people as TOML, for machines as JSON.
//!
//! Who says what is known by the layers; here it is only written.

use super::{
    layers::{Layers, Name, Place},
    rendered::{Rendered, quoted},
};

/// How settings are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As TOML, the origin as a comment.
    Toml,
    /// One JSON object a line.
    Json,
}

/// Shows every setting, those that no file sets too.
pub fn shown(layers: &Layers, form: Form) -> String {
    let settings = layers.all();
    settings.iter().map(|(name, (value, place))| line(name, value, *place, form)).collect()
}

fn line(name: &Name, value: &Rendered, place: Option<&Place>, form: Form) -> String {
    let Name { section, key } = name;
    match (form, key) {
        (Form::Toml, None) => format!("\n[{}]\n", Rendered::key(section)),
        (Form::Toml, Some(key)) => {
            let origin = place.map_or("default".to_owned(), |Place { file, line }| {
                format!("{}:{line}", file.display())
            });
            format!("{key} = {}  # {origin}\n", value.toml)
        }
        (Form::Json, None) => String::new(),
        (Form::Json, Some(key)) => {
            let origin = place.map_or(String::new(), |Place { file, line }| {
                format!(",\"file\":{},\"line\":{line}", quoted(&file.display().to_string()))
            });
            let (section, key) = (quoted(section), quoted(key));
            format!("{{\"section\":{section},\"key\":{key},\"value\":{}{origin}}}\n", value.json)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;
    use crate::parse;

    fn site() -> (tempfile::TempDir, Layers) {
        let folder = tempfile::tempdir().unwrap();
        let (main, further) = (folder.path().join("lanyard.toml"), folder.path().join("lanyard.d"));
        fs::write(&main, "[audit]\nkeep = 7\n").unwrap();
        fs::create_dir(&further).unwrap();
        fs::write(further.join("ward.toml"), "[reader]\n\npin-pad = \"off\"\n").unwrap();
        let layers = Layers::read(Some(&main)).unwrap();
        (folder, layers)
    }

    #[test]
    fn every_setting_is_shown_with_the_place_that_says_so() {
        let (folder, layers) = site();
        let shown = shown(&layers, Form::Toml).replace(folder.path().to_str().unwrap(), "");
        assert!(shown.contains("\nkeep = 7  # /lanyard.toml:2\n"), "{shown}");
        assert!(shown.contains("\npin-pad = \"off\"  # /lanyard.d/ward.toml:3\n"), "{shown}");
        assert!(shown.contains("\nseat = \"seat0\"  # default\n"), "{shown}");
    }

    #[test]
    fn what_is_shown_would_be_the_same_settings() {
        let (_folder, layers) = site();
        let again = parse(&shown(&layers, Form::Toml), Path::new("shown")).unwrap();
        assert_eq!(again, layers.settings().unwrap());
    }

    #[test]
    fn machines_read_one_object_a_line() {
        let (folder, layers) = site();
        let shown = shown(&layers, Form::Json).replace(folder.path().to_str().unwrap(), "");
        let line = r#"{"section":"audit","key":"keep","value":7,"file":"/lanyard.toml","line":2}"#;
        assert!(shown.lines().any(|found| found == line), "{shown}");
        let line = r#"{"section":"reader","key":"seat","value":"seat0"}"#;
        assert!(shown.lines().any(|found| found == line), "{shown}");
    }
}
