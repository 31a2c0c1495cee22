//! Questions that may hang, asked by one thread, answered to those who wait no longer than they want.

use std::io;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::{Answer, NoAnswer};
use crate::identifiers::Uuid;

/// So many questions wait; more holders than come to one workstation at once.
const WAITING: usize = 64;

/// A thread that answers. It ends when this is dropped, or when the question it hangs in does: nobody
/// waits for it.
#[derive(Debug)]
pub(super) struct Desk {
    questions: SyncSender<Question>,
}

#[derive(Debug)]
struct Question {
    holder: Uuid,
    now: Timestamp,
    reply: oneshot::Sender<Answer>,
}

impl Desk {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system gives none.
    pub(super) fn open(
        answer: impl Fn(Uuid, Timestamp) -> Answer + Send + 'static,
    ) -> io::Result<Self> {
        let (questions, asked) = sync_channel::<Question>(WAITING);
        let run = move || {
            for Question { holder, now, reply } in asked {
                // Whoever asked may have left while others were answered.
                if !reply.is_closed() {
                    let _left = reply.send(answer(holder, now));
                }
            }
        };
        thread::Builder::new().name("role-directory".into()).spawn(run)?;
        Ok(Self { questions })
    }

    /// Asks, and waits no longer than this.
    pub(super) async fn ask(
        &self,
        holder: Uuid,
        now: Timestamp,
        patience: Duration,
    ) -> Result<Answer, NoAnswer> {
        let (reply, answer) = oneshot::channel();
        match self.questions.try_send(Question { holder, now, reply }) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => return Err(NoAnswer::Busy),
            Err(TrySendError::Disconnected(_)) => return Err(NoAnswer::Closed),
        }
        match timeout(patience, answer).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_)) => Err(NoAnswer::Closed),
            Err(_) => Err(NoAnswer::TimedOut),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::super::{Found, Freshness};
    use super::*;

    fn nobody(now: Timestamp) -> Answer {
        Answer { found: Found::Nobody, as_of: now, freshness: Freshness::Current }
    }

    /// A desk that says when it is asked, and hangs in each question until the second end is dropped.
    fn hanging() -> (Desk, mpsc::Receiver<()>, mpsc::Sender<()>) {
        let ((asked, begun), (free, wait)) = (mpsc::channel(), mpsc::channel::<()>());
        let desk = Desk::open(move |_, now| {
            let _nobody_listens = asked.send(());
            let _freed = wait.recv();
            nobody(now)
        });
        (desk.unwrap(), begun, free)
    }

    fn holder() -> Uuid {
        Uuid::parse("999900000102").unwrap()
    }

    #[tokio::test]
    async fn a_directory_that_hangs_is_not_waited_for() {
        let (desk, _begun, free) = hanging();
        let now = Timestamp::UNIX_EPOCH;
        let short = Duration::from_millis(20);
        assert_eq!(desk.ask(holder(), now, short).await, Err(NoAnswer::TimedOut));
        drop(free);
        let long = Duration::from_secs(30);
        assert_eq!(desk.ask(holder(), now, long).await, Ok(nobody(now)));
    }

    #[tokio::test]
    async fn questions_beyond_the_limit_are_turned_away() {
        let (desk, begun, _free) = hanging();
        let ask = |patience| desk.ask(holder(), Timestamp::UNIX_EPOCH, patience);
        let mut first = Box::pin(ask(Duration::from_secs(30)));
        assert!(timeout(Duration::ZERO, &mut first).await.is_err());
        begun.recv_timeout(Duration::from_secs(30)).unwrap();
        for _ in 0..WAITING {
            assert_eq!(ask(Duration::ZERO).await, Err(NoAnswer::TimedOut));
        }
        assert_eq!(ask(Duration::ZERO).await, Err(NoAnswer::Busy));
    }
}
