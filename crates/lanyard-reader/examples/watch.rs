//! Prints what happens to readers and cards, each line with the seconds since the start.
//!
//! `watch [SECONDS]`: stops after so many seconds, or never. With `--describe` each reader that arrives is
//! described, with `--hold` each card that is inserted is connected to and kept, as the daemon does.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program for the terminal: it prints, and looks at the clock"
)]

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::thread;
use std::time::{Duration, Instant};

use lanyard_reader::{PcscEvents, ReaderEvent, ReaderEvents, Readers, part_with_library};

fn main() -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let arguments: Vec<String> = env::args().skip(1).collect();
    let asked_for = |option: &str| arguments.iter().any(|argument| argument == option);
    let (describe, connect) = (asked_for("--describe"), asked_for("--hold"));
    let (mut events, stop) = PcscEvents::new()?;
    let readers = events.readers();
    let seconds = arguments.iter().find_map(|argument| argument.parse().ok());
    if let Some(seconds) = seconds {
        thread::spawn(move || {
            thread::sleep(Duration::from_secs_f64(seconds));
            println!("{:10.4} stopping", start.elapsed().as_secs_f64());
            stop.stop();
        });
    }
    let mut held = BTreeMap::new();
    while let Some(batch) = events.next() {
        let time = start.elapsed().as_secs_f64();
        for event in batch {
            println!("{time:10.4} {event:?}");
            match event {
                ReaderEvent::ReaderArrived(reader) if describe => {
                    println!("{:10.4} {:?}", time, readers.describe(&reader));
                }
                ReaderEvent::CardInserted { reader, .. } | ReaderEvent::CardFreed { reader }
                    if connect =>
                {
                    match readers.connect(&reader) {
                        Ok(card) => drop(held.insert(reader, card)),
                        Err(error) => println!("{time:10.4} not connected: {error:?}"),
                    }
                }
                ReaderEvent::CardRemoved { reader } => drop(held.remove(&reader)),
                ReaderEvent::ServiceChanged(_)
                | ReaderEvent::ReaderArrived(_)
                | ReaderEvent::ReaderDeparted(_)
                | ReaderEvent::CardInserted { .. }
                | ReaderEvent::CardFreed { .. } => {}
            }
        }
    }
    println!("{:10.4} stopped", start.elapsed().as_secs_f64());
    drop(held);
    part_with_library(Duration::from_secs(1));
    Ok(())
}
