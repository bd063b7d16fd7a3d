"""Which comparisons of texts and conditions can hold, by what each name can be. Pure; `config.text_rules` asks.

Only numbers, days and times have an order. What compares with what at run time is in `config.texts.comparing`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time

from config.findings import find_similar
from config.names import Known, Scope
from config.texts import Comparison, read_moment
from config.values import ValueKind

_NOW, _TAGS = "now", "tags"
_WHAT: Mapping[ValueKind, str] = {
    ValueKind.NUMBER: "a number",
    ValueKind.DATE: "a date such as '2027-03-01'",
    ValueKind.TIME: "a time such as '18:00'",
}
"""What values with an order are; those of all other types are texts."""
_HINTS: Mapping[ValueKind, str] = {
    ValueKind.NUMBER: "compare it with a number",
    ValueKind.DATE: "write year-month-day in quotes, or compare it with today or another date",
    ValueKind.TIME: "write hours and minutes in quotes, such as '18:00'",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a comparison never holds."""

    code: str
    word: str
    """What it is about, as it is written."""
    values: Mapping[str, object]
    """For the gaps of the rule."""
    hint: str
    meant: str = ""
    """What to write in place of the word, if that is clear."""


def find_faults(comparison: Comparison, scope: Scope) -> Iterator[Fault]:
    """Why a comparison of a name never holds; nothing if it may."""
    path, known = comparison.path, scope.find(comparison.path)
    if known is None:
        return
    if path == _TAGS and comparison.equates:
        for constant in comparison.constants:
            yield _never(path, constant, "a list", f"write  '{constant}' in tags")
    if known.type is None:
        return
    wrong = [constant for constant in comparison.constants if not _fits(path, known, constant)]
    other = scope.find(comparison.other) if comparison.other else None
    if comparison.orders and known.type.kind not in _WHAT:
        against = comparison.other or next(iter(comparison.constants), "")
        hint = "compare it with ==" if known.possible else "compare it with ==, or ask for it with  type: number"
        yield _unordered(path, known, against, hint)
        return
    for constant in wrong:
        fault = _unordered if comparison.orders else _unequal
        yield fault(path, known, constant, _hint(known, constant))
    if other is not None and not _are_alike(path, known, comparison.other, other):
        fault = _unordered if comparison.orders else _unequal
        yield fault(path, known, comparison.other, f"'{comparison.other}' is {_what(comparison.other, other)}")


def _fits(path: str, known: Known, constant: object) -> bool:
    """Whether a name can be compared with a constant."""
    kind = known.type.kind if known.type else ValueKind.TEXT
    moment = read_moment(constant) if isinstance(constant, str) else None
    match kind:
        case ValueKind.NUMBER:
            return isinstance(constant, (int, float)) and not isinstance(constant, bool)
        case ValueKind.DATE:
            return isinstance(moment, date)
        case ValueKind.TIME:
            return isinstance(moment, (date, time) if path == _NOW else time)
        case ValueKind.YES_NO:
            return isinstance(constant, bool) or constant in ("yes", "no")
        case ValueKind.CHOICE:
            return constant in (known.possible or ())
        case _:
            return isinstance(constant, str)


def _are_alike(path: str, known: Known, other_path: str, other: Known) -> bool:
    """Whether two names can be compared."""
    if known.type is None or other.type is None:
        return True
    kinds = {known.type.kind, other.type.kind}
    if _NOW in (path, other_path):
        return kinds <= {ValueKind.DATE, ValueKind.TIME}
    return len(kinds) == 1 or not kinds & set(_WHAT)


def _what(path: str, known: Known) -> str:
    if path == _NOW:
        return "a moment such as '2026-12-24 18:00'"
    if known.possible:
        return ", ".join(known.possible)
    return _WHAT.get(known.type.kind, "a text") if known.type else "a text"


def _hint(known: Known, constant: object) -> str:
    """What to write in place of a constant."""
    kind = known.type.kind if known.type else ValueKind.TEXT
    if kind is ValueKind.NUMBER and isinstance(constant, str) and constant.replace(".", "", 1).isdigit():
        return "write it without quotes"
    if known.possible is None and kind in _HINTS:
        return _HINTS[kind]
    return f"put it in quotes: '{constant}'" if known.possible is None or str(constant) in known.possible else ""


def _unequal(path: str, known: Known, value: object, hint: str) -> Fault:
    meant = find_similar(value, known.possible) if known.possible and isinstance(value, str) else None
    hint = f"did you mean '{meant}'?" if meant else hint
    return _never(path, value, _what(path, known), hint, meant=meant or "")


def _unordered(path: str, known: Known, value: object, hint: str) -> Fault:
    values = {"name": path, "value": value, "possible": _what(path, known)}
    return Fault(code="T26", word=path, values=values, hint=hint)


def _never(path: str, value: object, possible: str, hint: str, meant: str = "") -> Fault:
    values = {"name": path, "value": value, "possible": possible}
    return Fault(code="T08", word=str(value), values=values, hint=hint, meant=meant)
