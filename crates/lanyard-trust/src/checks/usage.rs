//! May the key sign people in? Key usage must name digitalSignature; an extended usage that is there must
//! allow client authentication or smartcard logon. None is demanded, since national certificates have
//! none.

use super::Case;
use crate::der::{Oid, oid};
use crate::finding::{Check, Fact, Findings, Place};
use crate::x509::KeyUsage;

const PURPOSES: [&[u8]; 3] =
    [oid::CLIENT_AUTHENTICATION, oid::SMARTCARD_LOGON, oid::ANY_EXTENDED_KEY_USAGE];

pub(super) fn check(case: &Case<'_>, findings: &mut Findings) {
    let Some(judged) = case.path.first() else { return };
    let extensions = judged.extensions();
    let mut refuse = |fact| findings.refuse(Check::Usage, Place::Certificate(0), fact);
    if !extensions.key_usage.is_some_and(|usage| usage.allows(KeyUsage::DIGITAL_SIGNATURE)) {
        refuse(Fact::NoDigitalSignature);
    }
    let suits = |usages: &Vec<Oid>| usages.iter().any(|usage| PURPOSES.contains(&usage.as_bytes()));
    if !extensions.extended_key_usage.as_ref().is_none_or(suits) {
        refuse(Fact::OtherUsage);
    }
}
