//! `lanyard-manual`: writes what is installed beside the programs, made from what the programs themselves know:
//! manual pages and completions from their command lines, the default settings and their page from
//! `docs/settings.md`, the notices of other people's code from cargo. The D-Bus reference in `docs` is made here too.
//!
//! No part of the programs, so that what a workstation runs carries nothing of it.

mod completions;
mod error;
mod notices;
mod programs;
mod reference;
mod settings_document;
mod settings_file;
mod settings_page;
mod written;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Parser;

use error::ManualError;
use settings_document::Document;
use written::Folder;

/// Writes what is installed beside the programs of Lanyard.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where to: `lanyard/` in it mirrors where things are installed, THIRD-PARTY has the notices
    #[arg(required_unless_present = "reference")]
    folder: Option<PathBuf>,
    /// The date that manual pages show
    #[arg(long, value_name = "DATE", default_value = "")]
    date: String,
    /// A program whose notices are wanted; may be given several times
    #[arg(long, value_name = "NAME")]
    program: Vec<String>,
    /// Writes the D-Bus reference to this file
    #[arg(long, value_name = "FILE")]
    reference: Option<PathBuf>,
}

fn main() -> ExitCode {
    match write(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => complain(&error),
    }
}

fn write(arguments: &Arguments) -> Result<(), ManualError> {
    if let Some(file) = &arguments.reference {
        fs::write(file, reference::render()?).map_err(written::failed(file))?;
    }
    arguments.folder.as_ref().map_or(Ok(()), |folder| install(folder, arguments))
}

fn install(folder: &Path, arguments: &Arguments) -> Result<(), ManualError> {
    let Arguments { date, program, .. } = arguments;
    let document = Document::ours()?;
    let installed = Folder::new(folder.join("lanyard"));
    installed.write("etc/lanyard/lanyard.toml", &settings_file::render(&document))?;
    let page = settings_page::render(&document, date);
    installed.write("usr/share/man/man5/lanyard.toml.5", &page)?;
    for (file, page) in programs::pages(date)? {
        installed.write(&file, &page)?;
    }
    for (file, script) in completions::scripts() {
        installed.write(&file, &script)?;
    }
    Folder::new(folder.to_owned()).write("THIRD-PARTY", &notices::of(program)?)
}

#[expect(clippy::print_stderr, reason = "telling what went wrong is the end of this program")]
fn complain(error: &ManualError) -> ExitCode {
    eprintln!("lanyard-manual: {error}");
    ExitCode::FAILURE
}
