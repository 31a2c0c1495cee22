//! The forms of RFC 5280 §4 and §5: certificates, names, extensions. Parsed once, judged elsewhere.
//!
//! What makes a certificate unreadable is an error; what is wrong with a readable one is kept as a
//! [`Defect`], so that a judgement can tell everything at once.

mod certificate;
mod defect;
mod extensions;
mod general_name;
mod key;
mod name;
mod points;
mod serial;
mod text;

pub use certificate::{Certificate, CertificateError};
pub use defect::Defect;
pub use key::{Algorithms, SignatureFault};
pub use name::Name;
pub use serial::Serial;

pub(crate) use extensions::{
    BasicConstraints, Extensions, KeyUsage, NameConstraints, RawExtension, read_extensions,
};
pub(crate) use general_name::{GeneralName, read_general_names};
pub(crate) use key::{KeyInfo, SignatureAlgorithm, Signed};
pub(crate) use points::{DistributionPoint, PointName, Reasons, read_point_name};
pub(crate) use serial::read_serial;
