//! Role documents of the personas, signed by throwaway authorities, for tests.
//!
//! Nobody here exists: holders are those of the virtual card's personas, organisations have codes that no
//! register gives, and keys are made anew each time.

#![expect(
    clippy::expect_used,
    reason = "ring makes keys and signs what is well-formed, or a test cannot be made"
)]
#![expect(clippy::indexing_slicing, reason = "an index of a JSON value makes what is not there")]
#![expect(clippy::missing_panics_doc, reason = "only when ring fails")]

mod authority;
mod catalogue;
mod folder;
mod personas;
mod site;

pub use authority::Authority;
pub use catalogue::{PHARMACY, catalogue, catalogue_file};
pub use folder::{signed_file, validity, write_folder, write_persona};
pub use personas::{Persona, persona, personas, role};
pub use site::{AUTHORITY, Site};
