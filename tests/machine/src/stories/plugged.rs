//! Reader and card come and go, as USB has it.

use crate::clock;
use crate::error::{MachineError, must, must_be};
use crate::timeline;
use crate::world::{PERSONA, World};

pub(super) fn a_reader_plugged_in_starts_the_daemon_which_tells_of_the_card_in_it(
    world: &mut World,
) -> Result<(), MachineError> {
    world.machine.run("systemctl stop lanyardd.service pcscd.service")?;
    world.news.forget();
    let start = clock::now();
    world.machine.plug_reader()?;
    world.card.insert()?;
    let inserted = world.news.wait_for("CardInserted")?;
    let took = inserted.heard.duration_since(start);
    world
        .figure(format!("reader plugged in until CardInserted, cold: {:.2} s", took.as_secs_f64()));
    for step in timeline::of_activation(&mut world.machine, inserted.at)? {
        world.figure(format!("  {:6.3} s after the kernel saw the reader: {}", step.at, step.what));
    }
    must_be("the unit", &world.unit("ActiveState")?.as_str(), &"active")
}

pub(super) fn the_card_is_known_and_ready(world: &mut World) -> Result<(), MachineError> {
    let card = world.only("card")?;
    world.settled(&card)?;
    must_be("its kind", &world.property(&card, "Card", "Kind")?.as_str(), &"s \"piv\"")?;
    must_be("its tries", &world.property(&card, "Card", "PasscodeTriesLeft")?.as_str(), &"i 3")
}

pub(super) fn the_reader_has_keys_and_a_seat(world: &mut World) -> Result<(), MachineError> {
    let reader = world.only("reader")?;
    must_be("HasPinPad", &world.property(&reader, "Reader", "HasPinPad")?.as_str(), &"b true")?;
    must_be("the seat", &world.property(&reader, "Reader", "Seat")?.as_str(), &"s \"seat0\"")
}

pub(super) fn a_card_pulled_and_put_in_again_is_told_at_once(
    world: &mut World,
) -> Result<(), MachineError> {
    let card = world.only("card")?;
    world.news.forget();
    let start = clock::now();
    world.card.remove()?;
    let removed = world.news.wait_for("CardRemoved")?;
    must_be("the card removed", &removed.argument(0), &card.as_str())?;
    let took = removed.heard.duration_since(start);
    world.figure(format!("card pulled until CardRemoved: {} ms", took.as_millis()));

    // It goes in only when the reader was seen empty.
    world.card.insert()?;
    let start = clock::now();
    let inserted = world.news.wait_for("CardInserted")?;
    must(inserted.argument(0) != removed.argument(0), || "the card kept its name".into())?;
    let took = inserted.heard.duration_since(start);
    world.figure(format!("card in the reader until CardInserted: {} ms", took.as_millis()));
    world.settled(inserted.argument(0))
}

pub(super) fn a_swapped_card_is_told_as_one_gone_and_another_come(
    world: &mut World,
) -> Result<(), MachineError> {
    for persona in ["student", PERSONA] {
        let card = world.only("card")?;
        world.news.forget();
        world.card.swap(persona)?;
        let removed = world.news.wait_for("CardRemoved")?;
        must_be("the card removed", &removed.argument(0), &card.as_str())?;
        let inserted = world.news.wait_for("CardInserted")?;
        must(inserted.argument(0) != card, || "the card kept its name".into())?;
        world.settled(inserted.argument(0))?;
    }
    Ok(())
}

pub(super) fn a_reader_pulled_out_takes_its_card_along_and_comes_back_without_a_restart(
    world: &mut World,
) -> Result<(), MachineError> {
    let (daemon, reader) = (world.unit("MainPID")?, world.only("reader")?);
    world.news.forget();
    world.machine.unplug_reader()?;
    world.news.wait_for("CardRemoved")?;
    world.news.wait("end of the reader", |signal| {
        signal.member == "InterfacesRemoved" && signal.argument(0) == reader
    })?;
    world.machine.plug_reader()?;
    let inserted = world.news.wait_for("CardInserted")?;
    world.settled(inserted.argument(0))?;
    must_be("the daemon's process", &world.unit("MainPID")?, &daemon)
}
