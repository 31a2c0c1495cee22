//! Are the names within what authorities may say (RFC 5280 §4.2.1.10, §6.1.3 (b) and (c))?
//!
//! Every certificate's names are compared with the constraints of every authority above it, the anchor's
//! too; §6.1 gathers these into one set, with the same result. How one name is compared with one
//! constraint is `matching`'s duty. The number of comparisons is bounded.

use super::Case;
use super::matching::{Relation, relation};
use crate::finding::{Check, Fact, Findings, NameForm, Place};
use crate::x509::{Certificate, GeneralName, NameConstraints};

/// So many comparisons are made for one path. Honest ones need some dozens.
const MOST_COMPARISONS: usize = 100_000;

pub(super) fn check(case: &Case<'_>, findings: &mut Findings) {
    let mut left = MOST_COMPARISONS;
    for (number, certificate) in case.downwards() {
        let exempt = number > 0 && certificate.is_self_issued();
        let above = case.path.iter().skip(number + 1);
        let constraints: Vec<_> =
            above.filter_map(|issuer| issuer.extensions().name_constraints.as_ref()).collect();
        if exempt || constraints.is_empty() {
            continue;
        }
        let mut facts = Vec::new();
        let names = names_of(certificate);
        for constraints in constraints {
            let comparisons = names.len() * size(constraints);
            let Some(fewer) = left.checked_sub(comparisons) else {
                findings.refuse(Check::Names, Place::Certificate(number), Fact::TooManyNames);
                return;
            };
            left = fewer;
            facts.extend(names.iter().filter_map(|name| compare(name, constraints)));
        }
        facts.dedup();
        for fact in facts {
            findings.refuse(Check::Names, Place::Certificate(number), fact);
        }
    }
}

const fn size(constraints: &NameConstraints) -> usize {
    constraints.permitted.len() + constraints.excluded.len()
}

/// The subject, when it says something, and every alternative name. Mail addresses in the subject count
/// when no alternative name is there (§4.2.1.10).
fn names_of(certificate: &Certificate) -> Vec<GeneralName> {
    let mut names = certificate.extensions().alternative_names.clone();
    if names.is_empty() {
        let mails = certificate.subject_mails();
        names.extend(mails.into_iter().map(|mail| GeneralName::Mail(mail.unwrap_or("").into())));
    }
    if !certificate.subject().is_empty() {
        names.push(GeneralName::Directory(certificate.subject().clone()));
    }
    names
}

/// What is wrong with a name by the constraints of one authority.
fn compare(name: &GeneralName, constraints: &NameConstraints) -> Option<Fact> {
    let form = NameForm(name.form());
    let of_form = |base: &&GeneralName| base.form() == name.form();
    for base in constraints.excluded.iter().filter(of_form) {
        match relation(name, base) {
            Relation::Outside => {}
            Relation::Inside | Relation::Overlapping => return Some(Fact::NameExcluded(form)),
            Relation::Unclear => return Some(Fact::NameConstraint(form)),
        }
    }
    let mut constrained = false;
    let mut unclear = false;
    for base in constraints.permitted.iter().filter(of_form) {
        constrained = true;
        match relation(name, base) {
            Relation::Inside => return None,
            Relation::Outside | Relation::Overlapping => {}
            Relation::Unclear => unclear = true,
        }
    }
    match (constrained, unclear) {
        (false, _) => None,
        (true, false) => Some(Fact::NameNotPermitted(form)),
        (true, true) => Some(Fact::NameConstraint(form)),
    }
}
