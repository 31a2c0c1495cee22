//! Searching all of a process's memory (`/proc/PID/maps` and `/proc/PID/mem` of proc(5)), as root can.

use std::{
    fs::{self, File},
    io::{self, BufRead},
    os::unix::fs::FileExt,
};

/// How often a pass through the memory is begun anew, when a mapping went in the middle of it.
const PASSES: usize = 20;

/// How often `needle` is in the memory of the process with this number.
///
/// Everything that the process itself could read is looked through, also what it has freed and not given
/// back. The kernel's own pages (vdso(7)) hold no memory of the process.
pub fn occurrences_in_memory(process: u32, needle: &[u8]) -> usize {
    (0..PASSES).find_map(|_| pass(process, needle).ok()).unwrap()
}

fn pass(process: u32, needle: &[u8]) -> io::Result<usize> {
    let memory = File::open(format!("/proc/{process}/mem"))?;
    let maps = fs::read_to_string(format!("/proc/{process}/maps"))?;
    let mut found = 0;
    for (start, length) in maps.lines().filter_map(readable) {
        let mut bytes = vec![0; length];
        memory.read_exact_at(&mut bytes, start)?;
        found += occurrences(&bytes, needle);
    }
    Ok(found)
}

/// How often `needle`, which has two bytes or more, is in these bytes.
pub fn occurrences(bytes: &[u8], needle: &[u8]) -> usize {
    let (first, others) = needle.split_first().unwrap();
    let mut rest = bytes;
    let mut found = 0;
    while rest.skip_until(*first).unwrap() > 0 {
        found += usize::from(rest.starts_with(others));
    }
    found
}

/// Start and length of a mapping that can be read.
fn readable(line: &str) -> Option<(u64, usize)> {
    let (range, rest) = line.split_once(' ')?;
    if !rest.starts_with('r') || rest.ends_with("[vvar]") || rest.ends_with("[vvar_vclock]") {
        return None;
    }
    let (start, end) = range.split_once('-')?;
    let address = |digits| u64::from_str_radix(digits, 16).unwrap();
    Some((address(start), usize::try_from(address(end) - address(start)).unwrap()))
}
