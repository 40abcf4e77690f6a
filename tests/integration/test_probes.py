"""The probes tell what is so: a loop that hangs is seen, and forgotten when it has recovered."""

import asyncio
import time
from pathlib import Path

from gateway.store import deployment
from signaling.api.probes import FRESH_SECONDS, MAX_LAG_SECONDS, REMEMBERED_SECONDS
from tests.support.house import serving


async def test_a_loop_that_hung_is_not_alive_until_it_has_kept_up_for_a_while(tmp_path: Path) -> None:
    async with serving(tmp_path, f"sqlite:///{tmp_path}/sotto.db") as house:
        visitor = house.visitor()
        assert await visitor.get("/livez") == (200, {"ok": True, "failing": []})
        time.sleep(MAX_LAG_SECONDS + 0.5)  # noqa: ASYNC251  (to hang the loop is the point)
        await asyncio.sleep(0.1)
        assert await visitor.get("/livez") == (503, {"ok": False, "failing": ["loop"]})
        await asyncio.sleep(REMEMBERED_SECONDS)
        assert (await visitor.get("/livez"))[0] == 200


async def test_readiness_is_looked_up_once_a_second_however_often_it_is_asked(tmp_path: Path) -> None:
    async with serving(tmp_path, f"sqlite:///{tmp_path}/sotto.db") as house:
        visitor = house.visitor()

        async def last_look() -> dict[str, bytes]:
            async with house.gateway.store.reading() as unit:
                return await deployment.read(unit, "probe")

        assert (await visitor.get("/readyz"))[0] == 200
        first = await last_look()
        began = time.monotonic()
        answers = await asyncio.gather(*(visitor.get("/readyz") for _ in range(20)))
        assert {status for status, _ in answers} == {200}
        if time.monotonic() - began < FRESH_SECONDS / 2:  # On a machine that is not stuck.
            assert await last_look() == first
        await asyncio.sleep(FRESH_SECONDS)
        await visitor.get("/readyz")
        assert await last_look() != first
