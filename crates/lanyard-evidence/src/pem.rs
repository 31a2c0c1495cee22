//! Files that hold DER objects, as they are or in the textual form of RFC 7468.

use rustls_pki_types::pem::PemObject;

/// So many blocks of one file are read.
const MOST_BLOCKS: usize = 10_000;

/// A block that does not end, or is no base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BrokenPem;

/// The objects of one kind in a file; a file without any PEM is one object.
pub(crate) fn objects<Kind: PemObject + AsRef<[u8]>>(
    file: &[u8],
) -> Vec<Result<Vec<u8>, BrokenPem>> {
    match file {
        [] => Vec::new(),
        der if !is_pem(der) => vec![Ok(der.to_vec())],
        pem => {
            let blocks = Kind::pem_slice_iter(pem).take(MOST_BLOCKS);
            let der = |block: Kind| block.as_ref().to_vec();
            blocks.map(|block| block.map(der).map_err(|_| BrokenPem)).collect()
        }
    }
}

/// A long list in DER form is known by its first two bytes, which no text begins with.
fn is_pem(file: &[u8]) -> bool {
    const BEGINNING: &[u8] = b"-----BEGIN ";
    let is_der = matches!(file, [0x30, 0x80..=0xFF, ..]);
    !is_der && file.windows(BEGINNING.len()).any(|window| window == BEGINNING)
}

#[cfg(test)]
mod tests {
    use rustls_pki_types::CertificateRevocationListDer as List;

    use super::*;

    #[test]
    fn both_forms_are_read() {
        let pem =
            b"text\n-----BEGIN X509 CRL-----\nAAEC\n-----END X509 CRL-----\n-----BEGIN X509 CRL-----\n!\n-----END X509 CRL-----\n";
        assert_eq!(objects::<List<'_>>(pem), [Ok(vec![0, 1, 2]), Err(BrokenPem)]);
        assert_eq!(objects::<List<'_>>(&[0x30, 0]), [Ok(vec![0x30, 0])]);
        assert_eq!(objects::<List<'_>>(b""), []);
        assert_eq!(objects::<List<'_>>(b"-----BEGIN X509 CRL-----\nAAEC\n"), [Err(BrokenPem)]);
    }
}
