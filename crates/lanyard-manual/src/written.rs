//! Files in a folder that is made as it is needed.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::error::ManualError;

/// A folder that is written to.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) const fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// Writes a text to a file below the folder.
    ///
    /// # Errors
    /// [`ManualError::File`] when it cannot be written.
    pub(crate) fn write(&self, file: &str, text: &str) -> Result<(), ManualError> {
        let file = self.0.join(file);
        let folder = file.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(failed(folder))?;
        fs::write(&file, text).map_err(failed(&file))
    }
}

/// For `map_err`: names the file.
pub(crate) fn failed(file: &Path) -> impl FnOnce(io::Error) -> ManualError {
    let file = file.to_owned();
    |source| ManualError::File { file, source }
}
