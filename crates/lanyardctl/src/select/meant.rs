//! Which role somebody means by a word: its identifier, an organisation's code when only one role is there, or the
//! number it has in the list.

use lanyard_dbus::RoleDescription;

/// What a word stands for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Meant<'a> {
    One(&'a RoleDescription),
    /// All at one organisation.
    Several(Vec<&'a RoleDescription>),
    Nothing,
}

impl<'a> Meant<'a> {
    /// Identifiers and codes come before numbers: they may be digits too.
    pub(super) fn by(word: &str, roles: &'a [RoleDescription]) -> Self {
        if let Some(role) = roles.iter().find(|role| role.id == word) {
            return Self::One(role);
        }
        let there = roles.iter().filter(|role| role.organisation.eq_ignore_ascii_case(word));
        match there.collect::<Vec<_>>().as_slice() {
            [role] => return Self::One(role),
            [] => {}
            several => return Self::Several(several.to_vec()),
        }
        let place = word.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        place.and_then(|place| roles.get(place)).map_or(Self::Nothing, Self::One)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::tests::at;

    #[test]
    fn a_role_is_named_by_identifier_organisation_or_number() {
        let twice = RoleDescription { id: "another".to_owned(), ..at("A99902", None, false) };
        let roles = [at("A99901", None, false), at("A99902", None, false), twice];
        assert_eq!(Meant::by("id-A99902", &roles), Meant::One(&roles[1]));
        assert_eq!(Meant::by("a99901", &roles), Meant::One(&roles[0]));
        assert_eq!(Meant::by("A99902", &roles), Meant::Several(vec![&roles[1], &roles[2]]));
        assert_eq!(Meant::by("3", &roles), Meant::One(&roles[2]));
        for nothing in ["0", "4", "", "-1", "A999", "99999999999999999999"] {
            assert_eq!(Meant::by(nothing, &roles), Meant::Nothing, "{nothing}");
        }
    }

    #[test]
    fn an_organisation_of_digits_comes_before_a_number() {
        let roles = [at("111", None, false), at("222", None, false), at("001", None, false)];
        assert_eq!(Meant::by("001", &roles), Meant::One(&roles[2]));
        assert_eq!(Meant::by("1", &roles), Meant::One(&roles[0]));
    }
}
