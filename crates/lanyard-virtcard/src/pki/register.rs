//! Everything the PKI knows: authorities, responder, lists with what they name. One value, kept as one file;
//! no I/O here.

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::issue::IssueError;
use crate::persona::Persona;
use crate::personas::Personas;
use crate::pki::authority::Authority;
use crate::pki::list::{List, Revoked};
use crate::pki::office::Office;
use crate::pki::points::Point;
use crate::pki::reason::RevocationReason;
use crate::pki::responder::Responder;
use crate::pki::serial;

/// When the personas that are revoked from the first day were: as long ago as a lost card is forgotten.
const REVOKED_BEFORE: Duration = Duration::days(30);

/// The PKI as it stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Register {
    root: Authority,
    rsa: Authority,
    p256: Authority,
    untrusted: Authority,
    pub(super) responder: Responder,
    /// By the name of their file.
    lists: BTreeMap<String, List>,
}

impl Register {
    /// A new one with new keys.
    pub(super) fn new(now: SystemTime) -> Result<Self, IssueError> {
        let root = Authority::root(Office::Root, now)?;
        let p256 = root.below(Office::P256, now)?;
        let mut register = Self {
            rsa: root.below(Office::Rsa, now)?,
            untrusted: Authority::root(Office::Untrusted, now)?,
            responder: Responder::make(&p256, now)?,
            lists: BTreeMap::new(),
            root,
            p256,
        };
        let personas = Personas::compiled_in()?;
        let then = OffsetDateTime::from(now) - REVOKED_BEFORE;
        for point in Office::ALL.into_iter().flat_map(Point::all) {
            let of_point = |persona: &&Persona| persona.revoked && Point::of(persona) == point;
            let revoked = personas.iter().filter(of_point);
            let revoked =
                revoked.flat_map(|persona| entries(persona, RevocationReason::KeyCompromise, then));
            register.make_list(point, revoked.collect(), now)?;
        }
        Ok(register)
    }

    pub(super) const fn authority(&self, office: Office) -> &Authority {
        match office {
            Office::Root => &self.root,
            Office::Rsa => &self.rsa,
            Office::P256 => &self.p256,
            Office::Untrusted => &self.untrusted,
        }
    }

    /// An authority's lists, each with the name of its file.
    pub(super) fn lists(&self, office: Office) -> impl Iterator<Item = (String, &List)> {
        Point::all(office).filter_map(|point| {
            let file = point.file();
            let list = self.lists.get(&file)?;
            Some((file, list))
        })
    }

    /// Makes the lists anew that are due: whether there were any.
    pub(super) fn renew(&mut self, now: SystemTime) -> Result<bool, IssueError> {
        let due: Vec<Point> = Office::ALL
            .into_iter()
            .flat_map(Point::all)
            .filter(|point| self.list(*point).is_none_or(|list| list.is_due(now.into())))
            .collect();
        for point in &due {
            let revoked = self.list(*point).map(|list| list.revoked.clone());
            self.make_list(*point, revoked.unwrap_or_default(), now)?;
        }
        Ok(!due.is_empty())
    }

    /// Takes a persona's certificates back: whether they were good until now.
    pub(super) fn revoke(
        &mut self,
        persona: &Persona,
        reason: RevocationReason,
        now: SystemTime,
    ) -> Result<bool, IssueError> {
        let point = Point::of(persona);
        let listed = self.list(point).map(|list| list.revoked.clone());
        let mut revoked = listed.unwrap_or_default();
        if revoked.iter().any(|entry| entry.persona == persona.name) {
            return Ok(false);
        }
        revoked.extend(entries(persona, reason, now.into()));
        self.make_list(point, revoked, now)?;
        Ok(true)
    }

    fn list(&self, point: Point) -> Option<&List> {
        self.lists.get(&point.file())
    }

    fn make_list(
        &mut self,
        point: Point,
        revoked: Vec<Revoked>,
        now: SystemTime,
    ) -> Result<(), IssueError> {
        let authority = self.authority(point.office);
        let list = List::make(point, authority, revoked, self.list(point), now.into())?;
        self.lists.insert(point.file(), list);
        Ok(())
    }
}

/// What a list says of a persona's card: one entry for each of its certificates.
fn entries(
    persona: &Persona,
    reason: RevocationReason,
    now: OffsetDateTime,
) -> impl Iterator<Item = Revoked> {
    let serials = persona.slots.iter().map(|slot| serial::of_holder(&persona.name, *slot));
    serials.map(move |serial| Revoked::new(&persona.name, &serial, reason, now))
}
