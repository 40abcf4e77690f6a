"""Small facts about this deployment that must survive a restart, by kind and name."""

from collections.abc import Mapping

from sqlalchemy import Column, LargeBinary, String, Table, delete, insert, select

from gateway.store.tables import metadata
from gateway.store.transaction import Unit

deployment = Table(
    "deployment",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("value", LargeBinary, nullable=False),
)


async def read(unit: Unit, kind: str) -> dict[str, bytes]:
    """Return every fact of one kind."""
    c = deployment.c
    return {row.name: bytes(row.value) for row in await unit.execute(select(c.name, c.value).where(c.kind == kind))}


async def replace(unit: Unit, kind: str, facts: Mapping[str, bytes]) -> None:
    """Make these the facts of one kind."""
    await unit.execute(delete(deployment).where(deployment.c.kind == kind))
    await unit.execute(
        insert(deployment), [{"kind": kind, "name": name, "value": value} for name, value in facts.items()]
    )
