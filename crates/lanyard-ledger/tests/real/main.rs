//! The ledger on a real file system: killed at every point, on a full and a read-only disk, opened twice.

#[cfg(test)]
mod folder;
#[cfg(test)]
mod full;
#[cfg(test)]
mod killed;
