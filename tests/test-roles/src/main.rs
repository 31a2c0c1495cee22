//! Writes role documents of all personas, the key they are signed by and a catalogue into a folder, and prints what
//! the daemon's settings have to say of it.

use std::path::PathBuf;
use std::process::ExitCode;

use jiff::Timestamp;
use lanyard_test_roles::Site;

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: lanyard-test-roles FOLDER");
        return ExitCode::from(2);
    };
    #[expect(clippy::disallowed_methods, reason = "documents are signed now")]
    let now = Timestamp::now();
    let made = std::fs::create_dir_all(&folder)
        .and_then(|()| folder.canonicalize())
        .and_then(|folder| Site::make(&folder, now));
    match made {
        Ok(site) => {
            print!("{}", site.toml());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{}: {error}", folder.display());
            ExitCode::FAILURE
        }
    }
}
