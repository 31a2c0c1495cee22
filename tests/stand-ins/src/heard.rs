//! What a test hears, in order, each with a deadline.

use std::fmt::Debug;

use tokio::{sync::mpsc, time::timeout};

use crate::PATIENCE;

/// The end of a channel that a test listens at.
#[derive(Debug)]
pub struct Heard<T>(mpsc::Receiver<T>);

impl<T: Debug + PartialEq> Heard<T> {
    /// A channel and its end.
    pub fn channel(room: usize) -> (mpsc::Sender<T>, Self) {
        let (sender, receiver) = mpsc::channel(room);
        (sender, Self(receiver))
    }

    /// The next that is said.
    ///
    /// # Panics
    /// When nothing is said in time, or never again.
    pub async fn next(&mut self) -> T {
        let next = timeout(PATIENCE, self.0.recv()).await;
        next.unwrap_or_else(|_| panic!("nothing was heard")).unwrap()
    }

    /// What was said already and not heard yet.
    pub fn so_far(&mut self) -> Vec<T> {
        std::iter::from_fn(|| self.0.try_recv().ok()).collect()
    }

    /// Everything up to what is waited for, with it.
    ///
    /// # Panics
    /// When it is not said in time.
    pub async fn until(&mut self, fits: impl Fn(&T) -> bool) -> Vec<T> {
        let mut all = Vec::new();
        loop {
            let said = timeout(PATIENCE, self.0.recv()).await;
            let said = said.unwrap_or_else(|_| panic!("waited in vain after {all:?}")).unwrap();
            let was_it = fits(&said);
            all.push(said);
            if was_it {
                return all;
            }
        }
    }

    /// Returns when nobody can say anything any more.
    ///
    /// # Panics
    /// When somebody still can.
    pub async fn end(&mut self) {
        let ended = async { while self.0.recv().await.is_some() {} };
        timeout(PATIENCE, ended).await.unwrap();
    }
}
