//! When this was built: no clock that is right is before it.

use lanyard_trust::UnixTime;

/// In seconds since 1970-01-01T00:00:00Z, as the build script noted it.
const BUILT: &str = env!("LANYARD_BUILT");

/// When this was built; nothing when `SOURCE_DATE_EPOCH` was beyond all times.
pub fn built() -> Option<UnixTime> {
    BUILT.parse().ok().map(UnixTime)
}
