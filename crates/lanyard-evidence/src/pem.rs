//! Files with certificates that nobody else reads, as they are or in the textual form of RFC 7468.

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

fn is_pem(file: &[u8]) -> bool {
    const BEGINNING: &[u8] = b"-----BEGIN ";
    file.windows(BEGINNING.len()).any(|window| window == BEGINNING)
}

#[cfg(test)]
mod tests {
    use rustls_pki_types::CertificateDer as Der;

    use super::*;

    #[test]
    fn both_forms_are_read() {
        let pem =
            b"text\n-----BEGIN CERTIFICATE-----\nAAEC\n-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n";
        assert_eq!(objects::<Der<'_>>(pem), [Ok(vec![0, 1, 2]), Err(BrokenPem)]);
        assert_eq!(objects::<Der<'_>>(&[0x30, 0]), [Ok(vec![0x30, 0])]);
        assert_eq!(objects::<Der<'_>>(b""), []);
        assert_eq!(objects::<Der<'_>>(b"-----BEGIN CERTIFICATE-----\nAAEC\n"), [Err(BrokenPem)]);
    }
}
