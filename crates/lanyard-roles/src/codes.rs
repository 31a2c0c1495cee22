//! The codes of the National RBAC Database: a letter and four digits. Codes are compared, names never.

use std::fmt;

/// One kind of code: its letter, and what it stands for.
macro_rules! code {
    ($(#[$documentation:meta])* $name:ident, $letter:literal) => {
        $(#[$documentation])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u16);

        impl $name {
            #[doc = concat!("`", $letter, "` and four digits, or nothing.")]
            pub const fn parse(text: &str) -> Option<Self> {
                match number(text, $letter) {
                    Some(number) => Some(Self(number)),
                    None => None,
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}{:04}", $letter, self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    };
}

code! {
    /// A job role, as R8001 for nurses.
    JobRole, 'R'
}
code! {
    /// Something a person may do, as B0825 for amending a patient's demographics.
    Activity, 'B'
}
code! {
    /// A group of staff.
    StaffGroup, 'S'
}
code! {
    /// A group within a group of staff.
    SubGroup, 'G'
}
code! {
    /// The widest part of an area of work.
    AreaGroup, 'P'
}
code! {
    /// The part within it.
    AreaSubGroup, 'Q'
}
code! {
    /// The narrowest part.
    AreaName, 'T'
}

/// The `role_code` of a role: `S0080:G0450:R5080`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoleCode {
    /// The group of staff.
    pub staff_group: StaffGroup,
    /// The group within it.
    pub sub_group: SubGroup,
    /// The job role, by which baselines are found.
    pub job_role: JobRole,
}

impl RoleCode {
    /// Three codes with colons between them, or nothing.
    pub fn parse(text: &str) -> Option<Self> {
        let (staff_group, rest) = text.split_once(':')?;
        let (sub_group, job_role) = rest.split_once(':')?;
        Some(Self {
            staff_group: StaffGroup::parse(staff_group)?,
            sub_group: SubGroup::parse(sub_group)?,
            job_role: JobRole::parse(job_role)?,
        })
    }
}

impl fmt::Display for RoleCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.staff_group, self.sub_group, self.job_role)
    }
}

impl fmt::Debug for RoleCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// An area of work: `P0020`, `P0020:Q0300` or `P0020:Q0300:T0640`. A shorter one covers all that begin so.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AreaOfWork {
    /// The widest part.
    pub group: AreaGroup,
    /// What is within it, and what is within that.
    within: Option<(AreaSubGroup, Option<AreaName>)>,
}

impl AreaOfWork {
    /// One to three codes with colons between them, or nothing.
    pub fn parse(text: &str) -> Option<Self> {
        let Some((group, rest)) = text.split_once(':') else {
            return Some(Self { group: AreaGroup::parse(text)?, within: None });
        };
        let (sub_group, name) = match rest.split_once(':') {
            None => (rest, None),
            Some((sub_group, name)) => (sub_group, Some(AreaName::parse(name)?)),
        };
        let within = Some((AreaSubGroup::parse(sub_group)?, name));
        Some(Self { group: AreaGroup::parse(group)?, within })
    }

    /// This area and those that cover it, the narrowest first.
    pub fn and_wider(self) -> impl Iterator<Item = Self> {
        let group = Self { group: self.group, within: None };
        let middle =
            self.within.map(|(sub_group, _)| Self { within: Some((sub_group, None)), ..group });
        let narrow = self.within.filter(|(_, name)| name.is_some()).map(|_| self);
        narrow.into_iter().chain(middle).chain([group])
    }

    /// Whether it has all three parts, as those of roles have.
    pub fn is_whole(self) -> bool {
        self.within.is_some_and(|(_, name)| name.is_some())
    }
}

impl fmt::Display for AreaOfWork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.group)?;
        if let Some((sub_group, name)) = self.within {
            write!(f, ":{sub_group}")?;
            if let Some(name) = name {
                write!(f, ":{name}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for AreaOfWork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The number after the letter.
const fn number(text: &str, letter: char) -> Option<u16> {
    let [first, digits @ ..] = text.as_bytes() else { return None };
    let [a, b, c, d] = *digits else { return None };
    if *first as char != letter || !(digit(a) && digit(b) && digit(c) && digit(d)) {
        return None;
    }
    Some(1000 * value(a) + 100 * value(b) + 10 * value(c) + value(d))
}

const fn digit(byte: u8) -> bool {
    byte.is_ascii_digit()
}

const fn value(digit: u8) -> u16 {
    (digit - b'0') as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_a_letter_and_four_digits() {
        assert_eq!(JobRole::parse("R0260").unwrap().to_string(), "R0260");
        assert_eq!(Activity::parse("B0000").unwrap().to_string(), "B0000");
        for text in ["", "R", "R260", "R02600", "r0260", "B0260", "R026x", " R0260", "R026\u{e9}"] {
            assert_eq!(JobRole::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_role_code_has_three_parts() {
        let code = RoleCode::parse("S0080:G0450:R5080").unwrap();
        assert_eq!(code.job_role, JobRole::parse("R5080").unwrap());
        assert_eq!(code.to_string(), "S0080:G0450:R5080");
        for text in ["R5080", "S0080:R5080", "S0080:G0450:R5080:R5080", "G0450:S0080:R5080"] {
            assert_eq!(RoleCode::parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_area_is_covered_by_those_it_lies_in() {
        let shown = |text| {
            let area = AreaOfWork::parse(text)?;
            Some(area.and_wider().map(|area| area.to_string()).collect::<Vec<_>>())
        };
        let whole = ["P0020:Q0300:T0640", "P0020:Q0300", "P0020"].map(String::from);
        assert_eq!(shown("P0020:Q0300:T0640"), Some(whole.to_vec()));
        assert_eq!(shown("P0020:Q0300"), Some(whole[1..].to_vec()));
        assert_eq!(shown("P0020"), Some(whole[2..].to_vec()));
        for text in ["", "P0020:", "P0020:T0640", "P0020:Q0300:", "P0020:Q0300:T0640:T0640"] {
            assert_eq!(shown(text), None, "{text}");
        }
    }
}
