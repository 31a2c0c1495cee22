//! Plays stories in a virtual machine: Debian with systemd, udev, pcscd and polkit, a USB reader that is
//! plugged in and out, the virtual card in it, and Lanyard installed as on any workstation.
//!
//! `cargo xtask vm-test` builds what it needs and runs it. Each guest boots once; its stories are played one
//! after another, and the first that fails ends them.

mod base64;
mod clock;
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

use clap::{Parser, ValueEnum as _};

use crate::image::Guest;
use crate::say::say;
use crate::stories::Story;
use crate::world::World;

/// Stories on virtual workstations.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask vm-test")]
struct Arguments {
    /// Play in this guest alone
    #[arg(long)]
    guest: Option<Guest>,
    /// Play no more than the first so many stories of a guest
    #[arg(long, default_value_t = usize::MAX, hide_default_value = true)]
    first: usize,
    /// Measure an idle daemon and another program as well, which takes six minutes
    #[arg(long)]
    figures: bool,
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
    let mut count = Count::default();
    for guest in guests {
        play(guest, &arguments, &mut count);
    }
    say(&format!("{} passed, {} failed", count.passed, count.failed));
    if count.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[derive(Debug, Default)]
struct Count {
    passed: usize,
    failed: usize,
}

/// Plays a guest's stories until one fails; those that could not be played have failed too.
fn play(guest: Guest, arguments: &Arguments, count: &mut Count) {
    let mut stories: Vec<Story> =
        stories::of(guest).iter().copied().take(arguments.first).collect();
    if arguments.figures && guest == Guest::Debian12 {
        stories.extend_from_slice(stories::FIGURES);
    }
    let start = clock::now();
    say(&format!("\n{guest:?}: {} stories", stories.len()));
    let mut world = match World::begin(guest, &arguments.cache) {
        Ok(world) => world,
        Err(error) => {
            say(&format!("cannot begin: {error}"));
            count.failed += stories.len();
            return;
        }
    };
    say(&format!("{:6.1} s  booted, Lanyard installed", start.elapsed().as_secs_f64()));
    for (played, story) in stories.iter().enumerate() {
        let begun = clock::now();
        let outcome = (story.play)(&mut world);
        let took = begun.elapsed().as_secs_f64();
        if let Err(error) = outcome {
            say(&format!("{took:6.1} s  FAILED {}: {error}", story.name));
            explain(&mut world);
            count.failed += stories.len() - played;
            break;
        }
        say(&format!("{took:6.1} s  {}", story.name));
        count.passed += 1;
    }
    for figure in &world.figures {
        say(&format!("          {figure}"));
    }
    say(&format!("{:6.1} s  in all", start.elapsed().as_secs_f64()));
}

/// What the guest has to say about a story that failed.
fn explain(world: &mut World) {
    let journal = "journalctl --no-pager --lines=60 --output=short-monotonic";
    match world.machine.attempt(journal) {
        Ok(said) => say(&said.output),
        Err(error) => say(&format!("and the guest is silent: {error}")),
    }
}
