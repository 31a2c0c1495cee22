//! The notices of other people's code that is linked into the programs: their licences ask that whoever hands on
//! a program hands them on too.
//!
//! What is linked is what cargo resolves for this machine, without what only builds and tests need. Licence texts
//! are the files that each crate brings along; equal texts stand once.

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde::Deserialize;

use crate::{error::ManualError, written::failed};

/// The part of `cargo metadata` that is looked at.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    authors: Vec<String>,
    /// None of our own crates has one.
    source: Option<String>,
    manifest_path: PathBuf,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

/// None for what is linked; `build` or `dev` else.
#[derive(Deserialize)]
struct Kind {
    kind: Option<String>,
}

/// The notices of what is linked into these of our programs.
///
/// # Errors
/// [`ManualError::Cargo`] when cargo does not tell; [`ManualError::NoLicence`] when a crate has no text.
pub(crate) fn of(programs: &[String]) -> Result<String, ManualError> {
    let metadata = metadata()?;
    let linked = linked(&metadata, programs);
    let mut parts: Vec<&Package> = metadata
        .packages
        .iter()
        .filter(|p| linked.contains(&*p.id) && p.source.is_some())
        .collect();
    parts.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut document = HEAD.to_owned();
    for part in parts {
        let name = format!("{} {}", part.name, part.version);
        let licence = part.license.as_deref().unwrap_or("see its text");
        let _infallible = writeln!(document, "{name}: {licence}");
        for text in licence_texts(part)? {
            match texts.entry(text) {
                Entry::Vacant(new) => new.insert(BTreeSet::new()).insert(name.clone()),
                Entry::Occupied(mut known) => known.get_mut().insert(name.clone()),
            };
        }
    }
    for (text, parts) in texts {
        let parts: Vec<String> = parts.into_iter().collect();
        let _infallible =
            write!(document, "\n{}\nOf {}:\n\n{text}", "-".repeat(80), parts.join(", "));
    }
    Ok(document)
}

const HEAD: &str = "\
The programs of Lanyard have these other people's works in them, each under its own licence. The texts follow.

";

fn metadata() -> Result<Metadata, ManualError> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["metadata", "--format-version", "1", "--filter-platform", TARGET]);
    let output = command.output().map_err(|error| ManualError::Cargo(error.to_string()))?;
    if !output.status.success() {
        return Err(ManualError::Cargo(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| ManualError::Cargo(error.to_string()))
}

/// The machines that Debian's packages of it are for.
const TARGET: &str = if cfg!(target_arch = "aarch64") {
    "aarch64-unknown-linux-gnu"
} else {
    "x86_64-unknown-linux-gnu"
};

/// Everything that the programs are linked with, themselves included, by identifier.
fn linked<'a>(metadata: &'a Metadata, programs: &[String]) -> BTreeSet<&'a str> {
    let nodes: BTreeMap<&str, &Node> =
        metadata.resolve.nodes.iter().map(|node| (&*node.id, node)).collect();
    let is_meant =
        |package: &&Package| package.source.is_none() && programs.contains(&package.name);
    let mut open: Vec<&str> = metadata.packages.iter().filter(is_meant).map(|p| &*p.id).collect();
    let mut linked = BTreeSet::new();
    while let Some(id) = open.pop() {
        if linked.insert(id) {
            let deps = nodes.get(id).into_iter().flat_map(|node| &node.deps);
            let normal = deps.filter(|dep| dep.dep_kinds.iter().any(|kind| kind.kind.is_none()));
            open.extend(normal.map(|dep| &*dep.pkg));
        }
    }
    linked
}

/// The texts that a crate brings along.
fn licence_texts(package: &Package) -> Result<BTreeSet<String>, ManualError> {
    let folder = package.manifest_path.parent().unwrap_or(Path::new("."));
    let mut texts = BTreeSet::new();
    for entry in fs::read_dir(folder).map_err(failed(folder))? {
        let file = entry.map_err(failed(folder))?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
        if file.is_file() && NAMES.iter().any(|known| name.starts_with(known)) {
            let text = fs::read(&file).map_err(failed(&file))?;
            texts.insert(
                String::from_utf8_lossy(&text).replace("\r\n", "\n").trim().to_owned() + "\n",
            );
        }
    }
    if texts.is_empty() {
        texts.insert(text_of_mit(package)?);
    }
    Ok(texts)
}

/// For crates that name the licence and its holders in their manifest alone.
fn text_of_mit(package: &Package) -> Result<String, ManualError> {
    let is_mit = package.license.as_deref().is_some_and(|licence| licence.contains("MIT"));
    let terms = OUR_MIT.find("Permission is").and_then(|start| OUR_MIT.get(start..));
    match terms {
        Some(terms) if is_mit => {
            Ok(format!("Copyright (c) {}\n\n{terms}", package.authors.join(", ")))
        }
        _ => Err(ManualError::NoLicence(format!("{} {}", package.name, package.version))),
    }
}

/// Whose terms are the same for everybody.
const OUR_MIT: &str = include_str!("../../../LICENSE-MIT");

/// How files with licences and notices begin.
const NAMES: [&str; 5] = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_tests_and_builds_need_is_not_linked() {
        let metadata: Metadata = serde_json::from_str(
            r#"{"packages": [
                {"id": "ours", "name": "p", "version": "1", "license": null, "authors": [], "source": null, "manifest_path": "p/Cargo.toml"},
                {"id": "theirs", "name": "p", "version": "2", "license": null, "authors": [], "source": "r", "manifest_path": "q/Cargo.toml"}],
              "resolve": {"nodes": [
                {"id": "ours", "deps": [
                    {"pkg": "a", "dep_kinds": [{"kind": null}]}, {"pkg": "b", "dep_kinds": [{"kind": "dev"}]},
                    {"pkg": "c", "dep_kinds": [{"kind": "build"}, {"kind": null}]}]},
                {"id": "a", "deps": [{"pkg": "d", "dep_kinds": [{"kind": null}]}]}]}}"#,
        )
        .unwrap();
        assert_eq!(linked(&metadata, &["p".to_owned()]), BTreeSet::from(["ours", "a", "c", "d"]));
    }

    fn package(folder: &Path, licence: &str) -> Package {
        Package {
            id: "x".into(),
            name: "x".into(),
            version: "1.0.0".into(),
            license: Some(licence.into()),
            authors: vec!["Somebody".into()],
            source: Some("registry".into()),
            manifest_path: folder.join("Cargo.toml"),
        }
    }

    #[test]
    fn licence_texts_are_those_that_a_crate_brings_along() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("License-X"), "Permission\r\nis hereby").unwrap();
        fs::write(folder.path().join("README"), "Hello").unwrap();
        let texts = licence_texts(&package(folder.path(), "MIT")).unwrap();
        assert_eq!(texts, BTreeSet::from(["Permission\nis hereby\n".to_owned()]));
    }

    #[test]
    fn a_crate_without_a_licence_text_has_the_terms_of_mit_or_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let texts = licence_texts(&package(folder.path(), "MIT")).unwrap();
        let text = texts.first().unwrap();
        assert!(
            text.starts_with("Copyright (c) Somebody\n\nPermission is hereby granted"),
            "{text}"
        );
        let error = licence_texts(&package(folder.path(), "Zlib")).unwrap_err();
        assert_eq!(error.to_string(), "x 1.0.0 has no file with its licence");
    }
}
