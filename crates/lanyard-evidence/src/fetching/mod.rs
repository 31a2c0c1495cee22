//! Lists and answers that are had from others: each question asked once at a time, by one deadline, and
//! not again while its answer is fresh.

mod answer;
mod book;
mod disk;
mod fault;
mod fetcher;
mod http;
mod latch;
mod list;
mod plan;
mod redirect;
mod source;

pub(crate) use book::{CertificateDigest, Key};
pub use fault::Fault;
pub(crate) use fetcher::Fetcher;
pub use fetcher::{Asked, Outcome};
pub use http::Http;
pub(crate) use source::Sources;
pub use source::{Fetched, Order, Question, Source};
