"""Refusals of strangers: counted, one event per kind and minute, so that a flood of them cannot fill the log."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from gateway.core.actions import Action

WINDOW: Final = timedelta(minutes=1)
MAX_KINDS: Final = 256
"""Distinct kinds counted at once. Codes and actions are ours, so more than this is our own bug, not a stranger's."""


@dataclass(frozen=True, slots=True)
class Tally:
    """So many refusals of one kind since an instant."""

    action: Action
    code: str
    count: int
    since: datetime


class Strangers:
    """The counters of the running minute. Pure: given `now`."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[Action, str]] = Counter()
        self._since: datetime | None = None

    def count(self, action: Action, code: str, now: datetime) -> None:
        """Count one refusal."""
        if self._since is None:
            self._since = now
        kind = (action, code)
        if kind in self._counts or len(self._counts) < MAX_KINDS:
            self._counts[kind] += 1

    def take(self, now: datetime, *, everything: bool = False) -> list[Tally]:
        """Return and forget the counts of a minute that is over (or, at shutdown, of one that is not)."""
        if self._since is None or (abs(now - self._since) < WINDOW and not everything):
            return []
        tallies = [Tally(action, code, count, self._since) for (action, code), count in self._counts.items()]
        self._counts.clear()
        self._since = None
        return tallies
