//! What `rustls-webpki` makes of the same cases: two programs that share no line are compared, and the
//! choice between them rests on figures (decision 11).

use std::fs;
use std::time::Duration;

use lanyard_test_pki::pkits::{Case, NOW, Suite};
use rustls_pki_types::{CertificateDer, UnixTime};
use webpki::{
    ALL_VERIFICATION_ALGS, CertRevocationList, EndEntityCert, ExpirationPolicy, KeyUsage,
    OwnedCertRevocationList, RevocationOptionsBuilder, anchor_from_trusted_cert,
};

use crate::judged;

#[test]
fn what_webpki_rightly_accepts_is_accepted_here_too() {
    let Some(suite) = Suite::find() else { return };
    let (mut right, mut too_much, mut too_little) = (0, Vec::new(), Vec::new());
    for case in &suite.cases {
        let holds = accepts(&suite, case).is_some();
        match (holds, case.should_validate) {
            (true, false) => too_much.push(&*case.number),
            (false, true) => too_little.push(&*case.number),
            (true, true) | (false, false) => right += 1,
        }
        if holds && case.should_validate {
            assert!(judged(&suite, case).holds(), "{}", case.number);
        }
    }
    println!("rustls-webpki: {right} of {} as they must", suite.cases.len());
    println!("  accepts what must be refused, {}: {}", too_much.len(), too_much.join(" "));
    println!("  refuses what must hold, {}: {}", too_little.len(), too_little.join(" "));
}

/// Whether the path holds, with every list that can be read, none of them stale.
fn accepts(suite: &Suite, case: &Case) -> Option<()> {
    let files = suite.files(case);
    if files.anchor == files.judged {
        return None;
    }
    let (anchor, judged) = (fs::read(&files.anchor).unwrap(), fs::read(&files.judged).unwrap());
    let (anchor, judged) = (CertificateDer::from(anchor), CertificateDer::from(judged));
    let anchors = [anchor_from_trusted_cert(&anchor).ok()?];
    let between: Vec<CertificateDer<'_>> =
        files.between.iter().map(|file| fs::read(file).unwrap().into()).collect();
    let lists: Vec<CertRevocationList<'_>> = files
        .lists
        .iter()
        .map(|file| fs::read(file).unwrap())
        .filter_map(|der| OwnedCertRevocationList::from_der(&der).ok().map(Into::into))
        .collect();
    let lists: Vec<&CertRevocationList<'_>> = lists.iter().collect();
    let options = RevocationOptionsBuilder::new(&lists).ok()?;
    let options = options.with_expiration_policy(ExpirationPolicy::Enforce).build();
    let seconds = Duration::from_secs(NOW.try_into().ok()?);
    let judged = EndEntityCert::try_from(&judged).ok()?;
    let holds = judged.verify_for_usage(
        ALL_VERIFICATION_ALGS,
        &anchors,
        &between,
        UnixTime::since_unix_epoch(seconds),
        KeyUsage::client_auth(),
        Some(options),
        None,
    );
    holds.ok().map(|_| ())
}
