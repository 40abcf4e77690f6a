"""Logs: one JSON line each on stderr, through an allow-list that names, tokens and addresses cannot pass.

A key that is not in `FORMS` is dropped, and so is a value that does not have its key's form; `dropped` counts them.
Every form is closed: words of our own, numbers, random ids of connections. What a library says is reduced to where it
said so, because its words may repeat what it was given. Tracebacks are types and places, without messages or values.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Callable, Mapping, MutableMapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TextIO

import structlog

from gateway.core.clock import rfc3339
from gateway.core.errors import SottoError
from gateway.core.ids import CROCKFORD

WORD: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")

Form = Callable[[Any], bool]


def _text(pattern: str) -> Form:
    compiled = re.compile(pattern)
    return lambda value: type(value) is str and compiled.fullmatch(value) is not None


def _number(value: object) -> bool:
    return type(value) in (int, float)


_word = _text(WORD.pattern)

FORMS: Final[Mapping[str, Form]] = {
    "request": _text(f"[{CROCKFORD}]{{10}}"),
    "method": _text("[A-Z]{3,7}"),
    "route": _text(r"/|unknown|(?:/(?:[a-z][a-z._-]{0,23}|\{[a-z]+(?::\.\+)?\}))+"),
    "status": _number,
    "ms": _number,
    "code": _word,
    "cause": _word,
    "before": _word,
    "after": _word,
    "session": _text(f"ses_[{CROCKFORD}]{{12}}"),
    "seat": _text(f"st_[{CROCKFORD}]{{12}}"),
    "peer": _text(f"peer_[{CROCKFORD}]{{12}}"),
    "count": _number,
}
"""Everything a log line may say beside its time, level, name and event. A route is a pattern, never a path."""

MAX_FRAMES: Final = 25
MAX_CAUSES: Final = 5
OUR_ROOT: Final = Path(__file__).resolve().parents[1]

OWN_LEVELS: Final = {"info": logging.INFO, "warning": logging.WARNING}


def configure(stream: TextIO | None = None, *, level: str = "info") -> None:
    """Send everything that is logged, by us and by libraries, through the allow-list to `stream` (stderr)."""
    out = stream or sys.stderr
    structlog.configure(
        processors=[allow],
        wrapper_class=structlog.make_filtering_bound_logger(OWN_LEVELS[level]),
        logger_factory=lambda *names: Printer(out, *names),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [LibraryHandler(out)]
    root.setLevel(logging.WARNING)
    # An access log holds addresses and paths, and a path may hold an invitation.
    logging.getLogger("aiohttp.access").disabled = True
    logging.captureWarnings(capture=True)


class Printer:
    """Writes finished lines. structlog calls the method named after the level."""

    def __init__(self, stream: TextIO, name: str = "") -> None:
        self.name = name
        self._stream = stream

    def msg(self, line: str) -> None:
        """Write one line; a reader that has gone away does not stop the service."""
        try:
            self._stream.write(line + "\n")
            self._stream.flush()
        except (OSError, ValueError):
            return

    debug = info = warning = error = critical = msg


class LibraryHandler(logging.Handler):
    """Takes what libraries log with the standard library: that they did, where, and at what level."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record without its words."""
        line = _line(record.levelname.lower(), record.name, "library_message")
        line["at"] = f"{_place(record.pathname)}:{record.lineno}"
        if record.exc_info and record.exc_info[1] is not None:
            line["exception"] = describe(record.exc_info[1])
        Printer(self._stream).msg(json.dumps(line))


def allow(logger: Any, method: str, said: MutableMapping[str, Any]) -> str:  # noqa: ANN401  (structlog's signature)
    """Return the line for what was said: the keys of `FORMS` whose values have their form, and nothing else."""
    event, error = said.pop("event", None), _error(said.pop("exc_info", None))
    is_named = isinstance(event, str) and WORD.fullmatch(event) is not None
    line = _line("error" if method == "exception" else method, logger.name, str(event) if is_named else "unnamed")
    kept = {key: said[key] for key in FORMS if key in said and said[key] is not None and FORMS[key](said[key])}
    dropped = sum(1 for key, value in said.items() if key not in kept and value is not None) + (not is_named)
    line |= kept | ({"dropped": dropped} if dropped else {})
    if error is not None:
        line["exception"] = describe(error)
    return json.dumps(line)


def _line(level: str, name: str, event: str) -> dict[str, Any]:
    return {"time": rfc3339(datetime.now(UTC)), "level": level, "logger": name, "event": event}


def _error(exc_info: Any) -> BaseException | None:  # noqa: ANN401  (True, a triple, an exception or nothing)
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        return exc_info[1] if isinstance(exc_info[1], BaseException) else None
    return sys.exc_info()[1] if exc_info else None


def describe(error: BaseException) -> list[dict[str, Any]]:
    """Return an error and its causes, the last raised first: types, codes and places, never messages or values."""
    found: list[dict[str, Any]] = []
    current: BaseException | None = error
    while current is not None and len(found) < MAX_CAUSES:
        one: dict[str, Any] = {"type": type(current).__name__, "at": _frames(current.__traceback__)}
        if isinstance(current, SottoError) and _word(current.code):
            one["code"] = current.code
        found.append(one)
        current = _behind(current)
    return found


def _behind(error: BaseException) -> BaseException | None:
    """Return what led to an error: the first of a group, its stated cause, or what was being handled."""
    if isinstance(error, BaseExceptionGroup):
        first: BaseException = error.exceptions[0]
        return first
    return error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _frames(trace: TracebackType | None) -> list[str]:
    frames = [(frame.f_code, number) for frame, number in traceback.walk_tb(trace)][-MAX_FRAMES:]
    return [f"{_place(code.co_filename)}:{number} {code.co_name}" for code, number in frames]


def _place(filename: str) -> str:
    """Return a source file without the folders of this machine."""
    path = Path(filename)
    if path.is_relative_to(OUR_ROOT) and "site-packages" not in path.relative_to(OUR_ROOT).parts:
        return path.relative_to(OUR_ROOT).as_posix()
    return Path(*path.parts[-2:]).as_posix() if path.is_absolute() else path.name
