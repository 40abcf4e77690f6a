"""The allow-list of the logs: what passes, what is dropped, and that nothing private can pass under any key."""

import ast
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from gateway.core.errors import Denied, StoreError
from gateway.core.ids import new_account_id, new_participant_id, new_peer_id, new_seat_id, new_session_id
from gateway.crypto.secrets import Secret, new_token
from signaling import logs

ROOT = Path(__file__).parents[3]
PRIVATE = {
    "a name": "Maria Lopez",
    "an e-mail address": "maria@sunrise.example",
    "an address": "203.0.113.9",
    "an IPv6 address": "2001:db8::1",
    "an invitation": new_token(24),
    "a token": new_token(),
    "a participant": new_participant_id().reveal(),
    "a staff account": new_account_id().reveal(),
    "a person": new_participant_id(),
    "a secret": Secret(b"k" * 32),
    "bytes": b"Maria",
    "a list": ["maria"],
    "a mapping": {"name": "maria"},
    "a path": "/j/0Zk3_invitation",
    "a sentence": "she said that she is afraid",
}


@pytest.fixture
def said() -> Iterator[io.StringIO]:
    stream, root = io.StringIO(), logging.getLogger()
    handlers, level = root.handlers, root.level
    logs.configure(stream)
    yield stream
    structlog.reset_defaults()
    root.handlers, root.level = handlers, level
    logging.captureWarnings(capture=False)
    logging.getLogger("aiohttp.access").disabled = False


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_what_is_known_passes(said: io.StringIO) -> None:
    ids = {"session": new_session_id(), "seat": new_seat_id(), "peer": new_peer_id()}
    structlog.get_logger("signaling.x").info(
        "request", method="GET", route="/api/sessions/{session}", status=200, **ids
    )
    [line] = lines(said)
    assert line.pop("time").endswith("Z")
    expected = {"level": "info", "logger": "signaling.x", "event": "request", "method": "GET", "status": 200}
    assert line == {**expected, "route": "/api/sessions/{session}", **ids}


def test_an_unknown_key_is_dropped_and_counted(said: io.StringIO) -> None:
    structlog.get_logger("x").warning("audit_unavailable", code="store_full", note="word", nothing=None)
    [line] = lines(said)
    assert (line["code"], line["dropped"]) == ("store_full", 1)
    assert "note" not in line


@pytest.mark.parametrize("what", PRIVATE)
def test_nothing_private_passes_under_any_key(said: io.StringIO, what: str) -> None:
    structlog.get_logger("x").info("request", **dict.fromkeys([*logs.FORMS, "unknown"], PRIVATE[what]))
    [line] = lines(said)
    assert set(line) == {"time", "level", "logger", "event", "dropped"}
    assert line["dropped"] == len(logs.FORMS) + 1


@pytest.mark.parametrize("event", ["She said no", "maria@sunrise.example", "", "x" * 65])
def test_an_event_that_is_no_word_of_ours_has_no_name(said: io.StringIO, event: str) -> None:
    structlog.get_logger("x").info(event)
    assert lines(said)[0]["event"] == "unnamed"


def test_a_traceback_is_types_and_places_without_words(said: io.StringIO) -> None:
    def fail(name: str) -> None:
        try:
            int(name)
        except ValueError as exc:
            raise Denied("role_not_permitted", f"{name} may not") from exc

    try:
        fail("Maria Lopez")
    except Denied:
        structlog.get_logger("x").exception("request_failed")
    [line] = lines(said)
    first, second = line["exception"]
    assert (line["level"], first["type"], first["code"], second["type"]) == (
        "error", "Denied", "role_not_permitted", "ValueError"
    )  # fmt: skip
    assert first["at"][-1].startswith("tests/unit/signaling/test_logs.py:")
    assert first["at"][-1].endswith(" fail")
    assert "Maria" not in said.getvalue()
    assert str(ROOT) not in said.getvalue()


def test_a_group_of_errors_shows_its_first(said: io.StringIO) -> None:
    group = ExceptionGroup("tasks", [StoreError("secret", code="store_full"), ValueError()])
    structlog.get_logger("x").error("tick_failed", exc_info=group)
    assert [each["type"] for each in lines(said)[0]["exception"]] == ["ExceptionGroup", "StoreError"]


def test_what_a_library_says_is_reduced_to_where_it_said_so(said: io.StringIO) -> None:
    logging.getLogger("aiohttp.server").error("cannot parse %s", "maria@sunrise.example", exc_info=ValueError("Maria"))
    logging.getLogger("sqlalchemy.engine").info("SELECT 'Maria'")
    [line] = lines(said)
    assert (line["event"], line["logger"], line["level"]) == ("library_message", "aiohttp.server", "error")
    assert line["at"].startswith("tests/unit/signaling/test_logs.py:")
    assert line["exception"][0]["type"] == "ValueError"
    assert "aria" not in said.getvalue()


def test_there_is_no_access_log(said: io.StringIO) -> None:
    logging.getLogger("aiohttp.access").error('127.0.0.1 "GET /j/invitation HTTP/1.1" 200')
    assert said.getvalue() == ""


def test_a_reader_that_has_gone_away_stops_nobody(said: io.StringIO) -> None:
    said.close()
    structlog.get_logger("x").info("request")


def calls() -> list[tuple[str, ast.Call]]:
    """Every call of a logger in our source."""
    found = []
    for path in [*(ROOT / "gateway").rglob("*.py"), *(ROOT / "signaling").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                target = node.func.value
                if isinstance(target, ast.Name) and target.id == "logger":
                    found.append((path.relative_to(ROOT).as_posix(), node))
    return found


def test_every_key_our_source_says_is_in_the_allow_list_and_every_event_is_a_word() -> None:
    found = calls()
    assert len(found) > 5
    for where, call in found:
        for keyword in call.keywords:
            assert keyword.arg in {*logs.FORMS, "exc_info"}, f"{where}:{call.lineno} says {keyword.arg}"
        events = [node.value for node in ast.walk(call.args[0]) if isinstance(node, ast.Constant)]
        assert events, f"{where}:{call.lineno} has no event"
        assert all(isinstance(event, str) and logs.WORD.fullmatch(event) for event in events), f"{where}:{call.lineno}"
