//! `lanyardctl`: the daemon over the bus, and over the bus alone; the audit log, certificates and the role
//! directory from files.
//!
//! People get words, machines get JSON (`--json`): one object a line. Nothing is known here that another
//! client, or another reader of the files, could not know.

mod agent;
mod arguments;
mod audit;
mod bundle;
mod cards;
mod certificate;
mod choice;
mod clock;
mod config;
mod connection;
mod desktop;
mod doctor;
mod ended;
mod ending;
mod failure;
mod interrupts;
mod leave;
mod login;
mod metrics;
mod output;
mod passcode;
mod permission;
mod prompt;
mod readers;
mod release;
mod replaced;
mod request;
mod roles;
mod select;
mod session;
mod snapshot;
mod status;
mod terminal;
mod watch;

use std::process::ExitCode;

use arguments::{Arguments, AuditTask, BusTask, CardTask, FileTask, PasscodeTask, RolesTask, Task};
use doctor::World;
use failure::Failure;
use login::How;
use output::Form;

fn main() -> ExitCode {
    let arguments = Arguments::read();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => output::complain(&error),
    }
}

fn run(arguments: &Arguments) -> Result<(), Failure> {
    let form = Form::of(arguments.json);
    match &arguments.task {
        Task::Audit(AuditTask::Verify { log, head }) => audit::verify(&log.file, *head, form),
        Task::Audit(AuditTask::Show { log, which }) => audit::show(&log.file, &which.into(), form),
        Task::Certificate(certificate) => match &certificate.instead {
            Some(FileTask::Check(wanted)) => certificate::check(wanted, form),
            None => wait_for(certificate::show(&arguments.bus, &certificate.shown, form)),
        },
        Task::Config(task) => config::run(task, form),
        Task::Doctor { files } => {
            doctor::run(&World::here(&arguments.bus, files.config.as_deref()), form)
        }
        Task::SupportBundle(wanted) => bundle::run(&arguments.bus, wanted, form),
        Task::Roles(roles) => match &roles.instead {
            None => wait_for(roles::list(&arguments.bus, form)),
            Some(RolesTask::Check { profile }) => {
                wait_for(roles::check(&arguments.bus, profile, form))
            }
            Some(RolesTask::Report(report)) => roles::report(report, form),
            Some(RolesTask::Catalogue(tables)) => roles::catalogue(tables, form),
        },
        Task::Metrics { textfile } => {
            wait_for(metrics::metrics(&arguments.bus, textfile.as_deref(), form))
        }
        Task::OverBus(task) => wait_for(over_bus(&arguments.bus, task, form)),
    }
}

fn wait_for(task: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(Failure::Output)?.block_on(task)
}

async fn over_bus(bus: &str, task: &BusTask, form: Form) -> Result<(), Failure> {
    match task {
        BusTask::Status => status::status(&connection::open(bus).await?, form).await,
        BusTask::Readers => readers::list(&connection::open(bus).await?, form).await,
        BusTask::Cards => cards::list(&connection::open(bus).await?, form).await,
        BusTask::Watch => watch::watch(&connection::open(bus).await?, form).await,
        BusTask::Login { which, fresh } => {
            let how = if *fresh { How::Fresh } else { How::Usual };
            login::login(bus, which.card.as_ref(), how, form).await
        }
        BusTask::Select { role } => select::select(bus, role.as_deref(), form).await,
        BusTask::Lock => leave::lock(&connection::open(bus).await?, form).await,
        BusTask::Logout => leave::logout(&connection::open(bus).await?, form).await,
        BusTask::Agent => desktop::agent(bus).await,
        BusTask::Passcode(PasscodeTask::Change { which }) => {
            passcode::change(bus, which.card.as_ref(), form).await
        }
        BusTask::Card(CardTask::Release { which }) => {
            let bus = connection::open_patiently(bus).await?;
            release::release(&bus, which.card.as_ref(), form).await
        }
    }
}
