"""Reading the configuration: what is in force, and every problem at once, each naming its setting."""

import base64
import re
from pathlib import Path

import pytest

from gateway.core.errors import ConfigError
from gateway.core.settings import Settings
from signaling import settings
from signaling.cli.configuration import EXAMPLE, render

KEYS = ("log", "witness", "export", "storage")
MINIMAL = """
[organization]
id = "org_test"
name = "Sunrise"
[listen]
origin = "https://sotto.example.org"
[audit]
log_name = "localhost"
log_key_file = "keys/log.key"
witness_key_file = "keys/witness.key"
export_key_file = "keys/export.key"
[accounts]
storage_key_file = "keys/storage.key"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "keys").mkdir()
    for number, key in enumerate(KEYS):
        path = tmp_path / "keys" / f"{key}.key"
        path.write_bytes(base64.b64encode(bytes([number]) * 32) + b"\n")
        path.chmod(0o600)
    (tmp_path / "sotto.toml").write_text(MINIMAL, encoding="utf-8")
    return tmp_path


def load(folder: Path) -> Settings:
    return settings.load(folder / "sotto.toml").settings


def problems(folder: Path, more: str = "", *, replace: tuple[str, str] = ("", "")) -> list[str]:
    path = folder / "sotto.toml"
    path.write_text(MINIMAL.replace(*replace, 1) + more, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        settings.load(path)
    return list(raised.value.problems)


def test_what_is_not_said_has_its_default_and_paths_start_at_the_file(folder: Path) -> None:
    found = load(folder)
    assert (found.listen.port, found.sessions.max_minutes, found.backup.recipient) == (8080, 90, None)
    assert found.audit.folder == folder / "audit"
    assert found.audit.log_key_file == folder / "keys" / "log.key"
    assert found.audit.kept_checkpoint_file is None
    assert found.folder == folder


def test_an_absolute_path_stays_as_it_is(folder: Path) -> None:
    (folder / "sotto.toml").write_text(MINIMAL.replace("[accounts]", 'folder = "/volume/audit"\n[accounts]'), "utf-8")
    assert load(folder).audit.folder == Path("/volume/audit")


def test_secrets_are_read_once_and_do_not_print(folder: Path) -> None:
    found = settings.load(folder / "sotto.toml")
    assert {name: secret.reveal()[0] for name, secret in found.secrets.items()} == {
        "audit.log_key_file": 0,
        "audit.witness_key_file": 1,
        "audit.export_key_file": 2,
        "accounts.storage_key_file": 3,
    }
    assert not re.search(r"AAAA|AQEB|\\x0", repr(found))


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("[recording]\nallowed = true\n", r"recording: unknown section; known are organization, .+"),
        ("[sessions]\nmax_minuets = 90\n", r"sessions\.max_minuets: unknown key; known are max_minutes, .+"),
        ("[sessions]\nmax_minutes = 481\n", r"sessions\.max_minutes: must be from 5 to 480"),
        ("[sessions]\nmax_minutes = 4\n", r"sessions\.max_minutes: must be from 5 to 480"),
        ('[sessions]\nmax_minutes = "90"\n', r"sessions\.max_minutes: must be a whole number"),
        ("[sessions]\nmax_minutes = 90.0\n", r"sessions\.max_minutes: must be a whole number"),
        ("[sessions]\nmax_minutes = true\n", r"sessions\.max_minutes: must be a whole number"),
        ("[store]\nurl = 5\n", r"store\.url: must be text"),
        ('[store]\nurl = "mysql://x/y"\n', r"store\.url: does not have the right form; .+"),
        ('[backup]\nrecipient = "age1short"\n', r"backup\.recipient: does not have the right form; .+"),
    ],
)
def test_a_value_that_cannot_be_is_named_with_what_can(folder: Path, more: str, expected: str) -> None:
    [problem] = problems(folder, more)
    assert re.fullmatch(expected, problem), problem


@pytest.mark.parametrize(
    ("replace", "expected"),
    [
        (('name = "Sunrise"\n', ""), r"organization\.name: missing; .+"),
        (('"org_test"', '"test"'), r"organization\.id: does not have the right form; .+"),
        (("https://sotto.example.org", "http://sotto.example.org"), r"listen\.origin: must be https unless .+"),
        (
            ("https://sotto.example.org", "https://sotto.example.org/"),
            r"listen\.origin: does not have the right form; .+",
        ),
        (("[listen]", "proxies = 5\n[listen]"), r"organization\.proxies: unknown key; .+"),
        (("[listen]", '[listen]\nproxies = "127.0.0.1"'), r"listen\.proxies: must be a list of texts"),
        (("[listen]", "[listen]\nproxies = [1]"), r"listen\.proxies: must be a list of texts"),
    ],
)
def test_a_line_that_cannot_be_is_named(folder: Path, replace: tuple[str, str], expected: str) -> None:
    [problem] = problems(folder, replace=replace)
    assert re.fullmatch(expected, problem), problem


@pytest.mark.parametrize(
    "origin", ["http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080", "https://sotto.example.org:8443"]
)
def test_an_origin_is_safe_or_here(folder: Path, origin: str) -> None:
    (folder / "sotto.toml").write_text(MINIMAL.replace("https://sotto.example.org", origin), encoding="utf-8")
    assert load(folder).listen.origin == origin
    assert load(folder).is_secure == origin.startswith("https")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_secret_that_others_can_read_is_refused(folder: Path, mode: int) -> None:
    (folder / "keys" / "log.key").chmod(mode)
    [problem] = problems(folder)
    assert problem == "audit.log_key_file: the file log.key can be read by others; run chmod 600 on it"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, "is missing; restore it from your backup, no key is made by itself"),
        (b"", "does not hold a key (32 bytes in base64)"),
        (b"c2hvcnQ=\n", "does not hold a key (32 bytes in base64)"),
        (b"\xff\xfe", "cannot be read; check its owner"),
    ],
)
def test_a_secret_that_is_none_is_refused(folder: Path, content: bytes | None, expected: str) -> None:
    path = folder / "keys" / "storage.key"
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    [problem] = problems(folder)
    assert problem == f"accounts.storage_key_file: the file storage.key {expected}"


def test_every_problem_is_told_at_once(folder: Path) -> None:
    (folder / "keys" / "log.key").unlink()
    found = problems(folder, "[sessions]\nmax_minutes = 1\n[x]\n", replace=('id = "org_test"', 'id = "ORG"\ncolor = 1'))
    names = sorted(problem.partition(":")[0] for problem in found)
    assert names == ["audit.log_key_file", "organization.color", "organization.id", "sessions.max_minutes", "x"]


def test_a_file_that_is_none_is_one_problem(folder: Path) -> None:
    (folder / "sotto.toml").write_bytes(b"\xff")
    with pytest.raises(ConfigError, match="cannot be read as TOML"):
        load(folder)
    with pytest.raises(ConfigError, match="there is no such file"):
        load(folder / "nowhere")


def test_a_section_must_be_one(folder: Path) -> None:
    (folder / "sotto.toml").write_text("sessions = 90\n" + MINIMAL, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"sessions: must be a section, \[sessions\]"):
        load(folder)


def test_the_example_is_a_configuration_that_works(folder: Path) -> None:
    (folder / "sotto.toml").write_text(render(EXAMPLE), encoding="utf-8")
    found = load(folder)
    assert found.organization.name == "Sunrise Support Services"
    assert found.listen.proxies == ("127.0.0.1",)
