//! How commands and answers are cut into APDUs: command chaining, GET RESPONSE, `61 xx`, extended
//! length (ISO/IEC 7816-4 §5.1, §5.3; SP 800-73-4 part 2 §2.4.2), and what T=0 has instead of them
//! (ISO/IEC 7816-3 §12.2).
//!
//! Knows no command but GET RESPONSE. With T=1 it returns data also when no `Le` asks for it, as the
//! contact cards in the field do, because terminals that learnt their manners with T=0 leave `Le` out.

use lanyard_iso7816::{Body, Command, Expected, Response, SHORT_RESPONSE, Status, Wire};

/// The longest body of one command, chained or extended, in bytes. The longest that a card in the field
/// is sent are certificates of a few kilobytes.
const LONGEST_COMMAND: usize = 32_767;

const GET_RESPONSE: u8 = 0xC0;
const CHAINED: u8 = 0x10;
const SECURE_MESSAGING: u8 = 0x0C;
const CHANNEL: u8 = 0x03;

/// How a card talks to a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// One length byte: of what comes, or of what is wanted, never of both.
    T0,
    /// Commands as they are.
    T1 {
        /// Whether extended length is understood.
        extended: bool,
    },
}

/// The state of the conversation between two APDUs.
#[derive(Debug)]
pub(crate) struct Transport {
    protocol: Protocol,
    chain: Option<Chain>,
    waiting: Vec<u8>,
}

/// The segments of a command received so far.
#[derive(Debug)]
struct Chain {
    header: [u8; 3],
    body: Wire,
}

impl Transport {
    /// A conversation at its beginning.
    pub(crate) const fn new(protocol: Protocol) -> Self {
        Self { protocol, chain: None, waiting: Vec::new() }
    }

    /// Forgets half-received commands and half-sent answers, as at a reset.
    pub(crate) fn reset(&mut self) {
        *self = Self::new(self.protocol);
    }

    /// Takes one command APDU, has `execute` carry out the command when it is complete, and gives one
    /// response APDU.
    pub(crate) fn exchange(
        &mut self,
        wire: &[u8],
        execute: &mut dyn FnMut(&Command) -> Response,
    ) -> Vec<u8> {
        let response = self.take(wire).and_then(|command| match command {
            Incoming::Part => Ok(Response::status(Status::SUCCESS)),
            Incoming::More(expected) => self.more(expected),
            Incoming::Whole(command) => {
                let response = execute(&command);
                Ok(self.begin(response, &command))
            }
        });
        response.unwrap_or_else(Response::status).to_wire()
    }

    fn take(&mut self, wire: &[u8]) -> Result<Incoming, Status> {
        let mut command = Command::parse(wire).map_err(|_| Status::WRONG_LENGTH)?;
        check_class(command.class)?;
        // A zero where the short forms have Lc announces extended length (ISO/IEC 7816-4 §5.1).
        let is_extended = wire.len() > 5 && wire.get(4) == Some(&0);
        let carried = match self.protocol {
            Protocol::T0 => !is_extended && !goes_both_ways(&command),
            Protocol::T1 { extended } => extended || !is_extended,
        };
        if !carried {
            self.chain = None;
            return Err(Status::WRONG_LENGTH);
        }
        if command.instruction == GET_RESPONSE && !command.is_chained() {
            self.chain = None;
            return Ok(Incoming::More(command.expected));
        }
        self.waiting.clear();
        let body = self.join(&command)?;
        if command.is_chained() {
            let header = header(&command);
            self.chain = Some(Chain { header, body });
            return Ok(Incoming::Part);
        }
        if !body.is_empty() {
            command.body = Body::Secret(body);
        }
        Ok(Incoming::Whole(command))
    }

    /// The body of this command behind those of the segments before it.
    fn join(&mut self, command: &Command) -> Result<Wire, Status> {
        let mut body = match self.chain.take() {
            Some(chain) if chain.header == header(command) => chain.body,
            Some(_) => return Err(Status::LAST_COMMAND_EXPECTED),
            None => Wire::default(),
        };
        if body.len() + command.body.bytes().len() > LONGEST_COMMAND {
            return Err(Status::NOT_ENOUGH_MEMORY);
        }
        body.extend_from_slice(command.body.bytes());
        Ok(body)
    }

    fn begin(&mut self, response: Response, command: &Command) -> Response {
        if response.data.is_empty() {
            return response;
        }
        self.waiting = response.data;
        match (self.protocol, &command.body) {
            (Protocol::T0, Body::Plain(_) | Body::Secret(_)) => {
                Response::status(Status::with_more_available(self.waiting.len()))
            }
            (Protocol::T0, Body::Empty) => self.exactly(command.expected, response.status),
            (Protocol::T1 { .. }, _) => self.part(command.expected, response.status),
        }
    }

    fn more(&mut self, expected: Expected) -> Result<Response, Status> {
        if self.waiting.is_empty() {
            return Err(Status::CONDITIONS_NOT_SATISFIED);
        }
        Ok(match self.protocol {
            Protocol::T0 => self.exactly(expected, Status::SUCCESS),
            Protocol::T1 { .. } => self.part(expected, Status::SUCCESS),
        })
    }

    /// With T=0 nobody is given less than was asked for: `6C xx` says how much there is.
    fn exactly(&mut self, expected: Expected, status: Status) -> Response {
        let wanted = match expected {
            Expected::Exactly(length) => length.into(),
            Expected::Nothing | Expected::Most => SHORT_RESPONSE,
        };
        match u8::try_from(self.waiting.len()) {
            Ok(length) if usize::from(length) < wanted => {
                Response::status(Status(0x6C00 | u16::from(length)))
            }
            Ok(_) | Err(_) => self.part(expected, status),
        }
    }

    /// As much of what waits as this answer may hold.
    fn part(&mut self, expected: Expected, status: Status) -> Response {
        let room = match (expected, self.protocol) {
            (Expected::Exactly(length), _) => length.into(),
            (_, Protocol::T1 { extended: true }) => self.waiting.len(),
            (Expected::Nothing | Expected::Most, _) => SHORT_RESPONSE,
        };
        let rest = self.waiting.split_off(room.min(self.waiting.len()));
        let data = std::mem::replace(&mut self.waiting, rest);
        let status = match self.waiting.len() {
            0 => status,
            left => Status::with_more_available(left),
        };
        Response { data, status }
    }
}

/// A body, and data expected in return.
fn goes_both_ways(command: &Command) -> bool {
    !matches!(command.body, Body::Empty) && command.expected != Expected::Nothing
}

enum Incoming {
    Part,
    More(Expected),
    Whole(Command),
}

const fn header(command: &Command) -> [u8; 3] {
    [command.instruction, command.p1, command.p2]
}

const fn check_class(class: u8) -> Result<(), Status> {
    match class & !CHAINED {
        0 => Ok(()),
        class if class & !CHANNEL == 0 => Err(Status::CHANNEL_NOT_SUPPORTED),
        class if class & !(CHANNEL | SECURE_MESSAGING) == 0 => {
            Err(Status::SECURE_MESSAGING_NOT_SUPPORTED)
        }
        _ => Err(Status::CLASS_NOT_SUPPORTED),
    }
}
