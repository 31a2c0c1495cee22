//! The workspace's own programs: beside the running test's or tool's own executable, or in
//! `LANYARD_BIN_DIR`.
//!
//! Nothing is built here: a test that quietly built what it tests would test something else.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::error::StackError;

/// Finds one of the workspace's own programs.
///
/// # Errors
/// [`StackError::NotBuilt`] with the place where it should have been.
pub fn own_program(name: &str) -> Result<PathBuf, StackError> {
    let path = folder()?.join(name);
    if path.is_file() { Ok(path) } else { Err(StackError::NotBuilt { path }) }
}

/// The search path of programs, with the folders where pcscd and ip are and which only root's path has.
pub(crate) fn search_path() -> OsString {
    let mut path = env::var_os("PATH").unwrap_or_default();
    path.push(":/usr/sbin:/sbin");
    path
}

/// The folder of the workspace's own programs.
fn folder() -> Result<PathBuf, StackError> {
    if let Some(folder) = env::var_os("LANYARD_BIN_DIR") {
        return Ok(folder.into());
    }
    let this = env::current_exe().map_err(StackError::io("asking for our own executable"))?;
    Ok(beside(&this))
}

/// Cargo puts programs into `target/PROFILE`, tests and examples into folders below it.
fn beside(executable: &Path) -> PathBuf {
    let folder = executable.parent().unwrap_or(Path::new("."));
    match folder.file_name() {
        Some(name) if name == "deps" || name == "examples" => {
            folder.parent().unwrap_or(folder).into()
        }
        _ => folder.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_finds_programs_one_folder_up_and_a_program_beside_itself() {
        for executable in ["/t/debug/deps/story-1", "/t/debug/examples/e", "/t/debug/demo"] {
            assert_eq!(beside(Path::new(executable)), Path::new("/t/debug"));
        }
    }

    #[test]
    fn a_program_that_is_missing_is_named_with_what_to_do() {
        let error = own_program("lanyard-nothing").unwrap_err().to_string();
        assert!(error.contains("lanyard-nothing is not built: run `cargo build"), "{error}");
    }
}
