//! The same chain in OpenSSL, with every list asked (`-crl_check_all`): by its library in this process, and
//! by its command.

use std::{fs, process::Command, time::Duration};

use openssl::{
    ssl::SslFiletype,
    stack::Stack,
    x509::{
        X509, X509Crl, X509StoreContext, X509StoreContextRef,
        store::{X509Lookup, X509Store, X509StoreBuilder},
        verify::{X509VerifyFlags, X509VerifyParam},
    },
};
use tempfile::TempDir;

use super::{TODAY, chain::Chain, timed};
use crate::BenchError;

const PROGRAM: &str = "openssl";

const ROOT: &str = "root.pem";
const AUTHORITY: &str = "authority.pem";
const HOLDER: &str = "holder.pem";
const LISTS: [&str; 2] = ["root.crl.pem", "authority.crl.pem"];

/// What OpenSSL verifies by.
pub(super) struct OpenSsl {
    store: X509Store,
    authorities: Stack<X509>,
    /// For the command: everything in PEM form.
    folder: TempDir,
}

impl OpenSsl {
    pub(super) fn of(chain: &Chain) -> Result<Self, BenchError> {
        let folder = files(chain)?;
        let mut parameters = X509VerifyParam::new()?;
        parameters.set_time(TODAY.0);
        parameters.set_flags(X509VerifyFlags::CRL_CHECK | X509VerifyFlags::CRL_CHECK_ALL)?;
        let mut builder = X509StoreBuilder::new()?;
        builder.add_cert(X509::from_der(&chain.root)?)?;
        builder.set_param(&parameters)?;
        let lookup = builder.add_lookup(X509Lookup::file())?;
        for list in LISTS {
            lookup.load_crl_file(folder.path().join(list), SslFiletype::PEM)?;
        }
        let mut authorities = Stack::new()?;
        authorities.push(X509::from_der(&chain.authority)?)?;
        Ok(Self { store: builder.build(), authorities, folder })
    }

    /// How long the library takes.
    pub(super) fn verifies(&self, chain: &Chain) -> Result<Duration, BenchError> {
        let (holds, took) = timed(|| {
            let holder = X509::from_der(&chain.holder)?;
            let verify = X509StoreContextRef::verify_cert;
            X509StoreContext::new()?.init(&self.store, &holder, &self.authorities, verify)
        });
        if holds? { Ok(took) } else { Err(refused("in process")) }
    }

    /// How long the command takes from its start to its end.
    pub(super) fn command_verifies(&self) -> Result<Duration, BenchError> {
        let mut command = Command::new(PROGRAM);
        command.current_dir(self.folder.path()).args(["verify", "-attime", &TODAY.0.to_string()]);
        command.args(["-CAfile", ROOT, "-untrusted", AUTHORITY, "-crl_check_all"]);
        for list in LISTS {
            command.args(["-CRLfile", list]);
        }
        let (output, took) = timed(|| command.arg(HOLDER).output());
        let output = output?;
        if output.status.success() {
            return Ok(took);
        }
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(BenchError::Peer { program: PROGRAM, words })
    }
}

fn files(chain: &Chain) -> Result<TempDir, BenchError> {
    let folder = tempfile::tempdir()?;
    let certificates =
        [(ROOT, &chain.root), (AUTHORITY, &chain.authority), (HOLDER, &chain.holder)];
    for (name, der) in certificates {
        fs::write(folder.path().join(name), X509::from_der(der)?.to_pem()?)?;
    }
    for (name, der) in LISTS.into_iter().zip(&chain.lists) {
        fs::write(folder.path().join(name), X509Crl::from_der(der)?.to_pem()?)?;
    }
    Ok(folder)
}

fn refused(place: &str) -> BenchError {
    BenchError::Verdict(format!("OpenSSL refuses the chain {place}"))
}
