"""The schema's version: migrate what is older, refuse what is newer (alembic)."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from gateway.core.errors import StoreError

MIGRATIONS: Final = Path(__file__).parent / "migrations"


def configuration(connection: Connection | None = None) -> Config:
    """Return alembic's configuration; there is no ini file to find or to get wrong."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """Return the newest revision this version knows."""
    revision = ScriptDirectory.from_config(configuration()).get_current_head()
    assert revision is not None, "the migrations folder ships with the program"  # noqa: S101
    return revision


def current(connection: Connection) -> str | None:
    """Return the revision of an open database, or None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(connection: Connection) -> None:
    """Bring the schema to this version's; do nothing when it is there.

    Raises:
        StoreError: `store_newer`, the database was written by a newer version.
    """
    found = current(connection)
    if found == head():
        return
    known = {script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()}
    if found is not None and found not in known:
        message = "the database was made by a newer version of Sotto; install that version, or restore an older backup"
        raise StoreError(message, code="store_newer")
    command.upgrade(configuration(connection), "head")
