"""Kinds of values that lead somewhere else: links, files, ids of other things, conditions on names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from config.kinds.reading import ConditionUse, Kind, Reading, ReferenceUse, Role
from config.kinds.spoken import note_text
from config.source import ScalarNode
from config.texts import Condition

_LINK = re.compile(r"(https?://\S+|mailto:\S+@\S+|tel:\+?[\d ()-]+)")


@dataclass(frozen=True, slots=True, eq=False)
class Link(Kind):
    """A full link, which may hold values."""

    title: ClassVar[str] = "link"
    absent: str = ""

    def read_scalar(self, node: ScalarNode, reading: Reading, name: str, /) -> object:
        """The link."""
        if "{{" in node.text:
            note_text(node, Role.LINK, reading, name)
            return node.text
        if not _LINK.fullmatch(node.text):
            return reading.report("S17", node.position, value=node.text)
        if node.text.startswith("http://") and not is_loopback(node.text):
            reading.report("S18", node.position)
        return node.text


@dataclass(frozen=True, slots=True, eq=False)
class File(Kind):
    """A path under `kb/`."""

    title: ClassVar[str] = "file"
    image: bool = False
    absent: str = ""

    def read_scalar(self, node: ScalarNode, reading: Reading, _name: str, /) -> str:
        """The path; rules R03 and A15 look for the file."""
        target = "image" if self.image else "file"
        reading.references.append(
            ReferenceUse(targets=(target,), id=node.text, position=node.position, item=reading.item)
        )
        return node.text


@dataclass(frozen=True, slots=True, eq=False)
class Ref(Kind):
    """The id of something else."""

    title: ClassVar[str] = "→"
    targets: tuple[str, ...]
    absent: str = ""

    def read_scalar(self, node: ScalarNode, reading: Reading, _name: str, /) -> str:
        """The id; rules R look for it."""
        reading.references.append(
            ReferenceUse(targets=self.targets, id=node.text, position=node.position, item=reading.item)
        )
        return node.text

    def schema(self) -> dict[str, Any]:
        """A text."""
        return {"type": "string"}


class ConditionKind(Kind):
    """A condition."""

    title = "condition"
    absent = Condition(source="no_value")

    def read_scalar(self, node: ScalarNode, reading: Reading, name: str, /) -> Condition:
        """The condition; rules T look into it."""
        condition = Condition(source=node.text, position=node.position)
        reading.conditions.append(ConditionUse(condition=condition, field=name, item=reading.item))
        return condition

    def schema(self) -> dict[str, Any]:
        """A text."""
        return {"type": ["string", "boolean"]}


def is_loopback(link: str) -> bool:
    """Whether a link stays on this machine."""
    return re.match(r"https?://(localhost|127(\.\d+){3}|\[::1\])([:/]|$)", link) is not None
