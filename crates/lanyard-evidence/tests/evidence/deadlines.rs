//! Servers that do what they should not: each has its own fault, and none costs more than the patience.

use std::io;
use std::net::TcpListener;
use std::time::Duration;

use lanyard_evidence::{Clock, Fault, Outcome};

use crate::server::{Request, Server, Stream, drip, flood, redirect, respond, silence};
use crate::world::{World, failed, list, outcomes, refusals};

const PATIENCE: Duration = Duration::from_millis(500);

/// What two busy processors may add.
const SLACK: Duration = Duration::from_secs(2);

/// A small limit, so that floods need not be long.
const LONGEST: usize = 1024 * 1024;

fn impatient(address: &str) -> World {
    let mut world = World::naming(&[address], None);
    world.settings.fetching.patience = PATIENCE;
    world.settings.fetching.longest_list = LONGEST;
    world
}

fn gathered(address: &str) -> Vec<Outcome> {
    let world = impatient(address);
    let (evidence, _news) = world.open();
    let begun = world.clock.steady();
    let gathered = world.gather(&evidence);
    let took = world.clock.steady() - begun;
    assert!(took < PATIENCE + SLACK, "{address}: {took:?}");
    assert_eq!(gathered.asked[0].address, address);
    outcomes(&gathered)
}

fn asking(
    answer: impl Fn(&Request, &mut dyn Stream) -> io::Result<()> + Send + Sync + 'static,
) -> Vec<Outcome> {
    let server = Server::answering(answer);
    gathered(&server.at("/list.crl"))
}

#[test]
fn a_list_at_its_address_makes_the_certificate_good() {
    let server = Server::serving(list());
    let world = impatient(&server.at("/list.crl"));
    let (evidence, _news) = world.open();
    assert_eq!(
        refusals(&world.judge(&evidence)),
        [
            "the holder's certificate: revocation was not checked: no revocation list of its issuer is there"
        ]
    );
    let stamp = evidence.stamp();
    assert_eq!(outcomes(&world.gather(&evidence)), [Outcome::Had]);
    assert_eq!(refusals(&world.judge(&evidence)), [""; 0]);
    assert!(world.judge(&evidence).trusted().is_some());
    assert!(evidence.stamp() > stamp);
}

#[test]
fn a_server_that_says_nothing_costs_the_patience() {
    assert_eq!(asking(|_, stream| silence(stream)), failed(Fault::TimedOut));
    let silent_from_the_start = Server::connecting(|_, mut stream| _ = silence(&mut stream));
    assert_eq!(gathered(&silent_from_the_start.at("/")), failed(Fault::TimedOut));
}

#[test]
fn a_server_that_nobody_serves_costs_the_patience() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    assert_eq!(gathered(&address), failed(Fault::TimedOut));
}

#[test]
fn a_server_that_drips_costs_the_patience() {
    let headers = asking(|_, stream| {
        write!(stream, "HTTP/1.1 200 OK\r\nX: ")?;
        drip(stream)
    });
    assert_eq!(headers, failed(Fault::TimedOut), "headers");
    let body = asking(|_, stream| {
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")?;
        drip(stream)
    });
    assert_eq!(body, failed(Fault::TimedOut), "body");
    let without_length = asking(|_, stream| {
        write!(stream, "HTTP/1.1 200 OK\r\n\r\n")?;
        drip(stream)
    });
    assert_eq!(without_length, failed(Fault::TimedOut), "body without length");
}

#[test]
fn an_endless_body_ends_at_the_limit() {
    let body = asking(|_, stream| {
        write!(stream, "HTTP/1.1 200 OK\r\n\r\n")?;
        flood(stream)
    });
    assert_eq!(body, failed(Fault::TooLong { limit: LONGEST }));
    let chunks = asking(|_, stream| {
        write!(stream, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
        loop {
            write!(stream, "1000\r\n{}\r\n", "a".repeat(0x1000))?;
        }
    });
    assert_eq!(chunks, failed(Fault::TooLong { limit: LONGEST }));
}

#[test]
fn a_body_that_is_announced_as_huge_is_not_read() {
    let huge = asking(|_, stream| {
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")?;
        silence(stream)
    });
    assert_eq!(huge, failed(Fault::TooLong { limit: LONGEST }));
}

#[test]
fn endless_headers_are_no_http() {
    let endless = asking(|_, stream| {
        write!(stream, "HTTP/1.1 200 OK\r\n")?;
        flood(stream)
    });
    assert_eq!(endless, failed(Fault::NotHttp));
    assert_eq!(asking(|_, stream| flood(stream)), failed(Fault::NotHttp));
    assert_eq!(asking(|_, stream| stream.write_all(b"220 mail\r\n\r\n")), failed(Fault::NotHttp));
}

#[test]
fn three_redirects_are_followed_and_no_more() {
    let after = |redirects: usize| {
        asking(move |request, stream| {
            let hop = request.path.trim_start_matches("/list.crl").len();
            if hop == redirects {
                respond(stream, &list())
            } else {
                redirect(stream, &format!("/list.crl{}", "+".repeat(hop + 1)))
            }
        })
    };
    assert_eq!(after(3), [Outcome::Had]);
    assert_eq!(after(4), failed(Fault::TooManyRedirects));
    let in_a_circle = asking(|_, stream| redirect(stream, "/list.crl"));
    assert_eq!(in_a_circle, failed(Fault::TooManyRedirects));
}

#[test]
fn redirects_share_one_patience() {
    let slow = asking(|request, stream| {
        let (_nobody, never) = std::sync::mpsc::channel::<()>();
        let _time = never.recv_timeout(PATIENCE * 3 / 4);
        match &*request.path {
            "/list.crl" => redirect(stream, "/second"),
            _ => respond(stream, &list()),
        }
    });
    assert_eq!(slow, failed(Fault::TimedOut));
}

#[test]
fn redirects_lead_to_no_file_and_nowhere_else() {
    for location in ["file:///etc/hostname", "ftp://127.0.0.1/", "ldap://127.0.0.1/"] {
        let outcome = asking(move |_, stream| redirect(stream, location));
        assert_eq!(outcome, failed(Fault::ForbiddenRedirect), "{location}");
    }
    let nowhere = asking(|_, stream| write!(stream, "HTTP/1.1 302 Found\r\n\r\n"));
    assert_eq!(nowhere, failed(Fault::NotHttp));
    let to_tls = asking(|_, stream| redirect(stream, "https://127.0.0.1:1/"));
    assert_eq!(to_tls, failed(Fault::NoHttpsRoots));
}

#[test]
fn other_words_than_ok_are_told() {
    for status in [204_u16, 304, 401, 404, 500, 503] {
        let outcome = asking(move |_, stream| {
            write!(stream, "HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n")
        });
        assert_eq!(outcome, failed(Fault::Status(status)));
    }
}

#[test]
fn a_connection_that_breaks_off_gives_nothing() {
    let early = asking(|_, stream| {
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", list().len())?;
        stream.write_all(&list()[..100])
    });
    assert_eq!(early, failed(Fault::Connection(io::ErrorKind::UnexpectedEof)));
    let in_the_headers = asking(|_, stream| write!(stream, "HTTP/1.1 200 OK\r\nContent-"));
    assert_eq!(in_the_headers, failed(Fault::Connection(io::ErrorKind::UnexpectedEof)));
    let at_once = asking(|_, _| Ok(()));
    assert_eq!(at_once, failed(Fault::Connection(io::ErrorKind::UnexpectedEof)));
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let refused = gathered(&format!("http://127.0.0.1:{port}/"));
    assert_eq!(refused, failed(Fault::Connection(io::ErrorKind::ConnectionRefused)));
}

#[test]
fn wrong_content_is_no_list() {
    for content in [&b"<html>Sign in to the network</html>"[..], b"", b"\x30\x82\xFF\xFF"] {
        let outcome = asking(|_, stream| respond(stream, content));
        assert!(matches!(&*outcome, [Outcome::Failed(Fault::List(_))]), "{outcome:?}");
    }
    let half = asking(|_, stream| respond(stream, &list()[..list().len() / 2]));
    assert!(matches!(&*half, [Outcome::Failed(Fault::List(_))]), "{half:?}");
}

#[test]
fn addresses_that_nobody_can_fetch_from_are_told() {
    let unsupported = |scheme: &str| failed(Fault::Unsupported { scheme: scheme.to_owned() });
    assert_eq!(gathered("ldap://127.0.0.1/cn=x?certificateRevocationList"), unsupported("ldap"));
    assert_eq!(gathered("file:///etc/hostname"), unsupported("file"));
    assert_eq!(gathered("nonsense"), failed(Fault::BadAddress));
    assert_eq!(gathered("http://"), failed(Fault::BadAddress));
    assert_eq!(gathered("http://a b/"), failed(Fault::BadAddress));
    let nowhere = gathered("http://nowhere.invalid/");
    assert!(nowhere == failed(Fault::NoHost) || nowhere == failed(Fault::TimedOut), "{nowhere:?}");
}

#[test]
fn the_callers_deadline_goes_before_the_patience_and_the_answer_is_news() {
    let (release, held) = std::sync::mpsc::channel::<()>();
    let held = std::sync::Mutex::new(held);
    let server = Server::answering(move |_, stream| {
        let _released = held.lock().unwrap().recv();
        respond(stream, &list())
    });
    let mut world = impatient(&server.at("/"));
    world.settings.fetching.patience = crate::world::LONG;
    let (evidence, news) = world.open();
    let stamp = evidence.stamp();
    while news.try_recv().is_ok() {}
    let gathered = world.gather_until(&evidence, world.clock.steady());
    assert_eq!(outcomes(&gathered), [Outcome::Running]);
    assert!(world.judge(&evidence).trusted().is_none());
    release.send(()).unwrap();
    let changed = news.recv_timeout(crate::world::LONG).unwrap();
    assert_eq!(changed, lanyard_evidence::News::Changed(evidence.stamp()));
    assert!(evidence.stamp() > stamp);
    assert!(world.judge(&evidence).trusted().is_some());
}

#[test]
fn several_addresses_are_asked_at_once() {
    let silent = Server::answering(|_, stream| silence(stream));
    let right = Server::serving(list());
    let addresses: Vec<_> = (0..6).map(|number| silent.at(&format!("/{number}"))).collect();
    let mut addresses: Vec<_> = addresses.iter().map(String::as_str).collect();
    let right = right.at("/");
    addresses.push(&right);
    let mut world = World::naming(&addresses, None);
    world.settings.fetching.patience = PATIENCE;
    let (evidence, _news) = world.open();
    let begun = world.clock.steady();
    let gathered = world.gather(&evidence);
    assert!(world.clock.steady() - begun < PATIENCE + SLACK);
    let had = outcomes(&gathered).iter().filter(|outcome| **outcome == Outcome::Had).count();
    assert_eq!((gathered.asked.len(), had), (7, 1));
    assert!(world.judge(&evidence).trusted().is_some());
}

#[test]
fn a_card_made_at_home_sends_us_nowhere() {
    let server = Server::serving(list());
    let mut world = impatient(&server.at("/"));
    let genuine = world.holder.clone();
    let last = world.holder.len() - 5;
    world.holder[last] ^= 1;
    let (evidence, _news) = world.open();
    assert_eq!(world.gather(&evidence).asked, []);
    assert_eq!(server.asked(), 0);
    world.holder = genuine;
    assert_eq!(outcomes(&world.gather(&evidence)), [Outcome::Had]);
}
