"""The one Jinja2 environment: a sandbox without globals, whose every output goes through one function.

Conditions and texts are compiled here after `config.texts.analysis` has let them pass. Empty values live here too: a
name that has no value yet is false, unequal to everything, and cannot be printed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache, lru_cache, wraps
from typing import Any, NoReturn

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal
from jinja2 import Undefined, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from config.errors import FirstlineError
from config.texts.comparing import as_compared

MAX_VALUE = 1_000
"""Characters of one value that are shown."""
PRINTING = "_printing"
"""Name under which the way of printing travels with a rendering; content cannot name it (it begins with `_`)."""

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_BLANKS = re.compile(r"\s+")


class TextError(FirstlineError):
    """This text cannot be rendered."""


class EmptyValueError(TextError):
    """This text would print an empty value."""


class Empty(Undefined):
    """A value that is not there yet: false, unequal to everything, with empty fields."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Empty:
        """A field of an empty value is empty."""
        if name.startswith("__"):
            raise AttributeError(name)
        return Empty(name=f"{self._undefined_name}.{name}")

    def __getitem__(self, name: str) -> Empty:  # type: ignore[override]  # Jinja declares that it raises
        """As for `__getattr__`."""
        return Empty(name=f"{self._undefined_name}.{name}")

    def __str__(self) -> NoReturn:
        """Refuses to print."""
        raise EmptyValueError(f"'{self._undefined_name}' has no value yet, so this text cannot be sent.")

    def _never(self, _other: object) -> bool:
        return False

    def _always(self, _other: object) -> bool:
        return True

    __eq__ = _never
    __ne__ = _always
    __lt__ = __le__ = __gt__ = __ge__ = _never  # type: ignore[assignment]  # Jinja declares that these raise

    def __hash__(self) -> int:
        """All empty values share one hash; they still differ."""
        return hash(Empty)


def prepare(value: object) -> object:
    """A value as templates see it, blocks all the way down."""
    if isinstance(value, Mapping):
        return {key: prepare(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, (list, tuple)):
        return [prepare(inner) for inner in value]
    return as_compared(value)


def is_empty(value: object) -> bool:
    """Whether `default` replaces it."""
    return value is None or isinstance(value, Undefined) or value == ""


@lru_cache(maxsize=64)
def read_locale(language: str) -> Locale:
    """How numbers and dates are written in a language; parsed once, because every text asks."""
    return Locale.parse(language, sep="-")


class Printing:
    """How values are written into one text."""

    __slots__ = ("empty", "locale", "markdown")

    def __init__(self, language: str, *, markdown: bool, empty: str | None) -> None:
        """Takes the language of the text, whether it is Markdown, and what stands for an empty value.

        With `empty=None` an empty value raises `EmptyValueError`.
        """
        self.locale = read_locale(language)
        self.markdown = markdown
        self.empty = empty

    def write(self, value: object) -> str:
        """One value as source of the text it goes into."""
        if is_empty(value):
            if self.empty is None:
                raise EmptyValueError(None if value is None or value == "" else _name_empty(value))
            return self.empty
        text = self.to_text(value)[:MAX_VALUE]
        return escape_markdown(text) if self.markdown else text

    def to_text(self, value: object) -> str:
        """One value in the customer's language."""
        if isinstance(value, datetime):
            return (
                f"{format_date(value, 'medium', locale=self.locale)} {format_time(value, 'short', locale=self.locale)}"
            )
        if isinstance(value, date):
            return format_date(value, "long", locale=self.locale)
        if isinstance(value, time):
            return format_time(value, "short", locale=self.locale)
        if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
            return format_decimal(value, locale=self.locale)
        if isinstance(value, list):
            return ", ".join(self.to_text(inner) for inner in value)
        return str(value)


def _name_empty(value: object) -> str:
    try:
        str(value)
    except EmptyValueError as error:
        return str(error)
    return "An empty value cannot be printed."


def escape_markdown(text: str) -> str:
    """Text as Markdown source that reads as exactly this text, on one line."""
    return _PUNCTUATION.sub(r"\\\1", _BLANKS.sub(" ", text).strip())


@cache
def environment() -> ImmutableSandboxedEnvironment:
    """The environment, built at first use."""
    env = ImmutableSandboxedEnvironment(
        undefined=Empty, finalize=_finalize, autoescape=False, optimized=False, cache_size=0, loader=None
    )
    env.globals.clear()
    env.tests.clear()
    env.filters.clear()
    env.filters.update(FILTERS)
    return env


@pass_context
def _finalize(context: Context, value: object) -> str:
    printing: Printing = context[PRINTING]
    return printing.write(value)


def _default(value: object, other: object = "", *_ignored: object) -> object:
    return other if is_empty(value) else value


def _unless_empty(change: Callable[..., object]) -> Callable[..., object]:
    """An empty value passes through a filter, so that a later `default` can still replace it."""

    @wraps(change)
    def wrapped(context: Context, value: object, *arguments: object) -> object:
        return value if is_empty(value) else change(context[PRINTING], value, *arguments)

    return pass_context(wrapped)


def _as_number(value: object) -> Decimal:
    try:
        return Decimal(str(value).replace(",", "."))
    except ArithmeticError as error:
        raise TextError(f"'{value}' is not a number.") from error


def _as_moment(value: object) -> date | time:
    if isinstance(value, (date, time)):
        return value
    try:
        return datetime.fromisoformat(str(value))
    except ValueError as error:
        raise TextError(f"'{value}' is not a date or a time.") from error


def _date(printing: Printing, value: object) -> str:
    moment = _as_moment(value)
    return format_date(moment, "long", locale=printing.locale) if isinstance(moment, date) else str(value)


def _time(printing: Printing, value: object) -> str:
    moment = _as_moment(value)
    return format_time(moment, "short", locale=printing.locale) if isinstance(moment, (datetime, time)) else str(value)


def _join(printing: Printing, value: object, between: str = ", ") -> str:
    items = value if isinstance(value, list) else [value]
    return between.join(printing.to_text(item) for item in items)


FILTERS: Mapping[str, Callable[..., Any]] = {
    "default": _default,
    "upper": _unless_empty(lambda printing, value: printing.to_text(value).upper()),
    "lower": _unless_empty(lambda printing, value: printing.to_text(value).lower()),
    "title": _unless_empty(lambda printing, value: printing.to_text(value).title()),
    "date": _unless_empty(_date),
    "time": _unless_empty(_time),
    "money": _unless_empty(
        lambda printing, value, currency="EUR": format_currency(_as_number(value), currency, locale=printing.locale)
    ),
    "round": _unless_empty(lambda _, value, digits=0: round(_as_number(value), int(digits)) + 0),
    "join": _unless_empty(_join),
    "length": _unless_empty(lambda _, value: len(value)),
}
"""The filters a text may use."""
