"""One event as bytes: the whole envelope, in canonical JSON, and never longer than the log can hold."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import rfc8785

from gateway.audit import entry
from gateway.audit.entry import MAX_LINE_BYTES, Draft, Place
from gateway.core.errors import AuditUnavailable
from gateway.core.events import (
    SYSTEM,
    Actor,
    ActorKind,
    AuditViewed,
    AuthSucceeded,
    Event,
    Outcome,
    SessionRemoved,
    Target,
)
from gateway.core.ids import SeatId, SessionId, SubjectId

NOON = datetime(2026, 11, 22, 12, 0, 3, 214_000, tzinfo=UTC)
PLACE = Place("org_test", "gw-1")
EVENT = Event(data=AuthSucceeded(method="passkey"), actor=SYSTEM)
MEMBERS = (
    "actor basis commit context data id node org outcome policy reason seq session severity subject target time type v"
)


def written(event: Event, seq: int = 0) -> dict[str, Any]:
    line = entry.line(entry.envelope(entry.draft(event, NOON), PLACE), seq)
    body: dict[str, Any] = json.loads(line)
    assert line == rfc8785.dumps(body), "the bytes are the canonical ones"
    return body


def test_every_member_of_the_envelope_is_there_in_order_also_when_it_says_nothing() -> None:
    assert list(written(EVENT)) == MEMBERS.split()


def test_an_event_of_the_system_says_what_happened_when_and_where() -> None:
    body = written(EVENT, seq=4711)
    assert body.pop("id")[14] == "7", "a UUID of version 7"
    assert body == {
        "actor": {"aal": 0, "auth": "none", "id": None, "kind": "system", "role": None, "seat": None},
        "basis": None,
        "commit": None,
        "context": None,
        "data": {"method": "passkey"},
        "node": "gw-1",
        "org": "org_test",
        "outcome": "success",
        "policy": None,
        "reason": None,
        "seq": 4711,
        "session": None,
        "severity": "info",
        "subject": None,
        "target": None,
        "time": "2026-11-22T12:00:03.214Z",
        "type": "auth.succeeded",
        "v": 1,
    }


def test_an_act_of_a_person_says_who_to_whom_and_with_what() -> None:
    who = Actor(ActorKind.STAFF, SubjectId("usr_1"), "specialist", SeatId("st_1"), 2, "passkey")
    body = written(
        Event(
            data=SessionRemoved(seat="st_2", role="participant", reason="removed", seconds=9),
            actor=who,
            outcome=Outcome.REFUSED,
            reason="removed",
            subject=SubjectId("prt_2"),
            session=SessionId("ses_1"),
            target=Target("invitation", "inv_1"),
        )
    )
    assert body["actor"] == {
        "aal": 2,
        "auth": "passkey",
        "id": "usr_1",
        "kind": "staff",
        "role": "specialist",
        "seat": "st_1",
    }
    assert body["subject"] == {"id": "prt_2", "kind": "participant"}
    assert body["target"] == {"id": "inv_1", "kind": "invitation"}
    assert (body["outcome"], body["reason"], body["session"], body["severity"]) == (
        "refused",
        "removed",
        "ses_1",
        "notice",
    )


def test_staff_are_the_subject_as_staff() -> None:
    assert written(replace(EVENT, subject=SubjectId("usr_1")))["subject"] == {"id": "usr_1", "kind": "staff"}


def test_a_draft_has_its_time_and_an_id_of_that_time() -> None:
    first, second = entry.draft(EVENT, NOON), entry.draft(EVENT, NOON)
    assert first.at == NOON
    assert first.id != second.id
    assert int(first.id.replace("-", "")[:12], 16) == int(NOON.timestamp() * 1000)


def test_a_line_of_the_longest_length_fits_and_one_byte_more_does_not() -> None:
    def body(length: int) -> dict[str, Any]:
        event = Event(data=AuditViewed(filter=["x" * length], rows=0), actor=SYSTEM)
        return entry.envelope(Draft("id", event, NOON), PLACE)

    room = MAX_LINE_BYTES - len(entry.line(body(0), 0))
    assert len(entry.line(body(room), 0)) == MAX_LINE_BYTES
    with pytest.raises(AuditUnavailable):
        entry.line(body(room + 1), 0)
