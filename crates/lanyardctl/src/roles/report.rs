//! `lanyardctl roles report`: who in the directory lacks what of an access profile. Everybody is written as soon as
//! they were read, so that a directory of any size needs no more memory than one document.

use lanyard_roles::{
    Checked, Document, Finding, HeldRole, Profile, Uuid, WHO_ADDS,
    directory::{KeyProblem, Survey, Surveyed},
};
use serde::Serialize;

use super::{
    check::{Missing, no_such},
    site::{Site, unreadable},
};
use crate::{
    Failure,
    arguments::Report,
    clock,
    output::{self, Form, printable},
};

/// One line: a role that lacks something, somebody without a role, or something that does not count.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Row {
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The `person_roleid`, and what the role is.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<Vec<Missing>>,
    /// The word for what does not count, or `no-role`.
    #[serde(skip_serializing_if = "Option::is_none")]
    finding: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

/// What came of it all.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Counts {
    people: u64,
    /// Who has a role with everything.
    satisfied: u64,
    lacking: u64,
    without_role: u64,
    refused: u64,
    misplaced: u64,
}

/// Whoever goes through the directory.
struct Reporter<'a> {
    site: &'a Site,
    profile: &'a Profile,
    now: jiff::Timestamp,
    form: Form,
    counts: Counts,
}

/// Lists who lacks what.
pub(crate) fn report(wanted: &Report, form: Form) -> Result<(), Failure> {
    let site = Site::read(wanted)?;
    let profile = site.profiles.get(&wanted.profile);
    let profile = profile.ok_or_else(|| no_such(&wanted.profile, site.profiles.names()))?;
    let (folder, now) = (site.directory.folder.clone(), clock::instant());
    let unreadable = unreadable(&folder);
    let (survey, problems) = Survey::begin(site.directory.clone(), now).map_err(&unreadable)?;
    let mut reporter = Reporter { site: &site, profile, now, form, counts: Counts::default() };
    problems.iter().try_for_each(|problem| reporter.key(problem))?;
    for found in survey {
        match found.map_err(&unreadable)? {
            Surveyed::Holder(holder, Ok(document)) => reporter.person(holder, &document)?,
            Surveyed::Holder(holder, Err(finding)) => reporter.refused(holder, &finding)?,
            Surveyed::Misplaced(file) => {
                reporter.counts.misplaced += 1;
                let text =
                    "nobody is asked for here: no document of a holder, or in another's place";
                reporter.beside(&file.to_string_lossy(), "misplaced", text.to_owned())?;
            }
        }
    }
    reporter.end()
}

impl Reporter<'_> {
    /// Each open role by itself: people work in one at a time.
    fn person(&mut self, holder: Uuid, document: &Document) -> Result<(), Failure> {
        self.counts.people += 1;
        let of = || Row {
            holder: Some(holder.to_string()),
            name: document.name().map(str::to_owned),
            ..Row::default()
        };
        for out in document.left_out() {
            let text = format!("role {} does not count: {}", out.number, out.finding);
            self.write(&Row { finding: Some(out.finding.word()), text: Some(text), ..of() })?;
        }
        let (mut is_satisfied, mut has_role) = (false, false);
        for held in document.open_roles(self.site.close_date, self.now) {
            has_role = true;
            match self.profile.check(&held.role.effective(&self.site.catalogue)) {
                Checked::Satisfied => is_satisfied = true,
                Checked::Missing(codes) => {
                    let name = |code: &_| Missing::named(&format!("{code}"), &self.site.catalogue);
                    let missing = Some(codes.iter().map(name).collect());
                    self.write(&Row { missing, ..with_role(of(), held) })?;
                }
            }
        }
        match (has_role, is_satisfied) {
            (true, true) => self.counts.satisfied += 1,
            (true, false) => self.counts.lacking += 1,
            (false, _) => {
                self.counts.without_role += 1;
                let text = Some("no role is open".to_owned());
                self.write(&Row { finding: Some("no-role"), text, ..of() })?;
            }
        }
        Ok(())
    }

    fn refused(&mut self, holder: Uuid, finding: &Finding) -> Result<(), Failure> {
        self.counts.refused += 1;
        let text = Some(format!("the document does not count: {finding}"));
        let holder = Some(holder.to_string());
        self.write(&Row { holder, finding: Some(finding.word()), text, ..Row::default() })
    }

    fn key(&self, problem: &KeyProblem) -> Result<(), Failure> {
        self.beside(&problem.place.to_string_lossy(), "key", problem.fact.to_string())
    }

    /// What belongs to nobody.
    fn beside(&self, file: &str, finding: &'static str, text: String) -> Result<(), Failure> {
        let (file, text) = (Some(file.to_owned()), Some(text));
        self.write(&Row { file, finding: Some(finding), text, ..Row::default() })
    }

    fn write(&self, row: &Row) -> Result<(), Failure> {
        match self.form {
            Form::Json => output::json(row),
            Form::Words => output::line(&row.words()),
        }
    }

    fn end(self) -> Result<(), Failure> {
        match self.form {
            Form::Json => output::json(&serde_json::json!({ "summary": self.counts })),
            Form::Words => {
                output::line(&self.counts.words(self.profile.name()))?;
                if self.site.catalogue.is_starter() {
                    output::line(STARTER)?;
                }
                if self.counts.lacking > 0 { output::line(WHO_ADDS) } else { Ok(()) }
            }
        }
    }
}

const STARTER: &str = "The starter catalogue knows no baselines: what people may do by their job role alone is not \
                       counted. A site loads the full catalogue.";

fn with_role(row: Row, held: &HeldRole) -> Row {
    let organisation = held.role.organisation.as_str();
    Row {
        role: Some(held.role.id.as_str().to_owned()),
        organisation: Some(organisation.to_owned()),
        role_name: Some(held.role.name.clone()),
        text: Some(match &held.organisation_name {
            Some(name) => format!("{} at {name} ({organisation})", held.role.short_name()),
            None => format!("{} at {organisation}", held.role.short_name()),
        }),
        ..row
    }
}

impl Row {
    fn words(&self) -> String {
        let who = self.holder.as_ref().or(self.file.as_ref()).map(String::as_str);
        let name = self.name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
        let missing = self.missing.iter().flatten().map(Missing::words).collect::<Vec<_>>();
        let lacks = if missing.is_empty() {
            String::new()
        } else {
            format!(" lacks {}", missing.join(", "))
        };
        let text = self.text.as_deref().unwrap_or_default();
        printable(&format!("{}{name}: {text}{lacks}", who.unwrap_or_default()))
    }
}

impl Counts {
    fn words(&self, profile: &str) -> String {
        let Self { people, satisfied, lacking, without_role, refused, misplaced } = self;
        let beside =
            if *misplaced == 0 { String::new() } else { format!(", {misplaced} lie elsewhere") };
        format!(
            "{profile}: of {people} people {satisfied} have it in a role, {lacking} lack something in every role, \
             {without_role} have no role; {refused} documents do not count{beside}."
        )
    }
}
