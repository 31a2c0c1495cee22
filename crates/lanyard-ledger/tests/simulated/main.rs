//! The ledger on a simulated disk, whose every step can fail and whose power can fail at any of them.

#[cfg(test)]
mod attempts;
#[cfg(test)]
mod card;
#[cfg(test)]
mod damage;
#[cfg(test)]
mod disk;
#[cfg(test)]
mod model;
#[cfg(test)]
mod steps;
