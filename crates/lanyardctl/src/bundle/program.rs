//! Another program's output, so much of it and so long waited for.

use std::{
    io::{self, Read},
    process::{Child, Command, Stdio},
};

use crate::doctor::{Deadline, Job, Missing};

/// The longest output that is taken up; of more the end is cut off.
const LONGEST: u64 = 4 << 20;

/// What a program writes, or why there is nothing.
pub(super) fn output(program: &str, arguments: &[&str], deadline: Deadline) -> String {
    run(program, arguments, deadline).unwrap_or_else(|error| format!("{program}: {error}\n"))
}

fn run(program: &str, arguments: &[&str], deadline: Deadline) -> io::Result<String> {
    let mut child = Command::new(program)
        .args(arguments)
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let output = child.stdout.take();
    let read = Job::begin(move || {
        let mut bytes = Vec::new();
        let read = output.map(|output| output.take(LONGEST).read_to_end(&mut bytes));
        read.transpose().map(|_| bytes)
    });
    let bytes = read.by(deadline);
    end(&mut child)?;
    match bytes {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes?).into_owned()),
        Err(Missing::Late) => Err(io::ErrorKind::TimedOut.into()),
        Err(Missing::Broken) => Err(io::Error::other("what it wrote was lost")),
    }
}

/// It may have ended, or go on writing to nobody, or hang.
fn end(child: &mut Child) -> io::Result<()> {
    if child.try_wait()?.is_none() {
        child.kill()?;
    }
    child.wait().map(drop)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_program_is_read_bounded_in_time_and_length() {
        let soon = || Deadline::after(Duration::from_secs(20));
        assert_eq!(output("sh", &["-c", "echo so; echo not >&2"], soon()), "so\n");
        assert!(output("no-such-program", &[], soon()).starts_with("no-such-program: "));
        let endless = output("yes", &[], soon());
        assert_eq!(endless.len() as u64, LONGEST);
        let hangs =
            output("tail", &["-f", "/dev/null"], Deadline::after(Duration::from_millis(50)));
        assert!(hangs.contains("timed out"), "{hangs}");
    }
}
