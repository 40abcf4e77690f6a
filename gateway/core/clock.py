"""Time, given and never taken: decisions receive `now`; only the rim owns a `Clock`."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What tells the time."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC)


def rfc3339(instant: datetime) -> str:
    """Return `instant` as RFC 3339 in UTC with milliseconds and `Z`, the only spelling used on any wire."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"


def parse_rfc3339(text: str) -> datetime:
    """Return the aware instant `text` names.

    Raises:
        ValueError: not a date and time with an offset.
    """
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        message = "an instant needs an offset, such as Z"
        raise ValueError(message)
    return instant.astimezone(UTC)
