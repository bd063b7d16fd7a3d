"""Opening hours as data: spans of a day, and a week of them. When a team is open is computed in `escalation.hours`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from config.findings import find_similar
from config.kinds import Kind, Reading
from config.place import Position
from config.source import BlockNode, ListNode, Node, ScalarNode

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_A_DAY = 24 * 60

_LOOSE_SPAN = re.compile(r"(\d{1,2})(?:[:.](\d\d))?\s*(?:[-–—]|to|till|until)\s*(\d{1,2})(?:[:.](\d\d))?")
"""Hours that one understands, but that are not written as they should be."""
_SPAN = re.compile(r"([01]\d|2[0-4]):([0-5]\d)\s*[-–]\s*([01]\d|2[0-4]):([0-5]\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One stretch of open time. Both ends are minutes after the midnight that begins the day."""

    start: int
    end: int
    """Later than `start`; more than 1440 where the span ends on the next day."""


Hours = tuple[Span, ...]
"""The open spans of one day in order; empty if it is closed."""
ALL_DAY: Hours = (Span(start=0, end=MINUTES_A_DAY),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The hours of every day of the week."""

    days: Mapping[int, Hours] = field(default_factory=dict)
    """By day of the week, 0 is Monday."""
    holidays: bool = True
    """Holidays count; no for a team that works on holidays."""


def parse_span(text: str) -> Span | None:
    """`08:00-20:00` as a span, None if it is not one."""
    found = _SPAN.fullmatch(text)
    if found is None:
        return None
    hour, minute, end_hour, end_minute = (int(part) for part in found.groups())
    start, end = hour * 60 + minute, end_hour * 60 + end_minute
    if start >= MINUTES_A_DAY or end > MINUTES_A_DAY or start == end:
        return None
    return Span(start=start, end=end if end > start else end + MINUTES_A_DAY)


class HoursKind(Kind):
    """`08:00-20:00`, `closed`, `all day`, or a list of spans."""

    title: ClassVar[str] = "hours"
    absent: Hours = ()

    def read(self, node: Node, reading: Reading, name: str, /) -> object:
        """The spans of one day."""
        if isinstance(node, BlockNode):
            return reading.report("S07", node.position, field=name)
        if isinstance(node, ScalarNode) and node.text in ("closed", "all day"):
            return () if node.text == "closed" else ALL_DAY
        items = node.items if isinstance(node, ListNode) else (node,)
        spans = []
        for item in items:
            span = parse_span(item.text) if isinstance(item, ScalarNode) else None
            if span is None:
                shown = item.text if isinstance(item, ScalarNode) else "…"
                meant = _hours_meant(shown) or find_similar(shown, ("closed", "all day"))
                hint = f"did you mean {meant}?" if meant else None
                return reading.report("E05", item.position, value=shown, hint=hint)
            spans.append(span)
        return tuple(sorted(spans, key=lambda span: span.start))

    def schema(self) -> dict[str, Any]:
        """A text or a list of texts."""
        return {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}


class WeekKind(Kind):
    """Days and their hours; each day of the week exactly once."""

    title: ClassVar[str] = "days and hours"
    absent = Week()

    def read(self, node: Node, reading: Reading, name: str, /) -> object:
        """The week."""
        if not isinstance(node, BlockNode):
            return reading.report("S06", node.position, field=name)
        return read_week(node, reading, node.position)

    def read_entry(self, key: ScalarNode, node: Node, reading: Reading, /) -> object:
        """The week of the team, or under the field, that the key names."""
        if not isinstance(node, BlockNode):
            return reading.report("S06", node.position, field=key.text)
        return read_week(node, reading, key.position)

    def schema(self) -> dict[str, Any]:
        """Any days."""
        return {"type": "object", "additionalProperties": HoursKind().schema() | {}}


def read_week(node: BlockNode, reading: Reading, key: Position) -> Week:
    """Reads days and hours; reports days that are missing, unknown or there twice.

    Args:
        node: The days.
        reading: The reading it belongs to.
        key: Where the name stands under which they are written.
    """
    days: dict[int, Hours] = {}
    written: dict[int, str] = {}
    holidays = True
    for key_node, value in node.entries:
        if key_node.text == "holidays":
            holidays = isinstance(value, ScalarNode) and value.text not in ("no", "false")
            continue
        numbers = days_of(key_node.text)
        if numbers is None:
            days_meant = _days_meant(key_node.text)
            hint = f"did you mean '{days_meant}'?" if days_meant else None
            reading.report("E21", key_node.position, value=key_node.text, hint=hint)
            continue
        again = [number for number in numbers if number in written]
        if again:
            reading.report("E19", key_node.position, value=key_node.text, other=written[again[0]])
        hours = HoursKind().read(value, reading, key_node.text)
        for number in numbers:
            written.setdefault(number, key_node.text)
            days.setdefault(number, hours if isinstance(hours, tuple) else ())
    missing = [DAYS[number] for number in range(7) if number not in written]
    if missing and not reading.findings.has("E21"):
        verb = "has" if len(missing) == 1 else "have"
        reading.report("E08", key, days=f"{', '.join(missing)} {verb}", example=day_range(missing))
    return Week(days=days, holidays=holidays)


def _hours_meant(text: str) -> str:
    """Hours as people write them: `8-20`, `8.00–20.00`, `9 - 17`; empty if it is something else."""
    found = _LOOSE_SPAN.fullmatch(text)
    if found is None:
        return ""
    hour, minute, end_hour, end_minute = (int(part or 0) for part in found.groups())
    span = f"{hour:02}:{minute:02}-{end_hour:02}:{end_minute:02}"
    return span if parse_span(span) else ""


def _days_meant(text: str) -> str:
    """Days in full, or cut short, or with another sign between them: `Monday`, `Mo–Fr`; empty if it is none."""
    parts = re.split(r"\s*[-–—]\s*|\s+to\s+", text.strip().lower())
    short = "-".join(next((day for day in DAYS if part[:3] in (day, day[:2])), part) for part in parts)
    return short if days_of(short) else {"weekdays": "mon-fri", "weekend": "sat-sun"}.get(text.lower(), "")


def days_of(text: str) -> tuple[int, ...] | None:
    """The days that a key names, None if it names none."""
    if text == "every_day":
        return tuple(range(7))
    if text in DAYS:
        return (DAYS.index(text),)
    first, _, last = text.partition("-")
    if first in DAYS and last in DAYS and DAYS.index(first) < DAYS.index(last):
        return tuple(range(DAYS.index(first), DAYS.index(last) + 1))
    return None


def day_range(days: list[str]) -> str:
    """Missing days as one key, if they lie side by side."""
    first, last = DAYS.index(days[0]), DAYS.index(days[-1])
    side_by_side = last - first + 1 == len(days) and len(days) > 1
    return f"{days[0]}-{days[-1]}" if side_by_side else days[0]


WeekHours = Annotated[Week, WeekKind()]
"""A week of opening hours."""
DayHours = Annotated[Hours, HoursKind()]
"""The opening hours of one day."""
