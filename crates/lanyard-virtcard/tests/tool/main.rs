//! The program, run as a person or another program runs it.

#[cfg(test)]
mod authorities;
#[cfg(test)]
mod tool;
