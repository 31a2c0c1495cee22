//! One interface, from its XML to its chapter.

use roxmltree::{Document, Node, ParsingOptions};

use super::explanation::{Explanation, Paragraph};
use crate::error::ManualError;

/// How a property says that it changed, as the annotation has it (D-Bus specification, "Properties").
const EMITS_CHANGED: &str = "org.freedesktop.DBus.Property.EmitsChangedSignal";

/// The chapter.
///
/// # Errors
/// [`ManualError::Contract`] when something is not explained, or the XML is none.
pub(super) fn render(name: &str, xml: &str) -> Result<String, ManualError> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let document = Document::parse_with_options(xml, options);
    let document = document.map_err(|error| ManualError::Contract(format!("{name}: {error}")))?;
    let interface = document.descendants().find(|node| node.has_tag_name("interface"));
    let interface =
        interface.ok_or_else(|| ManualError::Contract(format!("{name}: no interface")))?;
    let explanation = explained(interface)?;
    let short = explanation.of("short_description").unwrap_or_default();
    let mut chapter = vec![format!("\n## {name}\n\n{short}.\n")];
    chapter.push(paragraphs(&explanation));
    for (tag, title) in [("property", "Properties"), ("method", "Methods"), ("signal", "Signals")] {
        let mut members = interface.children().filter(|node| node.has_tag_name(tag)).peekable();
        if members.peek().is_some() {
            chapter.push(format!("\n### {title} of {}\n", last(name)));
        }
        for member in members {
            chapter.push(format!("\n#### {}.{}\n\n", last(name), attribute(member, "name")));
            chapter.push(if tag == "property" { property(member)? } else { call(member)? });
        }
    }
    Ok(chapter.concat())
}

fn property(node: Node<'_, '_>) -> Result<String, ManualError> {
    let annotation = node.children().find(|node| attribute(*node, "name") == EMITS_CHANGED);
    let changes = match annotation.map(|node| attribute(node, "value")) {
        None | Some("true") => "`PropertiesChanged` tells its new value",
        Some("invalidates") => "`PropertiesChanged` tells that it changed",
        Some("const") => "it never changes",
        Some(_) => "no signal tells that it changed: ask",
    };
    let text = paragraphs(&explained(node)?);
    Ok(format!("`{}`; {changes}.\n{text}", attribute(node, "type")))
}

/// A method or a signal.
fn call(node: Node<'_, '_>) -> Result<String, ManualError> {
    let explanation = explained(node)?;
    let arguments: Vec<_> = node.children().filter(|node| node.has_tag_name("arg")).collect();
    let names: Vec<_> = arguments.iter().map(|argument| attribute(*argument, "name")).collect();
    let complaint = |what: &str| {
        Err(ManualError::Contract(format!("{}: the argument {what}", attribute(node, "name"))))
    };
    if let Some((stranger, _)) =
        explanation.about.iter().find(|(name, _)| !names.contains(&&**name))
    {
        return complaint(&format!("{stranger} is explained and not there"));
    }
    let mut rows = Vec::new();
    for argument in arguments {
        let name = attribute(argument, "name");
        let Some(meaning) = explanation.of(name) else {
            return complaint(&format!("{name} is not explained"));
        };
        let direction = match attribute(argument, "direction") {
            "out" => "answer",
            "in" => "in",
            _ => "tells",
        };
        rows.push(format!(
            "| `{name}` | {direction} | `{}` | {} |\n",
            attribute(argument, "type"),
            marked(meaning)
        ));
    }
    let words = paragraphs(&explanation);
    if rows.is_empty() {
        return Ok(words.trim_start().to_owned());
    }
    Ok(format!("| argument | | type | |\n|---|---|---|---|\n{}{words}", rows.concat()))
}

/// The comment right before the node.
fn explained(node: Node<'_, '_>) -> Result<Explanation, ManualError> {
    let name = attribute(node, "name");
    let before = node.prev_siblings().skip(1).find(|node| !node.is_text());
    let comment = before.filter(Node::is_comment).and_then(|node| node.text());
    let comment =
        comment.ok_or_else(|| ManualError::Contract(format!("{name} has no explanation")))?;
    Explanation::read(name, comment)
}

/// Each after an empty line.
fn paragraphs(explanation: &Explanation) -> String {
    explanation.paragraphs.iter().map(paragraph).collect()
}

fn paragraph(paragraph: &Paragraph) -> String {
    match paragraph {
        Paragraph::Words(words) => format!("\n{}\n", marked(words)),
        Paragraph::Keys { head, keys } => {
            let rows = keys.iter().map(|key| {
                format!("| `{}` | `{}` | {} |\n", key.name, key.signature, marked(&key.meaning))
            });
            format!(
                "\n{}\n\n| key | type | |\n|---|---|---|\n{}",
                marked(head),
                rows.collect::<String>()
            )
        }
    }
}

/// Words in quotes are code; errors are named as in their table.
fn marked(text: &str) -> String {
    let text = text.replace('|', "\\|");
    let parts = text.split('"').enumerate();
    let quoted = parts.map(|(number, part)| match number % 2 {
        1 => format!("`{part}`"),
        _ => part.to_owned(),
    });
    let mut marked = quoted.collect::<String>();
    for prefix in ["org.lanyard.Lanyard1.Error.", "org.freedesktop.DBus.Error."] {
        let mut parts = marked.split(prefix);
        let mut whole = vec![parts.next().unwrap_or_default().to_owned()];
        for part in parts {
            let end = part.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(part.len());
            let (name, rest) = part.split_at(end);
            whole.push(format!("`{name}`{rest}"));
        }
        marked = whole.concat();
    }
    marked
}

fn attribute<'a>(node: Node<'a, '_>, name: &str) -> &'a str {
    node.attribute(name).unwrap_or_default()
}

fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(members: &str) -> Result<String, ManualError> {
        let xml = format!(
            "<node><!-- a.b.Thing:\n@short_description: A thing -->\
             <interface name=\"a.b.Thing\">{members}</interface></node>"
        );
        render("a.b.Thing", &xml)
    }

    #[test]
    fn a_member_nobody_knew_before_has_its_place() {
        let chapter = around(
            "<!-- Metrics:\n@metrics: numbers, \"a\"|b\n\nMany. Errors: org.lanyard.Lanyard1.Error.NoRole. -->\
             <method name=\"Metrics\"><arg name=\"metrics\" type=\"a{st}\" direction=\"out\"/></method>\
             <!-- Load:\nIn seconds. --><property name=\"Load\" type=\"t\" access=\"read\">\
             <annotation name=\"org.freedesktop.DBus.Property.EmitsChangedSignal\" value=\"const\"/></property>",
        );
        let chapter = chapter.unwrap();
        assert!(chapter.starts_with("\n## a.b.Thing\n\nA thing.\n"), "{chapter}");
        assert!(
            chapter.contains(
                "| `metrics` | answer | `a{st}` | numbers, `a`\\|b |\n\nMany. Errors: `NoRole`.\n"
            ),
            "{chapter}"
        );
        assert!(
            chapter.contains("#### Thing.Load\n\n`t`; it never changes.\n\nIn seconds.\n"),
            "{chapter}"
        );
    }

    #[test]
    fn what_is_not_explained_is_refused() {
        let said = |members: &str| around(members).unwrap_err().to_string();
        assert!(said("<method name=\"Do\"/>").contains("Do has no explanation"));
        assert!(
            said("<!-- Do:\nDoes. --><method name=\"Do\"><arg name=\"a\" type=\"s\"/></method>")
                .contains("a is not explained")
        );
        assert!(
            said("<!-- Do:\n@b: B. --><method name=\"Do\"/>")
                .contains("b is explained and not there")
        );
    }
}
