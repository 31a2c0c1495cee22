//! What a role obliges applications to show.

use crate::identifiers::OdsCode;

/// For whoever works at [`OdsCode::NATIONAL_LOCUM_PHARMACY`].
pub const LOCUM_PHARMACY: &str = "You are accountable to the pharmacy organisation in which you are currently working for all the actions you take on the system; you may not use the system to act in any other capacity";

/// The text that must be shown while somebody works at this organisation.
pub fn notice_at(organisation: &OdsCode) -> Option<&'static str> {
    (organisation.as_str() == OdsCode::NATIONAL_LOCUM_PHARMACY).then_some(LOCUM_PHARMACY)
}
