"""Kinds that hold others: lists, and blocks whose keys are free."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from config.findings import Fix
from config.kinds.reading import MISREAD, Kind, Reading
from config.source import BlockNode, ListNode, Node, ScalarNode


@dataclass(frozen=True, slots=True, eq=False)
class ListOf(Kind):
    """A list; with one single value it may be written without the dash."""

    title: ClassVar[str] = "list"
    of: Kind
    absent: Any = ()

    def read(self, node: Node, reading: Reading, name: str, /) -> object:
        """A tuple of what could be read."""
        if isinstance(node, BlockNode):
            fix = Fix(position=node.position, old="", new="- ", moves_block=True) if in_lines(node) else None
            return reading.report("S05", node.position, field=name, fix=fix)
        items = node.items if isinstance(node, ListNode) else (node,)
        values = []
        for item in items:
            if isinstance(item, ScalarNode) and item.empty and self.of.title != "step":
                reading.report("S08", item.position, field=name)
                continue
            value = self.of.read(item, reading, name)
            if value is not MISREAD:
                values.append(value)
        return tuple(values)

    def schema(self) -> dict[str, Any]:
        """The list, or one entry where it needs no dash."""
        listed = {"type": "array", "items": self.of.schema()}
        alone = self.of.schema_alone()
        return listed if alone is None else {"anyOf": [listed, alone]}


def in_lines(node: BlockNode) -> bool:
    """Whether a block is written line by line, not between braces."""
    return bool(node.entries) and node.entries[0][0].position == node.position


@dataclass(frozen=True, slots=True, eq=False)
class MapOf(Kind):
    """A block whose keys are free."""

    title: ClassVar[str] = "block"
    keys: Kind
    of: Kind
    absent: Any = field(default_factory=dict)

    def read(self, node: Node, reading: Reading, name: str, /) -> object:
        """A mapping of what could be read."""
        if not isinstance(node, BlockNode):
            return reading.report("S06", node.position, field=name)
        values: dict[Any, Any] = {}
        for key_node, value_node in node.entries:
            key = self.keys.read(key_node, reading, name)
            if isinstance(value_node, ScalarNode) and value_node.empty:
                reading.report("S08", value_node.position, field=key_node.text)
                continue
            value = self.of.read_entry(key_node, value_node, reading)
            if key is not MISREAD and value is not MISREAD:
                values[key] = value
        return values

    def schema(self) -> dict[str, Any]:
        """Any key."""
        return {"type": "object", "additionalProperties": self.of.schema()}
