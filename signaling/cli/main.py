"""`sotto`: one command per file, imported when it is called, so that each starts as quickly as it can.

Exit codes: 0 done · 1 could not be done (one sentence, with a stable code) · 2 wrong usage or configuration.
"""

import importlib
import os
from collections.abc import Mapping
from typing import Any, Final

import click

from gateway.core.errors import ConfigError, SottoError, StoreError
from signaling import logs
from signaling.problems import PROBLEMS

COMMANDS: Final[Mapping[str, str]] = {
    "init": "Make a new deployment in an empty folder.",
    "serve": "Run the gateway.",
    "demo": "Make a deployment with demo accounts, if there is none, and run it.",
    "doctor": "Check this deployment, and say what to do.",
    "check-config": "Show the configuration in force, or every problem with it.",
    "admin": "Create, disable and reset staff accounts.",
    "audit": "Verify and export the log.",
    "backup": "Write one encrypted file with everything.",
    "restore": "Bring a deployment back from a backup.",
}
"""Every command and its one sentence. The command `check-config` is `check_config` in `check_config.py`."""


class Failure(click.ClickException):
    """A command could not do what it was asked: one sentence that says what to do."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code

    def show(self, file: Any = None) -> None:  # noqa: ANN401  (click's signature)
        """Print it."""
        click.echo(f"sotto: {self.message} ({self.code})", err=True, file=file)


class BadConfiguration(click.ClickException):
    """The configuration cannot be used: every problem, one line each."""

    exit_code = 2

    def __init__(self, error: ConfigError) -> None:
        super().__init__(str(error))
        self.problems = error.problems

    def show(self, file: Any = None) -> None:  # noqa: ANN401  (click's signature)
        """Print them."""
        for problem in self.problems:
            click.echo(f"sotto: {problem}", err=True, file=file)


class Commands(click.Group):
    """Finds commands by name, and prints our errors as people can use them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, in the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return one command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        command: click.Command = getattr(importlib.import_module(f"signaling.cli.{name}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list for `--help` without importing anything."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  (click's signature)
        """Run one command; what it raises on purpose becomes one sentence."""
        try:
            return super().invoke(ctx)
        except ConfigError as exc:
            raise BadConfiguration(exc) from exc
        except SottoError as exc:
            # People hear that nothing was done; the operator, why it could not be written.
            cause = exc.__cause__ if isinstance(exc.__cause__, StoreError) else exc
            raise Failure(_sentence(cause), cause.code) from exc


def _sentence(error: SottoError) -> str:
    """Return what to tell the operator: the error's own sentence, or the public one of its code."""
    if str(error) == error.code and error.code in PROBLEMS:
        return PROBLEMS[error.code].sentence.rstrip(".")
    return str(error)


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="sotto", prog_name="sotto")
def main() -> None:
    """Sotto: private sessions, end-to-end encrypted, consent first, every act accounted for."""
    os.umask(0o077)  # Whatever a command makes is for its owner alone.
    logs.configure(level="warning")


if __name__ == "__main__":
    main()
