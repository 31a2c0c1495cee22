//! The terminal: saying things to a person, and typing that nobody sees.
//!
//! Without a terminal, lines are read from standard input: for scripts and tests. What is typed goes
//! straight into locked memory. Typing ends early when whoever waits for it has gone, and however it ends,
//! the terminal is as it was (termios(3)).

mod unseen;
mod wanted;

use std::{
    fs::{File, OpenOptions},
    io::{self, IsTerminal, Read, Write},
    os::fd::{AsFd, BorrowedFd},
};

use lanyard_iso7816::{ReadSecretError, SecretBytes, SecretRead};

use crate::Failure;
use unseen::{Unseen, forget_typed};

pub(crate) use wanted::Wanted;
/// The most bytes of a line: more than any passcode has in any encoding, and its end.
const LONGEST_LINE: usize = 65;

/// Where a person reads and types.
#[derive(Debug)]
pub(crate) enum Terminal {
    /// The controlling terminal.
    Real(File),
    /// Lines of standard input; what is said goes to standard error.
    Lines(io::Stdin),
}

/// What was typed, without the line's end.
#[derive(Debug)]
pub(crate) enum Typed {
    /// Something.
    Line(SecretBytes),
    /// Nothing, or the end of the input.
    Nothing,
    /// More than any passcode has; it is forgotten.
    TooLong,
}

/// Why nothing was typed.
#[derive(Debug)]
pub(crate) enum Unsaid {
    /// Nobody waits for it any more.
    Unwanted,
    /// It cannot be.
    Failed(Failure),
}

impl From<Failure> for Unsaid {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl Terminal {
    /// The controlling terminal, if standard input is a terminal; else lines of standard input.
    pub(crate) fn open() -> Result<Self, Failure> {
        let input = io::stdin();
        if !input.is_terminal() {
            return Ok(Self::Lines(input));
        }
        let terminal = OpenOptions::new().read(true).write(true).open("/dev/tty");
        Ok(Self::Real(terminal.map_err(Failure::Terminal)?))
    }

    /// Says something to the person, apart from what the command writes.
    pub(crate) fn say(&self, words: &str) -> Result<(), Failure> {
        self.show(&format!("{words}\n"))
    }

    /// Asks for yes or no; everything but yes is no.
    pub(crate) fn confirm(&self, question: &str, wanted: &Wanted) -> Result<bool, Unsaid> {
        let line = locked()?;
        self.show(question)?;
        let typed = self.line(line, wanted).inspect_err(|_| self.give_up())?;
        Ok(match typed {
            Typed::Line(line) => matches!(line.bytes(), b"y" | b"Y" | b"yes"),
            Typed::Nothing | Typed::TooLong => false,
        })
    }

    /// Has the person type a line that is shown; none when they typed nothing.
    pub(crate) fn ask(&self, question: &str, wanted: &Wanted) -> Result<Option<String>, Unsaid> {
        let line = locked()?;
        self.show(question)?;
        let typed = self.line(line, wanted).inspect_err(|_| self.give_up())?;
        Ok(match typed {
            Typed::Line(line) => Some(String::from_utf8_lossy(line.bytes()).into_owned()),
            Typed::Nothing | Typed::TooLong => None,
        })
    }

    /// Has the person type something that is not shown.
    pub(crate) fn type_unseen(&self, label: &str, wanted: &Wanted) -> Result<Typed, Unsaid> {
        // Before anybody is asked for something that there is no safe place for.
        let line = locked()?;
        match self {
            Self::Real(terminal) => {
                let unseen = Unseen::on(terminal).map_err(Failure::Terminal)?;
                self.show(label)?;
                let typed = self.line(line, wanted);
                drop(unseen);
                // The end of the line was not shown either.
                self.say("")?;
                typed
            }
            Self::Lines(_) => {
                self.show(label)?;
                self.line(line, wanted)
            }
        }
    }

    fn show(&self, words: &str) -> Result<(), Failure> {
        let shown = match self {
            Self::Real(terminal) => {
                let mut terminal: &File = terminal;
                terminal.write_all(words.as_bytes())
            }
            Self::Lines(_) => {
                let mut stderr = io::stderr().lock();
                stderr.write_all(words.as_bytes()).and_then(|()| stderr.flush())
            }
        };
        shown.map_err(Failure::Terminal)
    }

    /// A line that is only half typed is nobody's: neither the next prompt's nor the shell's.
    fn give_up(&self) {
        if let Self::Real(terminal) = self {
            forget_typed(terminal);
            // A terminal that takes no words any more needs no line's end either.
            let _ = self.say("");
        }
    }

    /// Reads a line into its place.
    fn line(&self, mut line: SecretBytes, wanted: &Wanted) -> Result<Typed, Unsaid> {
        let mut is_too_long = false;
        loop {
            wanted.wait_for(self.descriptor())?;
            match line.read_some(&mut OneByte(self.descriptor()), LONGEST_LINE) {
                Ok(SecretRead::Some) if line.bytes().ends_with(b"\n") => break,
                Ok(SecretRead::Some) => {}
                Ok(SecretRead::End) => break,
                Err(ReadSecretError::TooLong { .. }) => {
                    is_too_long = true;
                    let ends = line.bytes().ends_with(b"\n");
                    line.truncate(0);
                    if ends {
                        break;
                    }
                }
                Err(ReadSecretError::Io(error)) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(failed(error)),
            }
        }
        let length = line.bytes().strip_suffix(b"\n").unwrap_or(line.bytes()).len();
        line.truncate(length);
        Ok(match length {
            _ if is_too_long => Typed::TooLong,
            0 => Typed::Nothing,
            _ => Typed::Line(line),
        })
    }

    fn descriptor(&self) -> BorrowedFd<'_> {
        match self {
            Self::Real(terminal) => terminal.as_fd(),
            Self::Lines(input) => input.as_fd(),
        }
    }
}

fn locked() -> Result<SecretBytes, Unsaid> {
    SecretBytes::new().map_err(|error| failed(error.into()))
}

/// Why no line could be kept or read.
fn failed(error: ReadSecretError) -> Unsaid {
    Unsaid::Failed(match error {
        ReadSecretError::Io(error) => Failure::Terminal(error),
        other => Failure::Memory(io::Error::other(other)),
    })
}

/// Reads byte by byte, so that nothing of the next line is taken.
struct OneByte<'a>(BorrowedFd<'a>);

impl Read for OneByte<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let room = room.get_mut(..1).unwrap_or_default();
        Ok(rustix::io::read(self.0, room)?)
    }
}
