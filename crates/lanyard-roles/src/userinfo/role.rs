//! One role of a person: who is asked for it, where it holds, and what it brings beside its baseline.

use serde::Deserialize;

use super::fault::{LONGEST_TEXT, MOST_ENTRIES, RoleFault};
use super::lenient;
use crate::catalogue::{Catalogue, Effective};
use crate::codes::{Activity, AreaOfWork, RoleCode};
use crate::dates::{Dates, parse_day};
use crate::identifiers::{OdsCode, RoleId};
use crate::notice::notice_at;
use crate::object::object;

/// A role at an organisation. Names are for people, and are never paired with codes: their orders differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// `person_roleid`: by this a role is chosen.
    pub id: RoleId,
    /// `person_orgid`: the person's position at the organisation.
    pub position: RoleId,
    /// `org_code`.
    pub organisation: OdsCode,
    /// `role_code`.
    pub code: RoleCode,
    /// `role_name`, as it is written: `"Admin & Clerical":"…":"…"`.
    pub name: String,
    /// `activity_codes`: what the role brings beside its baseline.
    pub activities: Vec<Activity>,
    /// `aow_codes`.
    pub areas: Vec<AreaOfWork>,
    /// `workgroups_codes`.
    pub workgroups: Vec<String>,
    /// Of `activity_codes` and `aow_codes`, what is no code: it gives nothing, and is told.
    pub unread_codes: Vec<String>,
    /// `activities`.
    pub activity_names: Vec<String>,
    /// `aow`.
    pub area_names: Vec<String>,
    /// `workgroups`.
    pub workgroup_names: Vec<String>,
    /// `nhsOpenDate` and `nhsCloseDate`, which the directory has and `userinfo` has not.
    pub dates: Dates,
}

#[derive(Deserialize)]
struct Raw {
    #[serde(default, deserialize_with = "lenient::text")]
    person_orgid: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    person_roleid: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    org_code: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    role_code: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    role_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::texts")]
    activities: Vec<String>,
    #[serde(default, deserialize_with = "lenient::texts")]
    activity_codes: Vec<String>,
    #[serde(default, deserialize_with = "lenient::texts")]
    workgroups: Vec<String>,
    #[serde(default, deserialize_with = "lenient::texts")]
    workgroups_codes: Vec<String>,
    #[serde(default, deserialize_with = "lenient::texts")]
    aow: Vec<String>,
    #[serde(default, deserialize_with = "lenient::texts")]
    aow_codes: Vec<String>,
    #[serde(default, rename = "nhsOpenDate", deserialize_with = "lenient::text")]
    open_date: Option<String>,
    #[serde(default, rename = "nhsCloseDate", deserialize_with = "lenient::text")]
    close_date: Option<String>,
}

impl Role {
    /// Everything that somebody in this role may do.
    pub fn effective(&self, catalogue: &Catalogue) -> Effective {
        catalogue.effective(self.code.job_role, &self.areas, &self.activities)
    }

    /// The text that must be shown while somebody is in this role.
    pub fn notice(&self) -> Option<&'static str> {
        notice_at(&self.organisation)
    }

    /// The last part of the name, without quotation marks: "Registration Authority Manager".
    pub fn short_name(&self) -> &str {
        short_role_name(&self.name)
    }

    pub(super) fn read(json: &str) -> Result<Self, RoleFault> {
        let raw: Raw = object(json.as_bytes()).map_err(RoleFault::Shape)?;
        raw.check_sizes()?;
        let mut unread_codes = Vec::new();
        let activities = codes(raw.activity_codes, Activity::parse, &mut unread_codes);
        let areas = codes(raw.aow_codes, AreaOfWork::parse, &mut unread_codes);
        Ok(Self {
            id: field("person_roleid", raw.person_roleid, RoleId::parse)?,
            position: field("person_orgid", raw.person_orgid, RoleId::parse)?,
            organisation: field("org_code", raw.org_code, OdsCode::parse)?,
            code: field("role_code", raw.role_code, RoleCode::parse)?,
            name: field("role_name", raw.role_name, |text| Some(text.to_owned()))?,
            activities,
            areas,
            workgroups: raw.workgroups_codes,
            unread_codes,
            activity_names: raw.activities,
            area_names: raw.aow,
            workgroup_names: raw.workgroups,
            dates: Dates {
                opens: day("nhsOpenDate", raw.open_date)?,
                closes: day("nhsCloseDate", raw.close_date)?,
            },
        })
    }
}

impl Raw {
    fn check_sizes(&self) -> Result<(), RoleFault> {
        let lists = [
            ("activities", &self.activities),
            ("activity_codes", &self.activity_codes),
            ("workgroups", &self.workgroups),
            ("workgroups_codes", &self.workgroups_codes),
            ("aow", &self.aow),
            ("aow_codes", &self.aow_codes),
        ];
        for (field, list) in lists {
            if list.len() > MOST_ENTRIES {
                return Err(RoleFault::TooMany { field });
            }
            if list.iter().any(|text| text.len() > LONGEST_TEXT) {
                return Err(RoleFault::LongText { field });
            }
        }
        match &self.role_name {
            Some(name) if name.len() > LONGEST_TEXT => {
                Err(RoleFault::LongText { field: "role_name" })
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// The last part of a `role_name`, without quotation marks: "Registration Authority Manager".
pub fn short_role_name(name: &str) -> &str {
    name.rsplit("\":\"").next().unwrap_or_default().trim_matches('"')
}

/// A required field in its form.
fn field<T>(
    name: &'static str,
    text: Option<String>,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<T, RoleFault> {
    let text = text.filter(|text| !text.is_empty()).ok_or(RoleFault::Missing(name))?;
    parse(&text).ok_or(RoleFault::Form(name))
}

/// A date that may be absent. One that cannot be read could be one that is over.
fn day(name: &'static str, text: Option<String>) -> Result<Option<jiff::civil::Date>, RoleFault> {
    match text.filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => parse_day(&text).map(Some).ok_or(RoleFault::Form(name)),
    }
}

/// The codes of a list, each once, in its order; the rest goes to `unread`.
fn codes<Code: PartialEq + Ord + Copy>(
    texts: Vec<String>,
    parse: impl Fn(&str) -> Option<Code>,
    unread: &mut Vec<String>,
) -> Vec<Code> {
    let mut codes = Vec::new();
    for text in texts {
        match parse(text.trim()) {
            Some(code) => codes.push(code),
            None => unread.push(text),
        }
    }
    codes.sort_unstable();
    codes.dedup();
    codes
}
