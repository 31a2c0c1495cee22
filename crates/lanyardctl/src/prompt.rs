//! What a person is shown when a passcode is asked for, and what they say.
//!
//! What is typed goes from the terminal into the daemon's pipe and nowhere else.

use std::{collections::HashMap, fs::File, io::Write};

use lanyard_dbus::PasscodePurpose;
use lanyard_iso7816::SecretBytes;
use zbus::OwnedVariant;

use crate::{
    output::{printable, tries_left},
    terminal::{Terminal, Typed, Unsaid, Wanted},
};

/// What the daemon tells a person through us.
#[derive(Debug)]
pub(crate) struct Shown {
    reader: String,
    holder: Option<String>,
    tries_left: Option<u32>,
    last_try: bool,
    /// None when this version does not know it: nobody can be asked for something unknown.
    purpose: Option<PasscodePurpose>,
    terms: String,
}

/// What the person said; the passcode is in the pipe.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer {
    /// They entered something.
    Entered {
        /// They said yes to risking the last try.
        last_try_ok: bool,
    },
    /// They do not want to.
    No,
}

impl Shown {
    pub(crate) fn read(details: &HashMap<String, OwnedVariant>) -> Self {
        let text = |key| details.get(key).and_then(|value| <&str>::try_from(&**value).ok());
        let number = |key: &str| details.get(key).and_then(|value| i32::try_from(&**value).ok());
        let last_try =
            details.get("last-try").is_some_and(|value| bool::try_from(&**value) == Ok(true));
        Self {
            reader: printable(text("reader").unwrap_or_default()),
            holder: text("holder").map(printable),
            tries_left: number("tries-left").and_then(|tries| u32::try_from(tries).ok()),
            last_try,
            purpose: text("purpose").and_then(|word| word.parse().ok()),
            terms: printable(text("terms").unwrap_or_default()),
        }
    }

    /// The name of the reader.
    pub(crate) fn reader(&self) -> &str {
        &self.reader
    }

    /// Asks the person, and writes what they type into the pipe.
    pub(crate) fn ask(&self, wanted: Wanted) -> Result<Answer, Unsaid> {
        let Some(purpose) = self.purpose else {
            return Ok(Answer::No);
        };
        let terminal = Terminal::open()?;
        if let PasscodePurpose::Current = purpose {
            terminal.say(&self.words())?;
        }
        let last_try_ok = self.last_try && terminal.confirm(LAST_TRY, &wanted)?;
        if self.last_try && !last_try_ok {
            return Ok(Answer::No);
        }
        match passcode(&terminal, purpose, &wanted)? {
            Some(passcode) => {
                // A pipe that nobody reads any more is no fault of ours.
                let written = File::from(wanted.by).write_all(passcode.bytes());
                written.map_err(|_| Unsaid::Unwanted)?;
                Ok(Answer::Entered { last_try_ok })
            }
            None => Ok(Answer::No),
        }
    }

    /// Which reader, whose card, how many tries, and what entering the passcode means.
    pub(crate) fn words(&self) -> String {
        let known = [
            Some(self.reader.clone()),
            self.holder.as_ref().map(|holder| format!("card of {holder}")),
            self.tries_left.map(tries_left),
        ];
        let known = known.into_iter().flatten().collect::<Vec<_>>().join(", ");
        format!("{known}\n{}", self.terms)
    }
}

const LAST_TRY: &str = "This is the last try: a wrong passcode blocks the card. Go on? [y/N] ";

/// Nothing typed means that the person does not want to.
fn passcode(
    terminal: &Terminal,
    purpose: PasscodePurpose,
    wanted: &Wanted,
) -> Result<Option<SecretBytes>, Unsaid> {
    loop {
        match terminal.type_unseen(label(purpose), wanted)? {
            Typed::Line(passcode) => return Ok(Some(passcode)),
            Typed::Nothing => return Ok(None),
            Typed::TooLong => terminal.say("That is longer than any passcode.")?,
        }
    }
}

const fn label(purpose: PasscodePurpose) -> &'static str {
    match purpose {
        PasscodePurpose::Current => "Passcode of the card: ",
        PasscodePurpose::New => "New passcode: ",
        PasscodePurpose::Repeat => "New passcode once more: ",
    }
}

#[cfg(test)]
mod tests {
    use zbus::Variant;

    use super::*;

    fn shown(details: &[(&str, Variant<'static>)]) -> Shown {
        let details = details.iter().map(|(key, value)| {
            ((*key).to_owned(), OwnedVariant::try_from(value.try_clone().unwrap()).unwrap())
        });
        Shown::read(&details.collect())
    }

    #[test]
    fn a_person_reads_where_whose_how_often_and_what_it_means() {
        let shown = shown(&[
            ("reader", "Ward Reader 00 00".into()),
            ("holder", "999900000102".into()),
            ("tries-left", 1_i32.into()),
            ("terms", "By entering your passcode you agree.".into()),
        ]);
        assert_eq!(
            shown.words(),
            "Ward Reader 00 00, card of 999900000102, 1 try left\nBy entering your passcode you agree."
        );
    }

    #[test]
    fn what_is_not_known_is_not_said_and_a_reader_s_name_plays_no_tricks() {
        let shown = shown(&[("reader", "Ward\u{1b}[2J\nReader".into()), ("purpose", "pin".into())]);
        assert_eq!(shown.words(), "Ward\\u{1b}[2J\\nReader\n");
        assert!(shown.purpose.is_none(), "nobody is asked for something unknown");
    }
}
