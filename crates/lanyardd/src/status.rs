//! What the service manager is told (`sd_notify(3)`). Without one, nothing happens.

use sd_notify::NotifyState;

/// The daemon owns its name and knows what is there.
pub(crate) fn ready(status: &str) {
    notify(&[NotifyState::Ready, NotifyState::Status(status)]);
}

/// What `systemctl status` shows.
pub(crate) fn is(status: &str) {
    notify(&[NotifyState::Status(status)]);
}

/// The daemon goes on.
pub(crate) fn alive() {
    notify(&[NotifyState::Watchdog]);
}

/// The daemon is about to end.
pub(crate) fn stopping() {
    notify(&[NotifyState::Stopping]);
}

fn notify(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::warn!(%error, "the service manager cannot be told");
    }
}
