//! The terminal: saying things to a person, and typing that nobody sees.
//!
//! Without a terminal, lines are read from standard input: for scripts and tests. What is typed goes
//! straight into locked memory. Typing ends early when whoever waits for it has gone, and however it ends,
//! the terminal is as it was (termios(3)).

use std::{
    fs::{File, OpenOptions},
    io::{self, IsTerminal, PipeReader, Read, Write},
    os::fd::{AsFd, BorrowedFd, OwnedFd},
};

use lanyard_iso7816::{ReadSecretError, SecretBytes, SecretRead};
use rustix::{
    event::{PollFd, PollFlags, poll},
    io::Errno,
    termios::{
        LocalModes, OptionalActions, QueueSelector, SpecialCodeIndex, Termios, tcflush, tcgetattr,
        tcsetattr,
    },
};

use crate::Failure;

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

/// For whom something is typed: typing ends when they are gone.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// The write end of the pipe that the passcode goes to.
    pub(crate) by: OwnedFd,
    /// Closed by us when everything is to end.
    pub(crate) until: PipeReader,
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

impl Wanted {
    /// Waits until there is something to be read, or nobody wants it any more.
    fn wait_for(&self, input: BorrowedFd<'_>) -> Result<(), Unsaid> {
        loop {
            let mut watched = [
                PollFd::from_borrowed_fd(input, PollFlags::IN),
                // The write end of a pipe tells of an error when nobody reads it any more (poll(2)).
                PollFd::new(&self.by, PollFlags::empty()),
                PollFd::new(&self.until, PollFlags::IN),
            ];
            match poll(&mut watched, None) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return Err(Failure::Terminal(error.into()).into()),
            }
            let [input, by, until] = watched.map(|it| !it.revents().is_empty());
            if by || until {
                return Err(Unsaid::Unwanted);
            }
            if input {
                return Ok(());
            }
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

/// While this lives, what is typed is not shown.
struct Unseen<'a> {
    terminal: &'a File,
    before: Termios,
}

impl<'a> Unseen<'a> {
    fn on(terminal: &'a File) -> io::Result<Self> {
        let before = tcgetattr(terminal)?;
        let mut unseen = before.clone();
        unseen.local_modes.remove(LocalModes::ECHO | LocalModes::ECHONL);
        // Stopping, and ending with a core file, would leave the terminal as it is now. Ctrl-C is in order.
        for code in [SpecialCodeIndex::VSUSP, SpecialCodeIndex::VQUIT] {
            unseen.special_codes[code] = DISABLED;
        }
        tcsetattr(terminal, OptionalActions::Flush, &unseen)?;
        Ok(Self { terminal, before })
    }
}

/// `_POSIX_VDISABLE` on Linux: no key has this meaning.
const DISABLED: u8 = 0;

impl Drop for Unseen<'_> {
    fn drop(&mut self) {
        forget_typed(self.terminal);
        // Nothing can be done about a terminal that has gone.
        let _ = tcsetattr(self.terminal, OptionalActions::Now, &self.before);
    }
}

/// What was typed and not read must not become somebody else's input.
fn forget_typed(terminal: &File) {
    // Nothing can be done about a terminal that has gone.
    let _ = tcflush(terminal, QueueSelector::IFlush);
}
