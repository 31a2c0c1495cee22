//! Waiting for a socket that a program will listen on: nothing tells of that but trying.

use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::clock;
use crate::error::MachineError;

const WITHIN: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(20);

/// Knocks until somebody listens there.
#[expect(clippy::disallowed_methods, reason = "nothing tells of a socket that is listened on")]
pub(crate) fn until_listening(socket: &Path) -> Result<(), MachineError> {
    let deadline = clock::now() + WITHIN;
    while !socket.exists() || UnixStream::connect(socket).is_err() {
        if clock::now() > deadline {
            let awaited = format!("listener on {}", socket.display());
            return Err(MachineError::Silence { awaited, within: WITHIN, heard: String::new() });
        }
        thread::sleep(PAUSE);
    }
    Ok(())
}
