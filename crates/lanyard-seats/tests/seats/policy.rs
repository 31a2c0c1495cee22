//! The policy file says what the actions are.

use std::collections::BTreeSet;

use lanyard_seats::Action;
use roxmltree::{Document, Node, ParsingOptions};

const POLICY: &str =
    include_str!("../../../../systemd/usr/share/polkit-1/actions/org.lanyard.policy");
const UNIT: &str = include_str!("../../../../systemd/usr/lib/systemd/system/lanyardd.service");

fn policy() -> Document<'static> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    Document::parse_with_options(POLICY, options).unwrap()
}

fn actions<'a>(policy: &'a Document<'static>) -> impl Iterator<Item = Node<'a, 'static>> {
    policy.root_element().children().filter(|node| node.has_tag_name("action"))
}

fn text<'a>(action: Node<'a, 'static>, tag: &str) -> &'a str {
    let found = action.descendants().find(|node| node.has_tag_name(tag));
    found.and_then(|node| node.text()).unwrap_or_else(|| panic!("no {tag}"))
}

#[test]
fn the_policy_file_has_the_actions_that_are_asked_about() {
    let policy = policy();
    let ids: Vec<&str> = actions(&policy).map(|action| action.attribute("id").unwrap()).collect();
    let file: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(file.len(), ids.len());
    assert_eq!(file, Action::ALL.map(Action::id).into());
}

#[test]
fn every_action_says_what_it_is_for_and_whom_it_is_granted() {
    let policy = policy();
    for action in actions(&policy) {
        assert!(!text(action, "description").is_empty());
        assert!(!text(action, "message").is_empty());
        assert_eq!((text(action, "allow_any"), text(action, "allow_inactive")), ("no", "no"));
        let granted = text(action, "allow_active");
        let to_everybody = action.attribute("id") == Some(Action::Authenticate.id());
        assert_eq!(granted, if to_everybody { "yes" } else { "auth_admin" });
    }
}

#[test]
fn the_daemon_s_user_may_ask_about_every_action() {
    let user = UNIT.lines().find_map(|line| line.strip_prefix("User=")).unwrap();
    let policy = policy();
    for action in actions(&policy) {
        let mut notes = action.children().filter(|node| node.has_tag_name("annotate"));
        let owner =
            notes.find(|node| node.attribute("key") == Some("org.freedesktop.policykit.owner"));
        assert_eq!(owner.unwrap().text().unwrap(), format!("unix-user:{user}"));
    }
}
