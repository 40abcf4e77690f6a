"""The messages a session sends, as they look on the wire."""

import json

import msgspec
import pytest

from gateway.sessions.messages import UNNUMBERED, LobbyGone, Notice, SeatUpdate
from signaling.ws import protocol


def test_a_message_says_its_type_and_every_member() -> None:
    update = SeatUpdate(
        seq=9,
        seat="st_7Q2M9K4T0BZH",
        role="helper",
        state="left",
        reason="network",
        name_ct=None,
        since="2026-11-22T10:10:03.214Z",
    )
    assert json.loads(protocol.encode(update)) == {
        "type": "seat.state",
        "seq": 9,
        "seat": "st_7Q2M9K4T0BZH",
        "role": "helper",
        "state": "left",
        "reason": "network",
        "name_ct": None,
        "since": "2026-11-22T10:10:03.214Z",
    }


def test_messages_cannot_be_changed_after_they_were_made() -> None:
    gone = LobbyGone(seq=UNNUMBERED, seat="st_7Q2M9K4T0BZH")
    with pytest.raises(AttributeError):
        gone.seat = "st_000000000000"  # type: ignore[misc]


def test_a_notice_is_one_of_the_known_ones() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"type":"notice","seq":1,"code":"hello"}', type=Notice)
