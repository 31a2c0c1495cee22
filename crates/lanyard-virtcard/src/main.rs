//! `lanyard-virtcard`: the virtual card as a program, in the virtual reader of vsmartcard.

mod tool;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    match tool::run(tool::Program::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _written = writeln!(std::io::stderr().lock(), "lanyard-virtcard: {error}");
            ExitCode::FAILURE
        }
    }
}
