"""The reference page of the audit log's event types: `python -m tests.support.catalogue` writes it again."""

from itertools import groupby
from pathlib import Path
from typing import Final

import msgspec

from gateway.core.events import TYPES, Data

PAGE: Final = Path(__file__).parents[2] / "deploy" / "EVENTS.md"

FORMS: Final = {
    str: "text",
    int: "number",
    bool: "true or false",
    str | None: "text or null",
    int | None: "number or null",
    list[str]: "texts",
}
AREAS: Final = {
    "session": "Sessions",
    "auth": "Signing in",
    "access": "Refusals",
    "account": "Accounts",
    "audit": "The log itself",
    "system": "The system",
}
"""Every first half of a type, and its heading; the order of the page."""

HEAD: Final = """\
# What the log can say

For whoever reads the log: every type of entry, when it is written, and what its `data` holds. A type is never renamed
and never reused, and no member ever leaves it, so an old log reads like a new one. This page is written by the program
(`python -m tests.support.catalogue`), and a test compares it with the code.

Nothing in an entry is a name, a word that was said, a whole address, a link or a key. People are random ids; who is
behind one stands sealed in the database, and nowhere in the log.

▲ marks what is signed into a checkpoint in the same moment. Everything else is signed within a minute.

## What every entry holds

| Member | What |
|---|---|
| `v` | 1, the version of this form |
| `seq` | its place in the log, from 0, without a gap |
| `id` | its own id (UUIDv7) |
| `time` | when, by the server's clock (RFC 3339, UTC). Order is what `seq` says; time is what the clock said |
| `type` | one of the types below |
| `outcome` | `success`, `refused`, `failure` or `pending` |
| `reason` | why it was refused: a code of PROTOCOL.md; otherwise null |
| `severity` | `info`, `notice`, `warning` or `critical` |
| `org`, `node` | the organization and the machine, as the configuration names them |
| `actor` | who acted: `kind` (`participant`, `staff`, `service`, `system`, `witness`, `unknown`), `id`, `role`, `seat`, `aal` (0 to 3, NIST SP 800-63B) and `auth` (how they had proved who they are) |
| `subject` | the person it is about, when that is not the actor: `kind` and `id`; otherwise null |
| `session` | the session it belongs to, or null |
| `target` | the thing it was done to, such as an export: `kind` and `id`; otherwise null |
| `basis`, `policy`, `context`, `commit` | null in this version |
| `data` | what the type says beyond this: the tables below |
"""  # noqa: E501  (a row of a table is one line)


def event_reference() -> str:
    """Return the whole page."""
    by_area = {area: list(kinds) for area, kinds in groupby(sorted(TYPES.values(), key=_place), key=_area)}
    parts = [HEAD]
    for area, kinds in by_area.items():
        parts += [f"## {AREAS[area]}\n", "| Type | Severity | When | `data` |", "|---|---|---|---|"]
        parts += [_row(kind) for kind in kinds]
        parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def _area(kind: type[Data]) -> str:
    return kind.type.partition(".")[0]


def _place(kind: type[Data]) -> tuple[int, int]:
    return list(AREAS).index(_area(kind)), list(TYPES).index(kind.type)


def _row(kind: type[Data]) -> str:
    mark = " ▲" if kind.privileged else ""
    members = [f"`{each.encode_name}` {FORMS[each.type]}" for each in msgspec.structs.fields(kind)]
    what = " ".join((kind.__doc__ or "").split()).replace("`from_`", "`from`")
    return f"| `{kind.type}`{mark} | {kind.severity} | {what} | {', '.join(members) or 'nothing'} |"


if __name__ == "__main__":
    PAGE.write_text(event_reference(), encoding="utf-8")
