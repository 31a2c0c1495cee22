//! A small HTTP server that does whatever a test wants, well or badly.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Both directions of a connection.
pub(crate) trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

/// What was asked.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) path: String,
    pub(crate) method: String,
    pub(crate) content_type: Option<String>,
    pub(crate) body: Vec<u8>,
}

/// A server that lives as long as this.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
    stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Answers each request as `answer` does.
    pub(crate) fn answering(
        answer: impl Fn(&Request, &mut dyn Stream) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self::connecting(move |asked, mut stream| {
            if let Ok(request) = read_request(&mut stream) {
                asked.fetch_add(1, Ordering::SeqCst);
                // Whoever is asked too much of goes away, and that is well.
                let _gone = answer(&request, &mut stream);
            }
        })
    }

    /// Answers each request with this body.
    pub(crate) fn serving(body: Vec<u8>) -> Self {
        Self::answering(move |_, stream| respond(stream, &body))
    }

    /// Does something with each connection.
    pub(crate) fn connecting(
        connected: impl Fn(&AtomicUsize, TcpStream) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (asked, stopped) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let (count, stop, connected) =
            (Arc::clone(&asked), Arc::clone(&stopped), Arc::new(connected));
        let run = move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let (count, connected) = (Arc::clone(&count), Arc::clone(&connected));
                thread::spawn(move || connected(&count, stream.unwrap()));
            }
        };
        Self { address, asked, stopped, thread: Some(thread::spawn(run)) }
    }

    /// An `http:` address of it.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// How many requests there were.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        let _wakes = TcpStream::connect(self.address);
        self.thread.take().unwrap().join().unwrap();
    }
}

/// Reads one request.
pub(crate) fn read_request(stream: &mut dyn Stream) -> io::Result<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split(' ').map(str::to_owned);
    let (method, path) = (words.next(), words.next());
    let (Some(method), Some(path)) = (method, path) else {
        return Err(io::ErrorKind::InvalidData.into());
    };
    let (mut length, mut content_type) = (0, None);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.trim_end().split_once(": ") else { break };
        match &*name.to_ascii_lowercase() {
            "content-length" => length = value.parse().unwrap(),
            "content-type" => content_type = Some(value.to_owned()),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Request { path, method, content_type, body })
}

/// 200 with this body.
pub(crate) fn respond(stream: &mut dyn Stream, body: &[u8]) -> io::Result<()> {
    write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len())?;
    stream.write_all(body)
}

/// Leads elsewhere.
pub(crate) fn redirect(stream: &mut dyn Stream, location: &str) -> io::Result<()> {
    write!(stream, "HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n")
}

/// Says nothing until the other side goes away.
pub(crate) fn silence(stream: &mut dyn Stream) -> io::Result<()> {
    io::copy(stream, &mut io::sink()).map(|_| ())
}

/// One byte each 20 ms, for ever.
pub(crate) fn drip(stream: &mut dyn Stream) -> io::Result<()> {
    let (_nobody, never) = mpsc::channel::<()>();
    loop {
        stream.write_all(b"a")?;
        stream.flush()?;
        let _time = never.recv_timeout(Duration::from_millis(20));
    }
}

/// As much as the other side takes, for ever.
pub(crate) fn flood(stream: &mut dyn Stream) -> io::Result<()> {
    loop {
        stream.write_all(&[b'a'; 16 * 1024])?;
    }
}
