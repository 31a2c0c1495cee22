//! The settings as `config show` has them, without the values of what sounds like a secret. Lanyard has no secret
//! settings; but files hold what people write into them, also where the daemon refuses it. Contacts may name people.

/// What names of secrets contain.
const SECRET: [&str; 8] =
    ["secret", "password", "passwd", "passcode", "passphrase", "token", "credential", "private"];

/// Names that end so are keys, of which these are none of cryptography's but names of files and slots.
const HARMLESS_KEYS: [&str; 2] = ["sign-in-key", "keys"];

/// The section in which a site names people, or may.
const OF_PEOPLE: &str = "[contacts]";

/// Lines of `KEY = VALUE  # ORIGIN`, with the values of secrets and of contacts left out.
pub(super) fn without_secrets(shown: &str) -> String {
    let mut section = "";
    let mut clean = String::new();
    for line in shown.lines() {
        if line.starts_with('[') {
            section = line;
        }
        let names_people = section == OF_PEOPLE && !line.contains(" = \"\"");
        match line.split_once(" = ") {
            Some((key, value)) if names_people || holds_secret(line) => {
                clean.push_str(&left_out(key, value));
            }
            Some(_) | None => clean.push_str(line),
        }
        clean.push('\n');
    }
    clean
}

fn left_out(key: &str, value: &str) -> String {
    let origin = value.rsplit_once("  # ").map_or("", |(_, origin)| origin);
    format!("{key} = \"(left out)\"  # {origin}")
}

/// Inline tables have keys in the value; then all of the value goes.
fn holds_secret(line: &str) -> bool {
    let mut names =
        line.split('=').filter_map(|part| part.trim_end().rsplit([' ', '{', ',']).next());
    names.any(is_secret)
}

/// Whether a key sounds like a secret's.
fn is_secret(name: &str) -> bool {
    let name = name.trim_matches('"').to_ascii_lowercase();
    let last = name.rsplit('.').next().unwrap_or_default().to_owned();
    let is_key = last.ends_with("key") || last.ends_with("keys") || last.ends_with("pin");
    let sounds = SECRET.iter().any(|word| last.contains(word));
    sounds || (is_key && !HARMLESS_KEYS.contains(&last.as_str()))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use lanyard_settings::{Form, Layers, shown};

    use super::*;

    #[test]
    fn no_value_of_a_key_that_sounds_secret_goes_out() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("lanyard.toml");
        let text = "[roles]\nldap-password = \"CANARY-1\"\nfolder = \"/srv/roles\"\n\
                    [roles.rights.ra]\nPrivate-Key = \"CANARY-2 # x\"\norganisations = [\"A99901\"]\n\
                    [extra]\nlogin = { user = \"x\", token = \"CANARY-3\" }\n\"api secret\" = 'CANARY-4'\n\
                    client-key = \"CANARY-5\"\nstuff = [{ pin = \"CANARY-6\" }]\n\
                    [contacts]\nservice-desk = \"Jane CANARY-7\"\n";
        fs::write(&file, text).unwrap();
        let layers = Layers::read(Some(&file)).unwrap();
        let all = shown(&layers, Form::Toml);
        assert_eq!(all.matches("CANARY").count(), 7, "{all}");
        let clean = without_secrets(&all);
        assert!(!clean.contains("CANARY"), "{clean}");
        assert_eq!(clean.matches("(left out)").count(), 7, "{clean}");
        for kept in [
            "folder = \"/srv/roles\"",
            "sign-in-key = \"9A\"",
            "A99901",
            "lanyard.toml:2",
            "registration-authority = \"\"",
        ] {
            assert!(clean.contains(kept), "{kept}: {clean}");
        }
    }

    #[test]
    fn nothing_of_the_defaults_sounds_secret() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("lanyard.toml");
        fs::write(&file, "").unwrap();
        let all = shown(&Layers::read(Some(&file)).unwrap(), Form::Toml);
        assert_eq!(without_secrets(&all), all);
    }
}
