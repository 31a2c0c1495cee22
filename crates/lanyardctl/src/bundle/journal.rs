//! The daemon's journal as `journalctl -o json` writes it: of each message when, how important, and the words. Nothing
//! else is taken over, since the journal also notes host, command line and users.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What of a message is told.
#[derive(Debug, Deserialize, Serialize)]
struct Message {
    /// Microseconds since 1970.
    #[serde(rename = "__REALTIME_TIMESTAMP")]
    time: Option<String>,
    #[serde(rename = "PRIORITY")]
    priority: Option<String>,
    #[serde(rename = "_PID")]
    process: Option<String>,
    /// A text; an array of bytes where it is no UTF-8, which is left out.
    #[serde(rename = "MESSAGE")]
    words: Value,
}

/// The arguments that ask for a day's messages.
pub(super) const ASKED: [&str; 8] =
    ["-u", "lanyardd.service", "-o", "json", "--since=-24h", "--no-pager", "-n", "4000"];

/// One line a message; a line that is none is left out, such as the last one where it was cut.
pub(super) fn messages(json: &str) -> String {
    let messages = json.lines().filter_map(|line| serde_json::from_str::<Message>(line).ok());
    let texts = messages.filter(|message| message.words.is_string());
    texts.filter_map(|message| Some(serde_json::to_string(&message).ok()? + "\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_message_only_time_importance_process_and_words_are_told() {
        let json = r#"{"__REALTIME_TIMESTAMP":"1767600000123456","PRIORITY":"6","_PID":"7","MESSAGE":"card inserted","_HOSTNAME":"ward7","_CMDLINE":"x","_UID":"1000"}
{"MESSAGE":[255,1]}
{"MESSAGE":"cu"#;
        let expected = "{\"__REALTIME_TIMESTAMP\":\"1767600000123456\",\"PRIORITY\":\"6\",\"_PID\":\"7\",\
                        \"MESSAGE\":\"card inserted\"}\n";
        assert_eq!(messages(json), expected);
    }
}
