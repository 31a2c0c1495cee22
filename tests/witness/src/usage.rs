//! What a process holds, as the kernel counts it (proc(5)).

use std::{
    fs, thread,
    time::{Duration, Instant},
};

/// How long threads that were told to end may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// What must not grow.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// Threads.
    pub threads: usize,
    /// Open file descriptors.
    pub descriptors: usize,
    /// Resident memory, in KiB.
    pub memory_kib: u64,
}

impl Usage {
    /// Of the process with this number, once its threads are as few as in `before`, or after 5 s.
    ///
    /// The kernel tells nobody when another process's thread ends, so this is one of the few places
    /// that look again and again.
    #[expect(clippy::disallowed_methods, reason = "there is no event to wait for")]
    pub fn settled(process: u32, before: Self) -> Self {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let usage = Self::of(process);
            if usage.threads <= before.threads || Instant::now() > deadline {
                return usage;
            }
            thread::yield_now();
        }
    }

    /// Of the process with this number.
    pub fn of(process: u32) -> Self {
        let count = |folder| fs::read_dir(format!("/proc/{process}/{folder}")).unwrap().count();
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        let memory_kib = resident.trim().trim_end_matches(" kB").parse().unwrap();
        Self { threads: count("task"), descriptors: count("fd"), memory_kib }
    }
}
