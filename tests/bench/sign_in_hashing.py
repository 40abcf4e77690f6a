"""Twenty sign-ins at once: how late the event loop gets beside them, and whether time tells who has an account."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from statistics import median
from typing import Final, Self

from gateway.accounts.hashing import COST, Cost, Hasher, cores
from gateway.core.errors import Denied
from gateway.staff.sign_in import Browser, Credentials
from tests.bench.table import Row
from tests.support.staff import EMAIL, PASSWORD, Desk, ToldClock, opened

AT_ONCE: Final = 20
ROUNDS: Final = 5
TRIALS: Final = 100
AIM_MILLISECONDS: Final = 20
AIM_DIFFERENCE: Final = 5
PROBE_SECONDS: Final = 0.002
UNKNOWN: Final = "nobody@sunrise.example"


class Lag:
    """How much later than asked the loop comes back, every two milliseconds."""

    def __init__(self) -> None:
        self.samples: list[float] = []

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._probe())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()

    async def _probe(self) -> None:
        while True:
            asked = time.perf_counter()
            await asyncio.sleep(PROBE_SECONDS)
            self.samples.append(time.perf_counter() - asked - PROBE_SECONDS)

    def quantile(self, part: float) -> float:
        """Return a quantile in milliseconds."""
        return 1000 * sorted(self.samples)[int(part * (len(self.samples) - 1))]


async def lag_during_sign_ins(cost: Cost, *, accounts: int) -> tuple[Lag, float]:
    """Return the loop's lag during rounds of sign-ins, and the seconds one round took."""
    with tempfile.TemporaryDirectory() as folder:
        async with opened(f"sqlite:///{folder}/sotto.db", ToldClock(), Hasher(cost)) as desk:
            emails = [f"{index}@sunrise.example" for index in range(accounts)]
            for email in emails:
                await desk.account(email)
            lag, began = Lag(), time.perf_counter()
            async with lag:
                for _ in range(ROUNDS):
                    await asyncio.gather(*(desk.enter(email=emails[i % accounts]) for i in range(AT_ONCE)))
            return lag, (time.perf_counter() - began) / ROUNDS


async def difference_of_refusals() -> tuple[float, float]:
    """Return the median milliseconds of a refusal, and of how much longer it takes for an account that exists."""
    with tempfile.TemporaryDirectory() as folder:
        async with opened(f"sqlite:///{folder}/sotto.db", ToldClock(), Hasher()) as desk:
            await desk.account()
            known, differences = [], []
            for trial in range(TRIALS):
                spent = {}
                for email in (EMAIL, UNKNOWN) if trial % 2 else (UNKNOWN, EMAIL):
                    desk.clock.advance(minutes=15)
                    began = time.perf_counter()
                    await refused(desk, email)
                    spent[email] = 1000 * (time.perf_counter() - began)
                known.append(spent[EMAIL])
                differences.append(spent[EMAIL] - spent[UNKNOWN])
            return median(known), median(differences)


async def refused(desk: Desk, email: str) -> None:
    try:
        await desk.sign_in.with_password(Credentials(email, PASSWORD + "?"), Browser("192.0.2.1"))
    except Denied:
        return
    raise AssertionError


def measure() -> Iterator[Row]:
    """Yield the rows of the table."""
    for lanes in (COST.lanes, 4):
        lag, seconds = asyncio.run(lag_during_sign_ins(Cost(lanes=lanes), accounts=AT_ONCE))
        what = f"{AT_ONCE} sign-ins at once, {cores()} cores, p={lanes}"
        aim = AIM_MILLISECONDS if lanes == COST.lanes else None
        yield Row(f"{what}: all of them", seconds, "s")
        yield Row(f"{what}: loop lag, median", lag.quantile(0.5), "ms")
        yield Row(f"{what}: loop lag, p99", lag.quantile(0.99), "ms", aim)
    _, seconds = asyncio.run(lag_during_sign_ins(COST, accounts=1))
    yield Row(f"{AT_ONCE} sign-ins on one account at once: all of them", seconds, "s")
    known, difference = asyncio.run(difference_of_refusals())
    yield Row(f"refusing a known account, median of {TRIALS}", known, "ms")
    yield Row("refusing an unknown one, how far apart", abs(difference), "ms", AIM_DIFFERENCE)
