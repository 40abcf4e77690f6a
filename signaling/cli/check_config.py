"""`sotto check-config`: shows the configuration in force, secrets as `set`, or every problem with it."""

import re
from pathlib import Path
from typing import Any, Final

import click

from gateway.core.settings import Settings, declared
from signaling.cli.opening import configured, load, say

PASSWORD: Final = re.compile(r"(://[^:/@]*:)[^@]*@")
"""A password somebody wrote into the database's address, where a file belongs."""


@click.command("check-config", short_help="Show the configuration in force, or every problem with it.")
@configured
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check_config(config: Path, *, as_json: bool) -> None:
    """Show the configuration in force, or every problem with it (exit code 2)."""
    found = effective(load(config).settings)
    say(found, "\n".join(f"{name} = {_text(value)}" for name, value in found.items()), as_json=as_json)


def effective(settings: Settings) -> dict[str, Any]:
    """Return every setting by name: what is in force, whether it stands in the file or not."""
    return {name: _shown(name, _find(settings, name)) for name, _ in declared()}


def _find(settings: Settings, name: str) -> Any:  # noqa: ANN401  (a value of the setting's own type)
    section, key = name.split(".")
    return getattr(getattr(settings, section), key)


def _shown(name: str, value: Any) -> Any:  # noqa: ANN401
    """Return a value as it may be printed: where a secret lies is nobody's business either."""
    if name.endswith("_file") and not name.endswith("checkpoint_file"):
        return "set" if value else "not set"
    if name == "store.url":
        return PASSWORD.sub(r"\1set@", value)
    return str(value) if isinstance(value, Path) else value


def _text(value: Any) -> str:  # noqa: ANN401
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(value) if isinstance(value, tuple) else str(value)
