//! The whole card from outside, in process.

#[cfg(test)]
mod common;
#[cfg(test)]
mod conversations;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod management;
#[cfg(test)]
mod memory;
#[cfg(test)]
mod personas;
#[cfg(test)]
mod pki;
#[cfg(test)]
mod plug;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod vscard;
