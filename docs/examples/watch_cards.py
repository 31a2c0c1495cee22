#!/usr/bin/env python3
"""Follow cards as a clinical application would: read what is there, then hear what changes.

Needs python3-dbus-next. Listens on the system bus, or on the bus at the address given as the first
argument. Writes one line an event and ends on Ctrl-C.
"""

import asyncio
import sys

from dbus_next import BusType
from dbus_next.aio import MessageBus

NAME = "org.lanyard.Lanyard1"
ROOT = "/org/lanyard/Lanyard1"
CARD = "org.lanyard.Lanyard1.Card"


def say(*words):
    print(*words, flush=True)


async def watch(bus):
    introspection = await bus.introspect(NAME, ROOT)
    root = bus.get_proxy_object(NAME, ROOT, introspection)
    manager = root.get_interface("org.lanyard.Lanyard1.Manager")
    objects = root.get_interface("org.freedesktop.DBus.ObjectManager")

    async def follow(path):
        """Say what becomes of one card."""
        card = bus.get_proxy_object(NAME, path, await bus.introspect(NAME, path))
        properties = card.get_interface("org.freedesktop.DBus.Properties")

        def changed(interface, values, _invalidated):
            if interface == CARD and "State" in values:
                say("card", path, values["State"].value)

        properties.on_properties_changed(changed)
        # It may have been read before we listened.
        state = (await properties.call_get(CARD, "State")).value
        if state != "reading":
            say("card", path, state)

    def inserted(card, reader):
        say("inserted", card, reader)
        asyncio.ensure_future(follow(card))

    manager.on_card_inserted(inserted)
    manager.on_card_removed(lambda card, reader: say("removed", card, reader))

    say("smartcard service", await manager.get_pcsc_state())
    for path, interfaces in (await objects.call_get_managed_objects()).items():
        if CARD in interfaces:
            say("present", path)
            await follow(path)


async def main():
    if len(sys.argv) > 1:
        bus = await MessageBus(bus_address=sys.argv[1]).connect()
    else:
        bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
    await watch(bus)
    await bus.wait_for_disconnect()


try:
    asyncio.run(main())
except KeyboardInterrupt:
    pass
