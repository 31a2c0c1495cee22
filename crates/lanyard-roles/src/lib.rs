//! Who may do what, and where: the National RBAC Database as a [`Catalogue`], role documents in the shape of
//! the national `userinfo`, access profiles, and the directory that documents come from.
//!
//! Logic takes bytes and a time: [`Document::open`] is the only way to a signed role. Files and threads are
//! in [`directory`], the clock is always handed in. No card, no bus and no session is known here.
//!
//! ```
//! use lanyard_roles::{Activity, Catalogue, Checked, JobRole, Profile};
//!
//! let catalogue = Catalogue::starter();
//! let code = |text| Activity::parse(text).unwrap();
//! let effective =
//!     catalogue.effective(JobRole::parse("R8001").unwrap(), &[], &[code("B0825"), code("B0107")]);
//! assert!(effective.has(code("B0820")), "B0825 includes B0820");
//!
//! let profile = &Profile::shipped()[0];
//! assert_eq!(profile.name(), "cp-is-unscheduled");
//! assert_eq!(profile.check(&effective), Checked::Missing(vec![code("B0264")]));
//! ```

mod catalogue;
mod codes;
mod dates;
pub mod directory;
mod document;
mod finding;
mod identifiers;
mod jws;
mod keys;
mod notice;
mod object;
mod profile;
mod signing;
mod statement;
mod userinfo;

pub use catalogue::{
    Baseline, Catalogue, CatalogueFact, CatalogueFile, CatalogueProblem, Effective, FORM,
    FileError, Inclusion, LONGEST_FILE, Named, Table, UnknownCode,
};
pub use codes::{
    Activity, AreaGroup, AreaName, AreaOfWork, AreaSubGroup, JobRole, RoleCode, StaffGroup,
    SubGroup,
};
pub use dates::{CloseDate, Dates, Standing, day_at, parse_day};
pub use document::{Document, HeldRole, LONGEST_FILE_OF_DIRECTORY, LeftOut, Origin, RoleProof};
pub use finding::{Finding, Malformation};
pub use identifiers::{OdsCode, RoleId, Uuid};
pub use jws::{
    Algorithm, Compact, JwsFault, KeyError, LONGEST_JWS, PublicKey, SignError, SigningKey,
};
pub use keys::{KeyRights, Keys, Organisations, Persons};
pub use notice::{LOCUM_PHARMACY, notice_at};
pub use profile::{Checked, Profile, ProfileError, WHO_ADDS};
pub use signing::{sign_document, sign_person, sign_roles};
pub use statement::{
    CLOCK_SKEW_S, PERSON_KIND, ROLE_KIND, ROLES_CLAIM, RoleStatement, Validity, statement_digest,
};
pub use userinfo::{
    DocumentFault, LONGEST_DOCUMENT, LONGEST_TEXT, MOST_ENTRIES, MOST_ORGANISATIONS, MOST_ROLES,
    Person, Role, RoleFault, RoleProblem, short_role_name,
};
