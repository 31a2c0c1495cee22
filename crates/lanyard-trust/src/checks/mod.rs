//! The checks of a path, in one ordered list. Each has a file of its own and adds what it finds; none
//! stops the others.
//!
//! Together those of the path are RFC 5280 §6.1: its state is kept by each check for itself, so that one
//! wrong certificate does not hide what else is wrong.

mod chain;
mod clock;
mod dates;
mod extensions;
mod form;
mod holder;
mod matching;
mod names;
mod policies;
mod policy_graph;
mod revocation;
mod signatures;
mod usage;

use crate::der::UnixTime;
use crate::finding::Findings;
use crate::revocation::Sources;
use crate::settings::{Profile, Settings};
use crate::signatures::Signatures;
use crate::x509::Certificate;

pub(crate) use holder::holder;

/// One path with all that is known about it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case<'a> {
    /// The judged certificate first.
    pub(crate) path: &'a [Certificate],
    /// How many are below the anchor; all of them where the path reaches none.
    pub(crate) below: usize,
    pub(crate) settings: &'a Settings,
    pub(crate) signatures: &'a Signatures,
    pub(crate) sources: &'a Sources<'a>,
    pub(crate) now: UnixTime,
}

/// A check.
type CheckOfPath = fn(&Case<'_>, &mut Findings);

/// RFC 5280 §6.1 but for revocation: what also holds for the path of whoever signs lists.
const PATH: [CheckOfPath; 6] =
    [form::check, chain::check, signatures::check, extensions::check, names::check, dates::check];

/// All of RFC 5280 §6.1.
const WHOLE_PATH: [CheckOfPath; 2] = [revocation::check, policies::check];

/// What signing in needs beside that.
const SIGN_IN: [CheckOfPath; 3] = [clock::check, usage::check, holder::check];

impl<'a> Case<'a> {
    /// The path as such: whether somebody may sign lists or answers.
    pub(crate) fn path_findings(&self) -> Findings {
        let mut findings = Findings::default();
        self.make(&PATH, &mut findings);
        findings
    }

    /// Everything that the profile asks for.
    pub(crate) fn findings(&self) -> Findings {
        let mut findings = self.path_findings();
        if self.anchor().is_some() {
            self.make(&WHOLE_PATH, &mut findings);
        }
        match self.settings.profile {
            Profile::SignIn => self.make(&SIGN_IN, &mut findings),
            Profile::Path => {}
        }
        findings
    }

    fn make(&self, checks: &[CheckOfPath], findings: &mut Findings) {
        for check in checks {
            check(self, findings);
        }
    }

    /// The certificates below the anchor with their places, the one next to the anchor first, as
    /// RFC 5280 §6.1 goes through them.
    pub(crate) fn downwards(&self) -> impl Iterator<Item = (usize, &'a Certificate)> {
        self.path.iter().enumerate().take(self.below).rev()
    }

    pub(crate) fn anchor(&self) -> Option<&'a Certificate> {
        self.path.get(self.below)
    }
}
