"""One event as the exact bytes that are hashed: the closed envelope in canonical JSON (RFC 8785)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
import rfc8785

from gateway.core.clock import rfc3339
from gateway.core.errors import AuditUnavailable
from gateway.core.events import Actor, Event
from gateway.core.ids import uuid7

VERSION: Final = 1
MAX_LINE_BYTES: Final = 60_000
"""So that any entry fits a C2SP entry bundle, whose lengths have 16 bits."""


@dataclass(frozen=True, slots=True)
class Place:
    """Who writes this log: the organization and the node, as every entry names them."""

    org: str
    node: str


@dataclass(frozen=True, slots=True)
class Draft:
    """An event with its id and time, not yet with its place in the log."""

    id: str
    event: Event
    at: datetime


def draft(event: Event, now: datetime) -> Draft:
    """Give the event its id and its time."""
    return Draft(uuid7(now), event, now)


def envelope(entry: Draft, place: Place) -> dict[str, Any]:
    """Return every member of the envelope but `seq`."""
    event = entry.event
    return {
        "v": VERSION,
        "id": entry.id,
        "time": rfc3339(entry.at),
        "type": event.data.type,
        "outcome": event.outcome.value,
        "reason": event.reason,
        "severity": event.data.severity.value,
        "org": place.org,
        "node": place.node,
        "actor": _actor(event.actor),
        "subject": _subject(event),
        "session": event.session,
        "target": None if event.target is None else msgspec.to_builtins(event.target),
        "basis": None,
        "policy": None,
        "context": None,
        "data": msgspec.to_builtins(event.data),
        "commit": None,
    }


def line(body: dict[str, Any], seq: int) -> bytes:
    """Return the canonical bytes of an envelope at its place in the log.

    Raises:
        AuditUnavailable: longer than an entry may be, so the act must not happen.
    """
    encoded = rfc8785.dumps({**body, "seq": seq})
    if len(encoded) > MAX_LINE_BYTES:
        raise AuditUnavailable("an entry is longer than the log can hold")
    return encoded


def _actor(actor: Actor) -> dict[str, Any]:
    return {
        "kind": actor.kind.value,
        "id": None if actor.subject is None else actor.subject.reveal(),
        "role": actor.role,
        "seat": actor.seat,
        "aal": actor.aal,
        "auth": actor.auth,
    }


def _subject(event: Event) -> dict[str, str] | None:
    if event.subject is None:
        return None
    kind = "staff" if event.subject.reveal().startswith("usr_") else "participant"
    return {"kind": kind, "id": event.subject.reveal()}
