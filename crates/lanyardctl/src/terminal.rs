//! The terminal: saying things to a person, and typing that nobody sees.
//!
//! Without a terminal, lines are read from standard input: for scripts and tests.

use std::{
    fs::File,
    io::{self, IsTerminal, Read, Write},
    os::fd::AsFd,
};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use crate::Failure;

/// The most that is typed: more than any passcode, with its newline.
const LONGEST_LINE: usize = 128;

/// What a person typed, without its newline. Zeroed when dropped; never printed.
pub(crate) struct Typed(Zeroizing<Vec<u8>>);

impl Typed {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Says something to the person, apart from what the command writes.
pub(crate) fn say(words: &str) -> Result<(), Failure> {
    let mut stderr = io::stderr().lock();
    Ok(writeln!(stderr, "{words}")?)
}

/// Asks for yes or no; everything but yes is no.
pub(crate) fn confirm(question: &str) -> Result<bool, Failure> {
    prompt(question)?;
    let line = line(&mut source()?)?;
    Ok(matches!(line.bytes(), b"y" | b"Y" | b"yes"))
}

/// Has the person type something that is not shown.
pub(crate) fn type_unseen(label: &str) -> Result<Typed, Failure> {
    let mut source = source()?;
    let shown = match &source {
        Source::Terminal(terminal) => Some(Unseen::on(terminal)?),
        Source::Input(_) => None,
    };
    prompt(label)?;
    let typed = line(&mut source);
    if shown.is_some() {
        say("")?;
    }
    typed
}

enum Source {
    Terminal(File),
    Input(io::Stdin),
}

fn source() -> Result<Source, Failure> {
    if io::stdin().is_terminal() {
        Ok(Source::Terminal(File::open("/dev/tty")?))
    } else {
        Ok(Source::Input(io::stdin()))
    }
}

fn prompt(words: &str) -> Result<(), Failure> {
    let mut stderr = io::stderr().lock();
    write!(stderr, "{words}")?;
    Ok(stderr.flush()?)
}

/// Reads byte by byte, so that nothing of the next line is taken and no buffer keeps a copy.
fn line(source: &mut Source) -> Result<Typed, Failure> {
    let mut typed = Zeroizing::new(Vec::with_capacity(LONGEST_LINE));
    let mut byte = Zeroizing::new([0]);
    loop {
        let read = match source {
            Source::Terminal(terminal) => terminal.read(&mut *byte)?,
            Source::Input(input) => {
                rustix::io::read(input.as_fd(), &mut *byte).map_err(io::Error::from)?
            }
        };
        match *byte {
            _ if read == 0 => return Ok(Typed(typed)),
            [b'\n'] => return Ok(Typed(typed)),
            [_] if typed.len() == LONGEST_LINE => return Err(Failure::TooLong),
            [byte] => typed.push(byte),
        }
    }
}

/// While this lives, what is typed is not shown.
struct Unseen {
    terminal: File,
    before: Termios,
}

impl Unseen {
    fn on(terminal: &File) -> Result<Self, Failure> {
        let terminal = terminal.try_clone()?;
        let before = tcgetattr(&terminal).map_err(io::Error::from)?;
        let mut unseen = before.clone();
        unseen.local_modes.remove(LocalModes::ECHO);
        tcsetattr(&terminal, OptionalActions::Flush, &unseen).map_err(io::Error::from)?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Unseen {
    fn drop(&mut self) {
        // Nothing can be done about a terminal that has gone.
        let _ = tcsetattr(&self.terminal, OptionalActions::Now, &self.before);
    }
}
