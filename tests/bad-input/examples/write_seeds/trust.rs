//! Certificates, lists and answers of one authority, whose certificate is the fixture `root.der`. The
//! key is made anew and forgotten, so that all of them change together.

use std::path::Path;
use std::sync::LazyLock;
use std::{fs, io};

use lanyard_test_pki::{
    AnswerDraft, CertificateDraft, EntryDraft, Key, ListDraft, SingleDraft, der, extension, status,
};

use super::Seed;

static ROOT: LazyLock<Key> = LazyLock::new(Key::p256);
static HOLDER: LazyLock<Key> = LazyLock::new(Key::p256);

/// What the checks are made with.
pub(crate) fn write_fixtures() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let root = CertificateDraft::authority("Root", "Root", &ROOT, 1);
    fs::write(folder.join("root.der"), root.signed(&ROOT))?;
    fs::write(folder.join("holder.der"), holder().signed(&ROOT))
}

fn holder() -> CertificateDraft {
    let mut holder =
        CertificateDraft::new(der::holder("999900000102"), der::authority("Root"), &HOLDER, 7);
    holder.extensions = vec![extension::key_usage(extension::DIGITAL_SIGNATURE)];
    holder
}

pub(crate) fn x509() -> Vec<Seed> {
    let with = |extension: Vec<u8>| {
        let mut draft = holder();
        draft.set(extension);
        draft.signed(&ROOT)
    };
    let names = [
        extension::mail("a@nhs.example"),
        extension::dns("a.nhs.example"),
        extension::uri("http://a.nhs.example/"),
        extension::directory(&der::holder("a")),
        der::primitive(7, &[10, 0, 0, 1]),
    ];
    let mut expired = holder();
    expired.not_after = der::utc("250101000000Z");
    let mut nameless = holder();
    nameless.subject = der::sequence(&[]);
    let mut forged = holder();
    forged.serial = der::integer(&[8]);
    let whole = holder().signed(&ROOT);
    let constraints = extension::name_constraints(&names[1..2], &names[..1]);
    vec![
        ("trusted", whole.clone()),
        (
            "trusted-with-points",
            with(extension::crl_points(&[&[names[2].clone()], &[names[3].clone()]])),
        ),
        ("trusted-with-names", with(extension::alternative_names(&names))),
        ("trusted-with-policies", with(extension::policies(&["2.999.1", "2.5.29.32.0"]))),
        ("trusted-with-ocsp", with(extension::ocsp_access("http://ocsp.example/"))),
        ("trusted-with-purposes", with(extension::extended_key_usage(&["1.3.6.1.5.5.7.3.2"]))),
        ("refused-constraints", with(constraints)),
        ("refused-authority", CertificateDraft::authority("A", "Root", &HOLDER, 3).signed(&ROOT)),
        (
            "refused-unknown-critical",
            with(extension::extension("2.999.7", extension::Critical::Yes, &[5, 0])),
        ),
        ("refused-expired", expired.signed(&ROOT)),
        ("refused-nameless", nameless.signed(&ROOT)),
        ("refused-forged", forged.signed(&HOLDER)),
        ("malformed-cut", whole.iter().take(whole.len() / 2).copied().collect()),
        ("malformed-nothing", Vec::new()),
    ]
}

pub(crate) fn crl() -> Vec<Seed> {
    let list = |entries: Vec<EntryDraft>, extensions: Vec<Vec<u8>>, key: &Key| {
        let mut draft = ListDraft::new(der::authority("Root"));
        (draft.entries, draft.extensions) = (entries, extensions);
        draft.signed(key)
    };
    let revoking = || vec![EntryDraft::new(&[7]).with(extension::reason(1)), EntryDraft::new(&[9])];
    let other = EntryDraft::new(&[7]).with(extension::certificate_issuer(&der::authority("Sub")));
    let point = extension::point_name(&[extension::directory(&der::authority("CRL 1"))]);
    vec![
        ("good", list(Vec::new(), vec![extension::crl_number(1)], &ROOT)),
        (
            "good-other-issuer",
            list(vec![other], vec![extension::issuing_point(&[der::primitive(4, &[0xFF])])], &ROOT),
        ),
        ("revoked", list(revoking(), vec![extension::crl_number(1)], &ROOT)),
        ("unknown-partition", list(revoking(), vec![extension::issuing_point(&[point])], &ROOT)),
        (
            "unknown-delta",
            list(revoking(), vec![extension::crl_number(3), extension::delta_of(2)], &ROOT),
        ),
        (
            "unknown-reasons",
            list(
                Vec::new(),
                vec![extension::issuing_point(&[der::primitive(3, &[5, 0x60])])],
                &ROOT,
            ),
        ),
        ("unknown-forged", list(revoking(), Vec::new(), &HOLDER)),
        ("malformed-nothing", Vec::new()),
    ]
}

pub(crate) fn ocsp() -> Vec<Seed> {
    let single = || SingleDraft::good(der::authority("Root"), &ROOT, &[7]);
    let answer = |single| AnswerDraft::by_name(&der::authority("Root"), vec![single]);
    let mut delegate =
        CertificateDraft::new(der::authority("Responder"), der::authority("Root"), &HOLDER, 4);
    delegate.extensions = vec![extension::extended_key_usage(&["1.3.6.1.5.5.7.3.9"])];
    let mut delegated = AnswerDraft::by_name(&der::authority("Responder"), vec![single()]);
    delegated.certificates = vec![delegate.signed(&ROOT)];
    let nonce = der::octets(&[&[0x5A; 32]]);
    vec![
        ("good", answer(single()).signed(&ROOT)),
        ("good-by-key", answer(single()).by_key(&ROOT).signed(&ROOT)),
        ("good-with-nonce", answer(single()).with_nonce(&nonce).signed(&ROOT)),
        ("good-delegated", delegated.signed(&HOLDER)),
        ("revoked", answer(SingleDraft { status: status::revoked(1), ..single() }).signed(&ROOT)),
        ("unknown", answer(SingleDraft { status: status::unknown(), ..single() }).signed(&ROOT)),
        ("unknown-forged", answer(single()).signed(&HOLDER)),
        ("unknown-try-later", AnswerDraft { status: 3, ..answer(single()) }.signed(&ROOT)),
        ("malformed-nothing", Vec::new()),
    ]
}
