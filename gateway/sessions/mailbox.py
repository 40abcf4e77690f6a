"""A seat's mailbox: numbers what the seat must not miss, and repeats it after a short loss of the connection.

Pure. Numbers are opaque to clients: they only grow. Those of another incarnation (the process was restarted, so what
was sent is no longer known) are recognised and never taken for ours.
"""

from collections import deque
from typing import Final, TypeVar

import msgspec

from gateway.sessions.messages import Numbered

RING: Final = 256
"""Messages kept per seat. More bridges a longer gap; fewer holds less memory (a message is below 1 KiB)."""
_INCARNATIONS: Final = 2**32 - 1
_PLACES: Final = 2**20
"""Numbers per incarnation. Together with the incarnation they stay below 2^52, which JSON carries exactly."""

M = TypeVar("M", bound=Numbered)


class Mailbox:
    """What was sent to one seat lately."""

    def __init__(self, incarnation: int) -> None:
        self._last: int = (incarnation & _INCARNATIONS) * _PLACES
        self._kept: deque[Numbered] = deque(maxlen=RING)

    @property
    def last(self) -> int:
        """The number of the latest message; before the first one, the number to resume from."""
        return self._last

    def put(self, message: M) -> M:
        """Return the message with its number, and keep it."""
        self._last += 1
        numbered = msgspec.structs.replace(message, seq=self._last)
        self._kept.append(numbered)
        return numbered

    def since(self, seq: int) -> list[Numbered] | None:
        """Return everything after `seq`, or None when that is not known any more (too old, or another incarnation)."""
        oldest = self._last - len(self._kept)
        if not oldest <= seq <= self._last:
            return None
        return list(self._kept)[seq - oldest :]

    def forget(self) -> None:
        """Drop what was kept: nobody comes back to it."""
        self._kept.clear()
