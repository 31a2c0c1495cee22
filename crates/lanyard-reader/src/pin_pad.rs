//! PIN pad features of a reader (PC/SC part 10 §2.2).

/// A number that `SCardControl` takes, as the reader gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ControlCode(pub u32);

/// A reader's keys for entering a passcode that no program sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PinPad {
    /// `FEATURE_VERIFY_PIN_DIRECT`.
    pub verify: ControlCode,
    /// `FEATURE_MODIFY_PIN_DIRECT`.
    pub modify: Option<ControlCode>,
    /// `FEATURE_IFD_PIN_PROPERTIES`.
    pub properties: Option<ControlCode>,
}
