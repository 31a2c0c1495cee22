//! What polkit grants: python-dbusmock's polkit for what is ordinary, a scripted one for what is not.

use std::{collections::HashMap, time::Duration};

use lanyard_seats::{Action, Deadlines, Interaction, Polkit, Verdict};
use lanyard_stand_ins::{Answer, Heard, MockedPolkit, PATIENCE, Person, PrivateBus, StandIn};
use zbus::{Message, OwnedVariant, message::Flags};

use crate::machine::{impatient, patient};

const NAME: &str = "org.freedesktop.PolicyKit1";

async fn asking(bus: &PrivateBus, deadlines: Deadlines) -> Polkit {
    Polkit::new(&bus.connect().await, deadlines)
}

async fn asked(polkit: &Polkit, person: &Person, interaction: Interaction) -> Verdict {
    polkit.ask(&person.name().as_ref(), Action::ManageCard, interaction).await
}

#[tokio::test]
async fn polkit_grants_some_and_refuses_others() {
    let bus = PrivateBus::start().await;
    let authority = MockedPolkit::start(&bus).await;
    let nurse = Person::start(&bus).await;
    let polkit = asking(&bus, patient()).await;
    authority.allows(&["org.lanyard.read-audit"]).await;
    let name = nurse.name().as_ref();
    for (action, verdict) in [
        (Action::ReadAudit, Verdict::Granted),
        (Action::ManageCard, Verdict::Refused),
        (Action::Authenticate, Verdict::Refused),
    ] {
        assert_eq!(polkit.ask(&name, action, Interaction::NotAllowed).await, verdict);
    }
}

#[tokio::test]
async fn a_polkit_that_hangs_is_silent_in_time() {
    let bus = PrivateBus::start().await;
    let authority = MockedPolkit::start(&bus).await;
    authority.allows(&["org.lanyard.manage-card"]).await;
    authority.hangs().await;
    let nurse = Person::start(&bus).await;
    let polkit = asking(&bus, impatient()).await;
    assert_eq!(asked(&polkit, &nurse, Interaction::NotAllowed).await, Verdict::Silent);
    assert_eq!(asked(&polkit, &nurse, Interaction::Allowed).await, Verdict::Silent);
}

#[tokio::test]
async fn an_answer_after_the_caller_left_is_void() {
    let bus = PrivateBus::start().await;
    let authority = MockedPolkit::start(&bus).await;
    authority.allows(&["org.lanyard.manage-card"]).await;
    authority.hangs().await;
    let mut nurse = Person::start(&bus).await;
    let polkit = asking(&bus, patient()).await;
    let name = nurse.name().clone();
    let question = tokio::spawn(async move {
        polkit.ask(&name.as_ref(), Action::ManageCard, Interaction::Allowed).await
    });
    nurse.leave().await;
    authority.answers().await;
    let verdict = tokio::time::timeout(PATIENCE, question).await.unwrap().unwrap();
    assert_eq!(verdict, Verdict::CallerLeft);
}

#[tokio::test]
async fn nobody_is_asked_about_a_caller_that_left_before() {
    let bus = PrivateBus::start().await;
    let (calls, mut heard) = Heard::channel(8);
    let _authority = authority(&bus, calls, |call| granted(call, true, false, &[])).await;
    let polkit = asking(&bus, patient()).await;
    let left = zbus::names::UniqueName::try_from(":1.4711").unwrap();
    let verdict = polkit.ask(&left, Action::Authenticate, Interaction::NotAllowed).await;
    assert_eq!(verdict, Verdict::CallerLeft);
    assert_eq!(heard.so_far(), []);
}

#[tokio::test]
async fn without_polkit_the_answer_is_that_there_is_none() {
    let bus = PrivateBus::start().await;
    let nurse = Person::start(&bus).await;
    let polkit = asking(&bus, patient()).await;
    assert_eq!(asked(&polkit, &nurse, Interaction::Allowed).await, Verdict::Absent);
}

/// How a polkit answers.
type Says = fn(&Message) -> Answer;

/// What polkit was asked.
#[derive(Debug, PartialEq)]
enum Call {
    Check { kind: String, name: String, action: String, flags: u32, id: String },
    Cancel(String),
}

async fn authority(
    bus: &PrivateBus,
    calls: tokio::sync::mpsc::Sender<Call>,
    answer: impl Fn(&Message) -> Answer + Send + 'static,
) -> StandIn {
    type Check =
        ((String, HashMap<String, OwnedVariant>), String, HashMap<String, String>, u32, String);
    StandIn::start(bus, NAME, move |member, call| {
        let body = call.body();
        if member == "CancelCheckAuthorization" {
            calls.try_send(Call::Cancel(body.deserialize::<(String,)>().unwrap().0)).unwrap();
            return Answer::Silence;
        }
        let ((kind, mut details), action, _, flags, id): Check = body.deserialize().unwrap();
        let name = String::try_from(details.remove("name").unwrap()).unwrap();
        calls.try_send(Call::Check { kind, name, action, flags, id }).unwrap();
        answer(call)
    })
    .await
}

fn granted(call: &Message, granted: bool, person: bool, details: &[(&str, &str)]) -> Answer {
    let details: HashMap<&str, &str> = details.iter().copied().collect();
    Answer::with(call, &((granted, person, details),))
}

#[tokio::test]
async fn polkit_is_asked_about_the_connection_and_told_whether_it_may_ask_a_person() {
    let bus = PrivateBus::start().await;
    let (calls, mut heard) = Heard::channel(8);
    let _authority = authority(&bus, calls, |call| granted(call, true, false, &[])).await;
    let nurse = Person::start(&bus).await;
    let polkit = asking(&bus, patient()).await;
    let mut ids = Vec::new();
    for (interaction, expected) in [(Interaction::Allowed, 1), (Interaction::NotAllowed, 0)] {
        assert_eq!(asked(&polkit, &nurse, interaction).await, Verdict::Granted);
        let Call::Check { kind, name, action, flags, id } = heard.next().await else {
            panic!("taken back")
        };
        assert_eq!((kind.as_str(), name.as_str()), ("system-bus-name", nurse.name().as_str()));
        assert_eq!((action.as_str(), flags), ("org.lanyard.manage-card", expected));
        ids.push(id);
    }
    assert!(!ids[0].is_empty() && ids[0] != ids[1]);
    assert_eq!(heard.so_far(), []);
}

#[tokio::test]
async fn every_answer_has_its_name() {
    let answers: [(Says, Verdict); 5] = [
        (|call| granted(call, true, true, &[]), Verdict::Granted),
        (|call| granted(call, false, true, &[]), Verdict::NeedsPerson),
        (|call| granted(call, false, false, &[]), Verdict::Refused),
        (|call| granted(call, false, false, &[("polkit.dismissed", "true")]), Verdict::Dismissed),
        (|call| granted(call, false, true, &[("polkit.retains_x", "")]), Verdict::NeedsPerson),
    ];
    for (answer, verdict) in answers {
        let bus = PrivateBus::start().await;
        let (calls, _heard) = Heard::channel(8);
        let _authority = authority(&bus, calls, answer).await;
        let nurse = Person::start(&bus).await;
        let polkit = asking(&bus, patient()).await;
        assert_eq!(asked(&polkit, &nurse, Interaction::NotAllowed).await, verdict);
    }
}

#[tokio::test]
async fn nonsense_and_errors_grant_nothing() {
    let answers: [Says; 6] = [
        // As polkit hands on what the bus told it about a caller.
        |call| Answer::error(call, "org.freedesktop.DBus.Error.NameHasNoOwner"),
        |call| Answer::error(call, "org.freedesktop.DBus.Error.ServiceUnknown"),
        |call| Answer::with(call, &(true,)),
        |call| Answer::with(call, &("yes", "of course")),
        |call| Answer::error(call, "org.freedesktop.PolicyKit1.Error.Failed"),
        |call| Answer::error(call, "org.freedesktop.PolicyKit1.Error.NotAuthorized"),
    ];
    for answer in answers {
        let bus = PrivateBus::start().await;
        let (calls, _heard) = Heard::channel(8);
        let _authority = authority(&bus, calls, answer).await;
        let nurse = Person::start(&bus).await;
        let polkit = asking(&bus, patient()).await;
        let verdict = asked(&polkit, &nurse, Interaction::NotAllowed).await;
        assert!(matches!(verdict, Verdict::Failed(_)), "{verdict:?}");
    }
}

#[tokio::test]
async fn a_question_that_nobody_waits_for_any_more_is_taken_back() {
    let bus = PrivateBus::start().await;
    let (calls, mut heard) = Heard::channel(8);
    let _authority = authority(&bus, calls, |_| Answer::Silence).await;
    let mut nurse = Person::start(&bus).await;

    // Its deadline passed.
    let polkit = asking(&bus, impatient()).await;
    assert_eq!(asked(&polkit, &nurse, Interaction::Allowed).await, Verdict::Silent);
    taken_back(&mut heard).await;

    // The request that it was asked for was cancelled.
    let patient = Deadlines { person: Duration::from_secs(600), ..patient() };
    let polkit = asking(&bus, patient).await;
    let name = nurse.name().clone();
    let asks = polkit.clone();
    let question = tokio::spawn(async move {
        asks.ask(&name.as_ref(), Action::ManageCard, Interaction::Allowed).await
    });
    let Call::Check { id, .. } = heard.next().await else { panic!("taken back too early") };
    question.abort();
    assert_eq!(heard.next().await, Call::Cancel(id));

    // The caller left.
    let name = nurse.name().clone();
    let question = tokio::spawn(async move {
        polkit.ask(&name.as_ref(), Action::ManageCard, Interaction::Allowed).await
    });
    let Call::Check { id, .. } = heard.next().await else { panic!("taken back too early") };
    nurse.leave().await;
    assert_eq!(question.await.unwrap(), Verdict::CallerLeft);
    assert_eq!(heard.next().await, Call::Cancel(id));
}

async fn taken_back(heard: &mut Heard<Call>) {
    let Call::Check { id, .. } = heard.next().await else { panic!("taken back too early") };
    assert_eq!(heard.next().await, Call::Cancel(id));
}

#[test]
fn a_caller_says_in_its_call_whether_a_person_may_be_asked() {
    let call = |flags| {
        let call = Message::method_call("/x", "Authenticate").with_flags(flags);
        call.build(&()).unwrap()
    };
    let allowed = call(Flags::ALLOW_INTERACTIVE_AUTH);
    assert_eq!(Interaction::of(&allowed.header()), Interaction::Allowed);
    assert_eq!(Interaction::of(&call(Flags::empty()).header()), Interaction::NotAllowed);
}
