//! lanyard.toml(5).

use clap_mangen::roff::{Inline, Roff, bold, roman};

use crate::settings_document::{Document, Section, Settings};

/// The page, in roff.
pub(crate) fn render(document: &Document, date: &str) -> String {
    let mut page = Roff::new();
    page.control("TH", ["LANYARD.TOML", "5", date, "Lanyard", "Lanyard"]);
    page.control("SH", ["NAME"])
        .text([roman("lanyard.toml - settings of the identity agent for smartcards")]);
    page.control("SH", ["SYNOPSIS"])
        .text([roman("/etc/lanyard/lanyard.toml, /etc/lanyard/lanyard.d/*.toml")]);
    page.control("SH", ["DESCRIPTION"]);
    for paragraph in &document.introduction {
        page.control("PP", []).text(inlines(paragraph));
    }
    for section in &document.sections {
        describe(&mut page, section);
    }
    page.control("SH", ["SEE ALSO"]);
    page.text([bold("lanyardd"), roman("(8), "), bold("lanyardctl"), roman("(1)")]);
    page.render()
}

fn describe(page: &mut Roff, Section { name, settings }: &Section) {
    page.control("SH", [format!("[{name}]").as_str()]);
    for Settings { explanation, lines } in settings {
        let mut macro_name = "TP";
        for line in lines {
            page.control(macro_name, []).text([bold(line)]);
            macro_name = "TQ";
        }
        page.text(inlines(&explanation.join(" ")));
    }
}

/// Words of which those in backquotes are bold.
fn inlines(text: &str) -> Vec<Inline> {
    let parts = text.split('`').enumerate();
    parts.map(|(number, part)| if number % 2 == 1 { bold(part) } else { roman(part) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_stands_in_the_page_with_its_default() {
        let document = Document::ours().unwrap();
        let page = render(&document, "22 Nov 2026");
        for line in document.sections.iter().flat_map(|s| &s.settings).flat_map(|s| &s.lines) {
            let key = line.split(" = ").next().unwrap().replace('-', "\\-");
            assert!(page.contains(&format!("\\fB{key} = ")), "{key}");
        }
        assert!(page.contains(".TH LANYARD.TOML 5 \"22 Nov 2026\""), "{page}");
    }

    #[test]
    fn words_in_backquotes_are_bold() {
        assert_eq!(inlines("a `b` c"), [roman("a "), bold("b"), roman(" c")]);
    }
}
