//! Texts without what tells who or where: holders' numbers (12 digits) but for their last four, the host's name, the
//! names of home folders.

/// Whether holders' numbers are left as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Uuids {
    /// The last four digits are.
    Shortened,
    /// They are.
    Full,
}

/// How long a holder's number is, and how much of it is told.
const DIGITS: usize = 12;
const TOLD: usize = 4;

/// Shortens texts.
#[derive(Clone, Debug)]
pub(super) struct Shortener {
    uuids: Uuids,
    /// Names of this host, the longest first.
    hosts: Vec<String>,
}

impl Shortener {
    pub(super) fn new(uuids: Uuids, host: &str) -> Self {
        let short = host.split('.').next().unwrap_or_default();
        let mut hosts: Vec<String> = [host, short].map(str::to_owned).to_vec();
        hosts.retain(|host| !host.is_empty() && host != "localhost");
        hosts.dedup();
        Self { uuids, hosts }
    }

    /// The same text, shortened.
    pub(super) fn shorten(&self, text: &str) -> String {
        let text = self.hosts.iter().fold(text.to_owned(), |text, host| without_host(&text, host));
        let text = without_homes(&text);
        match self.uuids {
            Uuids::Full => text,
            Uuids::Shortened => without_numbers(&text),
        }
    }

    /// The same JSON, its texts shortened as they are meant: an escape such as `\n` is no letter of the word after it.
    pub(super) fn shorten_json(&self, json: &str) -> String {
        let mut shortened = String::with_capacity(json.len());
        let mut rest = json;
        while let Some((before, from)) = rest.find('"').and_then(|at| rest.split_at_checked(at)) {
            let (text, after) = from.split_at(text_length(from));
            shortened.push_str(&self.shorten(before));
            shortened.push_str(&self.text_of_json(text));
            rest = after;
        }
        shortened + &self.shorten(rest)
    }

    fn text_of_json(&self, quoted: &str) -> String {
        let text = serde_json::from_str::<String>(quoted).ok();
        let shortened = text.and_then(|text| serde_json::to_string(&self.shorten(&text)).ok());
        shortened.unwrap_or_else(|| self.shorten(quoted))
    }
}

/// How long the text is that begins with this quote, with both quotes; everything where it does not end.
fn text_length(from: &str) -> usize {
    let mut is_escaped = false;
    for (at, byte) in from.bytes().enumerate().skip(1) {
        match byte {
            b'"' if !is_escaped => return at + 1,
            b'\\' => is_escaped = !is_escaped,
            _ => is_escaped = false,
        }
    }
    from.len()
}

/// Digits that stand by themselves, exactly as many as a holder's number has; times in microseconds are longer.
fn without_numbers(text: &str) -> String {
    let mut shortened = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len());
        let (digits, after) = from.split_at(end);
        shortened.push_str(before);
        match digits.split_at_checked(DIGITS - TOLD) {
            Some((_, last)) if digits.len() == DIGITS => {
                shortened.push('…');
                shortened.push_str(last);
            }
            _ => shortened.push_str(digits),
        }
        rest = after;
    }
    shortened.push_str(rest);
    shortened
}

/// Without the host's name, and without the domain that follows it, which names the site.
fn without_host(text: &str, host: &str) -> String {
    let mut shortened = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(host) {
        shortened.push_str(before);
        let is_word = !before.ends_with(is_of_name) && !after.starts_with(is_of_name);
        shortened.push_str(if is_word { "<host>" } else { host });
        rest = if is_word { after_domain(after) } else { after };
    }
    shortened.push_str(rest);
    shortened
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

/// What follows `.hospital.example`; a dot that ends a sentence is none of a domain's.
fn after_domain(text: &str) -> &str {
    let mut rest = text;
    while let Some(label) = rest.strip_prefix('.').filter(|label| label.starts_with(is_of_name)) {
        rest = label.trim_start_matches(is_of_name);
    }
    rest
}

fn without_homes(text: &str) -> String {
    let mut parts = text.split("/home/");
    let mut shortened = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| "/\"' \n:,;`)".contains(c)).unwrap_or(part.len());
        shortened.push_str("/home/<user>");
        shortened.push_str(part.get(end..).unwrap_or_default());
    }
    shortened
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shortened(text: &str) -> String {
        Shortener::new(Uuids::Shortened, "ward7.hospital.example").shorten(text)
    }

    #[test]
    fn numbers_of_holders_keep_their_last_four_digits() {
        for (text, expected) in [
            ("holder=999900000101, 3 tries", "holder=…0101, 3 tries"),
            ("/roles/999900000101.jws", "/roles/…0101.jws"),
            ("{\"holder\":\"999900000101\"}999900000102", "{\"holder\":\"…0101\"}…0102"),
            ("CN=999900000101x", "CN=…0101x"),
            ("at 1767600000123456 and 20260105", "at 1767600000123456 and 20260105"),
            ("no digit", "no digit"),
        ] {
            assert_eq!(shortened(text), expected);
        }
        let full = Shortener::new(Uuids::Full, "ward7");
        assert_eq!(full.shorten("999900000101 on ward7"), "999900000101 on <host>");
    }

    #[test]
    fn an_escape_in_json_hides_no_name_and_no_number() {
        let text = "a \"b\"\nward7\u{1b}999900000101\\";
        let json = serde_json::json!({ "fact": text, "of": ["ward7"] }).to_string() + "\n";
        let expected = serde_json::json!({
            "fact": "a \"b\"\n<host>\u{1b}…0101\\", "of": ["<host>"],
        });
        let shortener = Shortener::new(Uuids::Shortened, "ward7");
        assert_eq!(shortener.shorten_json(&json), expected.to_string() + "\n");
        assert_eq!(shortener.shorten_json("no \"ward7 ends"), "no \"<host> ends");
        assert_eq!(shortener.shorten_json("\"\\x ward7\" on ward7"), "\"\\x <host>\" on <host>");
    }

    #[test]
    fn the_domain_goes_with_the_hosts_name() {
        let shortener = Shortener::new(Uuids::Shortened, "ward7");
        for (text, expected) in [
            ("at ward7.hospital.example:443.", "at <host>:443."),
            ("on ward7. Or ward7..", "on <host>. Or <host>.."),
            ("ward70.hospital.example", "ward70.hospital.example"),
        ] {
            assert_eq!(shortener.shorten(text), expected);
        }
    }

    #[test]
    fn the_hosts_name_and_home_folders_are_left_out() {
        for (text, expected) in [
            ("on ward7 and ward7.hospital.example.", "on <host> and <host>."),
            ("ward70, myward7, ward7", "ward70, myward7, <host>"),
            ("/home/jane/x.toml:2 and /home/joe", "/home/<user>/x.toml:2 and /home/<user>"),
        ] {
            assert_eq!(shortened(text), expected);
        }
        assert_eq!(Shortener::new(Uuids::Shortened, "localhost").shorten("localhost"), "localhost");
    }
}
