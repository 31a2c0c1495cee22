//! Object identifiers that have a meaning here, as the values of their objects (RFC 5280 §A, RFC 6960 §B,
//! RFC 4519, RFC 5912).

pub(crate) const COMMON_NAME: &[u8] = &[0x55, 4, 3];
pub(crate) const USER_ID: &[u8] = &[0x09, 0x92, 0x26, 0x89, 0x93, 0xF2, 0x2C, 0x64, 1, 1];
pub(crate) const EMAIL_ADDRESS: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 1];

pub(crate) const SUBJECT_KEY_ID: &[u8] = &[0x55, 0x1D, 14];
pub(crate) const KEY_USAGE: &[u8] = &[0x55, 0x1D, 15];
pub(crate) const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1D, 17];
pub(crate) const ISSUER_ALT_NAME: &[u8] = &[0x55, 0x1D, 18];
pub(crate) const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1D, 19];
pub(crate) const CRL_NUMBER: &[u8] = &[0x55, 0x1D, 20];
pub(crate) const CRL_REASON: &[u8] = &[0x55, 0x1D, 21];
pub(crate) const INVALIDITY_DATE: &[u8] = &[0x55, 0x1D, 24];
pub(crate) const DELTA_CRL_INDICATOR: &[u8] = &[0x55, 0x1D, 27];
pub(crate) const ISSUING_DISTRIBUTION_POINT: &[u8] = &[0x55, 0x1D, 28];
pub(crate) const CERTIFICATE_ISSUER: &[u8] = &[0x55, 0x1D, 29];
pub(crate) const NAME_CONSTRAINTS: &[u8] = &[0x55, 0x1D, 30];
pub(crate) const CRL_DISTRIBUTION_POINTS: &[u8] = &[0x55, 0x1D, 31];
pub(crate) const CERTIFICATE_POLICIES: &[u8] = &[0x55, 0x1D, 32];
pub(crate) const ANY_POLICY: &[u8] = &[0x55, 0x1D, 32, 0];
pub(crate) const POLICY_MAPPINGS: &[u8] = &[0x55, 0x1D, 33];
pub(crate) const AUTHORITY_KEY_ID: &[u8] = &[0x55, 0x1D, 35];
pub(crate) const POLICY_CONSTRAINTS: &[u8] = &[0x55, 0x1D, 36];
pub(crate) const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1D, 37];
pub(crate) const ANY_EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1D, 37, 0];
pub(crate) const FRESHEST_CRL: &[u8] = &[0x55, 0x1D, 46];
pub(crate) const INHIBIT_ANY_POLICY: &[u8] = &[0x55, 0x1D, 54];

pub(crate) const AUTHORITY_INFO_ACCESS: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 1, 1];
pub(crate) const CLIENT_AUTHENTICATION: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 3, 2];
pub(crate) const OCSP_SIGNING: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 3, 9];
pub(crate) const OCSP_ACCESS: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 0x30, 1];
pub(crate) const OCSP_BASIC: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 0x30, 1, 1];
pub(crate) const OCSP_NONCE: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 0x30, 1, 2];
pub(crate) const OCSP_NO_CHECK: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 0x30, 1, 5];
/// `szOID_KP_SMARTCARD_LOGON`, 1.3.6.1.4.1.311.20.2.2.
pub(crate) const SMARTCARD_LOGON: &[u8] = &[0x2B, 6, 1, 4, 1, 0x82, 0x37, 20, 2, 2];

pub(crate) const SHA1: &[u8] = &[0x2B, 0x0E, 3, 2, 0x1A];
pub(crate) const SHA256: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];
pub(crate) const SHA384: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2];
pub(crate) const SHA512: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3];
