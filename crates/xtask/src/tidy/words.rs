//! Words that belong to the machine somebody worked on, not to the project: paths and hosts.

use super::Finding;
use super::tree::Tree;

/// The beginnings of paths that exist on one machine only.
const MACHINE_PATHS: [&str; 4] = ["/work/", "/farm/", "/root/", "/tmp/target"];

/// Parts of host names that only somebody's own network knows.
const PRIVATE_HOSTS: [&str; 6] = ["artifactory", "nexus", "mirror", "proxy", ".internal", ".corp"];

/// No file names a path or a host that others do not have.
pub(super) fn names_no_machine(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files_with_meaning() {
        for (number, line) in file.lines() {
            for path in MACHINE_PATHS.iter().filter(|path| stands_alone(line, path)) {
                let what = format!("the machine path {path}");
                findings.push(file.finding(number, what, "others do not have it"));
            }
            for host in hosts(line).filter(|host| is_private(host)) {
                let what = format!("the host {host}");
                findings.push(file.finding(number, what, "others cannot reach it"));
            }
        }
    }
    findings
}

/// Whether `path` stands in the line as the beginning of a path, not in the middle of another.
fn stands_alone(line: &str, path: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || "._-*".contains(c);
    line.match_indices(path)
        .any(|(at, _)| !line.get(..at).is_some_and(|before| before.ends_with(inside)))
}

/// The hosts of all addresses in a line.
fn hosts(line: &str) -> impl Iterator<Item = &str> {
    let ends = |c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '-' || c == '@');
    line.split("://").skip(1).filter_map(move |rest| {
        let authority = rest.split(ends).next()?;
        authority.rsplit('@').next()
    })
}

fn is_private(host: &str) -> bool {
    let private_address = ["10.", "192.168."].iter().any(|start| host.starts_with(start))
        && host.split('.').all(|part| part.parse::<u8>().is_ok());
    private_address || PRIVATE_HOSTS.iter().any(|part| host.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whats(text: &str) -> Vec<String> {
        let findings = names_no_machine(&Tree::of(&[("a.md", text)]));
        findings.into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn a_machines_own_path_is_found_wherever_it_stands_alone() {
        assert_eq!(whats("cd /work/main\n"), ["the machine path /work/"]);
        assert!(whats("docs/work/plan.md and ../farm/x\n").is_empty());
        assert!(whats("/run/pcscd, /tmp/lanyard-x\n").is_empty());
    }

    #[test]
    fn private_hosts_are_found_and_public_ones_are_not() {
        let private = "https://user@artifactory.example/x and http://10.1.2.3:80/\n";
        assert_eq!(whats(private).len(), 2);
        assert!(
            whats("https://docs.rs/zbus, http://127.0.0.1:80, https://10.example/\n").is_empty()
        );
    }
}
