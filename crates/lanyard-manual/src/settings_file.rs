//! `/etc/lanyard/lanyard.toml` as it is installed: every setting explained, none set, so that a later version's
//! defaults reach whoever changed something else.

use crate::settings_document::{Document, Section, Settings};

/// What stands above the settings.
const HEAD: &str = "\
# The settings of Lanyard's daemon, lanyardd(8); lanyard.toml(5) explains the same.
#
# Every setting stands here with its default behind a \"#\". To change one, take the \"#\" away, or write its section
# and itself into a file in /etc/lanyard/lanyard.d, which no upgrade asks about. See whether the daemon understands it
# with `lanyardctl config check`, and restart it: `systemctl restart lanyardd`.
";

/// The file.
pub(crate) fn render(document: &Document) -> String {
    let mut lines = vec![HEAD.to_owned()];
    for Section { name, settings } in &document.sections {
        lines.push(format!("[{name}]"));
        for Settings { explanation, lines: defaults } in settings {
            lines.extend(explanation.iter().map(|line| format!("# {line}")));
            lines.extend(defaults.iter().map(|line| format!("#{line}")));
        }
        lines.push(String::new());
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use lanyard_settings::{Settings, parse};

    use super::*;

    fn ours() -> String {
        render(&Document::ours().unwrap())
    }

    #[test]
    fn as_it_is_installed_it_sets_nothing() {
        assert_eq!(parse(&ours(), "x".as_ref()).unwrap(), Settings::default());
    }

    #[test]
    fn what_it_says_to_be_a_default_is_one() {
        let is_setting =
            |line: &str| line.starts_with('#') && !line.starts_with("# ") && line != "#";
        let file = ours();
        let lines = file.lines().map(|line| if is_setting(line) { &line[1..] } else { line });
        let set = lines.collect::<Vec<_>>().join("\n");
        assert_eq!(parse(&set, "x".as_ref()).unwrap(), Settings::default());
        assert!(set.contains("\nmode = \"hard\"\n") && file.contains("\n#mode = \"hard\"\n"));
    }
}
