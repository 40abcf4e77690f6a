"""Reading the log: searches, proofs and exports, each an act that the log itself shows."""

import asyncio
import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from gateway.audit import rows
from gateway.audit.export import Package, build_export, build_jsonl
from gateway.audit.live import Progress, verify_live
from gateway.audit.log import Log, Mode
from gateway.audit.verify import INTACT, TAMPERED, Report
from gateway.core.actions import Action
from gateway.core.clock import rfc3339
from gateway.core.errors import NotFound
from gateway.core.events import (
    OPERATOR,
    AuditExported,
    AuditVerificationFailed,
    AuditVerified,
    AuditViewed,
    Outcome,
    Target,
)
from gateway.core.ids import SessionId, new_id
from gateway.crypto.secrets import Secret
from gateway.guard import Deed, Guard
from gateway.policy.ask import Ask, Caller
from gateway.store.engine import Store
from gateway.store.transaction import Unit

MAX_ROWS: Final = 500
"""Entries in one answer. More would make a page nobody reads; the next page is one request away."""


@dataclass(frozen=True, slots=True)
class Found:
    """One page of entries, newest first, and where the next page begins."""

    events: list[dict[str, Any]]
    next_before: int | None


@dataclass(frozen=True, slots=True)
class Export:
    """A file that leaves the system, and the checkpoint to keep elsewhere."""

    content: bytes
    checkpoint: str
    rows: int


class Review:
    """What a reader of the log may do. Owned by the hub."""

    def __init__(self, store: Store, guard: Guard, log: Log, export_key: Secret, verify_html: bytes) -> None:
        self._store = store
        self._guard = guard
        self._log = log
        self._export_key = export_key
        self._verify_html = verify_html

    async def search(self, caller: Caller, wanted: rows.Search) -> Found:
        """Return matching entries; that they were read is an entry too.

        Raises:
            Denied: not a reader of the log.
            AuditUnavailable: the reading cannot be written, so nothing is read.
        """
        ask = self._ask(Action.AUDIT_VIEW, caller)

        async def perform(deed: Deed) -> list[tuple[int, bytes]]:
            found = await rows.search(deed.unit, wanted)
            deed.record(AuditViewed(filter=_fields(wanted), rows=len(found)))
            return found

        found = await self._guard.act(ask, perform)
        more = found[-1][0] if len(found) == wanted.limit and found[-1][0] > 0 else None
        return Found([json.loads(line) for _, line in found], more)

    async def checkpoint(self, caller: Caller) -> rows.StoredCheckpoint:
        """Return the newest checkpoint, one over everything that is in the log now.

        Raises:
            Denied: not a reader of the log.
        """
        return await self._view(caller, "checkpoint")

    async def prove(self, caller: Caller, seq: int) -> tuple[bytes, str]:
        """Return an entry and the proof of its place under the newest checkpoint.

        Raises:
            Denied: not a reader of the log, or `not_found`.
        """
        checkpoint = await self._view(caller, "proof")
        async with self._store.reading() as unit:
            found = await rows.lines(unit, seq, seq + 1)
            if not found or seq >= checkpoint.size:
                raise NotFound
            proofs = await self._log.prove(unit, [seq], checkpoint)
        return found[0][1], proofs[0]

    async def _view(self, caller: Caller, what: str) -> rows.StoredCheckpoint:
        ask = self._ask(Action.AUDIT_VIEW, caller)

        async def perform(deed: Deed) -> None:
            deed.record(AuditViewed(filter=[what], rows=1))

        await self._guard.act(ask, perform)
        return await self._newest()

    async def _newest(self) -> rows.StoredCheckpoint:
        async with self._store.transaction() as unit:
            newest = await self._log.sign_if_due(unit, timedelta())
        if newest is None:
            raise NotFound
        return newest

    async def export(self, caller: Caller, session: SessionId | None, kind: str) -> Export:
        """Return the entries of one session (or all), with proofs and verifiers; in the log before it is handed out.

        Raises:
            Denied: not a reader of the log, or not confirmed.
            AuditUnavailable: the export cannot be written to the log, so nothing leaves.
        """
        # What was asked for may be any text, so a refusal does not repeat it: no text of a caller's stands in the log.
        ask = self._ask(Action.AUDIT_EXPORT, caller)
        # Asked first without an effect, so that nobody makes us build a package they may not have.
        await self._guard.check(ask)
        checkpoint = await self._newest()
        async with self._store.reading() as unit:
            lines = await self._lines(unit, session, checkpoint.size)
            proofs = await self._log.prove(unit, [seq for seq, _ in lines], checkpoint) if kind == "zip" else []
            hashes = b"".join(await rows.leaf_hashes(unit, 0, checkpoint.size))
        if session is not None and not lines:
            raise await self._guard.refuse(ask, "not_found")
        exporter = caller.actor.subject.reveal() if caller.actor.subject else "operator"
        package = Package(
            origin=self._log.signer.key.name,
            created_at=rfc3339(ask.now),
            exporter=exporter,
            session=session,
            size=checkpoint.size,
            root=checkpoint.frontier.root(),
            lines=lines,
            proofs=proofs,
            checkpoint=checkpoint.note,
            vkeys=[self._log.signer.vkey, self._log.witness.vkey],
            hashes=hashes,
            verify_html=self._verify_html,
        )
        content = await asyncio.to_thread(self._build, package, kind)

        async def perform(deed: Deed) -> None:
            sha256 = hashlib.sha256(content).hexdigest()
            data = AuditExported(format=kind, rows=len(lines), package_sha256=sha256)
            deed.record(data, session=session, target=Target("export", new_id("exp")))

        await self._guard.act(ask, perform)
        return Export(content, checkpoint.note, len(lines))

    async def verify(self, folder: Path, since: str | None, progress: Progress) -> Report:
        """Check the whole log against its second copy and a kept checkpoint, and write into it what was found.

        Raises:
            StoreError: the database cannot be read.
            UsageError: the kept checkpoint cannot be read.
        """
        report = await verify_live(self._store, self._log, folder, since=since, progress=progress)
        if report.exit_code == TAMPERED:
            self._log.mode = Mode.SAFETY  # A log that is not whole must not grow; what was found waits beside it.

        async def perform(deed: Deed) -> None:
            if report.exit_code == TAMPERED:
                bad, size = report.first_bad, report.size
                data = AuditVerificationFailed(by="operator", cause="tampered", first_bad=bad, size=size)
                deed.record(data, outcome=Outcome.FAILURE)
            else:
                deed.record(AuditVerified(by="operator", size=report.size, root=report.root))

        if report.exit_code in (INTACT, TAMPERED):
            await self._guard.note(Action.SYSTEM, OPERATOR, self._store.clock.now(), perform)
        return report

    def _build(self, package: Package, kind: str) -> bytes:
        if kind == "jsonl":
            return build_jsonl(package.lines)
        return build_export(package, self._export_key.reveal())

    async def _lines(self, unit: Unit, session: SessionId | None, size: int) -> list[tuple[int, bytes]]:
        return await (rows.lines(unit, 0, size) if session is None else rows.session_lines(unit, session, size))

    def _ask(self, action: Action, caller: Caller) -> Ask:
        return Ask(action=action, caller=caller, now=self._store.clock.now(), is_log_whole=self._guard.is_log_whole)


def _fields(wanted: rows.Search) -> list[str]:
    """Return the names of the fields searched by; what was searched for stays out of the log."""
    named = {"session": wanted.session, "type": wanted.type, "outcome": wanted.outcome, "before": wanted.before}
    return [name for name, value in named.items() if value is not None]
