"""A passcode agent that says when it is asked, and never answers. The first argument is the bus address."""

import asyncio
import sys

from dbus_next.aio import MessageBus
from dbus_next.service import ServiceInterface, method

AGENT = "/org/example/HangingAgent"
NAME, ROOT = "org.lanyard.Lanyard1", "/org/lanyard/Lanyard1"


class Agent(ServiceInterface):
    def __init__(self):
        super().__init__(f"{NAME}.PasscodeAgent")

    @method()
    async def RequestPasscode(self, card: "o", details: "a{sv}", passcode: "h") -> "a{sv}":
        print("asked", flush=True)
        await asyncio.get_running_loop().create_future()


async def main():
    bus = await MessageBus(bus_address=sys.argv[1], negotiate_unix_fd=True).connect()
    bus.export(AGENT, Agent())
    seen = await bus.introspect(NAME, ROOT)
    manager = bus.get_proxy_object(NAME, ROOT, seen).get_interface(f"{NAME}.Manager")
    await manager.call_register_passcode_agent(AGENT)
    print("registered", flush=True)
    await bus.wait_for_disconnect()


asyncio.run(main())
