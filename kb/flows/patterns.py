"""Patterns: RE2 expressions that an answer must fit. Matching time is linear in the answer, whatever was written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

import re2  # type: ignore[import-untyped]  # the library has no types

from config.errors import FirstlineError
from config.place import NOWHERE, Position

MAX_CHARACTERS = 500
_FENCED = re.compile(r"/.*/[a-z]*")
"""As other languages write an expression."""
_UNAVAILABLE = re.compile(r"(?<!\\)(?:\\\\)*(\\[1-9]|\(\?<?[=!])")


class Compiled(Protocol):
    """What we need of a compiled expression."""

    def search(self, text: str) -> object | None:
        """A match anywhere in the text, or None."""


class PatternError(FirstlineError):
    """This pattern cannot be used."""


class UnavailableError(PatternError):
    """This pattern uses what RE2 leaves out on purpose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One expression, tested anywhere in the answer unless it is anchored."""

    source: str
    position: Position = field(default=NOWHERE, compare=False)

    def fits(self, text: str) -> bool:
        """Whether the answer fits.

        Raises:
            PatternError: The pattern is not valid.
        """
        return compile_pattern(self.source).search(text) is not None


@lru_cache(maxsize=2048)
def compile_pattern(source: str) -> Compiled:
    """The compiled pattern.

    Raises:
        UnavailableError: It has a back-reference or looks around.
        PatternError: It is not valid, or too long.
    """
    if len(source) > MAX_CHARACTERS:
        raise PatternError(f"it has {len(source)} characters; at most {MAX_CHARACTERS}")
    if found := _UNAVAILABLE.search(source):
        raise UnavailableError(found[1])
    if _FENCED.fullmatch(source):
        raise PatternError("the / at its beginning and end do not belong to it")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        compiled: Compiled = re2.compile(source, options=options)
    except re2.error as error:
        detail = error.args[0]
        raise PatternError(detail.decode() if isinstance(detail, bytes) else str(detail)) from error
    return compiled
