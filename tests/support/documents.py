"""The parts of PROTOCOL.md that are written by the program: `python -m tests.support.documents` writes them again."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, cast

import msgspec
from aiohttp.web import UrlDispatcher

from gateway.core import machine
from gateway.sessions.state import SEAT, SESSION, SeatState, SessionState
from signaling import app
from signaling.api.route import Route
from signaling.problems import PROBLEMS
from signaling.ws import connection, protocol

PROTOCOL: Final = Path(__file__).parents[2] / "PROTOCOL.md"


def mermaid(text: str) -> str:
    """Return a diagram as a block of Markdown."""
    return f"```mermaid\n{text}\n```"


def codes() -> str:
    """Return the table of error codes."""
    rows = [f"| `{code}` | {int(each.status)} | {each.close} | {each.sentence} |" for code, each in PROBLEMS.items()]
    return "\n".join(["| Code | HTTP | Close | Says |", "|---|---|---|---|", *rows])


def routes() -> str:
    """Return the table of the HTTP API."""
    rows = [
        f"| `{each.method} {_path(each)}` | {_members(each.body)} | {_answer(each)} | {each.summary} |"
        for each in app.ROUTES
    ]
    return "\n".join(["| Route | Body | Answer | What |", "|---|---|---|---|", *rows])


def _answer(route: Route) -> str:
    """Return status and members; a route without an answer says nothing, or sends a file."""
    if route.path.endswith("/export"):
        return f"{int(route.success)} a file"
    return f"{int(route.success)} {_members(route.answer)}".strip()


def _path(route: Route) -> str:
    return UrlDispatcher().add_resource(route.path).canonical


def _members(kind: type[msgspec.Struct] | None) -> str:
    """Return the names of a body's members, optional ones with a question mark."""
    if kind is None:
        return ""
    fields = msgspec.structs.fields(kind)
    return "`{" + ", ".join(each.encode_name + ("" if each.required else "?") for each in fields) + "}`"


def schemas() -> str:
    """Return the JSON Schema of every message, one a line."""
    lines = [f'"{name}": {json.dumps(schema)}' for name, schema in protocol.schemas().items()]
    return "```json\n{\n" + ",\n".join(lines) + "\n}\n```"


BLOCKS: Final[Mapping[str, Callable[[], str]]] = MappingProxyType(
    {
        "diagram: seat": lambda: mermaid(machine.mermaid(SEAT, SeatState.HELD)),
        "diagram: session": lambda: mermaid(machine.mermaid(SESSION, SessionState.PLANNED)),
        "diagram: connection": lambda: mermaid(machine.mermaid(connection.TRANSITIONS, connection.State.NEW)),
        "codes": codes,
        "routes": routes,
        "schemas": schemas,
    }
)
"""Every block between `<!-- name -->` and `<!-- end -->`, and who writes it."""


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"<!-- {re.escape(name)} -->\n(.*?)\n<!-- end -->", re.DOTALL)


def block(text: str, name: str) -> str:
    """Return what stands in a block of the document."""
    found = _pattern(name).findall(text)
    assert len(found) == 1, f"there is not exactly one block {name!r}"
    return cast("str", found[0])


def rewritten(text: str) -> str:
    """Return the document with every block written again."""
    for name, write in BLOCKS.items():
        text = _pattern(name).sub(lambda _, n=name, w=write: f"<!-- {n} -->\n{w()}\n<!-- end -->", text)  # type: ignore[misc]
    return text


if __name__ == "__main__":
    PROTOCOL.write_text(rewritten(PROTOCOL.read_text("utf-8")), "utf-8")
