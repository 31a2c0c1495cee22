//! Listening in between the daemon and its cards: a test hears every command, waits for one, and can make
//! one the last thing that a daemon does.
//!
//! Nothing is changed on the way unless a test asks for it: then a card keeps its counter to itself, or a
//! reader's keys are broken.

use std::{
    panic::resume_unwind,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use lanyard_iso7816::{CardChannel, ChannelError};
use lanyard_reader::{
    Afterwards, CardConnection, CardTransaction, ControlCode, ReaderDetails, ReaderError,
    ReaderName, Readers,
};
use lanyard_virtual_readers::{SharedCard, VirtualReaders};
use lanyard_witness::PATIENCE;
use tokio::{sync::watch, time::timeout};

const VERIFY: u8 = 0x20;
const CHANGE: u8 = 0x24;

/// The ear on the line. Clones are the same one.
#[derive(Clone, Debug)]
pub struct Tap(Arc<Line>);

#[derive(Debug)]
struct Line {
    readers: VirtualReaders,
    heard: watch::Sender<Heard>,
    keeps_counters: AtomicBool,
    keys_are_broken: AtomicBool,
    pulls: AtomicBool,
    pulled: Mutex<Option<SharedCard>>,
}

/// What was heard so far.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    /// Every command, in the order in which they were sent.
    pub exchanges: Vec<Exchange>,
    /// The daemon has died of a command.
    pub died: bool,
    dies: Option<Death>,
}

/// A command and its answer.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The reader it was sent to.
    pub reader: ReaderName,
    /// The command; empty for an entry at the reader's own keys.
    pub command: Vec<u8>,
    /// The answer, once there is one.
    pub answer: Option<Vec<u8>>,
}

/// When a daemon dies: at its how manieth command from now, counted from 0.
#[derive(Clone, Copy, Debug)]
pub enum Death {
    /// Before the card hears it.
    Before(usize),
    /// After the card has answered it.
    After(usize),
}

impl Exchange {
    /// The passcode in it that the card compares, padded.
    pub fn passcode(&self) -> Option<&[u8]> {
        passcode(&self.command)
    }
}

fn passcode(command: &[u8]) -> Option<&[u8]> {
    match command {
        [_, VERIFY | CHANGE, 0, 0x80, _, body @ ..] => body.get(..8),
        _ => None,
    }
}

impl Heard {
    /// The commands in which a passcode was sent.
    pub fn passcodes(&self) -> impl Iterator<Item = &Exchange> {
        self.exchanges.iter().filter(|exchange| exchange.passcode().is_some())
    }
}

impl Tap {
    pub(crate) fn on(readers: VirtualReaders) -> Self {
        let (heard, _) = watch::channel(Heard::default());
        Self(Arc::new(Line {
            readers,
            heard,
            keeps_counters: AtomicBool::new(false),
            keys_are_broken: AtomicBool::new(false),
            pulls: AtomicBool::new(false),
            pulled: Mutex::new(None),
        }))
    }

    /// What was heard so far.
    pub fn heard(&self) -> Heard {
        self.0.heard.borrow().clone()
    }

    /// Forgets what was heard so far.
    pub fn forget(&self) {
        self.0.heard.send_modify(|heard| heard.exchanges.clear());
    }

    /// Returns once this has been heard.
    pub async fn hears(&self, what: impl FnMut(&Heard) -> bool) {
        let mut listening = self.0.heard.subscribe();
        timeout(PATIENCE, listening.wait_for(what)).await.unwrap().unwrap();
    }

    /// Returns once the card is being sent a passcode.
    pub async fn hears_a_passcode(&self) {
        self.hears(|heard| heard.passcodes().next().is_some()).await;
    }

    /// Whether cards keep their counters to themselves from now on.
    pub fn cards_keep_their_counters(&self, kept: bool) {
        self.0.keeps_counters.store(kept, Ordering::SeqCst);
    }

    /// The readers' own keys do not work from now on.
    pub fn breaks_the_keys(&self) {
        self.0.keys_are_broken.store(true, Ordering::SeqCst);
    }

    /// The card that is sent a passcode next is pulled when it has judged that, before its answer is heard.
    pub fn pulls_the_card(&self) {
        self.0.pulls.store(true, Ordering::SeqCst);
    }

    /// The card that was pulled.
    pub fn pulled(&self) -> Option<SharedCard> {
        self.0.pulled.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn pull(&self, reader: &ReaderName) {
        // Whoever hears of the removal finds the card here.
        let mut pulled = self.0.pulled.lock().unwrap_or_else(PoisonError::into_inner);
        *pulled = self.0.readers.remove(reader);
    }

    /// Has the daemon's thread die at a command, as if the whole daemon were killed there.
    pub fn dies(&self, death: Option<Death>) {
        self.0.heard.send_modify(|heard| heard.dies = death);
    }

    fn sends(&self, reader: &ReaderName, command: &[u8]) -> usize {
        let mut number = 0;
        self.0.heard.send_modify(|heard| {
            let (reader, command) = (reader.clone(), command.to_vec());
            number = heard.exchanges.len();
            match &mut heard.dies {
                Some(Death::Before(0)) => heard.died = true,
                Some(Death::Before(left) | Death::After(left)) => *left = left.wrapping_sub(1),
                None => {}
            }
            if !heard.died {
                heard.exchanges.push(Exchange { reader, command, answer: None });
            }
        });
        self.lives();
        number
    }

    fn answers(&self, number: usize, answer: &[u8]) {
        self.0.heard.send_modify(|heard| {
            if let Some(exchange) = heard.exchanges.get_mut(number) {
                exchange.answer = Some(answer.to_vec());
            }
            // Counted down when the command was sent.
            heard.died |= matches!(heard.dies, Some(Death::After(usize::MAX)));
        });
        self.lives();
    }

    /// A thread of a daemon that has died does nothing more.
    fn lives(&self) {
        let died = self.0.heard.borrow().died;
        if died {
            resume_unwind(Box::new("killed"));
        }
    }

    /// The answer of a card that keeps its counter to itself, if it shall.
    fn discreet(&self, command: &[u8], answer: Vec<u8>) -> Vec<u8> {
        let keeps = self.0.keeps_counters.load(Ordering::SeqCst);
        match (command, answer.as_slice()) {
            ([_, VERIFY, 0, 0x80], [0x63, _] | [0x69, 0x83]) if keeps => vec![0x69, 0x82],
            ([_, VERIFY | CHANGE, ..] | [], [0x63, _]) if keeps => vec![0x63, 0x00],
            _ => answer,
        }
    }
}

impl Readers for Tap {
    fn describe(&self, reader: &ReaderName) -> Result<ReaderDetails, ReaderError> {
        self.0.readers.describe(reader)
    }

    fn connect(&self, reader: &ReaderName) -> Result<Box<dyn CardConnection>, ReaderError> {
        let (connection, tap) = (self.0.readers.connect(reader)?, self.clone());
        Ok(Box::new(Tapped { inner: connection, reader: reader.clone(), tap }))
    }
}

/// A connection or a transaction that is listened to.
struct Tapped<T> {
    inner: T,
    reader: ReaderName,
    tap: Tap,
}

impl CardConnection for Tapped<Box<dyn CardConnection>> {
    fn transaction(&mut self) -> Result<Box<dyn CardTransaction + '_>, ChannelError> {
        let (reader, tap) = (self.reader.clone(), self.tap.clone());
        Ok(Box::new(Tapped { inner: self.inner.transaction()?, reader, tap }))
    }

    fn reconnect(&mut self) -> Result<(), ChannelError> {
        self.inner.reconnect()
    }
}

impl CardChannel for Tapped<Box<dyn CardTransaction + '_>> {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
        let number = self.tap.sends(&self.reader, command);
        let answer = self.tap.discreet(command, self.inner.transmit(command)?);
        if passcode(command).is_some() && self.tap.0.pulls.swap(false, Ordering::SeqCst) {
            self.tap.pull(&self.reader);
            return Err(ChannelError::CardRemoved);
        }
        self.tap.answers(number, &answer);
        Ok(answer)
    }
}

impl CardTransaction for Tapped<Box<dyn CardTransaction + '_>> {
    fn control(&mut self, feature: ControlCode, data: &[u8]) -> Result<Vec<u8>, ChannelError> {
        let number = self.tap.sends(&self.reader, &[]);
        if self.tap.0.keys_are_broken.load(Ordering::SeqCst) {
            return Err(ChannelError::Transport { code: 0x8010_002F });
        }
        let answer = self.tap.discreet(&[], self.inner.control(feature, data)?);
        self.tap.answers(number, &answer);
        Ok(answer)
    }

    fn end(self: Box<Self>, afterwards: Afterwards) -> Result<(), ChannelError> {
        self.inner.end(afterwards)
    }
}
