"""Reads the configuration: TOML and the key files it names, every problem reported at once."""

import re
import stat
import tomllib
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields
from pathlib import Path
from typing import Any, Final, get_args, get_origin, get_type_hints

from gateway.core.errors import ConfigError, IntegrityError
from gateway.core.settings import SECTIONS, Settings
from gateway.crypto.secrets import Secret, parse_key_file

KIND_NAMES: Final = {
    bool: "true or false",
    int: "a whole number",
    str: "text",
    Path: "a path",
    tuple: "a list of texts",
}


@dataclass(frozen=True, slots=True)
class Configuration:
    """Settings, and the secrets their files hold, by setting name."""

    settings: Settings
    secrets: Mapping[str, Secret]


def load(path: Path) -> Configuration:
    """Return the configuration in `path`.

    Raises:
        ConfigError: with every problem found, each naming the setting, what is wrong and what is allowed.
    """
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigError([f"{path.name}: there is no such file; make one with `sotto init DIR`"]) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as exc:
        raise ConfigError([f"{path.name}: cannot be read as TOML ({exc})"]) from None
    problems = [
        f"{name}: unknown section; known are {', '.join(SECTIONS)}" for name in document if name not in SECTIONS
    ]
    folder = path.resolve().parent
    sections = {name: _section(name, kind, document.get(name, {}), folder, problems) for name, kind in SECTIONS.items()}
    secrets = _secrets(sections, problems)
    _check_origin(sections, problems)
    if problems:
        raise ConfigError(problems)
    made = {name: kind(**sections[name]) for name, kind in SECTIONS.items()}
    return Configuration(Settings(**made, folder=folder), secrets)


def _section(name: str, kind: type, found: object, folder: Path, problems: list[str]) -> dict[str, Any]:
    if not isinstance(found, dict):
        problems.append(f"{name}: must be a section, [{name}]")
        return {}
    hints = get_type_hints(kind)
    known = {each.name: each for each in fields(kind)}
    problems += [f"{name}.{key}: unknown key; known are {', '.join(known)}" for key in found if key not in known]
    values: dict[str, Any] = {}
    for key, declared in known.items():
        if key in found:
            problem, value = _value(declared, hints[key], found[key], folder)
            if problem:
                problems.append(f"{name}.{key}: {problem}")
            values[key] = value
        elif declared.default is MISSING:
            problems.append(f"{name}.{key}: missing; {declared.metadata['sentence']}")
        elif isinstance(declared.default, Path):
            values[key] = folder / declared.default
    return values


def _value(declared: Field[Any], hint: object, given: object, folder: Path) -> tuple[str | None, Any]:
    """Return what is wrong (or None) and the typed value."""
    kind = _kind(hint)
    if kind is tuple:
        good = isinstance(given, list) and all(isinstance(each, str) for each in given)
        return (None, tuple(given)) if good and isinstance(given, list) else ("must be a list of texts", None)
    wanted = str if kind is Path else kind
    if type(given) is not wanted:
        return f"must be {KIND_NAMES[kind]}", None
    meta = declared.metadata
    if isinstance(given, int) and not isinstance(given, bool):
        low, high = meta["low"], meta["high"]
        return (None, given) if low <= given <= high else (f"must be from {low} to {high}", None)
    if isinstance(given, str) and meta["pattern"] and not re.fullmatch(meta["pattern"], given):
        return f"does not have the right form; {meta['sentence']}", None
    return None, folder / given if kind is Path and isinstance(given, str) else given


def _kind(hint: object) -> type:
    """Return the plain type behind a field's annotation: `Path | None` is a path, `tuple[str, ...]` a tuple."""
    if isinstance(hint, types.UnionType):
        given: type = next(each for each in get_args(hint) if each is not type(None))
        return given
    origin = get_origin(hint) or hint
    assert isinstance(origin, type), "settings are plain types"  # noqa: S101
    return origin


def _secrets(sections: Mapping[str, Mapping[str, Any]], problems: list[str]) -> dict[str, Secret]:
    found: dict[str, Secret] = {}
    for section, values in sections.items():
        for key, path in values.items():
            if not key.endswith("_file") or not isinstance(path, Path) or key == "kept_checkpoint_file":
                continue
            name = f"{section}.{key}"
            try:
                found[name] = _secret(path, is_key=key.endswith("_key_file"))
            except ConfigError as exc:
                problems += [f"{name}: {each}" for each in exc.problems]
    return found


def _secret(path: Path, *, is_key: bool) -> Secret:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text("ascii")
    except FileNotFoundError:
        raise ConfigError(
            [f"the file {path.name} is missing; restore it from your backup, no key is made by itself"]
        ) from None
    except (OSError, UnicodeDecodeError):
        raise ConfigError([f"the file {path.name} cannot be read; check its owner"]) from None
    if mode & 0o077:
        raise ConfigError([f"the file {path.name} can be read by others; run chmod 600 on it"])
    try:
        return parse_key_file(text) if is_key else Secret(text.strip().encode())
    except IntegrityError:
        raise ConfigError([f"the file {path.name} does not hold a key (32 bytes in base64)"]) from None


def _check_origin(sections: Mapping[str, Mapping[str, Any]], problems: list[str]) -> None:
    origin = sections["listen"].get("origin")
    if isinstance(origin, str) and origin.startswith("http://"):
        host = origin.removeprefix("http://").rsplit(":", 1)[0]
        if host not in ("localhost", "127.0.0.1", "[::1]"):
            problems.append(
                "listen.origin: must be https unless the host is localhost; browsers refuse cameras otherwise"
            )
