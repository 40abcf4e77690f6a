"""The messages a session itself sends to the people in it.

They are part of the public protocol (PROTOCOL.md), whose rules of change stand in `signaling/ws/protocol.py`.
Messages with `seq` survive a short loss of the connection: the seat's mailbox numbers them and repeats them.
"""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

LARGEST: Final = 2**53 - 1
"""The largest integer JSON carries exactly between JavaScript and everyone else (RFC 8259 section 6)."""

END: Final = r"(?!\n)$"
"""The end of a pattern. Python's `$` alone would let a line feed pass at the end of a text; JavaScript's does not."""

SessionRef = Annotated[
    str, Meta(pattern="^ses_[0-9A-HJKMNP-TV-Z]{12}" + END, description="A session: `ses_` and 12 Crockford characters.")
]
SeatRef = Annotated[
    str, Meta(pattern="^st_[0-9A-HJKMNP-TV-Z]{12}" + END, description="A seat: `st_` and 12 Crockford characters.")
]
NameCiphertext = Annotated[
    str,
    Meta(
        pattern="^[A-Za-z0-9_-]+" + END,
        max_length=256,
        description="A display name, encrypted under a key the gateway never has; base64url without padding.",
    ),
]
Instant = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z" + END,
        description="RFC 3339 in UTC with milliseconds.",
    ),
]
Seq = Annotated[int, Meta(ge=0, le=LARGEST, description="Place of this message in the seat's mailbox.")]
UNNUMBERED: Final = 0
"""The `seq` of a message no mailbox has numbered yet; never on the wire."""
Role = Literal["participant", "specialist", "supervisor", "interpreter", "helper"]
Kind = Literal["one_to_one", "group", "family", "crisis", "drop_in", "supervision"]
Device = Literal["first", "again", "same_link"]
SeatUpdateState = Literal["waiting", "here", "reconnecting", "left"]
Presence = Literal["here", "reconnecting"]
Reason = Literal["left", "network", "removed", "declined", "session_end", "replaced"]
Cause = Literal["ended_by_host", "limit", "expired"]
NoticeCode = Literal["audit_unavailable", "audit_back", "safety_mode", "ten_minutes_left", "two_minutes_left"]


class Person(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Someone who was admitted and has not left."""

    seat: SeatRef
    role: Role
    state: Presence
    since: Instant
    name_ct: NameCiphertext | None


class Waiting(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Someone who asks to join. Only staff see them."""

    seat: SeatRef
    role: Role
    since: Instant
    name_ct: NameCiphertext | None
    device: Device


class Message(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="type"):
    """One message on the wire; `type` says which."""


class Numbered(Message, frozen=True, kw_only=True):
    """A message that survives a resume."""

    seq: Seq


class Welcome(Message, frozen=True, kw_only=True, tag="welcome"):
    """The answer to `hello`: who you are here, and everything you may see."""

    session: SessionRef
    kind: Kind
    seat: SeatRef
    role: Role
    state: Literal["held", "waiting", "here"]
    session_state: Literal["planned", "open"]
    server_time: Instant
    resumed: bool
    next: Seq
    people: list[Person]
    waiting: list[Waiting]
    ends_at: Instant | None


class SeatUpdate(Numbered, frozen=True, kw_only=True, tag="seat.state"):
    """A seat changed: told to everyone who is here, and to the seat itself."""

    seat: SeatRef
    role: Role
    state: SeatUpdateState
    reason: Reason | None
    name_ct: NameCiphertext | None
    since: Instant


class LobbyKnock(Numbered, frozen=True, kw_only=True, tag="lobby.knock"):
    """Someone asks to join. Told to staff who are here."""

    waiting: Waiting


class LobbyGone(Numbered, frozen=True, kw_only=True, tag="lobby.gone"):
    """Someone no longer waits: admitted, declined, gone, or about to ask again from another device."""

    seat: SeatRef


class SessionUpdate(Numbered, frozen=True, kw_only=True, tag="session.state"):
    """The session opened or ended. Told to everyone who is connected, also to those who wait."""

    state: Literal["open", "ended"]
    cause: Cause | None
    ends_at: Instant | None


class Notice(Numbered, frozen=True, kw_only=True, tag="notice"):
    """Something the people in the session should know; the words are the client's."""

    code: NoticeCode
