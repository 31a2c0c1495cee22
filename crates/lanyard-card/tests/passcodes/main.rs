//! Passcodes and proofs before cards of every persona and fault, in process, counted at the card; the
//! ledger is the real one, on a disk of memory.

#[cfg(test)]
mod babble;
#[cfg(test)]
mod change;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod personas;
#[cfg(test)]
mod possession;
#[cfg(test)]
mod ram;
#[cfg(test)]
mod statements;
#[cfg(test)]
mod traces;
#[cfg(test)]
mod words;
