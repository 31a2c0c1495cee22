//! A value of TOML in one line, written as TOML (v1.0.0) and as JSON (RFC 8259).

use toml::de::{DeInteger, DeValue};

/// One value, twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rendered {
    pub(super) toml: String,
    pub(super) json: String,
}

impl Rendered {
    pub(super) fn of(value: &DeValue<'_>) -> Self {
        let both = |text: String| Self { toml: text.clone(), json: text };
        match value {
            DeValue::String(text) => both(quoted(text)),
            DeValue::Integer(number) => both(decimal(number)),
            DeValue::Boolean(is_so) => both(is_so.to_string()),
            DeValue::Float(number) => {
                Self { toml: number.to_string(), json: quoted(&number.to_string()) }
            }
            DeValue::Datetime(time) => {
                Self { toml: time.to_string(), json: quoted(&time.to_string()) }
            }
            DeValue::Array(values) => {
                let values: Vec<_> = values.iter().map(|value| Self::of(value.get_ref())).collect();
                Self {
                    toml: format!("[{}]", joined(values.iter().map(|value| value.toml.clone()))),
                    json: format!("[{}]", joined(values.iter().map(|value| value.json.clone()))),
                }
            }
            DeValue::Table(table) => {
                let entries: Vec<_> = table
                    .iter()
                    .map(|(key, value)| (key.get_ref(), Self::of(value.get_ref())))
                    .collect();
                let toml =
                    entries.iter().map(|(key, v)| format!("{} = {}", Self::key(key), v.toml));
                let json = entries.iter().map(|(key, v)| format!("{}: {}", quoted(key), v.json));
                Self {
                    toml: format!("{{ {} }}", joined(toml)),
                    json: format!("{{ {} }}", joined(json)),
                }
            }
        }
    }

    /// A key, in quotes if it needs them.
    pub(super) fn key(key: &str) -> String {
        let is_bare = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        let needs_quotes = key.is_empty() || !key.chars().all(is_bare);
        if needs_quotes { quoted(key) } else { key.to_owned() }
    }
}

fn joined(values: impl Iterator<Item = String>) -> String {
    values.collect::<Vec<_>>().join(", ")
}

/// A string, escaped as both know it.
pub(super) fn quoted(text: &str) -> String {
    let escaped = text.chars().map(|c| match c {
        '"' | '\\' => format!("\\{c}"),
        c if c.is_control() => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    });
    format!("\"{}\"", escaped.collect::<String>())
}

/// As it is written, when it is too long for a number of ours.
fn decimal(number: &DeInteger<'_>) -> String {
    let read = i64::from_str_radix(number.as_str(), number.radix());
    read.map_or_else(|_| number.to_string(), |number| number.to_string())
}

#[cfg(test)]
mod tests {
    use toml::de::DeTable;

    use super::*;

    fn rendered(value: &str) -> Rendered {
        let text = format!("a = {value}");
        let table = DeTable::parse(&text).unwrap();
        let (_, value) = table.get_ref().iter().next().unwrap();
        Rendered::of(value.get_ref())
    }

    #[test]
    fn values_are_written_in_one_line_as_toml_and_as_json() {
        for (text, toml, json) in [
            ("'C:\\a \"b\"'", r#""C:\\a \"b\"""#, r#""C:\\a \"b\"""#),
            ("\"\"\"a\nb\"\"\"", r#""a\u000ab""#, r#""a\u000ab""#),
            ("0x10", "16", "16"),
            ("-1_000", "-1000", "-1000"),
            ("true", "true", "true"),
            ("[\n  1,\n  'x' # why\n]", r#"[1, "x"]"#, r#"[1, "x"]"#),
            (
                "{ b = 1, 'c d' = 2026-01-05 }",
                r#"{ b = 1, "c d" = 2026-01-05 }"#,
                r#"{ "b": 1, "c d": "2026-01-05" }"#,
            ),
        ] {
            let found = rendered(text);
            assert_eq!((found.toml.as_str(), found.json.as_str()), (toml, json));
        }
    }

    #[test]
    fn what_was_written_is_read_as_the_same() {
        let text = "\"\\u007f\\t\u{fc} \\\"\\\\\"";
        let once = rendered(text);
        assert_eq!(rendered(&once.toml), once);
    }
}
