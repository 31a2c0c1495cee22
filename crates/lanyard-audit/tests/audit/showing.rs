//! Showing what is asked for, and nothing less.

use lanyard_audit::{
    AuditError, Event, Filter, HolderUuid, Outcome, ReaderName, Record, Shown, show,
};

use super::{Place, lines, time};

const NURSE: &str = "656005750104";
const DOCTOR: &str = "555036632103";

fn log() -> Place {
    let place = Place::rotating_above(900);
    let mut log = place.open(None).log;
    let of = |event, holder: &str| Record {
        holder: Some(HolderUuid::new(holder).unwrap()),
        reader: Some(ReaderName::new("a")),
        ..Record::of(event)
    };
    let ended =
        Record { outcome: Some(Outcome::Cancelled), ..of(Event::AuthenticationEnded, DOCTOR) };
    let records = [
        Record::of(Event::ServiceStarted),
        of(Event::PasscodeRefused, NURSE),
        of(Event::PasscodeAccepted, NURSE),
        ended,
        of(Event::PasscodeAccepted, DOCTOR),
    ];
    for (second, record) in (0..).zip(&records) {
        log.append(time(second), record).unwrap();
    }
    place
}

/// What is shown.
fn shown(place: &Place, filter: &Filter) -> Vec<Shown> {
    let mut shown = Vec::new();
    let result: Result<(), AuditError> = show(&place.files(), filter, |it| {
        shown.push(it);
        Ok(())
    });
    result.unwrap();
    shown
}

/// The numbers of the records that are shown.
fn numbers(place: &Place, filter: &Filter) -> Vec<u64> {
    let number = |shown| match shown {
        Shown::Entry(entry) => entry.sequence,
        Shown::Unreadable { .. } => 0,
    };
    shown(place, filter).into_iter().map(number).collect()
}

#[test]
fn filters_say_what_is_asked_for() {
    let place = log();
    let all = Filter::default;
    let holder = |digits| Filter { holder: Some(HolderUuid::new(digits).unwrap()), ..all() };
    let events = |words: &[&str]| Filter {
        events: words.iter().map(ToString::to_string).collect(),
        ..all()
    };
    assert_eq!(numbers(&place, &all()), [1, 2, 3, 4, 5]);
    assert_eq!(numbers(&place, &holder(NURSE)), [2, 3]);
    assert_eq!(numbers(&place, &events(&["passcode-accepted", "service-started"])), [1, 3, 5]);
    assert_eq!(numbers(&place, &Filter { outcomes: vec!["cancelled".into()], ..all() }), [4]);
    let between = Filter { from: Some(time(1)), until: Some(time(3)), ..all() };
    assert_eq!(numbers(&place, &between), [2, 3]);
    let both = Filter { events: vec!["passcode-accepted".into()], ..holder(DOCTOR) };
    assert_eq!(numbers(&place, &both), [5]);
}

#[test]
fn machines_get_the_lines_as_they_are() {
    let place = log();
    let texts: Vec<String> = shown(&place, &Filter::default())
        .into_iter()
        .map(|shown| match shown {
            Shown::Entry(entry) => entry.line,
            Shown::Unreadable { .. } => String::new(),
        })
        .collect();
    assert_eq!(texts.join("\n").into_bytes(), place.all_bytes().trim_ascii_end());
}

#[test]
fn what_cannot_be_read_is_shown_whatever_is_asked_for() {
    let place = Place::new();
    let head = place.write(0..3, None);
    let bytes = place.bytes();
    let mut all = lines(&bytes);
    all[1] = b"\x1b[2Jgarbage\xFF\n";
    place.put(&all.concat());
    let filter = Filter { holder: Some(HolderUuid::new(NURSE).unwrap()), ..Filter::default() };
    let shown = shown(&place, &filter);
    let words: Vec<String> = shown.iter().map(ToString::to_string).collect();
    assert_eq!(words.len(), 1);
    assert!(words[0].ends_with("audit.jsonl:2: 12 bytes that are no record"), "{}", words[0]);
    assert!(!place.verify(Some(head)).is_whole());
}

#[test]
fn whoever_reads_may_stop_early() {
    #[derive(Debug)]
    enum Stop {
        Enough,
        Failed,
    }
    impl From<AuditError> for Stop {
        fn from(_: AuditError) -> Self {
            Self::Failed
        }
    }
    let place = log();
    let mut count = 0;
    let result = show(&place.files(), &Filter::default(), |_| {
        count += 1;
        if count == 2 { Err(Stop::Enough) } else { Ok(()) }
    });
    assert!(matches!(result, Err(Stop::Enough)));
    let missing = [place.folder.path().join("none")];
    assert!(matches!(show(&missing, &Filter::default(), |_| Ok(())), Err(Stop::Failed)));
}
