//! A disk of memory, so that a thousand attempts cost no thousand syncs.

use std::io;

use lanyard_ledger::disk::Disk;

#[derive(Default)]
pub(crate) struct Ram {
    file: Option<Vec<u8>>,
    beside: Vec<u8>,
    used: bool,
}

impl Disk for Ram {
    fn read(&mut self, most: usize) -> io::Result<Option<Vec<u8>>> {
        Ok(self.file.as_ref().map(|file| file[..most.min(file.len())].to_vec()))
    }

    fn has_been_used(&mut self) -> io::Result<bool> {
        Ok(self.used)
    }

    fn mark_used(&mut self) -> io::Result<()> {
        self.used = true;
        Ok(())
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let file = self.file.get_or_insert_default();
        file.truncate(usize::try_from(offset).unwrap());
        file.extend_from_slice(bytes);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn write_beside(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.beside = bytes.to_vec();
        Ok(())
    }

    fn keep_aside(&mut self) -> io::Result<String> {
        Ok("aside".to_owned())
    }

    fn replace(&mut self) -> io::Result<()> {
        self.file = Some(std::mem::take(&mut self.beside));
        Ok(())
    }
}
