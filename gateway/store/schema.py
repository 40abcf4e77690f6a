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


def check(connection: Connection) -> None:
    """Check that the schema is this version's.

    Raises:
        StoreError: `store_newer`, or `store_older`: the next start of the service brings it up to date.
    """
    if not is_current(connection):
        message = "the database is an older version's; start the service once, which brings it up to date"
        raise StoreError(message, code="store_older")


def upgrade(connection: Connection) -> None:
    """Bring the schema to this version's; do nothing when it is there.

    Raises:
        StoreError: `store_newer`, the database was written by a newer version.
    """
    if not is_current(connection):
        command.upgrade(configuration(connection), "head")


def is_current(connection: Connection) -> bool:
    """Answer whether the schema is this version's, and not an older one's.

    Raises:
        StoreError: `store_newer`, the database was written by a newer version.
    """
    found = current(connection)
    if found == head():
        return True
    known = {script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()}
    if found is not None and found not in known:
        message = "the database was made by a newer version of Sotto; install that version, or restore an older backup"
        raise StoreError(message, code="store_newer")
    return False
