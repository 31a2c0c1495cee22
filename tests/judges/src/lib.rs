//! Outside programs as judges of the virtual card, each on a pcscd, a virtual reader and a
//! `lanyard-virtcard` of its own.
//!
//! The judges know PIV from the standard and from cards in the field, not from us: what they accept is not
//! only our own understanding. Nothing here knows PIV either; it runs programs and quotes them.
//!
//! The tests need what the programs need: Debian's `opensc`, `yubico-piv-tool`, `ykcs11`, `openssl`.

use lanyard_stack::{Card, Program, Stack, StackError};

/// A card in a reader, and the judges around it.
#[derive(Debug)]
pub struct Court {
    stack: Stack,
    card: Card,
}

/// What a judge said, and whether it was content.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The command line.
    pub command: String,
    /// Whether it ended with success.
    pub success: bool,
    /// Everything it wrote, standard output first.
    pub words: String,
}

impl Court {
    /// Puts a new card of this persona before the judges.
    ///
    /// # Errors
    /// The stack's, when pcscd or the card cannot be started.
    pub fn with(persona: &str) -> Result<Self, StackError> {
        let stack = Stack::start()?;
        let card = stack.card(0, persona)?;
        stack.wait_until_in(0)?;
        Ok(Self { stack, card })
    }

    /// Runs a program to its end; `line` is its command line, cut at spaces. It runs in the court's own
    /// folder, where files may be left for the next one.
    ///
    /// # Errors
    /// The stack's, when the program is not installed or does not end.
    pub fn ask(&self, line: &str) -> Result<Verdict, StackError> {
        let mut words = line.split(' ');
        let program: Program = self.stack.command(words.next().unwrap_or_default());
        let finished = program.args(words).run()?;
        Ok(Verdict {
            command: line.to_owned(),
            success: finished.status.success(),
            words: finished.stdout + &finished.stderr,
        })
    }

    /// The world the card is in.
    pub const fn stack(&self) -> &Stack {
        &self.stack
    }

    /// The card itself.
    pub const fn card(&self) -> &Card {
        &self.card
    }
}

impl Verdict {
    /// The words of a judge that was content and said all of this.
    ///
    /// # Panics
    /// When it was not: with the judge's own words.
    #[track_caller]
    pub fn content_with(self, expected: &[&str]) -> String {
        let Self { command, success, words } = self;
        assert!(success, "`{command}` failed:\n{words}");
        for part in expected {
            assert!(words.contains(part), "`{command}` did not say {part:?}:\n{words}");
        }
        words
    }
}
