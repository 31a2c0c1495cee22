//! Lists by HTTPS: the site's roots decide whom we listen to.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use lanyard_evidence::{Fault, Outcome};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::server::{Server, Stream, drip, read_request, redirect, respond, silence};
use crate::world::{World, failed, list, outcomes};

/// A root in PEM form, and a server's configuration under it.
fn pki() -> (String, Arc<ServerConfig>) {
    let mut root = CertificateParams::new(Vec::new()).unwrap();
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = CertifiedIssuer::self_signed(root, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(["localhost".to_owned()]).unwrap();
    let server = server.signed_by(&key, &root).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![server.der().clone()], key)
        .unwrap();
    (root.pem(), Arc::new(config))
}

/// A server that does something once TLS stands.
fn serving(
    config: Arc<ServerConfig>,
    answer: impl Fn(&mut dyn Stream) -> std::io::Result<()> + Send + Sync + 'static,
) -> Server {
    Server::connecting(move |_, stream| {
        let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
        let mut stream = StreamOwned::new(connection, stream);
        if read_request(&mut stream).is_ok() {
            let _gone = answer(&mut stream).and_then(|()| stream.flush());
        }
    })
}

fn gathered(server: &Server, roots: Option<&str>) -> Vec<Outcome> {
    let address = format!("https://localhost:{}/list.crl", server.port());
    let mut world = World::naming(&[&address], None);
    world.settings.fetching.patience = Duration::from_millis(700);
    if let Some(roots) = roots {
        world.write("roots.pem", roots.as_bytes());
        world.settings.fetching.https_roots = Some(world.path("roots.pem"));
    }
    let (evidence, _news) = world.open();
    outcomes(&world.gather(&evidence))
}

#[test]
fn the_sites_roots_decide_who_is_heard() {
    let (root, config) = pki();
    let server = serving(config, |stream| respond(stream, &list()));
    assert_eq!(gathered(&server, Some(&root)), [Outcome::Had]);
    assert_eq!(gathered(&server, None), failed(Fault::NoHttpsRoots));
    assert_eq!(gathered(&server, Some("")), failed(Fault::NoHttpsRoots));
    assert_eq!(gathered(&server, Some(&pki().0)), failed(Fault::Tls));
}

#[test]
fn nobody_is_led_out_of_tls() {
    let (root, config) = pki();
    let plain = Server::serving(list());
    let target = plain.at("/");
    let server = serving(config, move |stream| redirect(stream, &target));
    assert_eq!(gathered(&server, Some(&root)), failed(Fault::ForbiddenRedirect));
    assert_eq!(plain.asked(), 0);
}

#[test]
fn the_patience_covers_tls() {
    let (root, config) = pki();
    let silent = Server::connecting(|_, mut stream| _ = silence(&mut stream));
    assert_eq!(gathered(&silent, Some(&root)), failed(Fault::TimedOut));
    let dripping = serving(config, |stream| {
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")?;
        drip(stream)
    });
    assert_eq!(gathered(&dripping, Some(&root)), failed(Fault::TimedOut));
    let in_the_handshake = Server::connecting(|_, mut stream| {
        // The beginning of a long handshake record, one byte at a time.
        let _gone = stream.write_all(&[0x16, 3, 3, 0x3F, 0xFF]).and_then(|()| drip(&mut stream));
    });
    assert_eq!(gathered(&in_the_handshake, Some(&root)), failed(Fault::TimedOut));
    let plain = Server::connecting(|_, mut stream| {
        let _gone = respond(&mut stream, b"no TLS").and_then(|()| silence(&mut stream));
    });
    assert_eq!(gathered(&plain, Some(&root)), failed(Fault::Tls));
}
