//! The table is whole, and says what it says.

use std::collections::BTreeSet;

use lanyard_seats::{Class, Doubt, Kind, Screen, SeatName, SessionId, Standing as InView, Users};

use super::*;

const NURSE: u32 = 1000;

/// Interfaces that are ours to guard: what a desktop implements is not.
fn contract() -> impl Iterator<Item = (&'static str, zbus_xml::Node<'static>)> {
    let ours = lanyard_dbus::INTERFACES.into_iter();
    let ours = ours.filter(|(interface, _)| !interface.ends_with(".PasscodeAgent"));
    ours.map(|(interface, xml)| (interface, zbus_xml::Node::from_reader(xml.as_bytes()).unwrap()))
}

#[test]
fn every_method_of_the_contract_has_its_row() {
    let mut methods = BTreeSet::new();
    for (interface, node) in contract() {
        let all = node.interfaces()[0].methods();
        methods.extend(all.map(|method| (interface, method.name().to_string())));
    }
    let rows = Method::ALL.iter().map(|(_, interface, name)| (*interface, (*name).to_owned()));
    assert_eq!(rows.collect::<BTreeSet<_>>(), methods);
}

#[test]
fn every_property_of_the_contract_has_its_row() {
    let mut properties = BTreeSet::new();
    for (interface, node) in contract() {
        let all = node.interfaces()[0].properties();
        properties.extend(all.map(|property| (interface, property.name().to_string())));
    }
    let rows = PROPERTIES.iter().map(|(interface, name, _)| (*interface, (*name).to_owned()));
    assert_eq!(rows.collect::<BTreeSet<_>>(), properties);
}

fn standing(uid: u32) -> Standing {
    Standing { uid, granted: None, desk: Ok(()), card: Ok(()) }
}

fn admits(method: Method, standing: &Standing) -> bool {
    method.admit(standing.clone()).is_ok()
}

#[test]
fn each_rule_admits_whom_it_names_and_nobody_else() {
    let refused = Err(Refusal::Desk(Why::NoSeat));
    let at_desk = Standing { card: refused.clone(), ..standing(NURSE) };
    let nowhere = Standing { desk: refused.clone(), ..at_desk.clone() };
    let owner = standing(NURSE);
    let root = Standing { uid: ROOT, ..nowhere.clone() };
    let granted = |action| Standing { granted: Some(action), ..nowhere.clone() };
    let (manager, auditor) = (granted(Action::ManageCard), granted(Action::ReadAudit));
    let watcher = granted(Action::ReadMetrics);
    for (method, ..) in Method::ALL {
        let expected = match method.rule() {
            Rule::Everybody | Rule::Maker => [true; 7],
            Rule::Desk => [true, true, false, false, false, false, false],
            Rule::DeskOrRoot => [true, true, false, true, false, false, false],
            Rule::Owner => [true, false, false, false, false, false, false],
            Rule::OwnerOrRoot => [true, false, false, true, false, false, false],
            Rule::RootOr(Action::ManageCard) => [false, false, false, true, true, false, false],
            Rule::RootOr(Action::ReadMetrics) => [false, false, false, true, false, false, true],
            Rule::RootOr(other) => panic!("{other:?} lets nobody call anything"),
        };
        let all = [&owner, &at_desk, &nowhere, &root, &manager, &auditor, &watcher];
        assert_eq!(all.map(|standing| admits(*method, standing)), expected, "{method:?}");
    }
}

#[test]
fn a_refusal_says_why() {
    let why = Why::NotInForeground(SeatName::default());
    let behind = Standing { card: Err(Refusal::Desk(why.clone())), ..standing(NURSE) };
    let refused = Method::Authenticate.admit(behind).map(|_| ());
    assert!(matches!(refused, Err(Error::AccessDenied(text)) if text == why.to_string()));
}

fn caller(uid: u32, desk: Result<Desk, NoDesk>) -> Caller {
    Caller { uid, pid: None, desk }
}

fn desk(place: Place) -> Desk {
    Desk {
        session: SessionId::new("2"),
        uid: NURSE,
        place,
        class: Class::Person,
        kind: Kind::Text,
        standing: InView::Active,
        screen: Screen::Open,
    }
}

#[test]
fn polkit_is_asked_about_callers_without_a_desk_and_about_administration() {
    let asked = |method: Method, caller: &Caller| method.asks_polkit(Access::Desks, caller);
    let remote = caller(NURSE, Ok(desk(Place::Remote)));
    let seated = caller(NURSE, Ok(desk(Place::Seat(SeatName::default()))));
    let service = caller(NURSE, Err(NoDesk::NotLoggedIn));
    for (method, ..) in Method::ALL {
        let nowhere = (method.rule() == Rule::Owner).then_some(Action::Authenticate);
        let manages = match method.rule() {
            Rule::RootOr(action) => Some(action),
            _ => None,
        };
        assert_eq!(asked(*method, &remote), nowhere.or(manages), "{method:?}");
        assert_eq!(asked(*method, &service), nowhere.or(manages), "{method:?}");
        assert_eq!(asked(*method, &seated), manages, "{method:?}");
        assert_eq!(asked(*method, &caller(ROOT, Err(NoDesk::NotLoggedIn))), None, "{method:?}");
        let doubtful = caller(NURSE, Err(NoDesk::Unknown(Doubt::LogindSilent)));
        assert_eq!(asked(*method, &doubtful), manages, "{method:?}");
        let single = Access::SingleUser(Users::Only(1));
        assert_eq!(method.asks_polkit(single, &service), manages, "{method:?}");
    }
}
