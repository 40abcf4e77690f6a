"""Every audit type in the code is emitted somewhere and documented; none was forgotten, none is used twice."""

import ast
import dataclasses
import re
from pathlib import Path

import msgspec
import pytest

from gateway.core import events
from gateway.core.events import TYPES, Data
from tests.support.catalogue import FORMS, event_reference

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "deploy" / "EVENTS.md"
SOURCES = [
    path
    for package in ("gateway", "signaling")
    for path in (ROOT / package).rglob("*.py")
    if path != ROOT / "gateway" / "core" / "events.py"
]


def constructed() -> set[str]:
    """Names of the classes that are called in our source."""
    return {
        node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
    }


def test_every_type_is_emitted_somewhere() -> None:
    called = constructed()
    assert [kind.type for kind in TYPES.values() if kind.__name__ not in called] == []


def test_no_type_is_used_twice() -> None:
    kinds = [each for each in vars(events).values() if isinstance(each, type) and issubclass(each, Data)]
    types = [each.type for each in kinds if each is not Data]
    assert sorted(types) == sorted(TYPES)
    assert len(types) == len(set(types))


@pytest.mark.parametrize("name", TYPES)
def test_a_type_reads_area_dot_past_tense_and_its_data_is_closed(name: str) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z][a-z_]*", name)
    kind = TYPES[name]
    assert kind.__struct_config__.forbid_unknown_fields
    assert kind.__doc__
    for field in msgspec.structs.fields(kind):
        assert re.fullmatch(r"[a-z][a-z0-9_]*", field.encode_name)
        assert field.type in FORMS, f"{name}.{field.name}"


def test_the_reference_page_is_the_catalogue() -> None:
    assert PAGE.read_text(encoding="utf-8") == event_reference(), "run: python -m tests.support.catalogue"


def test_the_envelope_of_the_reference_page_is_the_one_that_is_written() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for member in dataclasses.fields(events.Actor):
        name = "id" if member.name == "subject" else member.name
        assert f"`{name}`" in text
