//! The vocabulary of ISO/IEC 7816-4: commands, responses, status words, BER-TLV, and the channel they
//! travel on.
//!
//! Both sides of a conversation use these words: `lanyard-card` speaks them, `lanyard-virtcard` answers.
//! What a card *means* by them is in neither of their common parts: two implementations that share a
//! misunderstanding prove nothing. No I/O happens here; PC/SC is unknown here.

mod channel;
mod command;
mod instruction;
mod process;
mod response;
mod secret;
mod secret_command;
mod status;
pub mod tlv;

pub use channel::{CardChannel, ChannelError, ExchangeError, exchange, exchange_first};
pub use command::{Body, Command, CommandError, Expected, SHORT_BODY, SHORT_RESPONSE, Wire};
pub use process::keep_memory_to_ourselves;
pub use response::{Response, ResponseTooShort};
pub use secret::{LONGEST_SECRET, ReadSecretError, SecretBytes, SecretError, SecretRead};
pub use secret_command::{SecretCommand, SecretCommandError};
pub use status::Status;
