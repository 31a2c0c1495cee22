//! Writes role documents of all personas, the key they are signed by and a catalogue into a folder, and says what the
//! daemon's settings have to say of it.

use std::error::Error;
use std::io::Write;
use std::path::PathBuf;
use std::{env, fs, io};

use jiff::Timestamp;
use lanyard_test_roles::Site;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args_os().nth(1).map(PathBuf::from).ok_or("which folder?")?;
    fs::create_dir_all(&folder)?;
    let site = Site::make(&folder.canonicalize()?, Timestamp::now())?;
    io::stdout().write_all(site.toml().as_bytes())?;
    Ok(())
}
