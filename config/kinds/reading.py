"""What is needed while content is read, and what is noted down for the rules that come later."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from config.findings import Findings, Fix
from config.place import Position
from config.source import Node, ScalarNode
from config.texts import Condition, Text

MISREAD: Any = object()
"""What a kind returns when it has reported why a value cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a file that content speaks about as a whole, for example an article."""

    kind: str
    """Top-level key of the file."""
    id: str
    """Empty where the kind has no ids."""
    position: Position


class Role(StrEnum):
    """Who says a text to whom, and what it may contain."""

    SPOKEN = "spoken"
    """The Bot says it: Markdown, several wordings in turn."""
    LABEL = "label"
    """A button, a title, a caption: no Markdown."""
    HEARD = "heard"
    """The Customer says it: sentences that mean this."""
    NOTE = "note"
    """For agents; an empty value prints as a dash."""
    VALUE = "value"
    """Computed for a slot or a call; may be empty."""
    LINK = "link"
    """An address with values in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextUse:
    """One text as it was found in a file."""

    text: Text
    field: str
    role: Role
    complete: bool
    """It must be there in the default language and should be there in all."""
    item: Item


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionUse:
    """One condition as it was found in a file."""

    condition: Condition
    field: str
    item: Item


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceUse:
    """One use of an id."""

    targets: tuple[str, ...]
    """Kinds of things it may name, for example `article`."""
    id: str
    position: Position
    item: Item


@dataclass(slots=True, kw_only=True)
class Reading:
    """What kinds need while a desk folder is read, and what they note down for the rules that come later."""

    findings: Findings
    languages: tuple[str, ...] = ()
    """Of the desk; empty for a file outside any desk folder."""
    default_language: str = ""
    item: Item = field(default_factory=lambda: Item(kind="", id="", position=Position("", 0, 0)))
    texts: list[TextUse] = field(default_factory=list)
    conditions: list[ConditionUse] = field(default_factory=list)
    references: list[ReferenceUse] = field(default_factory=list)

    def report(self, code: str, position: Position, **values: Any) -> object:  # noqa: ANN401 hint, fix and gaps
        """Reports and returns `MISREAD`, so that a kind can do both in one line."""
        self.findings.report(code, position, **values)
        return MISREAD


class Kind:
    """How one kind of value is written."""

    title: ClassVar[str] = ""
    """The word for it in the reference pages."""
    absent: Any = ""
    """Stands for a required value that is missing or cannot be read, so that other rules can go on."""

    def read(self, node: Node, reading: Reading, name: str, /) -> object:
        """The value of this node, or `MISREAD` after a report.

        Args:
            node: What stands in the file.
            reading: The reading it belongs to.
            name: The field, for messages.
        """
        if not isinstance(node, ScalarNode):
            return reading.report("S07", node.position, field=name)
        return self.read_scalar(node, reading, name)

    def read_scalar(self, node: ScalarNode, reading: Reading, name: str, /) -> object:
        """The same for a single value."""
        raise NotImplementedError

    def read_entry(self, key: ScalarNode, node: Node, reading: Reading, /) -> object:
        """The same for a value under a free key."""
        return self.read(node, reading, key.text)

    def schema(self) -> dict[str, Any]:
        """JSON Schema (draft-07) of such a value."""
        return {"type": ["string", "number", "boolean"]}

    def schema_alone(self) -> dict[str, Any] | None:
        """The same where it stands for a list of one, without a dash; None if it cannot."""
        return self.schema()


def replace(node: ScalarNode, new: str) -> Fix:
    """The fix that puts another value in the place of this one."""
    return Fix(position=node.position, old=node.text, new=new)
