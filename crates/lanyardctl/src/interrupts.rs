//! Ctrl-C, SIGTERM and the terminal's end, as something that can be waited for.
//!
//! From the moment this exists they end nothing by themselves: whoever waits brings everything in order,
//! above all the terminal's echo.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::Failure;

/// The signals that end a program.
#[derive(Debug)]
pub(crate) struct Interrupts {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl Interrupts {
    /// From now on these signals are ours to wait for.
    pub(crate) fn take() -> Result<Self, Failure> {
        let take = || -> io::Result<Self> {
            Ok(Self {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: signal(SignalKind::terminate())?,
                hang_up: signal(SignalKind::hangup())?,
            })
        };
        take().map_err(Failure::Terminal)
    }

    /// Returns when one of them comes.
    pub(crate) async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hang_up.recv() => {}
        }
    }
}
