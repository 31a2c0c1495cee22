//! The comment that stands before an interface or a member in the XML, taken apart.
//!
//! Its form: a line with the name and a colon; lines that begin with `@`, each an argument or the short description;
//! then paragraphs. One whose later lines begin with `- ` is a list of keys: `- "key" (type): what it is`.

use crate::error::ManualError;

/// What is said of one thing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Explanation {
    /// `@name: what it is`, in their order.
    pub(super) about: Vec<(String, String)>,
    pub(super) paragraphs: Vec<Paragraph>,
}

/// One of them.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Paragraph {
    Words(String),
    Keys { head: String, keys: Vec<Key> },
}

/// A key of a dictionary.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) name: String,
    pub(super) signature: String,
    pub(super) meaning: String,
}

impl Explanation {
    /// Takes apart the comment about `name`.
    ///
    /// # Errors
    /// [`ManualError::Contract`] when it is about something else, or not of its form.
    pub(super) fn read(name: &str, comment: &str) -> Result<Self, ManualError> {
        let wrong = |what: &str| ManualError::Contract(format!("{name}: {what}"));
        let text = comment.trim();
        let text = text.strip_prefix(name).and_then(|text| text.strip_prefix(':'));
        let text = text.ok_or_else(|| wrong("the comment before it is not about it"))?;
        let mut explanation = Self::default();
        for block in text.split("\n\n").map(str::trim).filter(|block| !block.is_empty()) {
            let lines = || block.lines().map(str::trim);
            if block.starts_with('@') {
                let (about, rest): (Vec<_>, _) = split(lines(), "@");
                explanation.about = about.iter().filter_map(|line| named(line)).collect();
                if explanation.about.len() != about.len() || !rest.is_empty() {
                    return Err(wrong("an argument without a colon"));
                }
            } else {
                let (items, head) = split(lines(), "- ");
                let keys: Option<Vec<_>> = items.iter().map(|item| Key::read(item)).collect();
                let keys = keys
                    .ok_or_else(|| wrong("a key is not of the form \"key\" (type): what it is"))?;
                explanation.paragraphs.push(if keys.is_empty() {
                    Paragraph::Words(head)
                } else {
                    Paragraph::Keys { head, keys }
                });
            }
        }
        Ok(explanation)
    }

    /// What is said of an argument.
    pub(super) fn of(&self, argument: &str) -> Option<&str> {
        self.about.iter().find(|(name, _)| name == argument).map(|(_, meaning)| &**meaning)
    }
}

impl Key {
    fn read(item: &str) -> Option<Self> {
        let (name, rest) = item.strip_prefix('"')?.split_once("\" (")?;
        let (signature, meaning) = rest.split_once("): ")?;
        Some(Self { name: name.into(), signature: signature.into(), meaning: meaning.into() })
    }
}

/// Items that begin with `start` and go on in the next lines, and the lines before them.
fn split<'a>(lines: impl Iterator<Item = &'a str>, start: &str) -> (Vec<String>, String) {
    let (mut items, mut head): (Vec<String>, Vec<&str>) = (Vec::new(), Vec::new());
    for line in lines {
        match (line.strip_prefix(start), items.last_mut()) {
            (Some(item), _) => items.push(item.to_owned()),
            (None, Some(last)) => *last = format!("{last} {line}"),
            (None, None) => head.push(line),
        }
    }
    (items, head.join(" "))
}

fn named(line: &str) -> Option<(String, String)> {
    let (name, meaning) = line.split_once(':')?;
    Some((name.to_owned(), meaning.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMENT: &str = "
        Do:
        @what: the thing,
               whatever it is
        @how: like this

        Does it,
        well.

        Options:
        - \"fast\" (b): at once
          or later
        - \"at\" (a(ss)): where
    ";

    #[test]
    fn arguments_paragraphs_and_keys_are_told_apart() {
        let explanation = Explanation::read("Do", COMMENT).unwrap();
        assert_eq!(explanation.of("what"), Some("the thing, whatever it is"));
        assert_eq!(explanation.of("how"), Some("like this"));
        assert_eq!(explanation.of("why"), None);
        let [Paragraph::Words(words), Paragraph::Keys { head, keys }] = &explanation.paragraphs[..]
        else {
            panic!("{explanation:?}")
        };
        assert_eq!((&**words, &**head), ("Does it, well.", "Options:"));
        assert_eq!(keys[0].meaning, "at once or later");
        assert_eq!((&*keys[1].name, &*keys[1].signature), ("at", "a(ss)"));
    }

    #[test]
    fn what_is_not_of_the_form_is_refused() {
        assert!(Explanation::read("Undo", COMMENT).is_err());
        assert!(Explanation::read("Do", "Do:\n\nOptions:\n- fast, at once").is_err());
        assert!(Explanation::read("Do", "Do:\n@what").is_err());
    }
}
