"""The book of open sockets: how many there may be, and how they are all closed."""

from typing import cast

import pytest
from aiohttp import web

from gateway.core.errors import CapacityError
from signaling.ws.handler import MAX_SOCKETS, MAX_SOCKETS_PER_ADDRESS, Socket, Sockets


class Held:
    """A socket that remembers why it was closed."""

    def __init__(self) -> None:
        self.code: str | None = None

    def hang_up(self, code: str) -> None:
        self.code = code


def socket() -> Socket:
    return cast("Socket", Held())


def test_one_address_has_only_so_many_sockets_and_another_still_has_its_own() -> None:
    book = Sockets()
    mine = [socket() for _ in range(MAX_SOCKETS_PER_ADDRESS)]
    for each in mine:
        book.add(each, "192.0.2.1")
    with pytest.raises(CapacityError) as caught:
        book.add(socket(), "192.0.2.1")
    assert (caught.value.code, caught.value.retry_after) == ("overloaded", 10)
    book.add(socket(), "192.0.2.2")
    book.drop(mine[0], "192.0.2.1")
    book.add(socket(), "192.0.2.1")


def test_the_process_has_only_so_many_sockets() -> None:
    book = Sockets()
    for number in range(MAX_SOCKETS):
        book.add(socket(), f"address {number}")
    with pytest.raises(CapacityError):
        book.add(socket(), "one more")


def test_addresses_without_sockets_are_forgotten() -> None:
    book = Sockets()
    one = socket()
    book.add(one, "192.0.2.1")
    book.drop(one, "192.0.2.1")
    assert not book._by_address


async def test_at_the_end_everyone_is_told_that_we_stop() -> None:
    book = Sockets()
    held = [Held(), Held()]
    for each in held:
        book.add(cast("Socket", each), "192.0.2.1")
    await book.close(web.Application())
    assert [each.code for each in held] == ["shutting_down"] * 2
