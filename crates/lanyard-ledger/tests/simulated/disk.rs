//! A disk in memory with a page cache: what was not synced may be lost, kept or torn when the power fails.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

use lanyard_ledger::disk::Disk;

/// A disk that outlives the ledgers on it.
#[derive(Clone, Debug, Default)]
pub(crate) struct SimulatedDisk(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// What is there for good.
    file: Option<Vec<u8>>,
    /// What is in the page cache only, in order.
    unsynced: Vec<(usize, Vec<u8>)>,
    /// A sync failed: what is unsynced never lands by a later one.
    given_up: bool,
    beside: Option<Vec<u8>>,
    used: bool,
    aside: Vec<Vec<u8>>,
    /// Steps until something happens.
    fuse: Option<(usize, Fault)>,
    /// No step works any more.
    dead: bool,
    syncs: usize,
}

/// What happens at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The step fails, having done a part of its work; the next ones work.
    Fails,
    /// This step and all after it fail: whoever used the disk is gone.
    Dies,
}

impl SimulatedDisk {
    /// A disk that holds this file.
    pub(crate) fn holding(file: Vec<u8>) -> Self {
        let disk = Self::default();
        disk.state().file = Some(file);
        disk.state().used = true;
        disk
    }

    /// Lets the step after this many others fail.
    pub(crate) fn fault_after(&self, steps: usize, fault: Fault) {
        self.state().fuse = Some((steps, fault));
    }

    /// No fault will happen. Whether one has not happened yet.
    pub(crate) fn defuse(&self) -> bool {
        self.state().fuse.take().is_some()
    }

    /// The process that used the disk was killed; the page cache is as it was.
    pub(crate) fn process_killed(&self) {
        let mut state = self.state();
        state.beside = None;
        state.fuse = None;
        state.dead = false;
    }

    /// The power failed: each unsynced write is lost, torn or kept, as `luck` has it.
    pub(crate) fn power_failed(&self, luck: u64) {
        self.process_killed();
        let mut state = self.state();
        let unsynced = std::mem::take(&mut state.unsynced);
        for (index, (offset, bytes)) in unsynced.into_iter().enumerate() {
            let luck = luck.rotate_right(u32::try_from(index).unwrap() * 9);
            match luck % 4 {
                0 => {}
                1 => state.land(offset, &bytes),
                2 => state.land(offset, &bytes[..bytes.len() / 3]),
                _ => state.land(offset, &vec![0; bytes.len()]),
            }
        }
    }

    /// The file as a process sees it.
    pub(crate) fn file(&self) -> Option<Vec<u8>> {
        self.state().seen()
    }

    /// What is there for good.
    pub(crate) fn synced(&self) -> Vec<u8> {
        self.state().file.clone().unwrap_or_default()
    }

    /// The damaged files that were kept.
    pub(crate) fn aside(&self) -> Vec<Vec<u8>> {
        self.state().aside.clone()
    }

    /// How often something was synced.
    pub(crate) fn syncs(&self) -> usize {
        self.state().syncs
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

impl State {
    fn land(&mut self, offset: usize, bytes: &[u8]) {
        let Some(file) = &mut self.file else { return };
        write(file, offset, bytes);
    }

    fn seen(&self) -> Option<Vec<u8>> {
        let mut file = self.file.clone()?;
        self.unsynced.iter().for_each(|(offset, bytes)| write(&mut file, *offset, bytes));
        Some(file)
    }

    /// Whether this step works; if not, its fault.
    fn step(&mut self) -> io::Result<()> {
        match self.fuse {
            _ if self.dead => return Err(io::ErrorKind::StorageFull.into()),
            None => return Ok(()),
            Some((steps @ 1.., fault)) => {
                self.fuse = Some((steps - 1, fault));
                return Ok(());
            }
            Some((0, Fault::Dies)) => self.dead = true,
            Some((0, Fault::Fails)) => {}
        }
        self.fuse = None;
        Err(io::ErrorKind::StorageFull.into())
    }
}

fn write(file: &mut Vec<u8>, offset: usize, bytes: &[u8]) {
    file.resize(file.len().max(offset + bytes.len()), 0);
    file[offset..offset + bytes.len()].copy_from_slice(bytes);
}

impl Disk for SimulatedDisk {
    fn read(&mut self, most: usize) -> io::Result<Option<Vec<u8>>> {
        let mut state = self.state();
        state.step()?;
        Ok(state.seen().map(|file| file.into_iter().take(most).collect()))
    }

    fn has_been_used(&mut self) -> io::Result<bool> {
        let mut state = self.state();
        state.step().map(|()| state.used)
    }

    fn mark_used(&mut self) -> io::Result<()> {
        let mut state = self.state();
        state.step()?;
        state.used = true;
        Ok(())
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.state();
        let works = state.step();
        let written = if works.is_ok() { bytes.len() } else { bytes.len() / 2 };
        let offset = usize::try_from(offset).unwrap();
        state.unsynced.push((offset, bytes[..written].to_vec()));
        works
    }

    /// After a sync that failed, the next ones succeed without the disk having anything.
    fn sync(&mut self) -> io::Result<()> {
        let mut state = self.state();
        if let Err(error) = state.step() {
            state.given_up = true;
            return Err(error);
        }
        state.syncs += 1;
        if !state.given_up {
            let unsynced = std::mem::take(&mut state.unsynced);
            for (offset, bytes) in unsynced {
                state.land(offset, &bytes);
            }
        }
        Ok(())
    }

    fn write_beside(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.state();
        state.beside = None;
        state.step()?;
        state.syncs += 1;
        state.beside = Some(bytes.to_vec());
        Ok(())
    }

    fn keep_aside(&mut self) -> io::Result<String> {
        let mut state = self.state();
        state.step()?;
        let file = state.seen().ok_or(io::ErrorKind::NotFound)?;
        state.aside.push(file);
        Ok(format!("aside-{}", state.aside.len()))
    }

    /// A failing replacement may have happened all the same.
    fn replace(&mut self) -> io::Result<()> {
        let mut state = self.state();
        let works = state.step();
        let happens = works.is_ok() || state.syncs.is_multiple_of(2);
        if let Some(beside) = state.beside.take_if(|_| happens) {
            state.file = Some(beside);
            state.unsynced.clear();
            state.given_up = false;
            state.syncs += 1;
        }
        works
    }
}
