"""Values as conditions see them: days and times compare with '2027-03-01' and '18:00', yes and no with true and false.

Whatever has no order raises `TypeError`, as in Python. Which comparisons can hold at all is said beforehand by
`config.comparisons`.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from datetime import date, datetime, time

_Key = tuple[int, ...]
_FORMS: tuple[tuple[re.Pattern[str], Callable[[str], date | time]], ...] = (
    (re.compile(r"\d{4}-\d\d-\d\d"), date.fromisoformat),
    (re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d"), datetime.fromisoformat),
    (re.compile(r"\d?\d:\d\d"), lambda text: time.fromisoformat(text.zfill(5))),
)


def read_moment(text: str) -> date | time | None:
    """A day, a day with a time, or a time, if the text is one."""
    for form, read in _FORMS:
        if form.fullmatch(text):
            try:
                return read(text)
            except ValueError:
                return None
    return None


class YesNo(str):
    """A yes_no value: prints and compares as 'yes' or 'no', also with true and false, and is false when it is 'no'."""

    __slots__ = ()

    def __bool__(self) -> bool:
        """Whether it is yes."""
        return str(self) == "yes"

    def __eq__(self, other: object) -> bool:
        """With the words, or with true and false."""
        return bool(self) is other if isinstance(other, bool) else str(self) == other

    def __ne__(self, other: object) -> bool:
        """The opposite."""
        return not self == other

    __hash__ = str.__hash__


class _Ordered:
    """A day or a time that compares with others and with texts that say one."""

    __slots__ = ()

    def _holds(self, compare: Callable[[_Key, _Key], bool], other: object) -> bool:
        keys = _keys(self, read_moment(other) if isinstance(other, str) else other)
        return NotImplemented if keys is None else compare(*keys)

    def __eq__(self, other: object) -> bool:
        """The same moment, as far as both say it."""
        return self._holds(operator.eq, other)

    def __ne__(self, other: object) -> bool:
        """Another moment."""
        return self._holds(operator.ne, other)

    def __lt__(self, other: object) -> bool:
        """Earlier."""
        return self._holds(operator.lt, other)

    def __le__(self, other: object) -> bool:
        """Not later."""
        return self._holds(operator.le, other)

    def __gt__(self, other: object) -> bool:
        """Later."""
        return self._holds(operator.gt, other)

    def __ge__(self, other: object) -> bool:
        """Not earlier."""
        return self._holds(operator.ge, other)


class Day(_Ordered, date):
    """A date."""

    __slots__ = ()
    __hash__ = date.__hash__


class Moment(_Ordered, datetime):
    """A day with its time."""

    __slots__ = ()
    __hash__ = datetime.__hash__


class Clock(_Ordered, time):
    """A time of any day."""

    __slots__ = ()
    __hash__ = time.__hash__


def as_compared(value: object) -> object:
    """A value as conditions see it."""
    match value:
        case bool():
            return YesNo("yes" if value else "no")
        case datetime():
            return Moment.combine(value.date(), value.time())
        case date():
            return Day(value.year, value.month, value.day)
        case time():
            return Clock(value.hour, value.minute, value.second)
        case _:
            return value


def as_kept(value: object) -> object:
    """The same value as it came in."""
    match value:
        case YesNo():
            return bool(value)
        case Moment():
            return datetime.combine(value.date(), value.time())
        case Day():
            return date(value.year, value.month, value.day)
        case Clock():
            return time(value.hour, value.minute, value.second)
        case _:
            return value


def _keys(one: object, other: object) -> tuple[_Key, _Key] | None:
    """Both as what has an order; a day without a time begins at midnight."""
    if isinstance(one, time) and isinstance(other, (time, datetime)):
        return _time_of(one), _time_of(other)
    if isinstance(one, datetime) and isinstance(other, time):
        return _time_of(one), _time_of(other)
    if isinstance(one, date) and isinstance(other, date):
        return _day_of(one), _day_of(other)
    return None


def _time_of(value: time | datetime) -> _Key:
    return value.hour, value.minute, value.second


def _day_of(value: date) -> _Key:
    day = (value.year, value.month, value.day)
    return (*day, *_time_of(value)) if isinstance(value, datetime) else (*day, 0, 0, 0)
