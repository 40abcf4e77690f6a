"""systemd's notification protocol (sd_notify(3)): ready, stopping, still alive. Says nothing when nobody listens.

Reads two variables of the environment, because that is how systemd speaks; no setting comes this way.
"""

import asyncio
import os
import socket
from typing import Final

BEATS_PER_DEADLINE: Final = 3
"""Beats sent in the time one is due: two may come late before systemd believes that we hang."""


def notify(state: str) -> None:
    """Tell systemd one thing, such as `READY=1`."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        try:
            sender.connect("\0" + address[1:] if address.startswith("@") else address)
            sender.sendall(state.encode())
        except OSError:
            return  # A supervisor that has gone away is no reason to stop.


async def beat() -> None:
    """Feed the watchdog from the event loop until cancelled, so that a loop that hangs is noticed."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    if not microseconds.isdecimal():
        return
    while True:
        notify("WATCHDOG=1")
        await asyncio.sleep(int(microseconds) / 1_000_000 / BEATS_PER_DEADLINE)
