//! The texts of a bundle, each gathered within a deadline. What cannot be had is a sentence that says so.

use std::{collections::VecDeque, fs, path::Path, time::Duration};

use lanyard_audit::{Entry, Filter, Shown};
use lanyard_settings::{Form, Layers, shown};
use serde_json::json;

use super::{Part, journal, program, settings::without_secrets};
use crate::{
    Failure,
    doctor::{self, Deadline, Examined, Job, Missing, World},
};

/// How long everything after the examination may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// As many of the audit log's last records are taken up.
const RECORDS: usize = 200;

/// The longest file of the audit log that is read for them.
const LONGEST_LOG: u64 = 64 << 20;

/// Packages whose versions matter.
const PACKAGES: [&str; 9] = [
    "lanyard",
    "pcscd",
    "libpcsclite1",
    "libccid",
    "polkitd",
    "systemd",
    "dbus",
    "opensc",
    "scdaemon",
];

/// Gathers everything.
pub(super) fn gather(world: &World) -> Result<Vec<Part>, Failure> {
    let examined = doctor::examine(world);
    let deadline = Deadline::after(PATIENCE);
    let (settings, log) = settings(world, deadline);
    let messages = program::output("journalctl", &journal::ASKED, deadline);
    let messages = match journal::messages(&messages) {
        none if none.is_empty() => "no message of lanyardd can be read here\n".to_owned(),
        messages => messages,
    };
    let part = |name, text| Part { name, text };
    Ok(vec![
        part("versions.txt", versions(&world.root, deadline)),
        part("doctor.txt", doctor::words(&examined.findings)),
        part("doctor.json", doctor::json(&examined.findings)?),
        part("settings.toml", settings),
        part("journal.json", messages),
        part("audit.json", log),
        part("bus.json", on_bus(&examined)),
        part("roles.json", roles(&examined)),
    ])
}

fn versions(root: &Path, deadline: Deadline) -> String {
    let kernel = rustix::system::uname();
    let kernel = [kernel.sysname(), kernel.release(), kernel.version(), kernel.machine()];
    let kernel = kernel.map(|it| it.to_string_lossy().into_owned()).join(" ");
    let system = fs::read_to_string(root.join("etc/os-release")).unwrap_or_default();
    let query = ["-W", "-f", "${Package} ${Version} ${db:Status-Status}\n"];
    let query: Vec<_> = query.into_iter().chain(PACKAGES).collect();
    let packages = program::output("dpkg-query", &query, deadline);
    format!("lanyardctl {}\n{kernel}\n\n{packages}\n{system}", env!("CARGO_PKG_VERSION"))
}

/// The settings, also where they are not in order, and the audit log's last records.
fn settings(world: &World, deadline: Deadline) -> (String, String) {
    match doctor::layers(world, deadline) {
        Err(why) => (format!("the settings: {}\n", not_read(why)), String::new()),
        Ok(Err(failure)) => (format!("{failure}\n"), String::new()),
        Ok(Ok(layers)) => {
            let log = audit(&layers, deadline);
            (without_secrets(&shown(&layers, Form::Toml)), log)
        }
    }
}

fn audit(layers: &Layers, deadline: Deadline) -> String {
    let Ok(settings) = layers.settings() else {
        return "the settings are not in order\n".to_owned();
    };
    let file = settings.audit.file;
    let name = file.display().to_string();
    let read = Job::begin(move || last_records(&file)).by(deadline);
    match read {
        Err(why) => format!("{name}: {}\n", not_read(why)),
        Ok(Err(why)) => format!("{name}: {why}\n"),
        Ok(Ok(records)) => records,
    }
}

const fn not_read(why: Missing) -> &'static str {
    match why {
        Missing::Late => "not read in time",
        Missing::Broken => "not read: a fault of lanyardctl",
    }
}

/// Of each record what happened when, with whose card and in which reader, and how it ended; not who asked, or in which
/// role. The holder's number is shortened with everything else.
fn last_records(file: &Path) -> Result<String, Failure> {
    if fs::metadata(file)?.len() > LONGEST_LOG {
        return Ok("too long to be read here\n".to_owned());
    }
    let mut last = VecDeque::with_capacity(RECORDS);
    lanyard_audit::show(&[file.to_owned()], &Filter::default(), |record| {
        if last.len() == RECORDS {
            last.pop_front();
        }
        last.push_back(line(&record));
        Ok::<_, Failure>(())
    })?;
    Ok(last.into_iter().map(|line| line + "\n").collect())
}

fn line(record: &Shown) -> String {
    match record {
        Shown::Entry(entry) => {
            let Entry {
                sequence, time, event, outcome, reason, holder, reader, tries_left, ..
            } = &**entry;
            let shown = json!({
                "seq": sequence, "time": time, "event": event, "outcome": outcome, "reason": reason,
                "holder": holder, "reader": reader, "tries-left": tries_left,
            });
            shown.to_string()
        }
        Shown::Unreadable { line, bytes, .. } => {
            json!({ "unreadable": { "line": line, "bytes": bytes } }).to_string()
        }
    }
}

/// What everybody can see on the bus.
fn on_bus(examined: &Examined) -> String {
    let shown = match &examined.daemon {
        Err(gone) => json!({ "daemon": null, "why": format!("{gone:?}") }),
        Ok(daemon) => json!({
            "daemon": { "version": daemon.version, "pcsc-state": daemon.pcsc_state },
            "readers": daemon.snapshot.readers.values().collect::<Vec<_>>(),
            "cards": daemon.snapshot.cards.values().collect::<Vec<_>>(),
        }),
    };
    format!("{shown:#}\n")
}

fn roles(examined: &Examined) -> String {
    format!("{:#}\n", json!(examined.roles))
}
