"""Token buckets: how often one caller may come. Pure: given `now`; bounded, oldest forgotten first."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

MAX_BUCKETS: Final = 10_000
"""Callers remembered at once. A forgotten one starts with a full bucket, so this bounds memory, not strictness."""


@dataclass(slots=True)
class Bucket:
    """Tokens left, and when that was true (seconds of a monotonic clock)."""

    tokens: float
    at: float


class Rates:
    """One bucket per caller."""

    def __init__(self, *, burst: int, per_second: float) -> None:
        self._burst = burst
        self._per_second = per_second
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def take(self, caller: str, now: float) -> float | None:
        """Take one token; return None, or the seconds to wait when there is none."""
        bucket = self._buckets.get(caller)
        if bucket is None:
            bucket = self._buckets[caller] = Bucket(self._burst, now)
            if len(self._buckets) > MAX_BUCKETS:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(caller)
        bucket.tokens = min(self._burst, bucket.tokens + (now - bucket.at) * self._per_second)
        bucket.at = now
        if bucket.tokens < 1:
            return (1 - bucket.tokens) / self._per_second
        bucket.tokens -= 1
        return None
