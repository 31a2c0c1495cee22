//! The words that properties, arguments and keys hold, and the errors, each with its meaning.

use lanyard_dbus::{
    CardKind, CardState, CertificateState, Outcome, PasscodePurpose, PcscState, Reason,
    RenewalState, RequestState, RevocationState, UnusableReason,
};

/// The source of the errors, whose comments are what the reference says of them.
const ERRORS: &str = include_str!("../../../lanyard-dbus/src/error.rs");

/// A table of all errors.
pub(super) fn errors() -> String {
    let rows = error_rows().map(|(name, meaning)| format!("| `{name}` | {meaning} |\n"));
    format!(
        "\n## Errors\n\n`org.lanyard.Lanyard1.Error.` and:\n\n| error | when |\n|---|---|\n{}",
        rows.collect::<String>()
    )
}

/// Each variant that has a text for people, with the comment above it.
fn error_rows() -> impl Iterator<Item = (&'static str, String)> {
    let mut comment = Vec::new();
    ERRORS.lines().map(str::trim).filter_map(move |line| {
        if let Some(words) = line.strip_prefix("/// ") {
            comment.push(words);
            return None;
        }
        let said = std::mem::take(&mut comment).join(" ");
        Some((line.strip_suffix("(String),")?, said.trim_end_matches('.').to_owned()))
    })
}

/// Tables of all words.
pub(super) fn words() -> String {
    let mut document = vec![
        "\n## Words\n\nThe words that properties and keys hold. `SessionEnded` has \
                        [its own](dbus.md#sessions-and-roles).\n"
            .to_owned(),
    ];
    let mut table = |title: &str, words: Vec<(&'static str, &'static str)>| {
        let rows = words.iter().map(|(word, meaning)| format!("| `{word}` | {meaning} |\n"));
        let rows: String = rows.collect();
        document.push(format!("\n### {title}\n\n| word | |\n|---|---|\n{rows}"));
    };
    macro_rules! tables {
        ($($title:literal $of:ident;)*) => {
            $(table($title, $of::ALL.iter().map(|word| (word.as_str(), word.meaning())).collect());)*
        };
    }
    tables! {
        "The words of `Manager.PcscState`" PcscState;
        "The words of `Card.Kind`" CardKind;
        "The words of `Card.State`" CardState;
        "The words of `Card.Reason`" UnusableReason;
        "The words of `certificate-state`" CertificateState;
        "The words of `revocation`" RevocationState;
        "The words of `renewal`" RenewalState;
        "The words of `Request.State`" RequestState;
        "The words of `Request.Outcome`" Outcome;
        "The words of an agent's `purpose`" PasscodePurpose;
    }
    document.push(reasons());
    document.concat()
}

/// What stands in a request's details, and `certificate-reason`.
fn reasons() -> String {
    let rows = Reason::ALL.iter().map(|reason| {
        let outcomes: Vec<_> =
            reason.outcomes().iter().map(|outcome| format!("`{outcome}`")).collect();
        format!("| `{reason}` | {} | {} |\n", outcomes.join(", "), reason.detail())
    });
    let rows: String = rows.collect();
    format!(
        "\n### The words of `reason`\n\n| reason | with | what it means |\n|---|---|---|\n{rows}"
    )
}

#[cfg(test)]
mod tests {
    use lanyard_dbus::INTERFACES;

    use super::*;

    #[test]
    fn every_error_that_the_xml_names_is_explained() {
        let known: Vec<_> = error_rows().map(|(name, _)| name).collect();
        for (_, xml) in INTERFACES {
            for error in xml.split("org.lanyard.Lanyard1.Error.").skip(1) {
                let name: String = error.chars().take_while(char::is_ascii_alphabetic).collect();
                assert!(known.contains(&&*name), "{name}");
            }
        }
        assert!(error_rows().all(|(_, meaning)| !meaning.is_empty()));
    }

    #[test]
    fn every_table_of_words_has_its_words() {
        let words = words();
        assert!(words.contains("| `piv` | ") && words.contains("| `no-agent` | `failed` | "));
        assert!(Outcome::ALL.iter().all(|word| words.contains(&format!("\n| `{word}` | "))));
    }
}
