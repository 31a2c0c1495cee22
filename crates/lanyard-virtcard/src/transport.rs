//! How commands and answers are cut into APDUs: command chaining, GET RESPONSE, `61 xx`, extended
//! length (ISO/IEC 7816-4 §5.1, §5.3; SP 800-73-4 part 2 §2.4.2).
//!
//! Knows no command but GET RESPONSE. Like the contact cards in the field it returns data also when no
//! `Le` asks for it, because terminals that learnt their manners with T=0 leave `Le` out.

use lanyard_iso7816::{Body, Command, Expected, Response, SHORT_RESPONSE, Status, Wire};

/// The longest body of one command, chained or extended, in bytes. The longest that a card in the field
/// is sent are certificates of a few kilobytes.
const LONGEST_COMMAND: usize = 32_767;

const GET_RESPONSE: u8 = 0xC0;
const CHAINED: u8 = 0x10;
const SECURE_MESSAGING: u8 = 0x0C;
const CHANNEL: u8 = 0x03;

/// The state of the conversation between two APDUs.
#[derive(Debug)]
pub(crate) struct Transport {
    extended: bool,
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
    /// A conversation at its beginning. `extended` says whether extended length is understood.
    pub(crate) const fn new(extended: bool) -> Self {
        Self { extended, chain: None, waiting: Vec::new() }
    }

    /// Forgets half-received commands and half-sent answers, as at a reset.
    pub(crate) fn reset(&mut self) {
        *self = Self::new(self.extended);
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
                Ok(self.begin(response, command.expected))
            }
        });
        response.unwrap_or_else(Response::status).to_wire()
    }

    fn take(&mut self, wire: &[u8]) -> Result<Incoming, Status> {
        let mut command = Command::parse(wire).map_err(|_| Status::WRONG_LENGTH)?;
        check_class(command.class)?;
        // A zero where the short forms have Lc announces extended length (ISO/IEC 7816-4 §5.1).
        if !self.extended && wire.len() > 5 && wire.get(4) == Some(&0) {
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

    fn begin(&mut self, response: Response, expected: Expected) -> Response {
        if response.data.is_empty() {
            return response;
        }
        self.waiting = response.data;
        self.part(expected, response.status)
    }

    fn more(&mut self, expected: Expected) -> Result<Response, Status> {
        if self.waiting.is_empty() {
            return Err(Status::CONDITIONS_NOT_SATISFIED);
        }
        Ok(self.part(expected, Status::SUCCESS))
    }

    /// As much of what waits as this answer may hold.
    fn part(&mut self, expected: Expected, status: Status) -> Response {
        let room = match expected {
            Expected::Exactly(length) => length.into(),
            Expected::Nothing | Expected::Most if self.extended => self.waiting.len(),
            Expected::Nothing | Expected::Most => SHORT_RESPONSE,
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
