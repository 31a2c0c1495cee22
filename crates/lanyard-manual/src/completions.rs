//! What shells complete, for bash, zsh and fish, where Debian's shells look for it.

use clap::{Command, CommandFactory as _};
use clap_complete::{Shell, generate};

/// Every script with the path at which it is installed.
pub(crate) fn scripts() -> Vec<(String, String)> {
    let programs = [lanyardctl::command(), lanyardd::arguments::Arguments::command()];
    programs.iter().flat_map(|program| SHELLS.map(|shell| script(program, shell))).collect()
}

const SHELLS: [Shell; 3] = [Shell::Bash, Shell::Zsh, Shell::Fish];

fn script(program: &Command, shell: Shell) -> (String, String) {
    let name = program.get_name().to_owned();
    let mut script = Vec::new();
    generate(shell, &mut program.clone(), &name, &mut script);
    (path(&name, shell), String::from_utf8_lossy(&script).into_owned())
}

fn path(name: &str, shell: Shell) -> String {
    match shell {
        Shell::Zsh => format!("usr/share/zsh/vendor-completions/_{name}"),
        Shell::Fish => format!("usr/share/fish/vendor_completions.d/{name}.fish"),
        _ => format!("usr/share/bash-completion/completions/{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shell_knows_every_task_of_both_programs() {
        let scripts = scripts();
        assert_eq!(scripts.len(), 6);
        for (file, script) in scripts.iter().filter(|(file, _)| file.contains("lanyardctl")) {
            for task in lanyardctl::command().get_subcommands() {
                assert!(script.contains(task.get_name()), "{} in {file}", task.get_name());
            }
        }
        assert!(scripts.iter().any(|(file, _)| file.ends_with("/_lanyardd")));
    }
}
