//! A private world for a test, the demo or a bench: the real pcscd with virtual readers, a real
//! dbus-daemon, the real `lanyardd` and `lanyard-virtcard`, and any outside program beside them.
//!
//! Several stacks live side by side in one process, each in mount, network and process namespaces of its
//! own; nothing of the machine's pcscd, readers, bus or network is in them. Everything is gone when the
//! [`Stack`] and the handles from it are dropped, and when the process dies. Making namespaces needs root
//! or a user namespace around the whole command (`unshare --user --map-root-user`, as `cargo xtask test`
//! does by itself).
//!
//! A process can be the PC/SC client of one stack at a time only, because libpcsclite keeps the states of
//! all readers in one array for the whole process: tests that run side by side leave PC/SC to programs.
//!
//! Nothing here sleeps or asks again and again: each wait is for a descriptor's news, with a deadline.

mod bus;
mod card;
mod cell;
mod daemon;
mod deadline;
mod drawer;
mod error;
mod name_watch;
mod output;
mod pcscd;
mod process;
mod program;
mod programs;
mod readers;
mod sight;
mod stack;
mod terminal;
mod watch;

pub use bus::Bus;
pub use card::Card;
pub use daemon::Daemon;
pub use error::StackError;
pub use pcscd::Pcscd;
pub use process::{Process, Signal};
pub use program::{Finished, Program};
pub use programs::own_program;
pub use readers::MOST_READERS;
pub use stack::{Builder, Stack};
pub use terminal::Terminal;
