//! Tickets as a server gets them: of virtual cards, tampered with in every field, before two verifiers that
//! must agree, ours and the one in Python that uses other people's libraries.

#[cfg(test)]
mod cards;
#[cfg(test)]
mod certificates;
#[cfg(test)]
mod forge;
#[cfg(test)]
mod judges;
#[cfg(test)]
mod roles;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod statements;
#[cfg(test)]
mod tampered;
