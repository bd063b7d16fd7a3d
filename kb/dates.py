"""Reads one date out of a sentence: in figures, by month, weekday, or by its distance from today.

The words stand in `kb.calendars`. A year that is not said is the next one that fits. More than one date is none: the
customer is asked again. Called by `kb.flows.answers`.
"""

import calendar
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import chain

from kb.calendars import CALENDARS, Calendar
from kb.normalise import cap, words_of
from kb.reading import read_number_word

_ISO = re.compile(r"(?<!\d)(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(
    r"(?<![\d.,:/-])(\d{1,2})(\.\s?|/|-)(\d{1,2})(?:(?:\.\s?|/|-)(\d{4}|\d{2}(?![\d:]))?)?(?![\d:%€])"
)
_ORDINAL = re.compile(r"(?<![\w.,:/-])(\d{1,2})(?:st|nd|rd|th|-?го|-?е)(?!\w)", re.IGNORECASE)
_ALONE = re.compile(r"\s*(\d{1,2})\.\s*")
_DAY_IN_WORD = re.compile(r"(\d{1,2})(?:st|nd|rd|th|го|е|o|a|oji|osios|asis)?")

_FIRST = frozenset(
    {"first", "esimene", "esimesel", "esimest", "первое", "первого", "forste", "primo", "pirma", "pirmoji"}
)
_PIVOT = 70
"""Two figures below it are years from 2000 on."""
_REACH = 120
"""In years: a date farther from today is a slip of the finger."""


def read_date(text: str, today: date, languages: Iterable[str]) -> date | None:
    """The one date that a message means.

    What is written exactly counts before what is counted from today.

    Args:
        text: The message.
        today: The day it was written, at the desk.
        languages: Codes; words of these languages are understood, figures always.
    """
    capped = cap(text)
    words = words_of(capped)
    tables = [_table(language) for language in languages if language in CALENDARS]
    readers: tuple[Iterable[date | None], ...] = (
        _by_month(words, tables, today),
        _in_figures(capped, today),
        _by_span(words, tables, today),
        chain(_by_nearness(words, tables, today), _by_weekday(words, tables, today)),
        _by_day_alone(capped, today),
    )
    for found in readers:
        dates = {day for day in found if day is not None and abs(day.year - today.year) <= _REACH}
        if dates:
            return dates.pop() if len(dates) == 1 else None
    return None


@dataclass(frozen=True, slots=True)
class _Table:
    """One language's words, folded as messages are."""

    months: tuple[tuple[str, ...], ...]
    weekdays: tuple[tuple[str, ...], ...]
    days: tuple[tuple[tuple[str, ...], int], ...]
    units: tuple[tuple[str, ...], ...]
    ahead: frozenset[str]
    ago: frozenset[str]
    last: frozenset[str]
    a: frozenset[str]


@lru_cache(maxsize=32)
def _table(language: str) -> _Table:
    of: Calendar = CALENDARS[language]
    near = [
        (tuple(words_of(name)), away) for away, names in enumerate(of.days.split("|"), -2) for name in names.split(",")
    ]
    return _Table(
        months=_columns(of.months),
        weekdays=_columns(of.weekdays),
        days=tuple(sorted(near, key=lambda day: -len(day[0]))),
        units=_columns(of.units),
        ahead=frozenset(words_of(of.ahead)),
        ago=frozenset(words_of(of.ago)),
        last=frozenset(words_of(of.last)),
        a=frozenset(words_of(of.a)),
    )


def _columns(line: str) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple("".join(words_of(form)) + ("*" if form.endswith("*") else "") for form in column.split())
        for column in line.split("|")
    )


def _place(word: str, columns: Sequence[Sequence[str]]) -> int | None:
    """Which column a word stands in."""
    for position, forms in enumerate(columns):
        for form in forms:
            if word == form or (form.endswith("*") and word.startswith(form[:-1])):
                return position
    return None


def _in_figures(text: str, today: date) -> Iterator[date | None]:
    for year, month, day in _ISO.findall(text):
        yield _day(int(year), int(month), int(day))
    for first, between, second, year in _DAY_FIRST.findall(_ISO.sub(" ", text)):
        day, month = int(first), int(second)
        if between != "." and month > 12 >= day:
            day, month = month, day
        yield _day(_full_year(year), month, day) if year else _next(today, month, day)


def _by_month(words: list[str], tables: list[_Table], today: date) -> Iterator[date | None]:
    for table in tables:
        for position, word in enumerate(words):
            month = _place(word, table.months)
            if month is None:
                continue
            year = next((int(word) for word in words if re.fullmatch(r"(?:19|20)\d\d", word)), None)
            for day in _days_beside(words, position):
                yield _day(year, month + 1, day) if year else _next(today, month + 1, day)


def _days_beside(words: list[str], position: int) -> list[int]:
    """The day close before a month, else close after it; two for "3 or 4 March"."""
    near = [words[i] for i in (position - 1, position + 1, position - 2, position + 2) if 0 <= i < len(words)]
    days = [found for word in near if (found := _read_day(word)) is not None][:1]
    if days and position >= 3 and words[position - 1].isdecimal():
        days += [found for found in [_read_day(words[position - 3])] if found is not None]
    return days


def _read_day(word: str) -> int | None:
    found = _DAY_IN_WORD.fullmatch(word)
    if found:
        return int(found[1]) if 1 <= int(found[1]) <= 31 else None
    return 1 if word in _FIRST else None


def _by_span(words: list[str], tables: list[_Table], today: date) -> Iterator[date | None]:
    for table in tables:
        forward = not table.ago & set(words)
        if forward and not table.ahead & set(words):
            continue
        for position, word in enumerate(words):
            unit = _place(word, table.units)
            count = None if unit is None else _count(words, position, table)
            if unit is not None and count is not None:
                yield _shift(today, unit, count if forward else -count)


def _count(words: list[str], position: int, table: _Table) -> int | None:
    """How many of a unit: the number before it; one if there is none."""
    if position == 0 or words[position - 1] in table.a | table.ahead | table.ago:
        return 1
    return read_number_word(words[position - 1])


def _shift(today: date, unit: int, count: int) -> date | None:
    if abs(count) > 5000:
        return None
    if unit < 2:
        return today + timedelta(days=count * (7 if unit else 1))
    months = today.year * 12 + today.month - 1 + count * (12 if unit == 3 else 1)
    year, month = divmod(months, 12)
    if not 1 <= year <= 9999:
        return None
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


def _by_nearness(words: list[str], tables: list[_Table], today: date) -> Iterator[date | None]:
    for table in tables:
        rest = list(words)
        for phrase, away in table.days:
            for position in range(len(rest) - len(phrase) + 1):
                if tuple(rest[position : position + len(phrase)]) == phrase:
                    rest[position : position + len(phrase)] = [""] * len(phrase)
                    yield today + timedelta(days=away)


def _by_weekday(words: list[str], tables: list[_Table], today: date) -> Iterator[date | None]:
    for table in tables:
        for word in words:
            weekday = _place(word, table.weekdays)
            if weekday is None:
                continue
            if table.last & set(words):
                yield today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
            else:
                yield today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _by_day_alone(text: str, today: date) -> Iterator[date | None]:
    alone = _ALONE.fullmatch(text)
    for found in [alone[1]] if alone else _ORDINAL.findall(text):
        day, month = int(found), today.month if int(found) >= today.day else today.month % 12 + 1
        yield _next(today, month, day)


def _next(today: date, month: int, day: int) -> date | None:
    """The next such day, today included; 29 February waits for its year."""
    for year in range(today.year, today.year + 9):
        found = _day(year, month, day)
        if found is not None and found >= today:
            return found
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _full_year(written: str) -> int:
    year = int(written)
    return year if len(written) == 4 else year + (2000 if year < _PIVOT else 1900)
