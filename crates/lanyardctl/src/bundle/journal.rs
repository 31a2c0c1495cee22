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

/// The arguments that ask for a day's messages, the newest first: what is too long is cut at its end. journalctl(1)
/// adds times and places of its own to the fields.
pub(super) const ASKED: [&str; 10] = [
    "-u",
    "lanyardd.service",
    "-o",
    "json",
    "--output-fields=PRIORITY,_PID,MESSAGE",
    "--since=-24h",
    "--no-pager",
    "-n",
    "4000",
    "-r",
];

/// One line a message, the oldest first; a line that is none is left out, such as the last one where it was cut.
pub(super) fn messages(newest_first: &str) -> String {
    let lines = newest_first.lines().rev();
    let messages = lines.filter_map(|line| serde_json::from_str::<Message>(line).ok());
    let texts = messages.filter(|message| message.words.is_string());
    texts.filter_map(|message| Some(serde_json::to_string(&message).ok()? + "\n")).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{bundle::program, doctor::Deadline};

    /// Writes the messages 1 to 60000, more than is taken up, as journalctl(1) does.
    const TALKATIVE: &str = r#"
case " $* " in *" -r "*) seq 60000 -1 1 ;; *) seq 60000 ;; esac |
sed 's/.*/{"__REALTIME_TIMESTAMP":"&","PRIORITY":"6","_PID":"7","MESSAGE":"a card was put into a reader"}/'
"#;

    #[test]
    fn of_a_journal_that_is_too_long_the_newest_messages_are_told() {
        let arguments: Vec<_> = ["-c", TALKATIVE, "journalctl"].into_iter().chain(ASKED).collect();
        let written = program::output("sh", &arguments, Deadline::after(Duration::from_secs(60)));
        let told = messages(&written);
        let times = told.lines().map(|line| {
            let message: Message = serde_json::from_str(line).unwrap();
            message.time.unwrap().parse::<u32>().unwrap()
        });
        let times: Vec<_> = times.collect();
        let oldest = *times.first().unwrap();
        assert!(oldest > 1, "nothing was cut off");
        assert!(times.iter().copied().eq(oldest..=60000), "{oldest}");
    }

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
