//! What a process does for the secrets in its memory as a whole, before it has any.

use std::io;

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

/// No core file, and no tracing by other processes of the same user (`PR_SET_DUMPABLE` of prctl(2),
/// `RLIMIT_CORE` of setrlimit(2)), for as long as this process lives.
///
/// # Errors
/// When the system refuses; no secret should be taken in then.
pub fn keep_memory_to_ourselves() -> io::Result<()> {
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    Ok(setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?)
}
