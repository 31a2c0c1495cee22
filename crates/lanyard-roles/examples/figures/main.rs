//! Figures of roles: `cargo run --release -p lanyard-roles --example figures`. The directory of 800,000
//! holders takes 4 GB below `TMPDIR` while it is measured, and some minutes to be written.
//!
//! Names and units are those of the project's figures; `--json` prints them as one object.

mod directory;
mod effective;

use std::error::Error;
use std::time::Duration;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [order, path] = &*arguments
        && order == directory::MAKE
    {
        return directory::make(path.as_ref());
    }
    let mut figures = effective::measured()?;
    // It takes as long to remove what was written as to write it: after the figures are told.
    let below = tempfile::tempdir()?;
    figures.extend(directory::measured(below.path())?);
    if arguments.iter().any(|argument| argument == "--json") {
        let object: serde_json::Map<_, _> =
            figures.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        say(&serde_json::Value::Object(object).to_string());
    } else {
        for (name, value) in figures {
            say(&format!("{name:<36} {value:>10.3}"));
        }
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the figures are what this program is for")]
fn say(line: &str) {
    println!("{line}");
}

/// A name that carries its unit, and a value.
type Figure = (&'static str, f64);

/// The smallest value that so many percent of all are not above.
fn percentile(sample: &mut [Duration], percent: usize) -> Duration {
    sample.sort();
    let rank = (sample.len() * percent).div_ceil(100).max(1);
    sample.get(rank - 1).copied().unwrap_or_default()
}

/// In milliseconds.
fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// How long something takes.
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = start();
    let result = work();
    (result, start.elapsed())
}

#[expect(clippy::disallowed_methods, reason = "a clock is what figures are made with")]
fn start() -> std::time::Instant {
    std::time::Instant::now()
}

/// `SplitMix64`: as random as need be, and the same each time.
const fn mixed(number: u64) -> u64 {
    let z = number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
