//! The command line, and what it starts.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;

use clap::{Args, Parser, Subcommand};
use lanyard_virtcard::plug::Socket;
use lanyard_virtcard::{Authorities, IssueError, Personas, RevocationReason};

use super::desk::{Desk, say, today};
use super::listen;
use super::pki;
use super::station::{Station, list};

/// A virtual PIV smartcard in a virtual reader, for trying applications without hardware.
///
/// Install the virtual reader (Debian: vsmartcard-vpcd) and start pcscd; then run this program: the card
/// is in the reader "Virtual PCD 00 00" until it ends. Write `help` to hear what can be done with it.
///
/// The passcode of most personas is 123456, the unblocking key 12345678, the card management key
/// 0102030405060708 three times. Nothing on these cards is secret, and nobody on them exists.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
pub(crate) struct Program {
    #[command(subcommand)]
    errand: Option<Errand>,
    #[command(flatten)]
    arguments: Arguments,
}

/// What is done at once, without any reader.
#[derive(Debug, Subcommand)]
enum Errand {
    /// Has a revocation list name the certificates of a persona's card.
    Revoke {
        /// Whose (`--list` names them).
        persona: String,
        /// Where the authorities are kept.
        #[arg(long, value_name = "DIR")]
        ca: PathBuf,
        /// Why, by the words of RFC 5280.
        #[arg(long, value_name = "WORD", default_value_t = RevocationReason::KeyCompromise)]
        reason: RevocationReason,
        /// Add personas of your own from a TOML file.
        #[arg(long, value_name = "FILE")]
        personas: Option<PathBuf>,
    },
    /// Makes the whole test PKI in a folder, with a card for every persona.
    Pki(pki::Arguments),
}

/// What the reader is started with.
#[derive(Debug, Args)]
struct Arguments {
    /// Whose card goes in first (`--list` names them).
    #[arg(long, value_name = "NAME", default_value = "gp")]
    persona: String,
    /// Where vpcd listens; its second slot is the next port.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:35963")]
    vpcd: SocketAddr,
    /// Where the reader of a virtual machine listens, QEMU's ccid-card-passthru, instead of vpcd: the
    /// Unix socket of its chardev. The card speaks T=0 there.
    #[arg(long, value_name = "SOCKET", conflicts_with = "vpcd")]
    vscard: Option<PathBuf>,
    /// Keep cards here, so that keys, certificates and tries survive. Without it every run issues new
    /// cards.
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// Keep the throwaway authorities here, shared by many cards: what to trust is in DIR/anchors,
    /// DIR/intermediates and DIR/lists. Default: "ca" in the state folder.
    #[arg(long, value_name = "DIR")]
    ca: Option<PathBuf>,
    /// Take orders from this Unix socket instead of standard input: one order a line, one line of JSON
    /// in return.
    #[arg(long, value_name = "SOCKET")]
    control: Option<PathBuf>,
    /// Start with the card in the reader, which is what happens anyway.
    #[arg(long, conflicts_with = "out")]
    insert: bool,
    /// Start with the card out of the reader.
    #[arg(long)]
    out: bool,
    /// Add personas of your own from a TOML file.
    #[arg(long, value_name = "FILE")]
    personas: Option<PathBuf>,
    /// List the personas and end.
    #[arg(long)]
    list: bool,
}

/// Runs until it is told to end.
///
/// # Errors
/// A sentence for the person who started it.
pub(crate) fn run(program: Program) -> Result<(), String> {
    match program.errand {
        Some(Errand::Revoke { persona, ca, reason, personas }) => {
            let personas = known(personas.as_deref())?;
            let persona = personas.named(&persona).map_err(|error| error.to_string())?;
            if !ca.join("anchors").is_dir() {
                return Err(format!("There is no test PKI in {}.", ca.display()));
            }
            Authorities::open(&ca, today())
                .and_then(|mut authorities| authorities.revoke(persona, reason, today()))
                .map_err(|error| error.to_string())
        }
        Some(Errand::Pki(arguments)) => pki::run(&arguments),
        None => stay(program.arguments),
    }
}

/// The personas of the project, and those of a file.
fn known(file: Option<&Path>) -> Result<Personas, String> {
    let mut personas = Personas::compiled_in().map_err(|error| error.to_string())?;
    if let Some(file) = file {
        personas.add_file(file).map_err(|error| error.to_string())?;
    }
    Ok(personas)
}

/// Plays the reader's other side.
fn stay(arguments: Arguments) -> Result<(), String> {
    let personas = known(arguments.personas.as_deref())?;
    if arguments.list {
        say(&list(&personas));
        return Ok(());
    }
    personas.named(&arguments.persona).map_err(|error| error.to_string())?;
    let authorities = authorities(&arguments, &personas).map_err(|error| error.to_string())?;
    let (sender, events) = channel();
    let socket = arguments.vscard.map_or(Socket::Vpcd(arguments.vpcd), Socket::Vscard);
    let station = Station::new(
        socket,
        personas,
        authorities,
        arguments.state,
        arguments.persona,
        sender.clone(),
    );
    listen::signals(sender.clone()).map_err(|error| error.to_string())?;
    let program = arguments.control.is_some();
    match &arguments.control {
        Some(path) => listen::control_socket(path, sender)
            .map_err(|error| format!("cannot listen on {}: {error}", path.display()))?,
        None => listen::standard_input(sender).map_err(|error| error.to_string())?,
    }
    let mut desk = Desk { station, waiting: None, program };
    desk.open(arguments.insert || !arguments.out);
    desk.attend(&events);
    // QEMU's reader keeps a card whose process has merely ended.
    let _out = desk.station.remove();
    if let Some(path) = &arguments.control {
        // Somebody may have removed it.
        let _removed = std::fs::remove_file(path);
    }
    Ok(())
}

/// The authorities, whose lists name every persona that is to be revoked, those of a file too.
fn authorities(arguments: &Arguments, personas: &Personas) -> Result<Authorities, IssueError> {
    let beside_state = arguments.state.as_ref().map(|folder| folder.join("ca"));
    let mut authorities = match arguments.ca.clone().or(beside_state) {
        Some(folder) => Authorities::open(&folder, today()),
        None => Authorities::in_memory(today()),
    }?;
    for persona in personas.iter().filter(|persona| persona.revoked) {
        authorities.revoke(persona, RevocationReason::KeyCompromise, today())?;
    }
    Ok(authorities)
}
