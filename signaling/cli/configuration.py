"""Writes configuration files: every setting with its sentence, in the order of the schema."""

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, Final

from gateway.core.settings import SECTIONS

Values = Mapping[str, Mapping[str, Any]]
"""Section, key and value, as in the file."""

HEADING: Final = """\
# Sotto's configuration. `sotto check-config` says what is in force; an unknown key is an error.
# Paths are relative to this file's folder. A setting with a # before it has the value shown.
"""

EXAMPLE: Final[Values] = {
    "organization": {"id": "org_sunrise", "name": "Sunrise Support Services"},
    "listen": {"origin": "https://sotto.example.org", "proxies": ["127.0.0.1"]},
    "store": {},
    "audit": {
        "log_name": "sotto.example.org",
        "log_key_file": "keys/log.key",
        "witness_key_file": "keys/witness.key",
        "export_key_file": "keys/export.key",
        "kept_checkpoint_file": "../sotto.checkpoint",
    },
    "accounts": {"storage_key_file": "keys/storage.key"},
    "sessions": {},
    "backup": {"recipient": "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"},
}
"""What `deploy/sotto.example.toml` shows; made with `python -m signaling.cli.configuration`, and tested to be equal."""

UNSET_SHOWN: Final = {
    "store.password_file": "keys/database.password",
    "audit.kept_checkpoint_file": "../sotto.checkpoint",
    "backup.recipient": "age1...",
}
"""What stands in the place of a value for settings that have none by default."""


def render(values: Values, *, heading: str = HEADING) -> str:
    """Return the file that holds `values`, with every other setting as a comment beside its default."""
    lines = [heading]
    for section, kind in SECTIONS.items():
        lines.append(f"[{section}]")
        for each in fields(kind):
            given = values.get(section, {})
            lines.append(f"# {each.metadata['sentence']}{_range(each.metadata)}")
            if each.name in given:
                lines.append(f"{each.name} = {_value(given[each.name])}")
            else:
                default = each.default if each.default not in (MISSING, None) else UNSET_SHOWN[f"{section}.{each.name}"]
                lines.append(f"# {each.name} = {_value(default)}")
        lines.append("")
    return "\n".join(lines)


def _range(metadata: Mapping[str, Any]) -> str:
    return "" if metadata["low"] is None else f" From {metadata['low']} to {metadata['high']}."


def _value(value: object) -> str:
    """Return a value as TOML: JSON's spelling of texts, numbers, truths and flat lists is TOML's too."""
    plain = str(value) if isinstance(value, Path) else list(value) if isinstance(value, tuple) else value
    return json.dumps(plain, ensure_ascii=False).replace("\x7f", "\\u007f")


if __name__ == "__main__":
    print(render(EXAMPLE), end="")  # noqa: T201  (this is what it is for)
