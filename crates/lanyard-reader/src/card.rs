//! Connections to cards over PC/SC.

use crate::{CardConnection, ReaderDetails, ReaderError, ReaderName, Readers};

/// The readers that PC/SC knows.
#[derive(Clone, Copy, Debug, Default)]
pub struct PcscReaders;

impl Readers for PcscReaders {
    fn describe(&self, _reader: &ReaderName) -> Result<ReaderDetails, ReaderError> {
        Err(ReaderError::Departed)
    }

    fn connect(&self, _reader: &ReaderName) -> Result<Box<dyn CardConnection>, ReaderError> {
        Err(ReaderError::Departed)
    }
}
