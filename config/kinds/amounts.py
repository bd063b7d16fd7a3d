"""Kinds of numbers, days and lengths of time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from config.kinds.reading import Kind, Reading, replace
from config.source import ScalarNode

_LOOSE_LENGTH = re.compile(
    r"(?P<number>\d+)\s*(?P<unit>|s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?)\.?"
)
"""Lengths that one understands, but that are not written as they should be; a bare number is taken for minutes."""
_LENGTH = re.compile(r"(\d+)\s*([smhd])")

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True, eq=False)
class Number(Kind):
    """A number with a point, perhaps whole, perhaps within limits."""

    title: ClassVar[str] = "number"
    whole: bool = False
    least: float | None = None
    most: float | None = None
    absent: float = 0

    def read_scalar(self, node: ScalarNode, reading: Reading, name: str, /) -> object:
        """An int or a float."""
        shape = r"-?\d+" if self.whole else r"-?\d+(\.\d+)?"
        if not re.fullmatch(shape, node.text):
            comma = re.fullmatch(r"-?\d+,\d+", node.text) and not self.whole
            return reading.report(
                "S13", node.position, field=name, number="whole number" if self.whole else "number", value=node.text,
                hint=None if comma else "" if any(map(str.isdigit, node.text)) else "write it in digits",
                fix=replace(node, node.text.replace(",", ".")) if comma else None,
            )  # fmt: skip
        number = int(node.text) if self.whole else float(node.text)
        if (self.least is not None and number < self.least) or (self.most is not None and number > self.most):
            least = "any" if self.least is None else f"{self.least:g}"
            most = "any" if self.most is None else f"{self.most:g}"
            return reading.report("S23", node.position, field=name, least=least, most=most, value=node.text)
        return number

    def schema(self) -> dict[str, Any]:
        """With its limits."""
        limits = {"minimum": self.least, "maximum": self.most}
        return {"type": "integer" if self.whole else "number"} | {k: v for k, v in limits.items() if v is not None}


class Date(Kind):
    """A day."""

    title = "date"
    absent = date.min

    def read_scalar(self, node: ScalarNode, reading: Reading, _name: str, /) -> object:
        """The day."""
        try:
            return date.fromisoformat(node.text) if len(node.text) == 10 else _refuse()
        except ValueError:
            meant = _day_meant(node.text)
            hint = f"did you mean {meant}?" if meant else ""
            return reading.report(
                "S14", node.position, value=node.text, hint=hint, fix=replace(node, meant) if meant else None
            )

    def schema(self) -> dict[str, Any]:
        """Year-month-day."""
        return {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}


class Moment(Kind):
    """A day and a time, desk time."""

    title = "moment"
    absent = datetime(1, 1, 1)  # noqa: DTZ001 desk time, zone joined where hours are

    def read_scalar(self, node: ScalarNode, reading: Reading, _name: str, /) -> object:
        """The moment, without a zone: the desk's hours say which."""
        try:
            return datetime.strptime(node.text, "%Y-%m-%d %H:%M")  # noqa: DTZ007 desk time, zone joined where hours are
        except ValueError:
            return reading.report("S22", node.position, value=node.text)


class Length(Kind):
    """A length of time: `30s 5m 2h 1d`."""

    title = "length"
    absent = timedelta()

    def read_scalar(self, node: ScalarNode, reading: Reading, _name: str, /) -> object:
        """The length."""
        found = _LENGTH.fullmatch(node.text)
        if found is None:
            meant = _LOOSE_LENGTH.fullmatch(node.text.lower())
            unit = meant["unit"][:1] or "m" if meant else ""
            hint = f"did you mean '{meant['number']}{unit}'?" if meant else ""
            return reading.report("S15", node.position, value=node.text, hint=hint)
        return timedelta(**{_UNITS[found[2]]: int(found[1])})

    def schema(self) -> dict[str, Any]:
        """A number and a unit."""
        return {"type": "string", "pattern": "^[0-9]+ ?[smhd]$"}


class Percent(Kind):
    """A part of a hundred."""

    title = "percent"
    absent = 0.0

    def read_scalar(self, node: ScalarNode, reading: Reading, _name: str, /) -> object:
        """From 0 to 1."""
        found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*%", node.text)
        if found is None or float(found[1]) > 100:
            return reading.report("S19", node.position, value=node.text)
        return float(found[1]) / 100

    def schema(self) -> dict[str, Any]:
        """A number and %."""
        return {"type": "string", "pattern": "^[0-9.]+ ?%$"}


def _refuse() -> date:
    raise ValueError


def _day_meant(text: str) -> str | None:
    """The day that another way of writing dates means, where it can mean only one."""
    if found := re.fullmatch(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", text):
        day, month, year = found.groups()
    elif found := re.fullmatch(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})", text):
        year, month, day = found.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def write_length(length: timedelta) -> str:
    """A length of time as content writes it."""
    seconds = int(length.total_seconds())
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
