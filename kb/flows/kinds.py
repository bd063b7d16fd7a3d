"""Kinds of values that only Flows have: jumps and patterns."""

from __future__ import annotations

from typing import Annotated, Any

from config.kinds import Kind, Reading
from config.source import ScalarNode
from kb.flows.patterns import Pattern, PatternError, UnavailableError, compile_pattern

JUMP_WORDS = ("next", "end", "escalate")
"""Jumps that are not ids of Steps."""


class StepRefKind(Kind):
    """The id of a Step of the same Flow; `kb.flows.check` looks for it."""

    title = "→ step"

    def read_scalar(self, node: ScalarNode, _reading: Reading, _name: str, /) -> str:
        """The id."""
        return node.text

    def schema(self) -> dict[str, Any]:
        """A text."""
        return {"type": "string"}


class JumpKind(StepRefKind):
    """`next`, `end`, `escalate` or the id of a Step."""

    title = "jump"


class PatternKind(Kind):
    """An RE2 expression."""

    title = "pattern"
    absent = Pattern(source="")

    def read_scalar(self, node: ScalarNode, reading: Reading, _name: str, /) -> object:
        """The pattern, compiled once to see that it is valid."""
        try:
            compile_pattern(node.text)
        except UnavailableError as error:
            return reading.report("F17", node.position, part=str(error))
        except PatternError as error:
            return reading.report("F12", node.position, detail=str(error))
        return Pattern(source=node.text, position=node.position)

    def schema(self) -> dict[str, Any]:
        """A text."""
        return {"type": "string", "maxLength": 500}


StepRef = Annotated[str, StepRefKind()]
"""The id of a Step of the same Flow."""
JumpText = Annotated[str, JumpKind()]
"""Where a Flow goes on."""
PatternText = Annotated[Pattern, PatternKind()]
"""An expression that an answer must fit."""
