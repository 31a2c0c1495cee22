//! `lanyardctl support-bundle`: one file for whoever gives support, of what can be told without telling who works here.
//!
//! Only what is named here is taken up: no file of a folder, no certificate, no key, no role document, nothing that a
//! card's owner alone may know. Every text goes through [`Shortener`] before it is written.

mod archive;
mod journal;
mod parts;
mod program;
mod settings;
mod shortened;

use std::path::{Path, PathBuf};

use crate::{
    Failure,
    arguments::Bundle,
    clock,
    doctor::World,
    output::{self, Form, printable},
};
use archive::Archive;
use shortened::{Shortener, Uuids};

/// A text of the bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    name: &'static str,
    text: String,
}

impl Part {
    fn shortened(&self, shortener: &Shortener) -> String {
        match self.name.rsplit_once('.') {
            Some((_, "json")) => shortener.shorten_json(&self.text),
            Some(_) | None => shortener.shorten(&self.text),
        }
    }
}

/// Gathers everything, writes it, and says what was written.
pub(crate) fn run(bus: &str, wanted: &Bundle, form: Form) -> Result<(), Failure> {
    let world = World::here(bus, wanted.files.config.as_deref());
    let uuids = if wanted.full_uuids { Uuids::Full } else { Uuids::Shortened };
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let shortener = Shortener::new(uuids, &host);
    let file = wanted.output.clone().unwrap_or_else(usual_name);
    let failed = |why| Failure::NotWritten { file: file.clone(), why };
    let parts = parts::gather(&world)?;
    let mut archive = Archive::create(&file).map_err(failed)?;
    for part in &parts {
        archive.add(part.name, &part.shortened(&shortener), world.now).map_err(failed)?;
    }
    let bytes = archive.finish().map_err(failed)?;
    told(&file, bytes, &parts, form)
}

fn usual_name() -> PathBuf {
    PathBuf::from(format!("lanyard-support-{}.tar.gz", clock::for_names()))
}

fn told(file: &Path, bytes: u64, parts: &[Part], form: Form) -> Result<(), Failure> {
    let names: Vec<_> = parts.iter().map(|part| part.name).collect();
    if form == Form::Json {
        let written = serde_json::json!({
            "file": file.to_string_lossy(), "bytes": bytes, "parts": names,
        });
        return output::json(&written);
    }
    let name = printable(&file.to_string_lossy());
    output::line(&format!(
        "{name} is written, {bytes} bytes, for you alone to read: {}.",
        names.join(", ")
    ))?;
    output::line(&format!(
        "Look through it before you send it: `tar -xzOf {name} | less`. No passcode, key or person's name was taken up."
    ))
}
