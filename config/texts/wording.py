"""Texts as data: wordings by language, each with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from config.place import NOWHERE, Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One way to say it, in one language; Markdown with `{{ }}` where customers read it."""

    text: str
    position: Position = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text in every language it was written in.

    Where the Bot speaks, several wordings of a language are used in turn; where the Customer speaks, each is a sentence
    that means this. A text without language codes stands under the desk's default language.
    """

    wordings: Mapping[str, tuple[Wording, ...]] = field(default_factory=dict)
    """By language code."""
    position: Position = field(default=NOWHERE, compare=False)

    def choose(self, language: str, default: str) -> tuple[str, tuple[Wording, ...]]:
        """The wordings for a customer: in their language, else the default one, else any.

        Returns:
            The language really used, and its wordings; no wordings if the text is empty.
        """
        for candidate in (language, default, *self.wordings):
            if found := self.wordings.get(candidate):
                return candidate, found
        return default, ()

    def sentences(self) -> Iterator[tuple[str, Wording]]:
        """Every wording with its language."""
        for language, wordings in self.wordings.items():
            for wording in wordings:
                yield language, wording

    def __bool__(self) -> bool:
        """Whether anything is written."""
        return bool(self.wordings)


EMPTY_TEXT = Text()
"""A text that nobody wrote."""
