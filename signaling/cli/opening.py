"""How a command finds its configuration, and how it answers."""

import json
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from signaling import settings
from signaling.settings import Configuration

CONFIGURATION: Final = "sotto.toml"
"""The configuration's name in a folder made by `init` or `demo`."""
PATH: Final = click.Path(path_type=Path)

R = TypeVar("R")


def configured(command: Callable[..., R]) -> Callable[..., R]:
    """Give a command `--config FILE | --data DIR`; it is called with the path of the configuration file as `config`."""

    @click.option(
        "--config", type=PATH, metavar="FILE", envvar="SOTTO_CONFIG", show_envvar=True, help="The configuration file."
    )
    @click.option("--data", type=PATH, metavar="DIR", help="A folder made by `init` or `demo`, in place of --config.")
    @wraps(command)
    def called(*args: Any, config: Path | None, data: Path | None, **kwargs: Any) -> R:  # noqa: ANN401
        return command(*args, config=which(config, data), **kwargs)

    return called


def which(config: Path | None, data: Path | None) -> Path:
    """Return the configuration file that is meant.

    Raises:
        UsageError: none is, or two.
    """
    source = click.get_current_context().get_parameter_source("config")
    if data is not None and (config is None or source is click.core.ParameterSource.ENVIRONMENT):
        return data / CONFIGURATION
    if config is None or data is not None:
        raise click.UsageError("give either --config FILE or --data DIR")
    return config


def load(config: Path) -> Configuration:
    """Return the configuration.

    Raises:
        ConfigError: with every problem found.
    """
    return settings.load(config)


def say(value: Any, text: str, *, as_json: bool) -> None:  # noqa: ANN401  (anything JSON can say)
    """Print the answer of a command: for people, or for programs."""
    click.echo(json.dumps(value, indent=2) if as_json else text)
