//! `lanyardctl doctor`: whether everything is there that signing in needs, each thing in a line, with what to do where
//! it is not.
//!
//! What is so is found out first (`look`), each party on a thread of its own and with a deadline; what it means is said
//! by plain functions of those facts (`judge`). Nothing is started, no card is spoken to, no passcode is near.

mod audit_log;
mod bus;
mod cards;
mod clock;
mod daemon;
mod desk;
mod finding;
mod folders;
mod installed;
mod job;
mod lists;
mod places;
mod readers;
mod records;
mod roles;
mod settings;
mod told;
mod trust;
mod usb;
mod world;

pub(crate) use finding::Finding;
pub(crate) use job::{Deadline, Job, Missing};
pub(crate) use roles::Roles;
pub(crate) use told::{json, words};
pub(crate) use world::World;

use lanyard_settings::Layers;
use lanyard_trust::UnixTime;

use crate::{
    Failure,
    ending::Ending,
    output::{self, Form},
};
use bus::{Daemon, Gone, Parties};
use finding::{Check, Verdict};
use folders::Certificates;
use records::Records;
use settings::Site;

/// What was found, and some of what it was found from.
#[derive(Debug)]
pub(crate) struct Examined {
    pub(crate) findings: Vec<Finding>,
    /// What the role directory's sample was; none when there was nothing to look at, or not in time.
    pub(crate) roles: Option<Roles>,
    /// What the daemon shows.
    pub(crate) daemon: Result<Daemon, Gone>,
}

/// Examines this workstation and says what was found. What is wrong makes the command fail.
pub(crate) fn run(world: &World, form: Form) -> Result<(), Failure> {
    let findings = examine(world).findings;
    let lines = match form {
        Form::Words => words(&findings),
        Form::Json => json(&findings)?,
    };
    output::text(&lines)?;
    let is_wrong = |finding: &Finding| finding.verdict == Verdict::Wrong;
    if findings.iter().any(is_wrong) { Err(Failure::NotDone(Ending::Failed)) } else { Ok(()) }
}

/// Looks at everything, and ends within the world's patience and a little.
pub(crate) fn examine(world: &World) -> Examined {
    let deadline = Deadline::after(world.patience);
    let parties = Parties::ask(world, deadline);
    let (root, config) = (world.root.clone(), world.config.clone());
    let usb = Job::begin(move || usb::look(&root));
    let settings = Job::begin(move || Site::read(config.as_deref())).by(deadline);
    let places = places::look(world);
    let site = settings.as_ref().ok().and_then(|read| read.as_ref().ok());
    let looking = site.map(|site| OnSite::begin(world, site));

    let daemon = parties.daemon.by(deadline).unwrap_or_else(|why| Err(why.into()));
    let services = parties.services.by(deadline).unwrap_or_else(|why| Err(why.into()));
    let login = parties.login.by(deadline).unwrap_or_else(|why| Err(why.into()));
    let Judged { findings: of_site, newest_list, roles } = match looking {
        Some(looking) => looking.judge(world, &daemon, deadline),
        None => Judged::without_settings(),
    };
    let mut findings: Vec<Finding> = [
        daemon::judge(&daemon, services.as_ref()),
        settings::judge(settings.as_ref(), daemon.as_ref().ok()),
        installed::judge(world, &places, &daemon, services.as_ref()),
        readers::judge(&daemon, usb.by(deadline).as_ref(), &places),
        cards::judge(&daemon, &places),
        of_site,
        clock::judge(world.now, newest_list, services.as_ref()),
        desk::judge(site.map(Site::mode), &login, &daemon, world.uid),
    ]
    .concat();
    findings.sort_by_key(|finding| finding.check);
    Examined { findings, roles, daemon }
}

/// What is looked at by what the settings say, side by side.
struct OnSite {
    site: Site,
    anchors: Job<Certificates>,
    intermediates: Option<Job<Certificates>>,
    lists: Job<lists::Lists>,
    roles: Job<Roles>,
    records: Job<Records>,
    log: Job<audit_log::Log>,
}

/// What was found there.
struct Judged {
    findings: Vec<Finding>,
    /// When the newest list that counts was made.
    newest_list: Option<UnixTime>,
    roles: Option<Roles>,
}

impl OnSite {
    fn begin(world: &World, site: &Site) -> Self {
        let (now, root) = (world.now, world.root.clone());
        let folders = site.settings.evidence().folders;
        let anchors = folders.anchors.clone();
        let intermediates = folders.intermediates.clone();
        let (settings, of_records) = (site.settings.clone(), site.settings.clone());
        let log = site.settings.audit.file.clone();
        Self {
            site: site.clone(),
            anchors: Job::begin(move || folders::anchors(&anchors, now)),
            intermediates: intermediates
                .map(|folder| Job::begin(move || folders::intermediates(&folder, now))),
            lists: Job::begin(move || lists::look(&folders, now)),
            roles: Job::begin(move || roles::look(&settings)),
            records: Job::begin(move || records::look(&of_records, &root)),
            log: Job::begin(move || audit_log::look(&log)),
        }
    }

    fn judge(self, world: &World, daemon: &Result<Daemon, Gone>, deadline: Deadline) -> Judged {
        let (settings, now) = (&self.site.settings, world.now);
        let owner = daemon.as_ref().ok().and_then(|daemon| daemon.uid);
        let intermediates = self.intermediates.map(|job| job.by(deadline));
        let (lists, roles) = (self.lists.by(deadline), self.roles.by(deadline));
        let findings = [
            trust::anchors(self.anchors.by(deadline).as_ref(), now),
            trust::intermediates(intermediates.as_ref().map(Result::as_ref), now),
            lists::judge(lists.as_ref(), lists::Rules::of(settings), now),
            roles::judge(roles.as_ref(), settings, world.uid),
            records::judge(self.records.by(deadline).as_ref(), owner),
            audit_log::judge(self.log.by(deadline).as_ref(), daemon.is_ok()),
        ];
        let newest_list = lists.ok().and_then(|lists| lists.newest());
        Judged { findings: findings.concat(), newest_list, roles: roles.ok() }
    }
}

impl Judged {
    fn without_settings() -> Self {
        let unknown = |check: Check| check.unknown("the settings do not say where to look", "");
        Self { findings: Check::OF_SITE.map(unknown).to_vec(), newest_list: None, roles: None }
    }
}

/// The settings' files as the bundle shows them, in order or not.
pub(crate) fn layers(
    world: &World,
    deadline: Deadline,
) -> Result<Result<Layers, Failure>, Missing> {
    let config = world.config.clone();
    Job::begin(move || Layers::read(config.as_deref()).map_err(Failure::from)).by(deadline)
}
