"""Both verifiers know every type of event, and exactly its members in exactly their forms."""

import types
from enum import StrEnum
from typing import Any, Final, get_args, get_origin

import msgspec
import pytest

from gateway.audit import verify
from gateway.core import events
from tests.support import second_verifier

NAMES: Final = {str: "text", int: "int", bool: "bool"}


def form(annotation: Any) -> str:
    """The verifier's word for a Python type."""
    if annotation in NAMES:
        return NAMES[annotation]
    if get_origin(annotation) is list:
        assert get_args(annotation) == (str,)
        return "texts"
    assert isinstance(annotation, types.UnionType)
    [inner] = [each for each in get_args(annotation) if each is not types.NoneType]
    return f"{form(inner)}?"


def members(kind: type[events.Data]) -> str:
    forms = {field.encode_name: form(field.type) for field in msgspec.structs.fields(kind)}
    return " ".join(f"{name}:{forms[name]}" for name in sorted(forms))


def test_the_verifier_knows_every_type_and_its_members() -> None:
    emitted = {name: members(kind) for name, kind in events.TYPES.items()}
    known = {name: spelled for name, spelled in verify.DATA_MEMBERS.items() if name in emitted}
    assert known == emitted


@pytest.mark.parametrize(
    ("enum", "name"), [(events.Outcome, "outcome"), (events.Severity, "severity"), (events.ActorKind, "actor")]
)
def test_the_verifier_knows_every_word_of_the_envelope(enum: type[StrEnum], name: str) -> None:
    words = verify.FORMS[name].removeprefix('"(?:').removesuffix(')"').split("|")
    assert sorted(words) == sorted(each.value for each in enum)


def test_the_second_verifier_knows_what_the_first_one_knows() -> None:
    known = {kind: [each.partition(":")[0] for each in forms.split()] for kind, forms in verify.DATA_MEMBERS.items()}
    assert second_verifier.data_members() == known
