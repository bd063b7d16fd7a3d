"""What the Bot says and understands by itself: phrases and words, built in and reworded by a desk.

The built-in ones are content too: `config/builtin/*.yml`, in the same format. Nothing else in the program speaks to
customers in words of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from babel import Locale

from config.errors import FirstlineError
from config.findings import Findings, has_errors, suggest
from config.kinds import Item, MapOf, Name, Reading, Role, Spoken
from config.place import NOWHERE, Position
from config.report import format_findings
from config.source import BlockNode, Node, ScalarNode, read_nodes
from config.texts import Text, render_text

PLURALS = ("zero", "one", "two", "few", "many", "other")
"""Endings of the keys of a phrase that depends on a number."""


class UnknownPhraseError(FirstlineError):
    """There is no phrase with this key."""


class BrokenBuiltinError(FirstlineError):
    """The phrases that come with the program cannot be read."""


class PhraseKey(Name):
    """A phrase's key: a name, with a dot where it belongs to a block (`survey.question`)."""

    title = "name"

    def read_scalar(self, node: ScalarNode, _reading: Reading, _name: str, /) -> str:
        """The key as it stands; unknown ones are reported by the rules of the desk."""
        return node.text


class BuiltInTexts(MapOf):
    """Texts by key, where the keys are those that are built in."""

    def read(self, node: Node, reading: Reading, name: str, /) -> object:
        """The texts; those of a desk have known keys."""
        # What is built in is read without a desk, and is what the keys of desks are held against.
        if reading.languages and isinstance(node, BlockNode):
            node = BlockNode(node.position, tuple(self._known(node, reading, name)))
        return super().read(node, reading, name)

    def _known(self, node: BlockNode, reading: Reading, name: str) -> Iterator[tuple[ScalarNode, Node]]:
        known = self._built_in()
        for key, value in node.entries:
            if key.text in known:
                yield key, value
                continue
            found = suggest(key.text, known, otherwise="fields are:", position=key.position)
            reading.report("S03", key.position, key=key.text, owner=name, hint=found.hint, fix=found.fix)

    def _built_in(self) -> Mapping[str, Text]:
        return load_builtin().phrases if self is PHRASES else load_builtin().words

    def schema(self) -> dict[str, Any]:
        """Each key with the English text that it replaces or adds to."""
        text = self.of.schema()
        keys = {key: {"description": _in_english(known), "anyOf": [text]} for key, known in self._built_in().items()}
        return {"type": "object", "properties": keys, "additionalProperties": False}


PHRASES = BuiltInTexts(PhraseKey(), Spoken())
"""How a block of phrases is written."""
WORDS = BuiltInTexts(PhraseKey(), Spoken(role=Role.HEARD, complete=False))
"""How a block of words is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """Every phrase in every language, the desk's own wording before the built-in one."""

    default_language: str
    built_in: Mapping[str, Text] = field(default_factory=dict)
    own: Mapping[str, Text] = field(default_factory=dict)

    def say(self, key: str, language: str, /, **values: object) -> str:
        """A phrase as Markdown, in this language or else the desk's default one.

        A phrase that depends on a number is written once for each plural form (`days_one`, `days_other`); the first
        number among the values chooses.

        Raises:
            UnknownPhraseError: No phrase has this key.
            TextError: The phrase cannot be rendered.
        """
        return self._render(key, language, values, markdown=True)

    def plain(self, key: str, language: str, /, **values: object) -> str:
        """A phrase where no Markdown is read: a label, a page's own words. Raises as `say` does."""
        return self._render(key, language, values, markdown=False)

    def text(self, key: str) -> Text:
        """A phrase with all its languages: the desk's wording, filled up from the built-in one.

        Raises:
            UnknownPhraseError: No phrase has this key.
        """
        own, built_in = self.own.get(key), self.built_in.get(key)
        if own is None and built_in is None:
            raise UnknownPhraseError(f"There is no phrase '{key}'.")
        wordings = dict(built_in.wordings if built_in else {}) | dict(own.wordings if own else {})
        return Text(wordings=wordings, position=own.position if own else NOWHERE)

    def _render(self, key: str, language: str, values: Mapping[str, object], *, markdown: bool) -> str:
        text = self._find(key, language, values)
        used, wordings = text.choose(language, self.default_language)
        if not wordings:
            raise UnknownPhraseError(f"There is no phrase '{key}' in '{language}' or '{self.default_language}'.")
        return render_text(wordings[0].text, values, used, markdown=markdown)

    def __contains__(self, key: str) -> bool:
        """Whether there is such a phrase."""
        return key in self.own or key in self.built_in

    def _find(self, key: str, language: str, values: Mapping[str, object]) -> Text:
        if key in self:
            return self.text(key)
        number = next((v for v in values.values() if isinstance(v, (int, float)) and not isinstance(v, bool)), None)
        if number is not None:
            form = Locale.parse(language, sep="-").plural_form(number)
            for ending in (form, "other"):
                if f"{key}_{ending}" in self:
                    return self.text(f"{key}_{ending}")
        raise UnknownPhraseError(f"There is no phrase '{key}'.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the Bot understands by itself, in every language at once."""

    built_in: Mapping[str, Text] = field(default_factory=dict)
    own: Mapping[str, Text] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        """The keys of all lists."""
        return frozenset({*self.built_in, *self.own})

    def of(self, key: str) -> Mapping[str, tuple[str, ...]]:
        """The words for one thing by language: the built-in ones and those the desk adds."""
        found: dict[str, tuple[str, ...]] = {}
        for text in (self.built_in.get(key), self.own.get(key)):
            for language, wordings in text.wordings.items() if text else ():
                found[language] = (*found.get(language, ()), *(wording.text for wording in wordings))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltIn:
    """What comes with the program."""

    phrases: Mapping[str, Text]
    words: Mapping[str, Text]


@cache
def load_builtin() -> BuiltIn:
    """The built-in phrases and words, read once from the package.

    Raises:
        BrokenBuiltinError: A file of the package has an error; never in a release, a test holds it.
    """
    findings, sources = Findings(), {}
    phrases: dict[str, Text] = {}
    words: dict[str, Text] = {}
    for file in sorted(files("config").joinpath("builtin").iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".yml"):
            continue
        data = file.read_bytes()
        sources[file.name] = data
        block = read_nodes(file.name, data, findings)
        reading = Reading(findings=findings, item=Item(kind="phrases", id="", position=Position(file.name, 1, 1)))
        for key, node in block.entries if block else ():
            if key.text == "phrases":
                merge_texts(phrases, read_phrases(node, reading))
            elif key.text == "words":
                merge_texts(words, read_words(node, reading))
    if has_errors(findings):
        raise BrokenBuiltinError(format_findings(findings.in_order(), sources))
    return BuiltIn(phrases=phrases, words=words)


def read_phrases(node: Node, reading: Reading) -> Mapping[str, Text]:
    """One block of phrases; those of the greeting and the survey may stand as blocks of their own."""
    return _read_texts(PHRASES, node, reading)


def read_words(node: Node, reading: Reading) -> Mapping[str, Text]:
    """One block of words."""
    return _read_texts(WORDS, node, reading)


def _read_texts(kind: MapOf, node: Node, reading: Reading) -> Mapping[str, Text]:
    value = kind.read(node, reading, "phrases" if kind is PHRASES else "words")
    return value if isinstance(value, dict) else {}


def _in_english(text: Text) -> str:
    return ", ".join(wording.text for wording in text.wordings.get("en", ()))


def merge_texts(into: dict[str, Text], more: Mapping[str, Text]) -> None:
    """Adds texts language by language; a text that is there twice keeps the later wording."""
    for key, text in more.items():
        before = into.get(key)
        wordings = (dict(before.wordings) if before else {}) | dict(text.wordings)
        into[key] = Text(wordings=wordings, position=text.position)


__all__ = [
    "PLURALS", "BlockNode", "BrokenBuiltinError", "BuiltIn", "Phrases", "UnknownPhraseError", "Words", "load_builtin",
    "merge_texts", "read_phrases", "read_words",
]  # fmt: skip
