"""The catalogue: closed, named in the past tense, and with no place for a word somebody said."""

import inspect
import re
from pathlib import Path
from typing import Final

import msgspec
import pytest

from gateway.core import events
from gateway.core.events import TYPES, Actor, ActorKind, AuditGap, Data, Severity
from gateway.core.ids import SubjectId

ROOT: Final = Path(__file__).parents[4]
PRIVILEGED: Final = {
    "session.ended",
    "account.created",
    "account.disabled",
    "account.reset",
    "audit.exported",
    "audit.verification_failed",
    "audit.gap",
    "system.started",
    "system.config_changed",
    "system.restored",
}
CLASSES = pytest.mark.parametrize("kind", TYPES.values(), ids=lambda kind: kind.type)


def test_what_is_signed_at_once_is_what_the_catalogue_says() -> None:
    assert {name for name, kind in TYPES.items() if kind.privileged} == PRIVILEGED


@CLASSES
def test_a_type_is_an_area_and_a_verb_and_has_a_sentence(kind: type[Data]) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z_]+", kind.type)
    assert inspect.getdoc(kind)
    assert isinstance(kind.severity, Severity)


@CLASSES
def test_data_is_closed_and_holds_only_what_json_writes_exactly(kind: type[Data]) -> None:
    allowed = {str, int, bool, str | None, int | None, list[str]}
    fields = msgspec.structs.fields(kind)
    assert {field.type for field in fields} <= allowed
    assert all(field.required for field in fields), "a member left out would be a second spelling of the same event"
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({field.encode_name: None for field in fields} | {"note": "free text"}, kind)


def test_every_type_has_a_name_of_its_own() -> None:
    assert len(TYPES) == len(Data.__subclasses__())


@CLASSES
def test_every_type_is_emitted_somewhere(kind: type[Data]) -> None:
    """A catalogue to grow into, not to stub."""
    callers = [path for folder in ("gateway", "signaling") for path in (ROOT / folder).rglob("*.py")]
    sources = [path.read_text("utf-8") for path in callers if path != Path(events.__file__)]
    assert any(re.search(rf"\b{kind.__name__}\(", source) for source in sources), f"nothing emits {kind.type}"


def test_the_gap_spells_its_members_as_the_log_does() -> None:
    written = msgspec.to_builtins(AuditGap(from_="a", to="b", cause="c", count=1))
    assert written == {"from": "a", "to": "b", "cause": "c", "count": 1}


def test_an_actor_prints_without_the_person() -> None:
    assert "CANARY" not in repr(Actor(ActorKind.STAFF, SubjectId("usr_CANARY000000"), "specialist"))


def test_no_class_names_a_person_or_a_word_they_said() -> None:
    members = {field.name for kind in TYPES.values() for field in msgspec.structs.fields(kind)}
    assert not members & {"name", "email", "text", "message", "address", "ip", "token", "note", "comment", "phone"}
