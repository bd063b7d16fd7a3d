"""How a command speaks: data to stdout for the next program, talk to stderr for the person."""

import json
import sys
from collections.abc import Mapping, Sequence

from config.errors import FirstlineError


class UsageError(FirstlineError):
    """The command was given something it cannot work with."""


def put(line: str) -> None:
    """Writes a line of data."""
    sys.stdout.write(f"{line}\n")


def put_json(value: Mapping[str, object] | Sequence[object], *, indent: int | None = None) -> None:
    """Writes data as JSON; the same value gives the same bytes each time."""
    put(json.dumps(value, ensure_ascii=False, indent=indent))


def tell(line: str = "") -> None:
    """Says a line to the person at the terminal."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def count(number: int, noun: str) -> str:
    """So many of something, for example `1 file`, `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def is_terminal() -> bool:
    """Whether a person sees what is told, so that progress is worth showing."""
    return sys.stderr.isatty()
