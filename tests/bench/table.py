"""A row of the bench table: what was measured, what it should be, and whether it is."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One number. `aim` is a bound: at least it when `is_floor`, at most it otherwise; None for information."""

    what: str
    value: float
    unit: str
    aim: float | None = None
    is_floor: bool = False

    @property
    def verdict(self) -> str:
        """Return `ok`, `SHORT`, or nothing where there is no aim."""
        if self.aim is None:
            return ""
        return "ok" if (self.value >= self.aim if self.is_floor else self.value <= self.aim) else "SHORT"


def show(rows: Iterable[Row]) -> None:
    """Print the table."""
    for row in rows:
        bound = "" if row.aim is None else f"{'>=' if row.is_floor else '<='} {row.aim:g}"
        print(f"  {row.what:<62} {row.value:>10.1f} {row.unit:<10} {bound:<10} {row.verdict}")
