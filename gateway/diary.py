"""What the service writes of itself: it started (with which keys and settings), it found damage, it stopped."""

import hashlib
import json
from dataclasses import dataclass

from gateway.audit import rows
from gateway.audit.log import Log
from gateway.core.actions import Action
from gateway.core.errors import AuditUnavailable
from gateway.core.events import (
    SYSTEM,
    AuditVerificationFailed,
    SystemConfigChanged,
    SystemStarted,
    SystemStopped,
)
from gateway.core.settings import Settings, declared
from gateway.crypto.seal import Sealer
from gateway.guard import Deed, Guard
from gateway.store import deployment
from gateway.store.engine import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What is running: its version, and the web client it serves."""

    version: str
    bundle_sha256: str | None
    verify_html: bytes


class Diary:
    """The service's own entries. Owned by the hub."""

    def __init__(self, store: Store, guard: Guard, log: Log) -> None:
        self._store = store
        self._guard = guard
        self._log = log

    async def started(self, program: Program, settings: Settings, sealer: Sealer) -> None:
        """Write that the service started, and which settings are not what they were.

        Raises:
            AuditUnavailable: it cannot be written, so the service does not start.
        """
        values = {name: _fingerprint(sealer, name, settings) for name, _ in declared()}
        sha256 = hashlib.sha256(json.dumps({name: each.hex() for name, each in values.items()}).encode()).hexdigest()

        async def perform(deed: Deed) -> None:
            data = SystemStarted(
                build=program.version,
                bundle_sha256=program.bundle_sha256,
                log_vkey=self._log.signer.vkey,
                witness_vkey=self._log.witness.vkey,
            )
            deed.record(data)
            known = await deployment.read(deed.unit, "setting")
            changed = sorted(name for name, value in values.items() if known.get(name, value) != value)
            if changed:
                deed.record(SystemConfigChanged(keys=changed, sha256=sha256))
            if known != values:
                await deployment.replace(deed.unit, "setting", values)

        await self._guard.note(Action.SYSTEM, SYSTEM, self._store.clock.now(), perform)
        if not self._guard.is_writable:
            raise AuditUnavailable

    async def damaged(self, cause: str) -> None:
        """Write that the log is not whole; in safety mode this is kept beside it."""

        async def perform(deed: Deed) -> None:
            size = await rows.read_size(deed.unit)
            deed.record(AuditVerificationFailed(by="start", cause=cause, first_bad=None, size=size))

        await self._guard.note(Action.SYSTEM, SYSTEM, self._store.clock.now(), perform)

    async def stopped(self, cause: str) -> None:
        """Write what waits, and that the service stopped."""

        async def perform(deed: Deed) -> None:
            deed.record(SystemStopped(cause=cause))

        now = self._store.clock.now()
        await self._guard.catch_up(now, everything=True)
        await self._guard.note(Action.SYSTEM, SYSTEM, now, perform)


def _fingerprint(sealer: Sealer, name: str, settings: Settings) -> bytes:
    """Return a keyed hash of one setting's value: tells that it changed, never what it is."""
    section, key = name.split(".")
    value = getattr(getattr(settings, section), key)
    return sealer.mac(repr(value).encode(), context=f"setting {name}")
