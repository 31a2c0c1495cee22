//! OpenSSL's own OCSP responder, `openssl ocsp`: an outside hand that answers for an authority.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
};

/// A responder that listens on this machine until it is dropped.
#[derive(Debug)]
pub struct OpensslResponder {
    program: Child,
    address: String,
}

/// Its files, in PEM form, below one folder.
#[derive(Clone, Copy, Debug)]
pub struct ResponderFiles<'a> {
    /// The folder.
    pub folder: &'a Path,
    /// The authority's certificate.
    pub authority: &'a str,
    /// The responder's certificate.
    pub signer: &'a str,
    /// Its key.
    pub key: &'a str,
}

impl OpensslResponder {
    /// Answers by this index, as `openssl ca` writes it: a line a certificate.
    pub fn saying(index: &str, files: ResponderFiles<'_>) -> Self {
        let ResponderFiles { folder, authority, signer, key } = files;
        fs::write(folder.join("index.txt"), index).expect("the index can be written");
        let free = TcpListener::bind("127.0.0.1:0").expect("there is a port");
        let port = free.local_addr().expect("it has a number").port();
        drop(free);
        let mut program = Command::new("openssl")
            .args(["ocsp", "-index", "index.txt", "-CA", authority, "-rsigner", signer])
            .args(["-rkey", key, "-ndays", "1", "-port", &port.to_string()])
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("openssl is installed");
        let told = program.stderr.take().expect("it was asked for");
        let mut said = BufReader::new(told).lines().map_while(Result::ok);
        let waits = said.any(|line| line.contains("waiting for OCSP client"));
        assert!(waits, "openssl ocsp listens");
        Self { program, address: format!("http://127.0.0.1:{port}/") }
    }

    /// Where it is asked.
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for OpensslResponder {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}
