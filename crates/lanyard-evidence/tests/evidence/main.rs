//! Evidence as the daemon uses it: real folders, real servers on this machine, a clock that tests set.

#[cfg(test)]
mod answers;
#[cfg(test)]
mod caching;
#[cfg(test)]
mod deadlines;
#[cfg(test)]
mod folders;
#[cfg(test)]
mod openssl;
#[cfg(test)]
mod problems;
#[cfg(test)]
mod server;
#[cfg(test)]
mod snapshots;
#[cfg(test)]
mod tls;
#[cfg(test)]
mod ways;
#[cfg(test)]
mod world;
