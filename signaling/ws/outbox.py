"""What waits to be sent on one socket: bounded, never waited for by whoever sends.

A reader that is too slow loses its connection, not everyone's time: it comes back and resumes.
"""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Final

MAX_MESSAGES: Final = 128
"""Messages that may wait. More forgives a slower reader; fewer holds less memory for each of them."""
MAX_BYTES: Final = 512 * 1024
"""Bytes that may wait, so that a few large messages cannot hold more than many small ones."""


@dataclass(frozen=True, slots=True)
class Finish:
    """The last thing in an outbox: close with this number and this reason."""

    number: int
    code: str


OVERFLOW: Final = Finish(1013, "overloaded")


class Outbox:
    """One socket's queue. Many put, one task takes."""

    def __init__(self) -> None:
        self._waiting: deque[str] = deque()
        self._bytes = 0
        self._finish: Finish | None = None
        self._changed = asyncio.Event()
        self._ended = asyncio.Event()

    @property
    def is_finished(self) -> bool:
        """Whether nothing more may be put."""
        return self._finish is not None

    @property
    def code(self) -> str | None:
        """Why it ended, when it has."""
        return None if self._finish is None else self._finish.code

    def put(self, text: str) -> bool:
        """Queue a message; return False when it does not fit, which also ends the connection.

        What was waiting is dropped then: the numbered messages are in the seat's mailbox, for the resume.
        """
        if self._finish is not None:
            return False
        size = len(text.encode())
        if len(self._waiting) >= MAX_MESSAGES or self._bytes + size > MAX_BYTES:
            self._waiting.clear()
            self._bytes = 0
            self.finish(OVERFLOW)
            return False
        self._waiting.append(text)
        self._bytes += size
        self._changed.set()
        return True

    def finish(self, finish: Finish) -> None:
        """Let what waits be sent, then close. The first reason stands."""
        if self._finish is None:
            self._finish = finish
            self._changed.set()
            self._ended.set()

    async def take(self) -> str | Finish:
        """Wait for the next message, or for the end."""
        while True:
            if self._waiting:
                text = self._waiting.popleft()
                self._bytes -= len(text.encode())
                return text
            if self._finish is not None:
                return self._finish
            self._changed.clear()
            await self._changed.wait()

    async def finished(self) -> None:
        """Wait until the end is decided, whatever still waits to be sent."""
        await self._ended.wait()
