"""PROTOCOL.md says what the program does: every message, member, example, close, code and route."""

import json
import re
from typing import Final

import msgspec
import pytest

from signaling.problems import PROBLEMS
from signaling.ws import connection, protocol
from signaling.ws.protocol import FROM_CLIENT, FROM_SERVER
from tests.support import documents

TEXT: Final = documents.PROTOCOL.read_text("utf-8")
SECTIONS: Final = dict(re.findall(r"^### `([a-z.]+)`\n(.*?)(?=^##)", TEXT, re.DOTALL | re.MULTILINE))
MESSAGES: Final = {str(kind.__struct_config__.tag): kind for kind in (*FROM_CLIENT, *FROM_SERVER)}
AGAIN: Final = "write it again with `python -m tests.support.documents`"


def members(section: str) -> list[str]:
    """Return the members in a section's table."""
    return re.findall(r"^\| `([a-z_]+)` \|", section, re.MULTILINE)


def test_every_message_has_a_section_and_every_section_a_message() -> None:
    assert list(SECTIONS) == list(MESSAGES)
    halves = re.split(r"^## From the gateway$", TEXT, flags=re.MULTILINE)
    assert all(f"### `{kind.__struct_config__.tag}`" in halves[0] for kind in FROM_CLIENT)
    assert all(f"### `{kind.__struct_config__.tag}`" in halves[1] for kind in FROM_SERVER)


@pytest.mark.parametrize("name", MESSAGES)
def test_every_member_is_explained_and_no_other(name: str) -> None:
    assert sorted(members(SECTIONS[name])) == sorted(MESSAGES[name].__struct_fields__)


@pytest.mark.parametrize("name", MESSAGES)
def test_an_optional_member_is_called_optional_and_no_other(name: str) -> None:
    optional = {field.encode_name for field in msgspec.structs.fields(MESSAGES[name]) if not field.required}
    assert set(re.findall(r"^\| `([a-z_]+)` \| [^|]*optional", SECTIONS[name], re.MULTILINE)) == optional


@pytest.mark.parametrize("name", MESSAGES)
def test_every_choice_is_named(name: str) -> None:
    schema = protocol.schemas()[name]
    parts = [schema, *schema.get("$defs", {}).values()]
    choices = re.findall(r'"enum": \[(.*?)\]', json.dumps([part["properties"] for part in parts]))
    explained = SECTIONS[name] + SECTIONS["welcome"]
    named = [word for choice in choices for word in re.findall(r'"([a-z_.]+)"', choice)]
    assert [word for word in named if f"`{word}`" not in explained and word != name] == []


@pytest.mark.parametrize("name", MESSAGES)
def test_every_example_is_a_message_of_its_section(name: str) -> None:
    examples = re.findall(r"```json\n(.*?)\n```", SECTIONS[name], re.DOTALL)
    decode = protocol.decode if MESSAGES[name] in FROM_CLIENT else protocol.decode_from_server
    assert examples
    for example in examples:
        message = decode(example)
        assert type(message) is MESSAGES[name]
        assert json.loads(protocol.encode(message)) == json.loads(example), "an example shows every member"


def test_every_close_is_the_one_the_program_sends() -> None:
    rows = re.findall(r"^\| (\d{4}) \| `([a-z_]+)` \|", TEXT, re.MULTILINE)
    assert len(rows) == len(set(rows)) > 0
    for number, code in rows:
        assert connection.close_number(code) == int(number), code
    assert {code for _, code in rows} >= {"left", "ended", "replaced", "removed", "declined", "timed_out", "internal"}


def test_every_code_named_in_the_text_exists() -> None:
    named = set(re.findall(r"\(?`([a-z]+(?:_[a-z]+)+)`", TEXT.split("## Codes")[0]))
    fields = {field for kind in MESSAGES.values() for field in kind.__struct_fields__}
    words = {word for schema in protocol.schemas().values() for word in re.findall(r'"([a-z_]+)"', json.dumps(schema))}
    assert sorted(named - set(PROBLEMS) - fields - words) == []


@pytest.mark.parametrize("name", ["codes", "routes", "schemas"])
def test_what_the_program_writes_is_up_to_date(name: str) -> None:
    assert documents.block(TEXT, name) == documents.BLOCKS[name](), AGAIN


def test_the_version_is_the_programs() -> None:
    assert f"Version {protocol.VERSION}." in TEXT
    assert f"`{protocol.SUBPROTOCOL}`" in TEXT


@pytest.mark.parametrize(
    ("what", "number"),
    [
        ("65,536 bytes", protocol.MAX_MESSAGE_BYTES),
        ("within 10 seconds", connection.HELLO_SECONDS),
        ("After 30 seconds", connection.SILENCE_SECONDS),
        ("50 messages at once", connection.BURST),
        ("20 a second", connection.PER_SECOND),
    ],
)
def test_every_limit_is_the_programs(what: str, number: float) -> None:
    assert what in TEXT
    assert int("".join(re.findall(r"\d", what))) == number
