"""How a command finds its configuration, and opens the gateway beside a service that may be running."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import wraps
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from gateway.hub import Gateway, Program
from signaling import pages, settings
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


def program(bundle: pages.Pages | None = None) -> Program:
    """Return what is running."""
    found = bundle or pages.load()
    verifier = found.files.get("/verify.html")
    return Program(version=version("sotto"), bundle_sha256=found.sha256, verify_html=verifier.body if verifier else b"")


@asynccontextmanager
async def gateway_beside(configuration: Configuration) -> AsyncIterator[Gateway]:
    """Give the gateway for one command.

    Raises:
        StoreError: the database cannot be used.
    """
    gateway = Gateway(configuration.settings, configuration.secrets, program())
    try:
        await gateway.open_beside()
        yield gateway
    finally:
        await gateway.aclose()


def load(config: Path) -> Configuration:
    """Return the configuration.

    Raises:
        ConfigError: with every problem found.
    """
    return settings.load(config)


def say(value: Any, text: str, *, as_json: bool) -> None:  # noqa: ANN401  (anything JSON can say)
    """Print the answer of a command: for people, or for programs."""
    click.echo(json.dumps(value, indent=2) if as_json else text)
