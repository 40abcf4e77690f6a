"""Reading the log."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aiohttp import web
from msgspec import Struct

from gateway.core.errors import RemoteProtocolError
from gateway.core.ids import SessionId
from gateway.hub import MAX_ROWS, Search, parse_checkpoint
from signaling.api.route import Call, Route

FORMATS = {"zip": "application/zip", "jsonl": "application/jsonl"}


class Events(Struct, frozen=True):
    """Entries, newest first, exactly as they were written; `next_before` asks for the next page."""

    events: list[dict[str, Any]]
    next_before: int | None


class CheckpointView(Struct, frozen=True):
    """The newest checkpoint: keep it elsewhere, and nothing before it can be changed unnoticed."""

    checkpoint: str
    size: int
    root: str
    age_seconds: int


class ProofView(Struct, frozen=True):
    """An entry's exact line and its C2SP tlog-proof."""

    event: str
    proof: str


@dataclass(frozen=True, slots=True)
class Query:
    """Query parameters, each at most once."""

    values: dict[str, str]

    @classmethod
    def of(cls, request: web.Request, allowed: set[str]) -> "Query":
        """Return the parameters.

        Raises:
            RemoteProtocolError: one is unknown, or comes twice.
        """
        names = [name for name, _ in request.query.items()]
        if set(names) - allowed or len(names) != len(set(names)):
            raise RemoteProtocolError(code="malformed")
        return cls(dict(request.query))

    def number(self, name: str, default: int | None, highest: int) -> int | None:
        """Return a whole number from 0 to `highest`.

        Raises:
            RemoteProtocolError: it is not one.
        """
        text = self.values.get(name)
        if text is None:
            return default
        if not text.isascii() or not text.isdigit() or len(text) > len(str(highest)) or int(text) > highest:
            raise RemoteProtocolError(code="malformed")
        return int(text)


async def search(call: Call) -> Events:
    """Return entries, newest first."""
    query = Query.of(call.request, {"session", "type", "outcome", "before", "limit"})
    limit = query.number("limit", 100, MAX_ROWS)
    wanted = Search(
        session=query.values.get("session"),
        type=query.values.get("type"),
        outcome=query.values.get("outcome"),
        before=query.number("before", None, 2**53),
        limit=max(1, limit or 1),
    )
    found = await call.gateway.review.search(call.caller, wanted)
    return Events(found.events, found.next_before)


async def checkpoint(call: Call) -> CheckpointView:
    """Return the newest checkpoint."""
    found = await call.gateway.review.checkpoint(call.caller)
    parsed = parse_checkpoint(found.note)
    root = found.note.split("\n")[2]
    age = max(0, int((call.now - found.at).total_seconds()))
    return CheckpointView(found.note, parsed.size, root, age)


async def proof(call: Call) -> ProofView:
    """Return one entry and its proof."""
    text = call.part("seq")
    line, proved = await call.gateway.review.prove(call.caller, int(text))
    return ProofView(line.decode(), proved)


async def export(call: Call) -> web.Response:
    """Return a package as a file."""
    query = Query.of(call.request, {"session", "format"})
    kind = query.values.get("format", "zip")
    if kind not in FORMATS:
        raise RemoteProtocolError(code="malformed")
    session = query.values.get("session")
    made = await call.gateway.review.export(call.caller, None if session is None else SessionId(session), kind)
    headers = {"Content-Disposition": f'attachment; filename="audit-export.{kind}"'}
    return web.Response(body=made.content, status=HTTPStatus.OK, content_type=FORMATS[kind], headers=headers)


ROUTES = (
    Route(method="GET", path="/api/audit", perform=search, answer=Events, summary="Search the log"),
    Route(method="GET", path="/api/audit/checkpoint", perform=checkpoint, answer=CheckpointView,
          summary="The newest checkpoint"),
    Route(method="GET", path=r"/api/audit/proof/{seq:\d{1,15}}", perform=proof, answer=ProofView,
          summary="One entry with its proof"),
    Route(method="GET", path="/api/audit/export", perform=export, status=HTTPStatus.OK,
          summary="A package with proofs and verifiers"),
)  # fmt: skip
