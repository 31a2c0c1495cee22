//! The command line.

mod audit;
mod certificate;
mod config;
mod doctor;
mod roles;

use std::path::PathBuf;

use clap::{CommandFactory, Parser, Subcommand, error::ErrorKind};
use zbus::OwnedObjectPath;

pub(crate) use audit::AuditTask;
pub(crate) use certificate::{Certificate, Check, FileTask, Revocation, Shown};
pub(crate) use config::{ConfigTask, Files};
pub(crate) use doctor::Bundle;
pub(crate) use roles::{Report, Roles, RolesTask, Tables};

/// Works with the identity agent for smartcards: readers, cards, passcodes, sessions and roles,
/// certificates, and the audit log.
#[derive(Clone, Debug, Parser)]
#[command(name = "lanyardctl", version, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// Ask on this bus: system, session, or the address of one
    #[arg(long, value_name = "BUS", default_value = "system", global = true)]
    pub(crate) bus: String,

    /// Write JSON for machines: one object a line
    #[arg(long, global = true)]
    pub(crate) json: bool,

    #[command(subcommand)]
    pub(crate) task: Task,
}

impl Arguments {
    /// Reads the command line; one that is not understood ends the program with 2.
    pub(crate) fn read() -> Self {
        let contradiction = |arguments: &Self| match &arguments.task {
            Task::Certificate(certificate) => certificate.contradiction(arguments.json),
            Task::OverBus(_)
            | Task::Audit(_)
            | Task::Config(_)
            | Task::Metrics { .. }
            | Task::Roles(_)
            | Task::Doctor { .. }
            | Task::SupportBundle(_) => None,
        };
        let arguments = Self::parse();
        match contradiction(&arguments) {
            None => arguments,
            Some(why) => Self::command().error(ErrorKind::ArgumentConflict, why).exit(),
        }
    }
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  failed, and the words say why
  2  the command line is not understood
  3  the passcode was wrong, or cannot be one
  4  the card is blocked, since now or before
  5  cancelled, or nobody answered in time
  6  several cards or roles could be meant
  7  the audit log is not whole
  8  the certificate is refused
  9  the certificate is still being checked";

/// What is to be done, and with whom.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Task {
    #[command(flatten)]
    OverBus(BusTask),
    /// The audit log, read from its files: lanyardd need not run
    #[command(subcommand)]
    Audit(AuditTask),
    /// Show a card's certificate: whose it is, how long it lasts, whether it is believed, and everything
    /// that was found
    ///
    /// Ends with 0 when it is believed, with 8 when it is refused, with 9 while it is still being checked.
    Certificate(Certificate),
    /// The settings, read from their files: lanyardd need not run
    #[command(subcommand)]
    Config(ConfigTask),
    /// Find out why signing in does not work: one line for each thing that it needs, with what to do
    ///
    /// Works without lanyardd, without a bus and without pcscd, for every user; as root it sees more. Starts nothing,
    /// spends no try, and ends within some ten seconds. Ends with 1 when something is wrong.
    Doctor {
        #[command(flatten)]
        files: Files,
    },
    /// Write a file for whoever gives support: versions, settings, the last events, and what `doctor` says
    ///
    /// No passcode, no key and no name of a person is in it, and of the numbers of card holders the last four digits.
    /// Look through it before you send it.
    SupportBundle(Bundle),
    /// Show what lanyardd counts and times, as Prometheus reads it (root only, or whom polkit lets)
    ///
    /// It is not started for that: when it does not run, that is what is told.
    Metrics {
        /// Write it to this file instead, which is replaced as a whole, for a textfile collector of Prometheus
        #[arg(long, value_name = "FILE")]
        textfile: Option<PathBuf>,
    },
    /// List the roles that can be chosen; or say what somebody lacks of an access profile
    Roles(Roles),
}

/// What the daemon is asked for.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum BusTask {
    /// Show how everything is: readers, cards, who is signed in at this desk, and in which role
    Status,
    /// List the readers and what is in them
    Readers,
    /// List the cards, how far they are, and how many tries they have
    Cards,
    /// Follow what happens, one line an event, until interrupted
    Watch,
    /// Let the holder of a card prove who they are, asking for the passcode in this terminal
    ///
    /// The passcode is not shown while it is typed; an empty line or Ctrl-C cancels. When standard input is
    /// no terminal, it is read from there, one line an entry. Whoever has several roles is asked for one, when
    /// there is a terminal.
    Login {
        #[command(flatten)]
        which: Which,
        /// Ask for the passcode although somebody is signed in at this desk
        #[arg(long)]
        fresh: bool,
    },
    /// Choose the role to work in, or another one
    ///
    /// Without a role it asks in this terminal.
    Select {
        /// The role's number in `lanyardctl roles`, its identifier, or its organisation's code when only one role
        /// is there
        #[arg(value_name = "ROLE")]
        role: Option<String>,
    },
    /// Lock the session of this desk until its card is proved again
    Lock,
    /// Sign out at this desk
    Logout,
    /// Ask for passcodes in this terminal, for every application of this desktop
    ///
    /// Runs until Ctrl-C, also while lanyardd is restarted. A desktop has one agent: a second is refused.
    Agent,
    /// Passcodes
    #[command(subcommand)]
    Passcode(PasscodeTask),
    /// Cards, for administrators
    #[command(subcommand)]
    Card(CardTask),
}

/// What is to be done with a passcode.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum PasscodeTask {
    /// Change the passcode of a card: asks for the current one, a new one, and the new one once more
    ///
    /// A wrong current passcode costs a try, as at a login.
    Change {
        #[command(flatten)]
        which: Which,
    },
}

/// What is to be done with a card.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum CardTask {
    /// End the block that this workstation put on a card after three wrong passcodes in a row (root only)
    ///
    /// A card that blocks itself is not helped by it. It is recorded in the audit log before it is done.
    Release {
        #[command(flatten)]
        which: Which,
    },
}

/// Which card.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Which {
    /// The card's path, as `lanyardctl cards` shows it; without it, the only card that comes into question
    #[arg(long, value_name = "PATH", value_parser = path)]
    pub(crate) card: Option<OwnedObjectPath>,
}

fn path(text: &str) -> Result<OwnedObjectPath, String> {
    OwnedObjectPath::try_from(text)
        .map_err(|_| "not an object path, such as /org/.../card1".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_in_order() {
        Arguments::command().debug_assert();
    }
}
