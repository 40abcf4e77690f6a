"""One visit from the first click to the end, on each kind of database, with the log it leaves."""

import asyncio
import json
from typing import Any

from gateway.audit import rows
from tests.support.house import House
from tests.support.wire import NAME, take


async def log_until(house: House, kind: str) -> list[dict[str, Any]]:
    """Return the log once it has such an entry: leaving and ending take effect first and are written at once after."""
    async with asyncio.timeout(10):
        while True:
            async with house.gateway.store.reading() as unit:
                events = [json.loads(line) for _, line in await rows.lines(unit, 0, 1000)]
            if any(each["type"] == kind for each in events):
                return events
            await asyncio.sleep(0.02)


async def test_a_visit_leaves_exactly_its_trace(house: House) -> None:
    staff = await house.staff()
    session = await staff.new_session()
    host = await take(staff, session=session)
    guest = await take(house.visitor(), invitation=await staff.invite(session))
    async with host.here() as specialist, guest.connected() as participant:
        await participant.ask("lobby.ask", name_ct=NAME)
        await specialist.until("lobby.knock")
        await specialist.ask("lobby.admit", seat=guest.id)
        await participant.until("seat.state", seat=host.id, state="here")
        await participant.say("seat.leave")
        assert await participant.closed() == (1000, "left")
        assert (await specialist.until("seat.state", seat=guest.id, state="left"))["reason"] == "left"
        await specialist.say("session.end")
        assert await specialist.closed() == (1000, "ended")
    events = await log_until(house, "session.ended")
    trace = [(each["type"], each["data"].get("seat")) for each in events if each["session"] == session]
    assert trace == [
        ("session.created", None),
        ("session.seat_taken", host.id),
        ("session.invite_issued", None),
        ("session.seat_taken", guest.id),
        ("session.joined", host.id),
        ("session.waiting", guest.id),
        ("session.admitted", guest.id),
        ("session.joined", guest.id),
        ("session.left", guest.id),
        ("session.left", host.id),
        ("session.ended", None),
    ]
    assert NAME not in json.dumps(events), "a display name, even encrypted, is no business of the log"
