"""What every test may ask for: an empty database of each kind. And how long random tests look for an exception."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support import postgres

# A gate says the same thing twice; new examples are for `make soak`. And a busy machine is not a bug: an example has no
# deadline, the test has one (pyproject.toml).
settings.register_profile("gate", deadline=None, derandomize=True)
settings.register_profile("soak", deadline=None, max_examples=50_000)
settings.load_profile("gate")

NUMBERS = count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server that runs for these tests."""
    if postgres.binaries() is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    with postgres.running() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, as the configuration would name it; every test runs on both kinds."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/sotto.db"
    return postgres.fresh_database(request.getfixturevalue("postgres_server"), f"test_{next(NUMBERS)}")
