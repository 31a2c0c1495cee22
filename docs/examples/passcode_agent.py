#!/usr/bin/env python3
"""Ask for passcodes in a terminal, for every application of this desktop.

Needs Debian's python3-dbus-next. Serves the system bus, or the bus at the given address, until Ctrl-C.
With --passcode-from-stdin nothing is hidden, and each answer is a line of standard input: for scripts.

What is typed goes from the terminal into a buffer that is overwritten, and from there into the daemon's
pipe. It is never a Python string: those cannot be wiped.
"""

import argparse
import asyncio
import os
import sys
import termios

from dbus_next import BusType, DBusError, Message, MessageFlag, MessageType, Variant
from dbus_next.aio import MessageBus

NAME = "org.lanyard.Lanyard1"
ROOT = "/org/lanyard/Lanyard1"
MANAGER = "org.lanyard.Lanyard1.Manager"
AGENT = "org.lanyard.Lanyard1.PasscodeAgent"
CANCELLED = "org.lanyard.Lanyard1.Error.Cancelled"
ACCESS_DENIED = "org.lanyard.Lanyard1.Error.AccessDenied"

PATH = "/org/example/PasscodeAgent"  # ours, on our own connection
LONGEST = 64  # bytes; the daemon reads no more
TERMINAL = 0  # standard input
PURPOSES = {"current": "Passcode", "new": "New passcode", "repeat": "New passcode again"}


def say(*words):
    print(*words, flush=True)


class Agent:
    def __init__(self, bus, hidden):
        self.bus = bus
        self.hidden = hidden  # whether a person types at a terminal
        self.terminal = asyncio.Lock()  # one question at a time
        self.prompts = {}  # by card: it has one at a time

    async def run(self):
        node = await self.bus.introspect("org.freedesktop.DBus", "/org/freedesktop/DBus")
        dbus = self.bus.get_proxy_object("org.freedesktop.DBus", "/org/freedesktop/DBus", node)
        self.dbus = dbus.get_interface("org.freedesktop.DBus")
        self.bus.add_message_handler(self.called)

        def owner_changed(name, _old, new):
            if name == NAME and new:
                asyncio.ensure_future(self.register())

        self.dbus.on_name_owner_changed(owner_changed)
        if await self.dbus.call_name_has_owner(NAME):
            await self.register()
        await self.bus.wait_for_disconnect()

    async def register(self):
        node = await self.bus.introspect(NAME, ROOT)
        manager = self.bus.get_proxy_object(NAME, ROOT, node).get_interface(MANAGER)
        try:
            await manager.call_register_passcode_agent(PATH)
            say("This terminal asks for passcodes now.")
        except DBusError as error:
            say("Not registered:", error.text)

    # Not dbus-next's ServiceInterface: it does not say who calls, and does not wait for a person.
    def called(self, message):
        """Take a call of ours; true when it is one, and will be answered."""
        if (message.message_type, message.path) != (MessageType.METHOD_CALL, PATH):
            return False
        if message.interface != AGENT:
            return False
        asyncio.ensure_future(self.answer(message))
        return True

    async def answer(self, message):
        try:
            reply = await self.reply(message)
        except Exception as error:
            reply = Message.new_error(message, CANCELLED, f"the prompt failed: {error}")
        finally:
            # Closing is what ends a passcode, so it comes before the answer.
            for pipe in message.unix_fds:
                os.close(pipe)
        if MessageFlag.NO_REPLY_EXPECTED not in message.flags:
            self.bus.send(reply)

    async def reply(self, message):
        if message.sender != await self.dbus.call_get_name_owner(NAME):
            return Message.new_error(message, ACCESS_DENIED, "only the daemon asks for passcodes")
        if message.member == "RequestPasscode":
            card, details, pipe = message.body
            return await self.request_passcode(message, card, details, message.unix_fds[pipe])
        if message.member == "EnterAtReader":
            show(message.body[1])
            say("Enter the passcode at the reader's keys.")
        if message.member == "Cancel":
            card, reason = message.body
            say(f"\nIt is not needed any more ({reason}).")
            if card in self.prompts:
                self.prompts[card].cancel()
        return Message.new_method_return(message)

    async def request_passcode(self, message, card, details, pipe):
        if self.terminal.locked():
            say("\nAnother card is asked for next.")
        prompt = asyncio.ensure_future(self.ask(details, pipe))
        self.prompts[card] = prompt
        try:
            said = await prompt
        except asyncio.CancelledError:
            said = None
        finally:
            if self.prompts.get(card) is prompt:  # or the next one has come already
                del self.prompts[card]
        if said is None:
            return Message.new_error(message, CANCELLED, "the person does not want to")
        answer = {key: Variant("b", value) for key, value in said.items()}
        return Message.new_method_return(message, "a{sv}", [answer])

    async def ask(self, details, pipe):
        """Ask the person and write the passcode; what they said besides, or None."""
        async with self.terminal:
            show(details)
            last_try = details["last-try"].value
            if last_try:
                say("This is the last try. A wrong passcode blocks the card. Go on? [y/N]")
                answer = await self.typed(hidden=False)
                if answer[:1] not in (b"y", b"Y"):
                    return None
            say(PURPOSES.get(details["purpose"].value, "Passcode") + ":")
            passcode = await self.typed(hidden=True)
            try:
                if not passcode:
                    return None
                os.write(pipe, passcode)
            finally:
                passcode[:] = bytes(len(passcode))
            # The line with the terms was shown above the question.
            return {"last-try-ok": last_try, "terms-accepted": True}

    async def typed(self, hidden):
        """The line that is typed, in a buffer of its own, without its end."""
        if not self.hidden:
            return read_line()
        before = termios.tcgetattr(TERMINAL)
        now = termios.tcgetattr(TERMINAL)
        if hidden:
            now[3] &= ~termios.ECHO
        loop = asyncio.get_running_loop()
        ready = asyncio.Event()
        termios.tcsetattr(TERMINAL, termios.TCSAFLUSH, now)
        loop.add_reader(TERMINAL, ready.set)
        try:
            await ready.wait()  # a terminal gives whole lines
            return read_line()
        finally:
            loop.remove_reader(TERMINAL)
            termios.tcsetattr(TERMINAL, termios.TCSAFLUSH, before)


def show(details):
    """What the person must know. Only what is there: more keys may come, some may be missing."""
    told = {key: value.value for key, value in details.items()}
    holder = f", card of {told['holder']}" if "holder" in told else ""
    tries = f", {told['tries-left']} tries left" if "tries-left" in told else ""
    say(f"{told['reader']}{holder}{tries}")
    say(told["terms"])


def read_line():
    line = bytearray(LONGEST)
    length = 0
    while length < LONGEST and os.readv(TERMINAL, [memoryview(line)[length : length + 1]]):
        if line[length] == ord("\n"):
            break
        length += 1
    line[length:] = b""
    return line


async def main():
    arguments = argparse.ArgumentParser(description="Ask for passcodes in this terminal.")
    arguments.add_argument("--passcode-from-stdin", action="store_true")
    arguments.add_argument("address", nargs="?", help="of a bus; the system bus without it")
    given = arguments.parse_args()
    if not (given.passcode_from_stdin or sys.stdin.isatty()):
        arguments.error("standard input is no terminal; scripts say --passcode-from-stdin")
    # Descriptors must be negotiated when connecting: the passcode goes through one.
    bus = MessageBus(given.address, BusType.SYSTEM, negotiate_unix_fd=True)
    await Agent(await bus.connect(), hidden=not given.passcode_from_stdin).run()


try:
    asyncio.run(main())
except KeyboardInterrupt:
    pass
