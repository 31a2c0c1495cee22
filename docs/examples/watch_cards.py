#!/usr/bin/env python3
"""Follow cards as a clinical application would: read what is there, then hear what changes.

Needs Debian's python3-dbus-next. Listens on the system bus, or on the bus at the address given as the first
argument. Writes one line an event, begins again when the daemon comes back, and ends on Ctrl-C.
"""

import asyncio
import sys

from dbus_next import BusType, DBusError
from dbus_next.aio import MessageBus

NAME = "org.lanyard.Lanyard1"
ROOT = "/org/lanyard/Lanyard1"
CARD = "org.lanyard.Lanyard1.Card"


def say(*words):
    print(*words, flush=True)


class Watch:
    def __init__(self, bus):
        self.bus = bus
        self.followed = {}  # the properties of each card that is followed, with what listens to them

    async def interface(self, name, path, *interfaces):
        node = self.bus.get_proxy_object(name, path, await self.bus.introspect(name, path))
        return [node.get_interface(interface) for interface in interfaces]

    async def run(self):
        [dbus] = await self.interface(
            "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus"
        )

        def owner_changed(name, _old, new):
            if name == NAME and new:
                asyncio.ensure_future(self.begin())

        dbus.on_name_owner_changed(owner_changed)
        if await dbus.call_name_has_owner(NAME):
            await self.begin()
        await self.bus.wait_for_disconnect()

    async def begin(self):
        """Listen first, then read what is there: nothing falls between."""
        manager, objects = await self.interface(
            NAME, ROOT, "org.lanyard.Lanyard1.Manager", "org.freedesktop.DBus.ObjectManager"
        )
        manager.on_card_inserted(self.inserted)
        manager.on_card_removed(self.removed)
        say("smartcard service", await manager.get_pcsc_state())
        for path, interfaces in (await objects.call_get_managed_objects()).items():
            if CARD in interfaces:
                say("present", path)
                await self.follow(path)

    def inserted(self, card, reader):
        say("inserted", card, reader)
        asyncio.ensure_future(self.follow(card))

    def removed(self, card, reader):
        say("removed", card, reader)
        if card in self.followed:
            properties, changed = self.followed.pop(card)
            properties.off_properties_changed(changed)

    async def follow(self, path):
        """Say what becomes of one card."""
        if path in self.followed:
            return

        def changed(interface, values, _invalidated):
            if interface == CARD and "State" in values:
                say("card", path, values["State"].value)

        try:
            [properties] = await self.interface(NAME, path, "org.freedesktop.DBus.Properties")
            properties.on_properties_changed(changed)
            self.followed[path] = (properties, changed)
            # It may have been read before we listened.
            state = (await properties.call_get(CARD, "State")).value
            if state != "reading":
                say("card", path, state)
        except DBusError:
            pass  # pulled before we had looked; its removal is told


async def main():
    if len(sys.argv) > 1:
        bus = await MessageBus(bus_address=sys.argv[1]).connect()
    else:
        bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
    await Watch(bus).run()


try:
    asyncio.run(main())
except KeyboardInterrupt:
    pass
