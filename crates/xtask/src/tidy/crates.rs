//! Rules about the manifests of the workspace's crates.

use super::Finding;
use super::tree::{File, Tree};

/// Every crate says in its manifest what it is.
pub(super) fn describes_itself(tree: &Tree) -> Vec<Finding> {
    let why = "a crate says in one line what it is";
    manifests(tree)
        .filter(|file| !section(file, "package").any(|line| line.starts_with("description")))
        .map(|file| file.finding(1, "no description", why))
        .collect()
}

/// Every crate takes its lints from the workspace.
pub(super) fn takes_the_workspace_lints(tree: &Tree) -> Vec<Finding> {
    let why = "`[lints] workspace = true` holds for every crate";
    manifests(tree)
        .filter(|file| !section(file, "lints").any(|line| line == "workspace = true"))
        .map(|file| file.finding(1, "lints of its own", why))
        .collect()
}

/// The manifests of members; fuzz targets are a workspace of their own.
fn manifests(tree: &Tree) -> impl Iterator<Item = &File> {
    tree.ending("/Cargo.toml").filter(|file| !file.path.contains("/fuzz/"))
}

/// The lines of one section of a manifest.
fn section<'a>(file: &'a File, name: &str) -> impl Iterator<Item = &'a str> {
    let head = format!("[{name}]");
    let lines = file.text.lines().map(str::trim);
    let body = lines.skip_while(move |line| *line != head).skip(1);
    body.take_while(|line| !line.starts_with('['))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_without_description_or_lints_is_found() {
        let good = "[package]\nname = \"a\"\ndescription = \"A.\"\n\n[lints]\nworkspace = true\n";
        let bare = "[package]\nname = \"b\"\n[dependencies]\ndescription = \"1\"\n[lints.rust]\n";
        let tree = Tree::of(&[
            ("Cargo.toml", "[workspace]\n"),
            ("crates/a/Cargo.toml", good),
            ("crates/a/fuzz/Cargo.toml", bare),
            ("crates/b/Cargo.toml", bare),
        ]);
        for rule in [describes_itself, takes_the_workspace_lints] {
            let findings = rule(&tree);
            assert_eq!(findings.len(), 1);
            assert_eq!(findings[0].file, "crates/b/Cargo.toml");
        }
    }
}
