//! Notes when this was built, so that daemon and doctor can tell a clock that is wrong: `SOURCE_DATE_EPOCH` where that is
//! set, for builds that can be repeated.

use std::env;
use std::time::{SystemTime, UNIX_EPOCH};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=SOURCE_DATE_EPOCH");
    let built = env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse().ok());
    let built = built.unwrap_or_else(now);
    println!("cargo::rustc-env=LANYARD_BUILT={built}");
}

/// Seconds since 1970-01-01T00:00:00Z.
#[expect(clippy::disallowed_methods, reason = "a build has no other clock")]
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
