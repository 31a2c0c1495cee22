//! Certificates, lists and answers with each field wrong in turn, and what is found in each.

#[cfg(test)]
mod anchors;
#[cfg(test)]
mod answers;
#[cfg(test)]
mod authorities;
#[cfg(test)]
mod certificates;
#[cfg(test)]
mod clock;
#[cfg(test)]
mod encodings;
#[cfg(test)]
mod holders;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod names;
#[cfg(test)]
mod partitions;
#[cfg(test)]
mod personas;
#[cfg(test)]
mod proof;
#[cfg(test)]
mod world;
