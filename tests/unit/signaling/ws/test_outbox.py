"""The outbox: in order, bounded, and over when it is over."""

import asyncio

from signaling.ws.outbox import MAX_BYTES, MAX_MESSAGES, OVERFLOW, Finish, Outbox

LEFT = Finish(1000, "left")


async def drain(outbox: Outbox) -> list[str | Finish]:
    """Return everything up to the end."""
    found: list[str | Finish] = []
    while not found or isinstance(found[-1], str):
        found.append(await outbox.take())
    return found


async def test_what_was_put_comes_out_in_order_and_then_the_end() -> None:
    outbox = Outbox()
    assert outbox.put("a")
    assert outbox.put("b")
    outbox.finish(LEFT)
    assert await drain(outbox) == ["a", "b", LEFT]


async def test_the_taker_waits_for_something_to_send() -> None:
    outbox = Outbox()
    taker = asyncio.create_task(outbox.take())
    await asyncio.sleep(0)
    assert not taker.done()
    outbox.put("a")
    assert await taker == "a"


async def test_the_end_wakes_whoever_waits() -> None:
    outbox = Outbox()
    taker, watcher = asyncio.create_task(outbox.take()), asyncio.create_task(outbox.finished())
    await asyncio.sleep(0)
    outbox.finish(LEFT)
    assert await taker == LEFT
    await watcher


async def test_one_message_too_many_ends_it_and_drops_what_waited() -> None:
    outbox = Outbox()
    assert all(outbox.put("a") for _ in range(MAX_MESSAGES))
    assert not outbox.put("a")
    assert outbox.is_finished
    assert await drain(outbox) == [OVERFLOW]


async def test_too_many_bytes_end_it_too() -> None:
    outbox = Outbox()
    half = "é" * (MAX_BYTES // 4)
    assert outbox.put(half)
    assert outbox.put(half)
    assert not outbox.put("a")
    assert await drain(outbox) == [OVERFLOW]


async def test_what_was_sent_makes_room() -> None:
    outbox = Outbox()
    for _ in range(10):
        assert outbox.put("a" * (MAX_BYTES - 1))
        await outbox.take()
    for _ in range(MAX_MESSAGES * 2):
        assert outbox.put("a")
        await outbox.take()


async def test_nothing_is_put_after_the_end_and_the_first_reason_stands() -> None:
    outbox = Outbox()
    outbox.finish(LEFT)
    outbox.finish(OVERFLOW)
    assert not outbox.put("a")
    assert outbox.code == "left"
    assert await drain(outbox) == [LEFT]


async def test_an_outbox_in_use_has_no_reason_yet() -> None:
    outbox = Outbox()
    assert outbox.code is None
    assert not outbox.is_finished
