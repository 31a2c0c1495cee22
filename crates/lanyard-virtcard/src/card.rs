//! A whole card: ATR, one answer to every command, faults, counts.
//!
//! Waits for nothing and knows no reader: `plug` plugs it in, tests call it directly.

use std::path::Path;
use std::time::{Duration, SystemTime};

use lanyard_iso7816::{CardChannel, ChannelError, Command, Response};

use crate::atr;
use crate::counts::Counts;
use crate::fault::Fault;
use crate::issue::{IssueError, issue};
use crate::memory::Store;
use crate::misbehave;
use crate::persona::{ApplicationKind, Persona};
use crate::piv::{Application, Installed, VERIFY};
use crate::pki::Authorities;
use crate::transport::{Protocol, Transport};

/// A card in nobody's hand: put it into a reader, or speak to it as a [`CardChannel`].
#[derive(Debug)]
pub struct Card {
    persona: String,
    application: Application,
    transport: Transport,
    protocol: Protocol,
    condition: Condition,
    fault: Option<Fault>,
    since_fault: u32,
    counts: Counts,
}

/// What a command leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// This answer.
    Answer(Vec<u8>),
    /// This answer, after this time.
    Late(Duration, Vec<u8>),
    /// None, ever.
    Silence,
    /// The card is pulled out.
    Pulled,
    /// Somebody resets the card before it answers.
    Reset,
}

/// How the card is to be seen from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tries {
    /// Wrong passcodes that may still be entered.
    pub passcode: u8,
    /// Wrong unblocking keys that may still be entered.
    pub puk: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Condition {
    Alive,
    /// Pulled out; alive again when it is put in.
    Out,
}

impl Card {
    /// A new card of this persona, kept in memory alone.
    ///
    /// # Errors
    /// [`IssueError`] when keys or certificates cannot be made.
    pub fn issue(
        persona: &Persona,
        authorities: &Authorities,
        now: SystemTime,
    ) -> Result<Self, IssueError> {
        Self::with_store(persona, authorities, Store::Process, now)
    }

    /// The card of this persona in a folder, issued first when there is none.
    ///
    /// # Errors
    /// [`IssueError`] also when the folder cannot be used or holds something else.
    pub fn open(
        persona: &Persona,
        authorities: &Authorities,
        folder: &Path,
        now: SystemTime,
    ) -> Result<Self, IssueError> {
        std::fs::create_dir_all(folder)?;
        let store = Store::File(folder.join(format!("{}.json", persona.name)));
        Self::with_store(persona, authorities, store, now)
    }

    fn with_store(
        persona: &Persona,
        authorities: &Authorities,
        store: Store,
        now: SystemTime,
    ) -> Result<Self, IssueError> {
        let memory = if let Some(memory) = store.load()? {
            memory
        } else {
            let memory = issue(persona, authorities, now)?;
            store.save(&memory)?;
            memory
        };
        let installed = match persona.application {
            ApplicationKind::Piv | ApplicationKind::Blank => Installed::Piv,
            ApplicationKind::Other => Installed::OtherOnly,
        };
        let protocol = persona.protocol();
        Ok(Self {
            persona: persona.name.clone(),
            application: Application::new(memory, store, persona.pin_format, installed),
            transport: Transport::new(protocol),
            protocol,
            condition: Condition::Alive,
            fault: persona.fault,
            since_fault: 0,
            counts: Counts::default(),
        })
    }

    /// The answer to reset (ISO/IEC 7816-3 §8).
    pub fn atr(&self) -> Vec<u8> {
        atr::atr(self.protocol)
    }

    /// Makes it a card that speaks T=0 alone, for a reader that carries nothing else.
    pub fn speak_t0(&mut self) {
        self.protocol = Protocol::T0;
        self.transport = Transport::new(Protocol::T0);
    }

    /// The name of the persona.
    pub fn persona(&self) -> &str {
        &self.persona
    }

    /// Power off and on, or put into a reader: the security state is gone, the memory is kept.
    pub fn reset(&mut self) {
        self.condition = Condition::Alive;
        self.application.reset();
        self.transport.reset();
    }

    /// Gives the card a fault, or takes it away.
    pub const fn set_fault(&mut self, fault: Option<Fault>) {
        self.fault = fault;
        self.since_fault = 0;
    }

    /// What is wrong with the card.
    pub const fn fault(&self) -> Option<Fault> {
        self.fault
    }

    /// The retry counters.
    pub const fn tries(&self) -> Tries {
        Tries {
            passcode: self.application.memory.passcode.tries_left,
            puk: self.application.memory.puk.tries_left,
        }
    }

    /// Whether the passcode was verified since the last reset.
    pub fn is_verified(&self) -> bool {
        self.application.is_verified()
    }

    /// What went through since the counts were reset.
    pub const fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Counts from zero again.
    pub fn reset_counts(&mut self) {
        self.counts = Counts::default();
    }

    /// Counts time that was spent in [`reply`](Self::reply), and when that was over: the card itself has no
    /// clock.
    pub fn worked(&mut self, time: Duration, until: SystemTime) {
        self.counts.worked += time;
        self.counts.answered = Some(until);
    }

    /// Takes one command APDU, whatever bytes it has.
    pub fn reply(&mut self, wire: &[u8]) -> Reply {
        if self.condition == Condition::Out {
            return Reply::Pulled;
        }
        self.counts.command(wire);
        self.since_fault = self.since_fault.saturating_add(1);
        let reply = self.behave(wire);
        if let Reply::Answer(answer) | Reply::Late(_, answer) = &reply {
            self.counts.answer(answer);
        }
        reply
    }

    fn behave(&mut self, wire: &[u8]) -> Reply {
        let Some(fault) = self.fault else {
            return Reply::Answer(self.answer(wire));
        };
        match fault {
            Fault::Mute => Reply::Silence,
            Fault::DiesAfter(n) if self.since_fault > n => Reply::Silence,
            Fault::ResetAfter(n) if self.since_fault > n => {
                self.fault = None;
                self.reset();
                Reply::Reset
            }
            Fault::PulledDuringVerify if is_verify(wire) => {
                self.fault = None;
                self.application.lose_a_try();
                self.reset();
                self.condition = Condition::Out;
                Reply::Pulled
            }
            Fault::Slow(delay) => Reply::Late(delay, self.answer(wire)),
            Fault::Garbage => Reply::Answer(misbehave::garbage(wire, self.since_fault)),
            Fault::Short => {
                let mut answer = self.answer(wire);
                answer.truncate(1);
                Reply::Answer(answer)
            }
            Fault::Endless => Reply::Answer(misbehave::endless(wire, self.answer(wire))),
            Fault::DiesAfter(_)
            | Fault::ResetAfter(_)
            | Fault::PulledDuringVerify
            | Fault::HugeCertificate
            | Fault::ExactLength => Reply::Answer(self.answer(wire)),
        }
    }

    /// The answer of the card's applications, with the faults that lie in a response.
    fn answer(&mut self, wire: &[u8]) -> Vec<u8> {
        let (application, fault) = (&mut self.application, self.fault);
        let mut execute = |command: &Command| -> Response {
            let response = application.execute(command);
            match fault {
                Some(Fault::HugeCertificate) => misbehave::huge_certificate(command, response),
                Some(Fault::ExactLength) => misbehave::exact_length(command, response),
                _ => response,
            }
        };
        self.transport.exchange(wire, &mut execute)
    }
}

/// Whether a passcode is sent, not only asked about.
fn is_verify(wire: &[u8]) -> bool {
    matches!(wire, [_, VERIFY, 0, _, _, _, ..])
}

impl CardChannel for Card {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelError> {
        match self.reply(command) {
            Reply::Answer(answer) | Reply::Late(_, answer) => Ok(answer),
            Reply::Silence => Err(ChannelError::Mute),
            Reply::Pulled => Err(ChannelError::CardRemoved),
            Reply::Reset => Err(ChannelError::CardReset),
        }
    }
}
