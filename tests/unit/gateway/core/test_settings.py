"""Every setting has a sentence, bounds that its own default keeps, and a frozen place."""

import dataclasses
import re
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from gateway.core.settings import (
    SECTIONS,
    Accounts,
    Audit,
    Backup,
    Listen,
    Organization,
    Sessions,
    Settings,
    StoreSettings,
    declared,
    names,
)

DECLARED: Final = list(declared())
KEY: Final = Path("key")


def settings(origin: str, checkpoint_seconds: int = 60) -> Settings:
    return Settings(
        organization=Organization(id="org_test", name="Sunrise"),
        listen=Listen(origin=origin),
        store=StoreSettings(),
        audit=Audit(
            log_name="localhost",
            log_key_file=KEY,
            witness_key_file=KEY,
            export_key_file=KEY,
            checkpoint_seconds=checkpoint_seconds,
        ),
        accounts=Accounts(storage_key_file=KEY),
        sessions=Sessions(),
        backup=Backup(),
    )


@pytest.mark.parametrize(("name", "field"), DECLARED, ids=[name for name, _ in DECLARED])
def test_a_setting_has_a_sentence_and_a_default_within_its_own_bounds(name: str, field: dataclasses.Field[Any]) -> None:
    about = field.metadata
    assert about["sentence"].endswith("."), f"{name} says what it is in one sentence"
    assert len(about["sentence"]) < 120
    if field.type is int:
        assert about["low"] is not None, "a number has bounds"
        assert about["high"] is not None, "a number has bounds"
    default = field.default
    if isinstance(default, int) and not isinstance(default, bool):
        assert about["low"] <= default <= about["high"]
    if isinstance(default, str) and about["pattern"] is not None:
        assert re.fullmatch(about["pattern"], default)


def test_names_are_section_and_key_and_each_is_there_once() -> None:
    assert len(DECLARED) == len(names())
    assert {name.split(".")[0] for name in names()} == set(SECTIONS)
    assert "audit.log_key_file" in names()


def test_every_section_is_part_of_the_whole_and_frozen() -> None:
    fields = {field.name: field.type for field in dataclasses.fields(Settings)}
    assert SECTIONS.items() <= fields.items()
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings("http://localhost:8080").listen = Listen(origin="http://localhost:9090")  # type: ignore[misc]


@pytest.mark.parametrize(
    ("origin", "secure", "host"),
    [
        ("https://sotto.example", True, "sotto.example"),
        ("http://localhost:8080", False, "localhost"),
        ("https://sotto.example:8443", True, "sotto.example"),
        ("http://[::1]:8080", False, "::1"),
    ],
)
def test_the_origin_says_whether_it_is_secure_and_on_which_host(origin: str, secure: bool, host: str) -> None:  # noqa: FBT001
    found = settings(origin)
    assert (found.is_secure, found.host) == (secure, host)


def test_the_age_of_a_checkpoint_is_a_duration() -> None:
    assert settings("http://localhost", 7).checkpoint_age == timedelta(seconds=7)
