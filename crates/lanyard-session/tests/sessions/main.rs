//! Sessions as a daemon sees them: cards that prove in earnest, and what applications are told of it.

#[cfg(test)]
mod cards;
#[cfg(test)]
mod house;
#[cfg(test)]
mod lasting;
#[cfg(test)]
mod locking;
#[cfg(test)]
mod proofs;
#[cfg(test)]
mod roles;
#[cfg(test)]
mod signing_in;
