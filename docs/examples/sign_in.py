#!/usr/bin/env python3
"""Have the holder of a card prove who they are, as a clinical application would.

Needs Debian's python3-dbus-next, and a passcode agent on the desktop. Asks on the system bus, or on the bus
at the given address. Says how it ended and what to do, and succeeds only for "ok". Ctrl-C cancels.
"""

import argparse
import asyncio
import signal
import sys

from dbus_next import BusType, DBusError, Variant
from dbus_next.aio import MessageBus

NAME = "org.lanyard.Lanyard1"
ROOT = "/org/lanyard/Lanyard1"
MANAGER = "org.lanyard.Lanyard1.Manager"
REQUEST = "org.lanyard.Lanyard1.Request"

# Outcomes that call for something special. Words that are not here, also ones of a newer daemon, are
# shown with their message.
ADVICE = {
    "refused": "Try again, with care: a few wrong passcodes block the card.",
    "now-blocked": "Ask whoever unlocks cards at your site.",
    "was-blocked": "Ask whoever unlocks cards at your site.",
    "wrong-format": "Try again; no try was spent.",
    "timed-out": "Try again; no try was spent.",
    "card-removed": "Put the card back and try again.",
    "choice-needed": "Ask again with --card and one of these:",
    "busy": "Try again in a moment.",
}


def say(*words):
    print(*words, flush=True)


async def interface(bus, path, name):
    node = await bus.introspect(NAME, path)
    return bus.get_proxy_object(NAME, path, node).get_interface(name)


async def authenticate(bus, card, options):
    """The outcome, and its details."""
    manager = await interface(bus, ROOT, MANAGER)
    request = await interface(bus, await manager.call_authenticate(card, options), REQUEST)
    ended = asyncio.get_running_loop().create_future()

    def completed(outcome, details):
        if not ended.done():
            ended.set_result((outcome, details))

    # Listen first, then look: it may have ended already, and the signal comes once.
    request.on_completed(completed)
    outcome = await request.get_outcome()
    if outcome:
        return outcome, await request.get_details()

    def cancel():
        asyncio.ensure_future(request.call_cancel())

    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, cancel)
    say("Waiting for the passcode. Ctrl-C cancels.")
    lost = asyncio.ensure_future((await daemon_leaving(bus)).wait())
    await asyncio.wait([ended, lost], return_when=asyncio.FIRST_COMPLETED)
    return ended.result() if ended.done() else ("failed", {})


async def daemon_leaving(bus):
    """An event for when nobody can answer any more."""
    node = await bus.introspect("org.freedesktop.DBus", "/org/freedesktop/DBus")
    dbus = bus.get_proxy_object("org.freedesktop.DBus", "/org/freedesktop/DBus", node)
    dbus = dbus.get_interface("org.freedesktop.DBus")
    left = asyncio.Event()
    dbus.on_name_owner_changed(lambda name, _old, new: name == NAME and not new and left.set())
    if not await dbus.call_name_has_owner(NAME):
        left.set()
    return left


def tell(outcome, details):
    told = {key: value.value for key, value in details.items()}
    say(f"{outcome}: {told.get('message', 'the daemon has gone')}")
    if "notice" in told:
        say(told["notice"])
    if "tries-left" in told:
        say(f"tries left: {told['tries-left']}")
    if outcome in ADVICE:
        say(ADVICE[outcome])
    for card in told.get("cards", []):
        say(" ", card)


async def main():
    arguments = argparse.ArgumentParser(description="Sign in with a card.")
    arguments.add_argument("--card", default="/", help="its path; without it, the only usable one")
    arguments.add_argument("--fresh", action="store_true", help="ask although somebody is signed in")
    arguments.add_argument("address", nargs="?", help="of a bus; the system bus without it")
    given = arguments.parse_args()
    bus = await MessageBus(given.address, BusType.SYSTEM).connect()
    try:
        outcome, details = await authenticate(bus, given.card, {"fresh": Variant("b", given.fresh)})
    except DBusError as error:
        sys.exit(f"{error.type}: {error.text}")
    tell(outcome, details)
    sys.exit(0 if outcome == "ok" else 1)


asyncio.run(main())
