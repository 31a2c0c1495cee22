//! Where secrets lie, as the kernel sees it (proc(5): `smaps` and `mem`).

use std::{
    env,
    fs::{self, File},
    os::unix::fs::FileExt,
    process::Command,
};

use lanyard_iso7816::{SecretBytes, SecretError};

/// Not written out, so that the program's own constants do not hold it.
fn pattern() -> Vec<u8> {
    (0..64u8).map(|byte| byte.wrapping_mul(37) ^ 0xA5).collect()
}

fn address(secret: &SecretBytes) -> usize {
    secret.bytes().as_ptr().addr()
}

/// Whether the kernel keeps the mapping with this address in memory (`lo` among its flags).
fn is_locked(address: usize) -> bool {
    let maps = fs::read_to_string("/proc/self/smaps").unwrap_or_default();
    let mut here = false;
    for line in maps.lines() {
        let range = line.split_whitespace().next().and_then(|range| range.split_once('-'));
        if let Some((Ok(start), Ok(end))) =
            range.map(|(a, b)| (usize::from_str_radix(a, 16), usize::from_str_radix(b, 16)))
        {
            here = (start..end).contains(&address);
        } else if let Some(flags) = line.strip_prefix("VmFlags:").filter(|_| here) {
            return flags.split_whitespace().any(|flag| flag == "lo");
        }
    }
    false
}

#[test]
fn each_secret_has_a_locked_page_of_its_own() {
    let first = SecretBytes::read_from(&mut &pattern()[..], 64).unwrap();
    let second = SecretBytes::read_from(&mut &pattern()[..], 64).unwrap();
    let (a, b) = (address(&first), address(&second));
    assert_eq!((a % 4096, b % 4096), (0, 0));
    assert!(a != b && is_locked(a) && is_locked(b));
    drop(first);
    assert!(!is_locked(a) && is_locked(b), "dropping one leaves the other locked");
}

#[test]
fn a_dropped_secret_leaves_nothing_behind() {
    let memory = File::open("/proc/self/mem").unwrap();
    let look = |address: usize| {
        let mut seen = [0; 64];
        // Gone from the address space is as good as zeroed.
        memory.read_exact_at(&mut seen, address as u64).map(|()| seen.to_vec()).unwrap_or_default()
    };
    let secret = SecretBytes::read_from(&mut &pattern()[..], 64).unwrap();
    let address = address(&secret);
    assert_eq!(look(address), pattern());
    drop(secret);
    let left = look(address);
    assert!(!left.windows(8).any(|seen| pattern().windows(8).any(|secret| seen == secret)));
}

/// The test below runs this one again in a process that may lock nothing.
#[test]
#[ignore = "needs a process that may lock nothing"]
fn refused() {
    let refused = SecretBytes::new().map(drop);
    assert!(matches!(refused, Err(SecretError::LockRefused { code: Some(_) })), "{refused:?}");
}

#[test]
fn a_refused_lock_is_named() {
    // In a user namespace of its own, root has no right to lock more than the limit either.
    let output = Command::new("unshare")
        .args(["--user", "prlimit", "--memlock=0:0"])
        .arg(env::current_exe().unwrap())
        .args(["--exact", "refused", "--ignored"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}
