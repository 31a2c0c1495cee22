//! What commands are called, for the log (ISO/IEC 7816-4 §5.4.2, table 4.2).

/// The name of an instruction, as the standard spells it.
pub(crate) const fn name(instruction: u8) -> &'static str {
    match instruction {
        0x20 => "VERIFY",
        0x24 => "CHANGE REFERENCE DATA",
        0x2C => "RESET RETRY COUNTER",
        0x47 => "GENERATE ASYMMETRIC KEY PAIR",
        0x84 => "GET CHALLENGE",
        0x87 => "GENERAL AUTHENTICATE",
        0xA4 => "SELECT",
        0xC0 => "GET RESPONSE",
        0xCA | 0xCB => "GET DATA",
        0xDA | 0xDB => "PUT DATA",
        _ => "another command",
    }
}
