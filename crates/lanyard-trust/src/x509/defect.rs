//! What is wrong with a certificate that could be read.

use crate::der::Oid;

/// A breach of RFC 5280 §4 that makes a certificate unfit, though it can be read.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Defect {
    /// The signature's algorithm is another inside than outside (§4.1.1.2).
    #[error("the algorithm that is signed is not the one of the signature")]
    AlgorithmsDiffer,
    /// An extension stands there twice (§4.2).
    #[error("extension {0} stands there twice")]
    DuplicateExtension(Oid),
    /// An extension that has a meaning here cannot be read.
    #[error("extension {0} is malformed")]
    MalformedExtension(Oid),
    /// An extension that must be critical is not, or the other way round.
    #[error("extension {0} is critical or not against the standard")]
    Criticality(Oid),
    /// Extensions or unique identifiers in a version that has none (§4.1.2.8, §4.1.2.9).
    #[error("the version of the certificate has no such fields")]
    Version,
    /// Nobody is named as issuer (§4.1.2.4).
    #[error("no issuer is named")]
    NoIssuer,
    /// Nobody is named as subject, neither there nor in a critical alternative name (§4.1.2.6).
    #[error("no subject is named")]
    NoSubject,
    /// An authority's certificate names no subject (§4.1.2.6).
    #[error("an authority without a name")]
    NamelessAuthority,
    /// Only authorities constrain names (§4.2.1.10).
    #[error("constraints on names in a certificate that is no authority's")]
    ConstrainsWithoutAuthority,
    /// A serial number of more than 20 bytes (§4.1.2.2).
    #[error("the serial number has {length} bytes, more than 20")]
    LongSerial {
        /// Its bytes.
        length: usize,
    },
    /// The key may sign certificates, but the certificate is no authority's (§4.2.1.9).
    #[error("key usage keyCertSign without being an authority")]
    SignsWithoutAuthority,
    /// It begins after it ends.
    #[error("it ends before it begins")]
    NeverValid,
}
