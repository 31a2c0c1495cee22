//! Lists and answers by HTTP (RFC 5280 §4.2.1.13, RFC 6960 appendix A.1): GET for lists, POST for answers.
//!
//! One connection an order, one deadline over all of it. No proxy, no cookies, no compression, no
//! credentials; the roots for TLS are the site's.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls_pki_types::CertificateDer;
use ureq::Agent;
use ureq::http::{Response, header};
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use super::fault::Fault;
use super::redirect;
use super::source::{Fetched, Order, Question, Source, scheme};
use crate::clock::{Clock, left};
use crate::pem;

/// So many redirects are followed.
const MOST_REDIRECTS: usize = 3;

/// A bundle of all public authorities is 250 kB.
const LONGEST_ROOTS: u64 = 4 * 1024 * 1024;

/// Fetches by HTTP and HTTPS.
pub struct Http {
    clock: Arc<dyn Clock>,
    https_roots: Option<PathBuf>,
}

impl Http {
    /// With the roots for `https:` in a PEM file, which is read each time.
    pub fn new(clock: Arc<dyn Clock>, https_roots: Option<PathBuf>) -> Self {
        Self { clock, https_roots }
    }

    fn follow(&self, order: &Order<'_>) -> Result<Vec<u8>, Fault> {
        let mut address = order.address.to_owned();
        for _ in 0..=MOST_REDIRECTS {
            let response = self.ask(&address, order)?;
            match response.status().as_u16() {
                200 => return body(response, order.longest),
                // The question is asked again as it was; 303 would be another one.
                301 | 302 | 307 | 308 => {
                    let location = response.headers().get(header::LOCATION);
                    let location = location.and_then(|location| location.to_str().ok());
                    address = redirect::target(&address, location.ok_or(Fault::NotHttp)?)?;
                }
                status => return Err(Fault::Status(status)),
            }
        }
        Err(Fault::TooManyRedirects)
    }

    fn ask(&self, address: &str, order: &Order<'_>) -> Result<Response<ureq::Body>, Fault> {
        let agent = self.agent(address, order)?;
        let response = match order.question {
            Question::List => agent.get(address).header("accept", "application/pkix-crl").call(),
            Question::Answer { request } => agent
                .post(address)
                .header("content-type", "application/ocsp-request")
                .header("accept", "application/ocsp-response")
                .send(request),
        };
        response.map_err(|error| fault(error, order.longest))
    }

    fn agent(&self, address: &str, order: &Order<'_>) -> Result<Agent, Fault> {
        let left = left(&*self.clock, order.deadline);
        if left.is_zero() {
            return Err(Fault::TimedOut);
        }
        let roots = match (scheme(address).as_deref(), &self.https_roots) {
            (Some("https"), Some(file)) => roots(file)?,
            (Some("https"), None) => return Err(Fault::NoHttpsRoots),
            _ => Vec::new(),
        };
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::Specific(Arc::new(roots)))
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let config = Agent::config_builder()
            .timeout_global(Some(left))
            .max_redirects(0)
            .http_status_as_error(false)
            .proxy(None)
            .max_idle_connections(0)
            .tls_config(tls);
        Ok(config.build().new_agent())
    }
}

impl Source for Http {
    fn schemes(&self) -> &'static [&'static str] {
        &["http", "https"]
    }

    fn fetch(&self, order: &Order<'_>) -> Fetched {
        self.follow(order).map_or_else(Fetched::Failed, Fetched::Body)
    }
}

impl std::fmt::Debug for Http {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Http").field("https_roots", &self.https_roots).finish_non_exhaustive()
    }
}

/// The whole body, within the limit.
fn body(mut response: Response<ureq::Body>, longest: usize) -> Result<Vec<u8>, Fault> {
    let limit = u64::try_from(longest).unwrap_or(u64::MAX);
    if response.body().content_length().is_some_and(|length| length > limit) {
        return Err(Fault::TooLong { limit: longest });
    }
    // A body as long as its limit is taken for too long.
    let body = response.body_mut().with_config().limit(limit.saturating_add(1)).read_to_vec();
    body.map_err(|error| fault(error, longest))
}

/// The certificates in a file; one that cannot be read is left out.
fn roots(file: &Path) -> Result<Vec<Certificate<'static>>, Fault> {
    let mut content = Vec::new();
    let read = File::open(file).and_then(|file| file.take(LONGEST_ROOTS).read_to_end(&mut content));
    let ders = pem::objects::<CertificateDer<'_>>(&content).into_iter().flatten();
    let roots: Vec<_> = ders.map(|der| Certificate::from_der(&der).to_owned()).collect();
    match read {
        Ok(_) if !roots.is_empty() => Ok(roots),
        Ok(_) | Err(_) => Err(Fault::NoHttpsRoots),
    }
}

fn fault(error: ureq::Error, longest: usize) -> Fault {
    match error {
        ureq::Error::Timeout(_) => Fault::TimedOut,
        ureq::Error::HostNotFound => Fault::NoHost,
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => Fault::BadAddress,
        ureq::Error::BodyExceedsLimit(_) => Fault::TooLong { limit: longest },
        ureq::Error::Rustls(_) | ureq::Error::Tls(_) | ureq::Error::TlsRequired => Fault::Tls,
        ureq::Error::Io(error) => of_connection(&error),
        ureq::Error::ConnectionFailed => Fault::Connection(std::io::ErrorKind::NotConnected),
        // Foreign and growing: whatever else there is has to do with how the answer is written.
        _ => Fault::NotHttp,
    }
}

/// rustls hands its errors through as errors of reading. The resolver's have a kind that cannot be named.
fn of_connection(error: &std::io::Error) -> Fault {
    let is_tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()).is_some();
    match error.kind() {
        _ if is_tls => Fault::Tls,
        std::io::ErrorKind::TimedOut => Fault::TimedOut,
        kind if kind.to_string() == "uncategorized error" => Fault::NoHost,
        kind => Fault::Connection(kind),
    }
}
