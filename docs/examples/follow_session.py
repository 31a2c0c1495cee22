#!/usr/bin/env python3
"""Follow who is signed in at this desk, in which role, and the moment it ends.

What a clinical application does: it shows patients' data only while the session is active, and takes it away at
once. Needs Debian's python3-dbus-next. Looks on the system bus, or on the bus at the given address.
With --role CODE it chooses the role at that organisation, when there are several.
"""

import argparse
import asyncio

from dbus_next import BusType, DBusError
from dbus_next.aio import MessageBus

NAME = "org.lanyard.Lanyard1"
ROOT = "/org/lanyard/Lanyard1"
GONE = ("org.freedesktop.DBus.Error.UnknownObject", "org.lanyard.Lanyard1.Error.NoSession")


def say(*words):
    print(*words, flush=True)


def plain(value):
    """A dictionary of variants as an ordinary one."""
    return {key: variant.value for key, variant in value.items()}


async def interface(bus, path, name):
    node = await bus.introspect(NAME, path)
    return bus.get_proxy_object(NAME, path, node).get_interface(f"{NAME}.{name}")


class Desk:
    """What this application shows."""

    def __init__(self, bus, wanted):
        self.bus = bus
        self.wanted = wanted
        self.session = None

    async def begin(self):
        manager = await interface(self.bus, ROOT, "Manager")
        manager.on_session_started(lambda path: self.later(self.follow(path)))
        manager.on_session_ended(self.ended)
        await manager.call_subscribe()
        # Subscribe first, then look: whatever happens between is told.
        try:
            await self.follow(await manager.call_current_session())
        except DBusError as error:
            if error.type not in GONE:
                raise
            say("nobody is signed in")

    def later(self, work):
        asyncio.ensure_future(work)

    def ended(self, path, reason):
        # Nothing of hers may be seen any more, whatever else is under way.
        self.session = None
        say(f"ended: {reason}")

    async def follow(self, path):
        if self.session == path:
            return
        self.session = path
        try:
            session = await interface(self.bus, path, "Session")
            session.on_role_selected(lambda _role: self.later(self.show(path, session)))
            session.on_state_changed(lambda _state: self.later(self.show(path, session)))
            session.on_roles_offered(lambda: self.later(self.show(path, session)))
            await self.show(path, session)
        except DBusError as error:
            # It may have ended meanwhile.
            if error.type not in GONE:
                raise

    async def show(self, path, session):
        try:
            told = plain(await session.call_describe())
        except DBusError as error:
            if error.type in GONE:
                return
            raise
        if self.session != path:
            return
        if told["state"] != "active":
            say(f"{told['state']}: {told['uuid']}, {len(told['roles'])} roles")
            await self.choose(told, session)
            return
        role = plain(told["role"])
        where = role.get("organisation-name", role["organisation"])
        say(f"active: {told['uuid']} as {role['name']} at {where}")
        say(f"may: {' '.join(told['activities'])}")
        for notice in told["notices"]:
            say(f"notice: {notice}")

    async def choose(self, told, session):
        if told["state"] != "choosing-role" or not self.wanted:
            return
        roles = [plain(role) for role in told["roles"]]
        fitting = [role["id"] for role in roles if role["organisation"] == self.wanted]
        if len(fitting) == 1:
            await session.call_select_role(fitting[0])


async def main():
    arguments = argparse.ArgumentParser(description="Follow who is signed in at this desk.")
    arguments.add_argument("--role", metavar="CODE", help="choose the role at this organisation")
    arguments.add_argument("address", nargs="?", help="of a bus; the system bus without it")
    given = arguments.parse_args()
    bus = await MessageBus(given.address, BusType.SYSTEM).connect()
    await Desk(bus, given.role).begin()
    await bus.wait_for_disconnect()


asyncio.run(main())
