//! Catalogues, role documents and files of the directory. The key is made anew and forgotten, so that
//! fixtures and seeds change together.

#![expect(clippy::expect_used, reason = "what is written here is well-formed")]
#![expect(
    clippy::indexing_slicing,
    reason = "the personas have as many roles as their stories need"
)]

use std::path::Path;
use std::sync::LazyLock;
use std::{fs, io};

use jiff::{Span, Timestamp};
use lanyard_roles::{Validity, sign_document};
use lanyard_test_roles::{Authority, persona};
use serde_json::Value;

use super::Seed;

static RA: LazyLock<Authority> = LazyLock::new(|| Authority::new("ra"));
static GP: LazyLock<String> = LazyLock::new(|| signed("gp", &RA));

/// What the checks are made with.
pub(crate) fn write_fixtures() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    fs::write(folder.join("ra.pem"), &RA.public_pem)?;
    fs::write(folder.join("gp.jws"), &*GP)
}

/// 1 September 2026.
fn today() -> Timestamp {
    Timestamp::from_second(1_788_220_800).expect("a time")
}

fn userinfo(name: &str) -> Value {
    persona(name, today()).userinfo
}

fn signed(name: &str, authority: &Authority) -> String {
    let expires = today() + Span::new().hours(100 * 366 * 24);
    let validity = Validity { issued: today(), expires };
    let userinfo = userinfo(name).to_string();
    sign_document(userinfo.as_bytes(), &authority.key, validity).expect("it is well-formed")
}

pub(crate) fn catalogue() -> Vec<Seed> {
    let of =
        |rest: &str| format!(r#"{{"form":"lanyard-rbac-1","version":"1"{rest}}}"#).into_bytes();
    let cycle = r#","includes":[{"activity":"B0001","includes":["B0002"]},{"activity":"B0002","includes":["B0001"]}]"#;
    let baseline = r#","baselines":[{"job_role":"R8001","area_of_work":"P0001:Q0001","activities":["B0001","none"]}]"#;
    let starter = include_bytes!("../../../../crates/lanyard-roles/src/catalogue/starter.json");
    vec![
        ("whole-starter", starter.to_vec()),
        ("whole-empty", of("")),
        ("problems-cycle", of(cycle)),
        ("problems-baseline", of(baseline)),
        ("refused-form", br#"{"form":"lanyard-rbac-9","version":"1"}"#.to_vec()),
        ("refused-table", b"activity,includes\nB0825,\"B0820\"\n".to_vec()),
        ("refused-baselines", b"job_role,area_of_work,activity\nR8001,P0001,B0820\n".to_vec()),
        ("refused-list", b"[]".to_vec()),
    ]
}

pub(crate) fn documents() -> Vec<Seed> {
    let with = |change: fn(&mut Value)| {
        let mut userinfo = userinfo("closing-today");
        change(&mut userinfo);
        userinfo.to_string().into_bytes()
    };
    vec![
        ("whole", with(|_| {})),
        ("whole-roleless", userinfo("roleless").to_string().into_bytes()),
        ("whole-numbers", with(|it| it["idassurancelevel"] = 3.into())),
        ("whole-one", with(|it| it["nhsid_nrbac_roles"] = it["nhsid_nrbac_roles"][0].take())),
        ("problems-date", with(|it| it["nhsid_nrbac_roles"][0]["nhsCloseDate"] = "0".into())),
        (
            "problems-twice",
            with(|it| it["nhsid_nrbac_roles"][0] = it["nhsid_nrbac_roles"][1].clone()),
        ),
        ("refused-uuid", with(|it| it["nhsid_useruid"] = "9999".into())),
        ("refused-list", b"[\"999900000101\"]".to_vec()),
    ]
}

pub(crate) fn files() -> Vec<Seed> {
    let lines: Vec<&str> = GP.lines().collect();
    let joined = |lines: &[&str]| lines.join("\n").into_bytes();
    let namesake = signed("gp", &Authority::new("ra"));
    vec![
        ("believed", GP.clone().into_bytes()),
        ("believed-otherwise", joined(&[lines[0], lines[2], lines[1], lines[3]])),
        ("tampered-less", joined(&lines[..3])),
        ("tampered-more", joined(&[&lines[..], &lines[1..2]].concat())),
        ("tampered-namesake", namesake.into_bytes()),
        ("unknown-key", signed("gp", &Authority::new("other")).into_bytes()),
        ("wrong-uuid", signed("nurse", &RA).into_bytes()),
        ("malformed-role-first", joined(&lines[1..])),
        ("malformed", b"a.b.c\n".to_vec()),
    ]
}
