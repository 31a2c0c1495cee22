//! What a person has entered so far, and what the rules make of it: nothing that breaks them goes further.

use lanyard_card::{
    Dates, HolderUuid, NewPasscode, Obvious, Passcode, RepeatedPasscode, Unfit, Unsettable,
};
use lanyard_dbus::{PasscodePurpose, Reason};
use lanyard_ledger::Purpose;
use lanyard_settings::SiteRules;

use super::Secret;

/// What has been entered.
#[derive(Debug)]
pub(super) enum Entered {
    /// Nothing.
    Nothing,
    /// The current passcode.
    Current(Passcode),
    /// The current passcode, and a new one once.
    New(Passcode, NewPasscode),
}

/// Where an entry leads.
#[derive(Debug)]
pub(super) enum Step {
    /// More has to be entered.
    More(Entered),
    /// The passcode to sign in with.
    SignIn(Passcode),
    /// The current passcode, and the one that is to replace it.
    Change(Passcode, RepeatedPasscode),
}

impl Entered {
    /// What is entered next.
    pub(super) const fn next(&self) -> PasscodePurpose {
        match self {
            Self::Nothing => PasscodePurpose::Current,
            Self::Current(_) => PasscodePurpose::New,
            Self::New(..) => PasscodePurpose::Repeat,
        }
    }

    /// Takes an entry.
    ///
    /// # Errors
    /// Why it is no passcode, or none that may be chosen.
    pub(super) fn take(
        self,
        entry: Secret,
        purpose: Purpose,
        rules: &SiteRules,
        holder: Option<&HolderUuid>,
    ) -> Result<Step, Reason> {
        match (self, purpose) {
            (Self::Nothing, Purpose::SignIn) => Ok(Step::SignIn(current(entry, rules)?)),
            (Self::Nothing, Purpose::ChangePasscode) => {
                Ok(Step::More(Self::Current(current(entry, rules)?)))
            }
            (Self::Current(current), _) => {
                let new = new(entry, rules, rules.dates, holder)?;
                Ok(Step::More(Self::New(current, new)))
            }
            (Self::New(current, new), _) => {
                let new = repeated(new, entry, &current)?;
                Ok(Step::Change(current, new))
            }
        }
    }
}

fn current(entry: Secret, rules: &SiteRules) -> Result<Passcode, Reason> {
    Passcode::parse(entry, &rules.verifying).map_err(unfit)
}

fn new(
    entry: Secret,
    rules: &SiteRules,
    dates: Dates,
    holder: Option<&HolderUuid>,
) -> Result<NewPasscode, Reason> {
    NewPasscode::parse(entry, &rules.setting, dates, holder).map_err(
        |unsettable| match unsettable {
            Unsettable::Unfit(why) => unfit(why),
            Unsettable::Obvious(Obvious::Repeated) => Reason::RepeatsItself,
            Unsettable::Obvious(Obvious::Ascending) => Reason::Ascending,
            Unsettable::Obvious(Obvious::Descending) => Reason::Descending,
            Unsettable::Obvious(Obvious::HolderUuid) => Reason::PartOfUuid,
            Unsettable::Obvious(Obvious::Date) => Reason::IsDate,
        },
    )
}

fn repeated(
    new: NewPasscode,
    entry: Secret,
    current: &Passcode,
) -> Result<RepeatedPasscode, Reason> {
    let repeated = new.repeated(entry).map_err(|_| Reason::NotRepeated)?;
    if repeated.is_same_as(current) { Err(Reason::SamePasscode) } else { Ok(repeated) }
}

const fn unfit(unfit: Unfit) -> Reason {
    match unfit {
        Unfit::Empty => Reason::Empty,
        Unfit::TooShort { .. } => Reason::TooShort,
        Unfit::TooLong { .. } => Reason::TooLong,
        Unfit::NotDigits => Reason::NotDigits,
        Unfit::NotLettersAndDigits => Reason::NotLettersAndDigits,
    }
}
