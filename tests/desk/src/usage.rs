//! What a process holds, as the kernel counts it (proc(5)).

use std::fs;

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
    /// Of the process that asks.
    pub fn of_this_process() -> Self {
        Self::of("self")
    }

    fn of(process: &str) -> Self {
        let count = |folder| {
            fs::read_dir(format!("/proc/{process}/{folder}"))
                .unwrap()
                .count()
        };
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
        let resident = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .unwrap();
        let memory_kib = resident.trim().trim_end_matches(" kB").parse().unwrap();
        Self {
            threads: count("task"),
            descriptors: count("fd"),
            memory_kib,
        }
    }
}
