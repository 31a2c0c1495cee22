//! The certificate that is judged, and those that stand beside it in its file (RFC 7468).

use std::path::Path;

use lanyard_trust::Certificate;
use rustls_pki_types::{CertificateDer, pem::PemObject};

use super::{
    files::{self, FileFault, LONGEST_CERTIFICATES},
    judged::Trouble,
};
use crate::Failure;

/// What a card would bring along.
#[derive(Debug)]
pub(super) struct Presented {
    /// The certificate, in DER form if it is one: what it is, the judgement says.
    pub(super) der: Vec<u8>,
    /// The others of its file.
    pub(super) further: Vec<Certificate>,
    /// What is wrong with those.
    pub(super) problems: Vec<Trouble>,
}

impl Presented {
    /// Reads the file. Bytes that are no PEM are the certificate, for the judgement to refuse.
    pub(super) fn read(file: &Path) -> Result<Self, Failure> {
        let unjudged = |fault: FileFault| fault.of(file);
        let content = files::read(file, LONGEST_CERTIFICATES).map_err(unjudged)?;
        if !is_pem(&content) {
            return Ok(Self { der: content, further: Vec::new(), problems: Vec::new() });
        }
        let mut ders = CertificateDer::pem_slice_iter(&content);
        let der = match ders.next() {
            Some(Ok(der)) => der.to_vec(),
            Some(Err(_)) => return Err(unjudged(FileFault::BrokenPem)),
            None => return Err(unjudged(FileFault::NoCertificate)),
        };
        let (mut further, mut problems) = (Vec::new(), Vec::new());
        for (number, der) in (2..).zip(ders) {
            let certificate = der
                .map_err(|_| FileFault::BrokenPem.to_string())
                .and_then(|der| Certificate::parse(&der).map_err(|error| error.to_string()));
            match certificate {
                Ok(certificate) => further.push(certificate),
                Err(text) => problems.push(Trouble::numbered(file, number, text)),
            }
        }
        Ok(Self { der, further, problems })
    }
}

/// DER may hold anything within, what looks like PEM as well.
fn is_pem(content: &[u8]) -> bool {
    let begin = b"-----BEGIN ";
    let is_der = matches!(content, [0x30, 0x80..=0xFF, ..]);
    !is_der && content.windows(begin.len()).any(|window| window == begin)
}
