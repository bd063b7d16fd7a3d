"""Values that customers, actions and slots have: their types, and how a plain text becomes one of them.

How a customer's free sentence is understood ("two weeks ago") is not here but in `kb.reading`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from config.errors import FirstlineError
from config.findings import suggest
from config.kinds import Kind, Reading
from config.source import BlockNode, ListNode, Node, ScalarNode


class Priority(StrEnum):
    """How urgent a Handoff is."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class ChannelName(StrEnum):
    """Where customers write."""

    WEB = "web"
    SLACK = "slack"
    TELEGRAM = "telegram"


class ValueKind(StrEnum):
    """What a value can be."""

    TEXT = "text"
    NUMBER = "number"
    YES_NO = "yes_no"
    DATE = "date"
    TIME = "time"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    FILE = "file"
    CHOICE = "choice"
    """One of a list of allowed values; never written by this name."""


class ValueRefusedError(FirstlineError):
    """This is not a value of the expected type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueType:
    """The type of one value."""

    kind: ValueKind
    choices: tuple[str, ...] = ()
    """The allowed values of a choice."""

    def __str__(self) -> str:
        """As it is written in a file."""
        return f"[{', '.join(self.choices)}]" if self.choices else self.kind.value

    def convert(self, raw: object) -> object:
        """A value from YAML or JSON as flows hold it: bool, number, date, time or text; None and "" are no value.

        Raises:
            ValueRefusedError: It is not of this type.
        """
        if raw is None or raw == "":
            return None
        if isinstance(raw, (dict, list)):
            raise ValueRefusedError("a list or a block is not a single value")
        if self.choices:
            return self._choose(_as_text(raw))
        try:
            return _CONVERTERS.get(self.kind, _as_text)(raw)
        except ValueError as error:
            raise ValueRefusedError(f"'{raw}' is not a {self.kind.value}") from error

    def _choose(self, text: str) -> str:
        if text not in self.choices:
            raise ValueRefusedError(f"'{text}' is not one of {', '.join(self.choices)}")
        return text


def _as_text(raw: object) -> str:
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    return str(raw)


def _as_yes_no(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    return {"yes": True, "true": True, "no": False, "false": False}.get(str(raw).lower()) or _not_no(raw)


def _not_no(raw: object) -> bool:
    if str(raw).lower() in ("no", "false"):
        return False
    raise ValueError(raw)


def _as_number(raw: object) -> float:
    if isinstance(raw, bool) or not re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", str(raw)):
        raise ValueError(raw)
    return int(str(raw)) if re.fullmatch(r"-?\d{1,15}", str(raw)) else float(str(raw))


def _as_date(raw: object) -> date:
    return raw if type(raw) is date else datetime.fromisoformat(str(raw)).date()


def _as_time(raw: object) -> time:
    return raw if isinstance(raw, time) else time.fromisoformat(str(raw))


_CONVERTERS: dict[ValueKind, Any] = {
    ValueKind.NUMBER: _as_number,
    ValueKind.YES_NO: _as_yes_no,
    ValueKind.DATE: _as_date,
    ValueKind.TIME: _as_time,
}

TEXT_TYPE = ValueType(kind=ValueKind.TEXT)
YES_NO_TYPE = ValueType(kind=ValueKind.YES_NO)


class ValueTypeKind(Kind):
    """The name of a type, or a list of allowed values."""

    title: ClassVar[str] = "value type"
    absent = TEXT_TYPE

    def read(self, node: Node, reading: Reading, name: str, /) -> object:
        """The type."""
        if isinstance(node, BlockNode):
            return reading.report("S07", node.position, field=name)
        if isinstance(node, ListNode):
            choices = tuple(item.text for item in node.items if isinstance(item, ScalarNode))
            return ValueType(kind=ValueKind.CHOICE, choices=choices)
        return self.read_scalar(node, reading, name)

    def read_scalar(self, node: ScalarNode, reading: Reading, _name: str, /) -> object:
        """The type by its name."""
        names = [kind.value for kind in ValueKind if kind is not ValueKind.CHOICE]
        if node.text not in names:
            meant = suggest(node.text, names, otherwise="", position=node.position)
            hint = meant.hint if meant.fix else ""
            return reading.report("D08", node.position, value=node.text, hint=hint)
        return ValueType(kind=ValueKind(node.text))

    def schema(self) -> dict[str, Any]:
        """A name or a list."""
        names = [kind.value for kind in ValueKind if kind is not ValueKind.CHOICE]
        return {"anyOf": [{"enum": names}, {"type": "array", "items": {"type": ["string", "number", "boolean"]}}]}


class RawValue(Kind):
    """A value whose type is said elsewhere."""

    title: ClassVar[str] = "value"
    absent = ""

    def read(self, node: Node, reading: Reading, name: str, /) -> object:
        """The text that was typed; lists and blocks keep their form."""
        if isinstance(node, ScalarNode):
            return node.text
        if isinstance(node, ListNode):
            return [self.read(item, reading, name) for item in node.items]
        return {key.text: self.read(value, reading, name) for key, value in node.entries}

    def schema(self) -> dict[str, Any]:
        """Anything."""
        return {}


ValueTypeName = Annotated[ValueType, ValueTypeKind()]
"""The type of a value."""
Raw = Annotated[Any, RawValue()]
"""A value that is converted when its type is known."""
