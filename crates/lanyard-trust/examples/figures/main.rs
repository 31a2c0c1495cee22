//! Figures of judging, beside OpenSSL in the same process on the same chain and lists:
//! `cargo run --release -p lanyard-trust --example figures`.
//!
//! Names and units are those of the project's figures; `--json` prints them as one object.

mod chain;
mod million;

use std::error::Error;
use std::time::Duration;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [order, path] = &*arguments
        && order == million::MAKE
    {
        return million::make(path);
    }
    let mut figures = chain::measured()?;
    figures.extend(million::measured()?);
    if arguments.iter().any(|argument| argument == "--json") {
        let object: serde_json::Map<_, _> =
            figures.into_iter().map(|(name, value)| (name, value.into())).collect();
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
type Figure = (String, f64);

/// The smallest value that so many percent of all are not above, in milliseconds.
fn percentile(sample: &mut [Duration], percent: usize) -> f64 {
    sample.sort();
    let rank = (sample.len() * percent).div_ceil(100).max(1);
    sample.get(rank - 1).map_or(f64::NAN, |duration| duration.as_secs_f64() * 1000.0)
}

/// How long something takes.
#[expect(clippy::disallowed_methods, reason = "a clock is what figures are made with")]
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = std::time::Instant::now();
    let result = work();
    (result, start.elapsed())
}
