//! Plays stories in a virtual machine: Debian with systemd, udev, pcscd and polkit, a USB reader that is
//! plugged in and out, the virtual card in it, and Lanyard installed as on any workstation.
//!
//! `cargo xtask vm-test` builds what it needs and runs it. Each guest boots once; its stories are played one
//! after another, and the first that fails ends them.

mod base64;
mod clock;
mod desk;
mod error;
mod image;
mod install;
mod lines;
mod machine;
mod news;
mod patience;
mod qmp;
mod say;
mod shell;
mod stories;
mod timeline;
mod virtual_card;
mod world;

use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;

use clap::{Parser, ValueEnum as _};

use crate::image::Guest;
use crate::say::say;
use crate::stories::Story;
use crate::world::World;

/// Stories on virtual workstations.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask vm-test")]
pub(crate) struct Arguments {
    /// Play in this guest alone
    #[arg(long)]
    guest: Option<Guest>,
    /// Play no more than the first so many stories of a guest
    #[arg(long, default_value_t = usize::MAX, hide_default_value = true)]
    first: usize,
    /// Measure an idle daemon and another program as well, which takes six minutes
    #[arg(long)]
    figures: bool,
    /// The package that is installed
    #[arg(long, value_name = "FILE")]
    package: PathBuf,
    /// A later version of it
    #[arg(long, value_name = "FILE")]
    next: PathBuf,
    /// Where the guests' disks are kept
    #[arg(long, value_name = "FOLDER")]
    cache: PathBuf,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let guests = match arguments.guest {
        Some(guest) => vec![guest],
        None => Guest::value_variants().to_vec(),
    };
    // Side by side: each has one processor.
    let counts: Vec<Count> = thread::scope(|scope| {
        let played: Vec<_> =
            guests.iter().map(|guest| scope.spawn(|| play(*guest, &arguments))).collect();
        played.into_iter().map(|guest| guest.join().unwrap_or(Count::BROKEN)).collect()
    });
    let passed: usize = counts.iter().map(|count| count.passed).sum();
    let failed: usize = counts.iter().map(|count| count.failed).sum();
    say(&format!("{passed} passed, {failed} failed"));
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[derive(Clone, Copy, Debug)]
struct Count {
    passed: usize,
    failed: usize,
}

impl Count {
    /// A player that did not come to an end.
    const BROKEN: Self = Self { passed: 0, failed: 1 };
}

/// Plays a guest's stories until one fails; those that could not be played have failed too.
fn play(guest: Guest, arguments: &Arguments) -> Count {
    let tell = |line: &str| say(&format!("{guest}  {line}"));
    let stories = chosen(guest, arguments);
    let start = clock::now();
    let mut world = match World::begin(guest, arguments) {
        Ok(world) => world,
        Err(error) => {
            tell(&format!("cannot begin: {error}"));
            return Count { passed: 0, failed: stories.len() };
        }
    };
    tell(&format!("{:6.1} s  booted, Lanyard installed", start.elapsed().as_secs_f64()));
    let mut passed = 0;
    for story in &stories {
        let begun = clock::now();
        let outcome = (story.play)(&mut world);
        let took = begun.elapsed().as_secs_f64();
        if let Err(error) = outcome {
            tell(&format!("{took:6.1} s  FAILED {}: {error}", story.name));
            tell(&explanation(&mut world));
            break;
        }
        tell(&format!("{took:6.1} s  {}", story.name));
        passed += 1;
    }
    for figure in &world.figures {
        tell(&format!("          {figure}"));
    }
    tell(&format!("{:6.1} s  in all", start.elapsed().as_secs_f64()));
    Count { passed, failed: stories.len() - passed }
}

fn chosen(guest: Guest, arguments: &Arguments) -> Vec<Story> {
    let mut stories = stories::of(guest).to_vec();
    if arguments.figures && guest == Guest::Debian12 {
        stories.extend_from_slice(stories::FIGURES);
    }
    stories.extend_from_slice(stories::LAST);
    stories.truncate(arguments.first);
    stories
}

/// What the guest has to say about a story that failed.
fn explanation(world: &mut World) -> String {
    let journal = "journalctl --no-pager --lines=60 --output=short-monotonic";
    match world.machine.attempt(journal) {
        Ok(said) => said.output,
        Err(error) => format!("and the guest is silent: {error}"),
    }
}
