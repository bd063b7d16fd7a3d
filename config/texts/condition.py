"""Conditions: one expression that is true or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from config.place import NOWHERE, Position
from config.texts.environment import EmptyValueError, Printing, TextError
from config.texts.template import evaluate


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One expression as an editor wrote it, for example `plan == 'home' and not outage.active`."""

    source: str
    position: Position = field(default=NOWHERE, compare=False)

    def holds(self, values: Mapping[str, object]) -> bool:
        """Whether it is true for these values.

        An empty value is false, and so is a comparison of things that cannot be compared, for example of a text with a
        date: no value a customer types may stop a conversation.
        """
        try:
            return bool(evaluate(self.source, values, Printing("en", markdown=False, empty=None)))
        except (TextError, EmptyValueError):
            return False
