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

fn without_host(text: &str, host: &str) -> String {
    let mut shortened = String::with_capacity(text.len());
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(host) {
        shortened.push_str(before);
        let is_word = !before.ends_with(is_of_name) && !after.starts_with(is_of_name);
        shortened.push_str(if is_word { "<host>" } else { host });
        rest = after;
    }
    shortened.push_str(rest);
    shortened
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
