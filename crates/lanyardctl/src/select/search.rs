//! What follows from what somebody types who chooses among roles: few are listed, of many those that fit.

use lanyard_dbus::RoleDescription;
use lanyard_roles::short_role_name;

/// As many as are listed at once without being looked for.
pub(super) const FEW: usize = 5;

/// As many as fit on a screen.
const SHOWN: usize = 15;

/// What follows.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// This one is taken, counted from 0.
    Take(usize),
    /// These are shown, and how many more fit.
    Show(Vec<usize>, usize),
    /// There is none like it.
    NoSuch,
}

/// What follows from a line: a number is taken, every other word is looked for.
pub(super) fn next(line: &str, roles: &[RoleDescription]) -> Next {
    let line = line.trim();
    if let Ok(number) = line.parse::<usize>() {
        let place = number.checked_sub(1).filter(|place| *place < roles.len());
        return place.map_or(Next::NoSuch, Next::Take);
    }
    let words: Vec<String> = line.split_whitespace().map(str::to_lowercase).collect();
    let fits = |role: &RoleDescription| {
        let text = searched(role);
        words.iter().all(|word| text.contains(word))
    };
    let mut found: Vec<usize> =
        (0..).zip(roles).filter(|(_, role)| fits(role)).map(|(place, _)| place).collect();
    let more = found.len().saturating_sub(SHOWN);
    found.truncate(SHOWN);
    if found.is_empty() { Next::NoSuch } else { Next::Show(found, more) }
}

fn searched(role: &RoleDescription) -> String {
    let organisation = role.organisation_name.as_deref().unwrap_or_default();
    let name = short_role_name(&role.name);
    format!("{name} {organisation} {} {}", role.organisation, role.code).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::tests::at;

    #[test]
    fn a_number_is_taken_and_words_are_looked_for() {
        let names = ["PRACTICE ONE", "PRACTICE TWO", "HOSPITAL ONE"];
        let roles = names.map(|name| at("A99901", Some(name), false));
        assert_eq!(next(" 2 ", &roles), Next::Take(1));
        assert_eq!(next("practice", &roles), Next::Show(vec![0, 1], 0));
        assert_eq!(next("one hosp", &roles), Next::Show(vec![2], 0));
        assert_eq!(next("nurse", &roles), Next::Show(vec![0, 1, 2], 0));
        for nothing in ["0", "4", "pharmacy"] {
            assert_eq!(next(nothing, &roles), Next::NoSuch, "{nothing}");
        }
    }

    #[test]
    fn no_more_are_shown_than_fit_on_a_screen() {
        let roles: Vec<_> = (0..40).map(|_| at("A99901", None, false)).collect();
        assert_eq!(next("nurse", &roles), Next::Show((0..15).collect(), 25));
    }
}
