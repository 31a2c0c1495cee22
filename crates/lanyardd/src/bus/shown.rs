//! What a client sent, shown in an error's text: little of it, and nothing that a terminal would obey.
//!
//! A message that echoes much of another one grows with escaping beyond what a bus lets pass, and the bus disconnects
//! whoever sends it: us.

/// The most characters that are shown.
const MOST_CHARACTERS: usize = 64;

/// The beginning of a text in quotes, escaped, with an ellipsis when there is more.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(MOST_CHARACTERS).and_then(|(end, _)| text.get(..end)) {
        Some(beginning) => format!("{beginning:?}…"),
        None => format!("{text:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_text_is_shown_whole_and_escaped() {
        assert_eq!(shown("pin-pad"), r#""pin-pad""#);
        assert_eq!(shown("\u{1b}[31m\"\n"), r#""\u{1b}[31m\"\n""#);
        let just_short_enough = "ß".repeat(64);
        assert_eq!(shown(&just_short_enough), format!("\"{just_short_enough}\""));
    }

    #[test]
    fn of_a_long_text_only_the_beginning_is_shown() {
        assert_eq!(shown(&"ß".repeat(65)), format!("\"{}\"…", "ß".repeat(64)));
        for worst in ["\u{1}", "\u{10ffff}", "\u{301}"] {
            let text = shown(&worst.repeat(1 << 20));
            assert!(text.len() < 1024, "{} bytes", text.len());
        }
    }
}
