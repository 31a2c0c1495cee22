//! A chain of three with a list of each authority, judged again and again from the bytes of the holder's
//! certificate; by OpenSSL likewise.

use std::fs;
use std::sync::Arc;

use lanyard_test_pki::{CertificateDraft, Key, ListDraft, der, extension};
use lanyard_trust::{
    Anchors, Certificate, Crl, CrlStore, Evidence, Intermediates, Settings, UnixTime, judge,
};
use openssl::stack::Stack;
use openssl::x509::store::{X509Lookup, X509Store, X509StoreBuilder};
use openssl::x509::verify::{X509VerifyFlags, X509VerifyParam};
use openssl::x509::{X509, X509StoreContext};

use crate::{Figure, Outcome, percentile, timed};

/// 1 September 2026.
const TODAY: i64 = 1_788_220_800;
const ROUNDS: usize = 2_000;

struct Chain {
    root: Vec<u8>,
    authority: Vec<u8>,
    holder: Vec<u8>,
    lists: [Vec<u8>; 2],
}

/// Both kinds of keys that the field has; RSA, which most have, gives the figures their names.
pub(crate) fn measured() -> Outcome<Vec<Figure>> {
    let mut figures = of(&Chain::new(&Key::rsa(2048), &Key::rsa(2048), &Key::rsa(2048)), "")?;
    figures.extend(of(&Chain::new(&Key::p256(), &Key::p256(), &Key::p256()), "_p256")?);
    Ok(figures)
}

fn of(chain: &Chain, kind: &str) -> Outcome<Vec<Figure>> {
    let mut ours = chain.by_us()?;
    let mut theirs = chain.by_openssl()?;
    let p50 = percentile(&mut ours, 50);
    let their_p50 = percentile(&mut theirs, 50);
    Ok(vec![
        (format!("chain_check{kind}_p50_ms"), p50),
        (format!("chain_check{kind}_p99_ms"), percentile(&mut ours, 99)),
        (format!("openssl_chain_check{kind}_p50_ms"), their_p50),
        (format!("openssl_chain_check{kind}_p99_ms"), percentile(&mut theirs, 99)),
        (format!("chain_check{kind}_vs_openssl"), their_p50 / p50),
    ])
}

impl Chain {
    fn new(root_key: &Key, authority_key: &Key, holder_key: &Key) -> Self {
        let root = CertificateDraft::authority("Root", "Root", root_key, 1);
        let authority = CertificateDraft::authority("Sub", "Root", authority_key, 2);
        let mut holder = CertificateDraft::new(
            der::holder("999900000102"),
            der::authority("Sub"),
            holder_key,
            7,
        );
        holder.extensions = vec![
            extension::key_usage(extension::DIGITAL_SIGNATURE),
            extension::policies(&["2.999.1"]),
        ];
        let list = |name, key| {
            let mut list = ListDraft::new(der::authority(name));
            list.extensions = vec![extension::crl_number(1)];
            list.signed(key)
        };
        Self {
            root: root.signed(root_key),
            authority: authority.signed(root_key),
            holder: holder.signed(authority_key),
            lists: [list("Root", root_key), list("Sub", authority_key)],
        }
    }

    fn by_us(&self) -> Outcome<Vec<std::time::Duration>> {
        let anchors = Anchors::from_iter([Certificate::parse(&self.root)?]);
        let authorities = Intermediates::from_iter([Certificate::parse(&self.authority)?]);
        let known = || anchors.certificates().iter().chain(authorities.certificates());
        let lists: Result<Vec<_>, _> =
            self.lists.iter().map(|list| Crl::load(list, known()).map(Arc::new)).collect();
        let evidence = Evidence {
            anchors: &anchors,
            intermediates: &authorities,
            from_card: &[],
            crls: &lists?.into_iter().collect::<CrlStore>(),
            ocsp: &[],
            responders: &[],
        };
        let settings = Settings::default();
        let mut sample = Vec::new();
        for _ in 0..ROUNDS {
            let judged = || judge(&self.holder, &evidence, &settings, UnixTime(TODAY));
            let (judgement, elapsed) = timed(judged);
            if judgement.trusted().is_none() {
                return Err(format!("refused: {:?}", judgement.findings).into());
            }
            sample.push(elapsed);
        }
        Ok(sample)
    }

    fn by_openssl(&self) -> Outcome<Vec<std::time::Duration>> {
        let store = self.openssl_store()?;
        let mut authorities = Stack::new()?;
        authorities.push(X509::from_der(&self.authority)?)?;
        let mut sample = Vec::new();
        for _ in 0..ROUNDS {
            let verified = || -> Outcome<bool> {
                let holder = X509::from_der(&self.holder)?;
                let mut context = X509StoreContext::new()?;
                Ok(context.init(
                    &store,
                    &holder,
                    &authorities,
                    openssl::x509::X509StoreContextRef::verify_cert,
                )?)
            };
            let (holds, elapsed) = timed(verified);
            if !holds? {
                return Err("OpenSSL refuses the chain".into());
            }
            sample.push(elapsed);
        }
        Ok(sample)
    }

    fn openssl_store(&self) -> Outcome<X509Store> {
        let folder = tempfile::tempdir()?;
        let mut parameters = X509VerifyParam::new()?;
        parameters.set_time(TODAY);
        parameters.set_flags(X509VerifyFlags::CRL_CHECK | X509VerifyFlags::CRL_CHECK_ALL)?;
        let mut builder = X509StoreBuilder::new()?;
        builder.add_cert(X509::from_der(&self.root)?)?;
        builder.set_param(&parameters)?;
        let lookup = builder.add_lookup(X509Lookup::file())?;
        for (number, list) in self.lists.iter().enumerate() {
            let path = folder.path().join(format!("{number}.crl"));
            fs::write(&path, list)?;
            lookup.load_crl_file(&path, openssl::ssl::SslFiletype::ASN1)?;
        }
        Ok(builder.build())
    }
}
