"""Twenty sign-ins at once: how late the event loop gets beside them, and whether time tells who has an account."""

import asyncio
import tempfile
import time
from statistics import median
from typing import Final, Self

from gateway.accounts.hashing import COST, Cost, Hasher, cores
from gateway.core.errors import Denied
from gateway.staff.sign_in import Browser, Credentials
from tests.support.staff import EMAIL, PASSWORD, Desk, ToldClock, opened

AT_ONCE: Final = 20
ROUNDS: Final = 5
TRIALS: Final = 100
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
    """Return the median milliseconds of refusing a known and an unknown account, asked in turns."""
    with tempfile.TemporaryDirectory() as folder:
        async with opened(f"sqlite:///{folder}/sotto.db", ToldClock(), Hasher()) as desk:
            await desk.account()
            spent: dict[str, list[float]] = {EMAIL: [], UNKNOWN: []}
            for _ in range(TRIALS):
                for email, times in spent.items():
                    desk.clock.advance(minutes=15)
                    began = time.perf_counter()
                    await refused(desk, email)
                    times.append(1000 * (time.perf_counter() - began))
            return median(spent[EMAIL]), median(spent[UNKNOWN])


async def refused(desk: Desk, email: str) -> None:
    try:
        await desk.sign_in.with_password(Credentials(email, PASSWORD + "?"), Browser("192.0.2.1"))
    except Denied:
        return
    raise AssertionError


def main() -> None:
    """Print the table."""
    print(f"{AT_ONCE} sign-ins at once, {cores()} cores, argon2id t={COST.passes} m={COST.memory_kib // 1024} MiB")
    for lanes in (COST.lanes, 4):
        for accounts in (AT_ONCE, 1):
            lag, seconds = asyncio.run(lag_during_sign_ins(Cost(lanes=lanes), accounts=accounts))
            figures = " ".join(f"p{int(100 * part)} {lag.quantile(part):.2f}" for part in (0.5, 0.95, 0.99))
            print(
                f"  p={lanes}, {accounts:2} accounts: {seconds:.2f} s; loop lag {figures} max {lag.quantile(1):.2f} ms"
            )
    known, unknown = asyncio.run(difference_of_refusals())
    apart = abs(known - unknown)
    print(f"refusal, {TRIALS} trials each: known {known:.2f} ms, unknown {unknown:.2f} ms, apart {apart:.2f} ms")


if __name__ == "__main__":
    main()
