//! Reaching the smartcard service: where its socket is, why it cannot be reached, when to try again.
//!
//! A context never survives a restart of pcscd, and `SCardIsValidContext` says that it does: every
//! connection is a new context. With systemd's socket activation the attempt itself starts pcscd.

use std::env;
use std::io::{self, ErrorKind};
use std::ops::Deref;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use pcsc::{Context, Scope};

use crate::Service;
use crate::fault::Fault;
use crate::gate::{Inside, LIBRARY};

/// Where pcscd listens, unless libpcsclite is told otherwise.
const DEFAULT_SOCKET: &str = "/run/pcscd/pcscd.comm";

/// libpcsclite's own variable for another place (`getSocketName`).
const SOCKET_VARIABLE: &str = "PCSCLITE_CSOCK_NAME";

/// The first pause between attempts; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(1);

/// The longest pause while nobody listens on a socket that is there, or we are refused: between `bind` and
/// `listen`, and for a socket that is about to close, there is no event to wait for. When it has passed,
/// nobody is about to listen, the refusal is meant, and only the folder is waited for.
const LONGEST_LISTEN: Duration = Duration::from_millis(256);

/// The longest pause while something listens and fails to serve: no room for us, or no pcscd at all.
const LONGEST_FAILURE: Duration = Duration::from_secs(60);

/// Why the service could not be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Obstacle {
    /// There is no socket.
    Absent,
    /// There is a socket on which nobody listens, left by a pcscd that was killed, or one that is starting.
    Deserted,
    /// Somebody listens but gives us no context.
    Failing,
    /// We are refused: by polkit, or by the socket's permissions.
    Denied,
}

/// Where the service's socket is.
pub(crate) fn socket() -> PathBuf {
    env::var_os(SOCKET_VARIABLE).map_or_else(|| DEFAULT_SOCKET.into(), PathBuf::from)
}

/// A new context to wait with.
pub(crate) fn establish(socket: &Path) -> Result<Arc<WaitingContext>, Obstacle> {
    let context = LIBRARY.call(new_context);
    let context = context.map_err(|fault| Obstacle::of(fault, UnixStream::connect(socket)))?;
    Ok(Arc::new(WaitingContext { context, going: None }))
}

/// A context that never has a card.
pub(crate) struct WaitingContext {
    context: Context,
    // Declared last: the context goes before who takes it away comes out.
    going: Option<Inside<'static>>,
}

impl Deref for WaitingContext {
    type Target = Context;

    fn deref(&self) -> &Context {
        &self.context
    }
}

impl Drop for WaitingContext {
    fn drop(&mut self) {
        self.going = Some(LIBRARY.go_in());
    }
}

/// A new context, or the fault; a refusal is believed when it comes twice. To be called inside the gate.
///
/// pcscd 1.9.9 to 2.3 close the connection of whom polkit refuses without reading the request. libpcsclite
/// takes the reset for `SCARD_W_SECURITY_VIOLATION`, and would take that of a dying pcscd for the same.
pub(crate) fn new_context() -> Result<Context, Fault> {
    let once = || Context::establish(Scope::System).map_err(Fault::of);
    once().or_else(|fault| match fault {
        Fault::Denied => once(),
        other => Err(other),
    })
}

impl Obstacle {
    /// What stands in the way of a context, by the fault and by another connection, made afterwards.
    ///
    /// A pcscd that ends while it is asked resets connections as one that refuses does, and may do so twice.
    /// But then nobody listens any more; who refuses us goes on listening.
    fn of(fault: Fault, connection: io::Result<UnixStream>) -> Self {
        match (fault, Self::between(connection)) {
            (Fault::Denied, Self::Failing) => Self::Denied,
            (_, obstacle) => obstacle,
        }
    }

    /// What stands in the way, by a connection that libpcsclite could not make or use.
    fn between(connection: io::Result<UnixStream>) -> Self {
        match connection.map_err(|error| error.kind()) {
            Err(ErrorKind::NotFound | ErrorKind::NotADirectory) => Self::Absent,
            Err(ErrorKind::ConnectionRefused) => Self::Deserted,
            Err(ErrorKind::PermissionDenied) => Self::Denied,
            Ok(_) | Err(_) => Self::Failing,
        }
    }

    /// How long to pause after this many failed attempts in a row, if nothing happens in the socket's
    /// folder before; `None`: until something does.
    pub(crate) fn pause(self, attempts: u32) -> Option<Duration> {
        let doubled = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(attempts.saturating_sub(1)));
        match self {
            Self::Absent => None,
            Self::Deserted | Self::Denied => (doubled <= LONGEST_LISTEN).then_some(doubled),
            Self::Failing => Some(doubled.min(LONGEST_FAILURE)),
        }
    }

    /// What is said of the service after this many failed attempts in a row; `None` while it is in doubt.
    ///
    /// systemd, which holds the socket, accepts and drops whoever knocks while the socket is about to be
    /// closed (`socket_enter_running`): only a refusal that lasts is one.
    pub(crate) fn told_after(self, attempts: u32) -> Option<Service> {
        match self {
            Self::Denied => self.pause(attempts).is_none().then_some(Service::Denied),
            Self::Absent | Self::Deserted | Self::Failing => Some(Service::Unavailable),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    fn obstacle_at(socket: &Path) -> Obstacle {
        Obstacle::between(UnixStream::connect(socket))
    }

    #[test]
    fn each_state_of_the_socket_is_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("pcscd.comm");
        assert_eq!(obstacle_at(&folder.path().join("no/such")), Obstacle::Absent);
        assert_eq!(obstacle_at(&socket), Obstacle::Absent);
        let listener = UnixListener::bind(&socket).unwrap();
        assert_eq!(obstacle_at(&socket), Obstacle::Failing);
        drop(listener);
        assert_eq!(obstacle_at(&socket), Obstacle::Deserted);
        assert_eq!(Obstacle::between(Err(ErrorKind::PermissionDenied.into())), Obstacle::Denied);
    }

    #[test]
    fn a_refusal_is_one_only_while_somebody_listens() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("pcscd.comm");
        let refused = || Obstacle::of(Fault::Denied, UnixStream::connect(&socket));
        assert_eq!(refused(), Obstacle::Absent);
        let listener = UnixListener::bind(&socket).unwrap();
        assert_eq!(refused(), Obstacle::Denied);
        drop(listener);
        assert_eq!(refused(), Obstacle::Deserted);
    }

    #[test]
    fn a_deserted_socket_is_tried_for_half_a_second_and_then_only_watched() {
        let pauses: Vec<_> = (1..).map_while(|n| Obstacle::Deserted.pause(n)).collect();
        assert_eq!(pauses.iter().sum::<Duration>(), Duration::from_millis(511));
        assert_eq!(pauses.last(), Some(&LONGEST_LISTEN));
        assert_eq!(Obstacle::Deserted.pause(u32::MAX), None);
    }

    #[test]
    fn a_missing_socket_is_only_watched() {
        assert_eq!(Obstacle::Absent.pause(1), None);
    }

    #[test]
    fn a_refusal_is_told_when_it_has_lasted_for_half_a_second() {
        let doubts: Vec<_> =
            (1..=99).take_while(|n| Obstacle::Denied.told_after(*n).is_none()).collect();
        let lasted = doubts.iter().filter_map(|n| Obstacle::Denied.pause(*n)).sum::<Duration>();
        assert_eq!(lasted, Duration::from_millis(511));
        assert_eq!(Obstacle::Denied.told_after(u32::MAX), Some(Service::Denied));
        assert_eq!(Obstacle::Deserted.told_after(1), Some(Service::Unavailable));
    }

    #[test]
    fn a_failing_service_is_tried_ever_more_rarely() {
        assert_eq!(Obstacle::Failing.pause(1), Some(FIRST_PAUSE));
        assert_eq!(Obstacle::Failing.pause(9), Some(Duration::from_millis(256)));
        assert_eq!(Obstacle::Failing.pause(u32::MAX), Some(LONGEST_FAILURE));
    }
}
