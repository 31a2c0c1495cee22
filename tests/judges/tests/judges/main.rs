//! The judges, one file each.

#[cfg(test)]
mod opensc;
#[cfg(test)]
mod quickness;
#[cfg(test)]
mod swaps;
#[cfg(test)]
mod yubico;
