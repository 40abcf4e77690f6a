"""A log as the service writes it, without a database: the exact lines, its checkpoints, and both kinds of copies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Final

from gateway.audit import entry
from gateway.audit.export import Package, build_export
from gateway.audit.segments import Segments
from gateway.core import events
from gateway.core.clock import rfc3339
from gateway.core.events import Actor, ActorKind, Event, Outcome
from gateway.core.ids import SeatId, SessionId, SubjectId
from gateway.crypto import merkle, note

NOON: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
PLACE: Final = entry.Place(org="org_test", node="gw-1")
SESSIONS: Final = (SessionId("ses_1AAAAAAAAAAA"), SessionId("ses_2BBBBBBBBBBB"))
HOST: Final = SubjectId("usr_000000000001")
GUEST: Final = SubjectId("prt_00000001")
SEAT: Final = SeatId("st_000000000001")

EXPORT_SEED: Final = b"export key seed, 32 bytes long.."


def signer(name: str = "localhost/audit/1", seed: bytes = b"log key seed, 32 bytes in length") -> note.LogSigner:
    return note.LogSigner(name, seed)


def witness_signer(
    name: str = "localhost/witness/1", seed: bytes = b"witness key seed, also 32 bytes."
) -> note.WitnessSigner:
    return note.WitnessSigner(name, seed)


@dataclass(slots=True)
class WrittenLog:
    """Grows like the real one; `sign` makes a checkpoint over what is there."""

    log: note.LogSigner = field(default_factory=signer)
    witness: note.WitnessSigner = field(default_factory=witness_signer)
    lines: list[bytes] = field(default_factory=list)
    checkpoints: list[str] = field(default_factory=list)
    frontier: merkle.Frontier = field(default_factory=merkle.Frontier)

    @property
    def vkeys(self) -> list[str]:
        return [self.log.vkey, self.witness.vkey]

    def append(self, event: Event, at: datetime | None = None) -> None:
        size = len(self.lines)
        draft = entry.draft(event, at or NOON + timedelta(seconds=size))
        self.append_line(entry.line(entry.envelope(draft, PLACE), size))

    def append_line(self, line: bytes) -> None:
        self.lines.append(line)
        self.frontier = self.frontier.append(merkle.leaf_hash(line))

    def sign(self, *, cosigned: bool = True) -> str:
        body = note.checkpoint_body(self.log.key.name, self.frontier.size, self.frontier.root())
        lines = [self.log.sign(body)]
        if cosigned:
            lines.append(self.witness.cosign(body, NOON + timedelta(seconds=self.frontier.size)))
        self.checkpoints.append(note.checkpoint_text(body, *lines))
        return self.checkpoints[-1]

    def write(self, folder: Path) -> Path:
        """Write the second sink's folder, as the service does."""
        segments = Segments(folder, vkeys=self.vkeys)
        segments.open()
        segments.add(list(enumerate(self.lines)))
        segments.add_checkpoints(self.checkpoints)
        return folder

    def tree(self) -> merkle.Tree:
        return merkle.Tree.from_leaves([merkle.leaf_hash(line) for line in self.lines])

    def package(self, seqs: Sequence[int] | None = None, session: str | None = None) -> Package:
        """Return what the newest checkpoint's export of these entries (all by default) is made of."""
        checkpoint = note.parse_checkpoint(self.checkpoints[-1])
        chosen = range(checkpoint.size) if seqs is None else seqs
        tree = self.tree()
        hashes = [merkle.leaf_hash(line) for line in self.lines[: checkpoint.size]]
        paths = [tree.inclusion_proof(seq, checkpoint.size) for seq in chosen]
        return Package(
            origin=checkpoint.origin,
            created_at=rfc3339(NOON),
            exporter=HOST.reveal(),
            session=session,
            size=checkpoint.size,
            root=checkpoint.root,
            lines=[(seq, self.lines[seq]) for seq in chosen],
            proofs=[note.tlog_proof(seq, path, self.checkpoints[-1]) for seq, path in zip(chosen, paths, strict=True)],
            checkpoint=self.checkpoints[-1],
            vkeys=self.vkeys,
            hashes=b"".join(hashes),
            verify_html=b"<!doctype html><title>stands for the page the web build makes</title>",
        )

    def export(self, seqs: Sequence[int] | None = None, session: str | None = None) -> bytes:
        return build_export(self.package(seqs, session), EXPORT_SEED)


def written(
    size: int, *, every: int = 16, log: note.LogSigner | None = None, witness: note.WitnessSigner | None = None
) -> WrittenLog:
    """Return a log of `size` entries with a checkpoint every so often, and one at its end."""
    made = WrittenLog(log or signer(), witness or witness_signer())
    made.append(started(made))
    for event, seq in zip(cycle(day()), range(1, size), strict=False):
        made.append(event)
        if (seq + 1) % every == 0 and seq + 1 < size:
            made.sign()
    made.sign()
    return made


def started(log: WrittenLog) -> Event:
    data = events.SystemStarted(build="0.1.0", bundle_sha256=None, log_vkey=log.log.vkey, witness_vkey=log.witness.vkey)
    return Event(data=data, actor=events.SYSTEM)


def day() -> Iterator[Event]:
    """Yield some of what a day brings: every form a member of `data` can have is among it."""
    host = Actor(ActorKind.STAFF, HOST, role="specialist", aal=2, auth="password+totp")
    guest = Actor(ActorKind.PARTICIPANT, GUEST, role="participant", seat=SEAT, auth="invite")
    yield Event(data=events.AuthSucceeded(method="password+totp"), actor=host)
    yield Event(
        data=events.AuthFailed(code="sign_in_refused", method="password", count=7),
        actor=events.STRANGER,
        outcome=Outcome.REFUSED,
        reason="sign_in_refused",
    )
    for session in SESSIONS:
        created = events.SessionCreated(
            kind="one_to_one", planned_start=None, max_minutes=60, recording_allowed=False, jurisdiction=None
        )
        yield Event(data=created, actor=host, session=session)
        waiting = events.SessionWaiting(seat=SEAT, role="participant", device="first", identity_method="link")
        yield Event(data=waiting, actor=guest, subject=GUEST, session=session)
        yield Event(data=events.SessionAdmitted(seat=SEAT, role="participant", by="host"), actor=host, session=session)
        left = events.SessionLeft(seat=SEAT, role="participant", reason="left", seconds=1800)
        yield Event(data=left, actor=guest, subject=GUEST, session=session)
        ended = events.SessionEnded(by="host", cause="ended_by_host", seconds=1900, seats=2)
        yield Event(data=ended, actor=host, session=session)
    yield Event(data=events.AuditViewed(filter=["session", "type"], rows=12), actor=host)
    yield Event(data=events.AuthTotpAdded(), actor=host, subject=HOST, target=events.Target("account", "usr_x"))
