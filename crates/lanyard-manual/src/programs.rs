//! lanyardd(8), lanyardctl(1), and a page for each of its tasks, from the programs' own command lines; what no
//! command line knows is added: signals, exit codes, files.

use std::io;

use clap::{Command, CommandFactory as _};
use clap_mangen::{
    Man,
    roff::{Roff, bold, roman},
};

/// Every page with the path at which it is installed.
///
/// # Errors
/// None while memory can be written to.
pub(crate) fn pages(date: &str) -> io::Result<Vec<(String, String)>> {
    let mut pages = vec![daemon(date)?];
    let mut control = lanyardctl::command().disable_help_subcommand(true);
    control.build();
    add_tasks(&control, date, &mut pages)?;
    Ok(pages)
}

/// A heading, and what stands below it: a name, and what it is.
type Part<'a> = (&'a str, Vec<(&'a str, &'a str)>);

fn daemon(date: &str) -> io::Result<(String, String)> {
    let parts =
        [("SIGNALS", SIGNALS.into()), ("EXIT STATUS", EXITS.into()), ("FILES", FILES.into())];
    let also = ["lanyardctl(1)", "lanyard.toml(5)", "pcscd(8)", "systemctl(1)"];
    page(lanyardd::arguments::Arguments::command(), "8", date, &parts, &also)
}

const SIGNALS: [(&str, &str); 2] = [
    (
        "SIGHUP",
        "Trust anchors, further authorities and revocation lists are read again, and the settings. \
         When \
         nothing is another but in log, prompt, terms, passcode, profiles, session without longest-hours, \
         and card's answer-within-ms and free-within-ms, that holds at once; when anything else is, all \
         of it waits for the next start. The journal says which it was.",
    ),
    ("SIGTERM, SIGINT", "Everything is withdrawn from the bus, and the daemon ends."),
];

const EXITS: [(&str, &str); 3] = [
    ("0", "It was told to end; or the settings are in order and were checked or shown."),
    ("1", "It could not go on, or the settings are wrong; the words say why."),
    ("2", "The command line is not understood."),
];

const FILES: [(&str, &str); 7] = [
    ("/etc/lanyard/lanyard.toml, /etc/lanyard/lanyard.d/*.toml", "The settings."),
    ("/etc/lanyard/anchors", "Trust anchors. Nobody can sign in while none is there."),
    ("/etc/lanyard/intermediates", "Further authorities, between cards and anchors."),
    (
        "/etc/lanyard/crls, /etc/lanyard/responders",
        "Revocation lists, and OCSP responders that are believed.",
    ),
    ("/var/lib/lanyard", "The record of tries: three wrong passcodes in a row block a card here."),
    (
        "/var/log/lanyard/audit.jsonl",
        "The audit log, for the group lanyard; read it with lanyardctl-audit-show(1).",
    ),
    ("/var/cache/lanyard", "Revocation lists that were fetched."),
];

/// The pages of a command and of all below it.
fn add_tasks(command: &Command, date: &str, pages: &mut Vec<(String, String)>) -> io::Result<()> {
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let parts: Vec<Part<'_>> = match exit_codes(&help) {
        codes if codes.is_empty() => Vec::new(),
        codes => vec![("EXIT STATUS", codes)],
    };
    let is_whole = command.get_display_name().is_none_or(|name| name == "lanyardctl");
    let also: &[&str] = if is_whole { &["lanyardd(8)"] } else { &["lanyardctl(1)", "lanyardd(8)"] };
    pages.push(page(command.clone(), "1", date, &parts, also)?);
    for task in command.get_subcommands().filter(|task| !task.is_hide_set()) {
        add_tasks(task, date, pages)?;
    }
    Ok(())
}

/// The lines of a number and its meaning in what `--help` ends with.
fn exit_codes(help: &str) -> Vec<(&str, &str)> {
    let lines = help.lines().filter_map(|line| line.trim().split_once("  "));
    lines.filter(|(code, _)| code.parse::<u8>().is_ok()).collect()
}

fn page(
    command: Command,
    section: &str,
    date: &str,
    parts: &[Part<'_>],
    also: &[&str],
) -> io::Result<(String, String)> {
    let has_tasks = command.has_subcommands();
    let man = Man::new(command).section(section).date(date).source("Lanyard").manual("Lanyard");
    let mut text = Vec::new();
    man.render_title(&mut text)?;
    man.render_name_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_description_section(&mut text)?;
    if has_tasks {
        man.render_subcommands_section(&mut text)?;
    }
    man.render_options_section(&mut text)?;
    added(parts, also).to_writer(&mut text)?;
    let text = String::from_utf8_lossy(&text).into_owned();
    Ok((format!("usr/share/man/man{section}/{}", man.get_filename()), text))
}

fn added(parts: &[Part<'_>], also: &[&str]) -> Roff {
    let mut roff = Roff::new();
    for (heading, entries) in parts {
        roff.control("SH", [*heading]);
        for (name, meaning) in entries {
            roff.control("TP", []).text([bold(*name)]).text([roman(*meaning)]);
        }
    }
    roff.control("SH", ["SEE ALSO"]).text([roman(also.join(", "))]);
    roff
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<(String, String)> {
        pages("22 Nov 2026").unwrap()
    }

    #[test]
    fn every_task_has_a_page_that_the_whole_one_or_its_own_names() {
        let pages = all();
        let has = |name: &str| pages.iter().any(|(file, _)| file.ends_with(name));
        assert!(has("man8/lanyardd.8") && has("man1/lanyardctl.1"));
        assert!(has("man1/lanyardctl-login.1") && has("man1/lanyardctl-audit-verify.1"));
        let (_, whole) = pages.iter().find(|(file, _)| file.ends_with("/lanyardctl.1")).unwrap();
        for task in lanyardctl::command().get_subcommands() {
            let name = task.get_name().replace('-', "\\-");
            assert!(whole.contains(&format!("lanyardctl\\-{name}(1)")), "{whole}");
        }
    }

    #[test]
    fn exit_codes_are_those_of_the_help() {
        let (_, page) =
            all().into_iter().find(|(file, _)| file.ends_with("/lanyardctl.1")).unwrap();
        assert!(page.contains("\"EXIT STATUS\"\n.TP\n\\fB0\\fR\ndone\n"), "{page}");
        assert!(page.contains("\\fB8\\fR\nthe certificate is refused\n"), "{page}");
        assert_eq!(exit_codes("Exit codes:\n  0  done\n  x  y"), [("0", "done")]);
    }

    #[test]
    fn the_daemons_page_knows_its_options() {
        let (_, page) = all().remove(0);
        for option in lanyardd::arguments::Arguments::command().get_arguments() {
            let long = option.get_long().unwrap().replace('-', "\\-");
            assert!(page.contains(&format!("\\fB\\-\\-{long}\\fR")), "{long} in {page}");
        }
    }
}
