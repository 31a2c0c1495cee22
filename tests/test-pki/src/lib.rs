//! A throwaway PKI for tests, in which every field can be wrong.
//!
//! `rcgen` cannot say what the standards forbid, nor directory names as distribution points, indirect
//! lists or OCSP answers. Here certificates, lists and answers are drafts whose fields are DER objects:
//! right by default, replaced at will, signed at the end. It shares no line with the parsers it tests.
//!
//! [`pkits`] finds and reads the suite of NIST, which is another's PKI for the same purpose.

#![expect(
    clippy::expect_used,
    reason = "OpenSSL makes keys and signatures, or a test cannot be made"
)]
#![expect(clippy::missing_panics_doc, reason = "only when OpenSSL fails")]

mod answer;
mod certificate;
pub mod der;
pub mod extension;
mod key;
mod list;
pub mod pkits;
mod responder;

pub use answer::{AnswerDraft, SingleDraft, status};
pub use certificate::CertificateDraft;
pub use key::{Algorithm, Key};
pub use list::{EntryDraft, ListDraft};
pub use responder::{OpensslResponder, ResponderFiles};
