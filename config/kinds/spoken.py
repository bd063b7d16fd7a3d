"""Kinds of texts: in one language or in several, said, heard, or computed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from config.findings import Fix, suggest
from config.kinds.reading import MISREAD, Kind, Reading, Role, TextUse
from config.kinds.several import ListOf
from config.languages import find_language, is_language_code
from config.source import BlockNode, Node, ScalarNode
from config.texts import EMPTY_TEXT, Text, Wording

ReadOne = Callable[[Node, Reading, str, str], object]
"""Reads what stands under one language: node, reading, field, language."""
NO_WORDING = Wording(text="")

_LANGUAGE_KEY = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")


@dataclass(frozen=True, slots=True, eq=False)
class Language(Kind):
    """A language code; one of the desk's, where it does not say which languages the desk has."""

    title: ClassVar[str] = "language"
    declares: bool = False
    absent: str = ""

    def read_scalar(self, node: ScalarNode, reading: Reading, _name: str, /) -> object:
        """The code."""
        if not is_language_code(node.text):
            return reading.report("S16", node.position, value=node.text, hint=_code_meant(node.text))
        if not self.declares and reading.languages and node.text not in reading.languages:
            return report_unknown_language(node, reading)
        return node.text


@dataclass(frozen=True, slots=True, eq=False)
class Note(Kind):
    """A plain text that may hold values: for agents, or computed."""

    title: ClassVar[str] = "plain with {{ }}"
    role: Role = Role.NOTE
    absent: Any = NO_WORDING

    def read_scalar(self, node: ScalarNode, reading: Reading, name: str, /) -> Wording:
        """The text with its place."""
        note_text(node, self.role, reading, name)
        return Wording(text=node.text, position=node.position)


@dataclass(frozen=True, slots=True, eq=False)
class Spoken(Kind):
    """A text, or one per language."""

    title: ClassVar[str] = "text"
    role: Role = Role.SPOKEN
    complete: bool = True
    absent: Any = EMPTY_TEXT

    def read(self, node: Node, reading: Reading, name: str, /) -> object:
        """The text with all its wordings."""
        wordings = per_language(node, reading, name, _read_wordings)
        text = Text(wordings=wordings, position=node.position)
        reading.texts.append(TextUse(text=text, field=name, role=self.role, complete=self.complete, item=reading.item))
        return text

    def schema(self) -> dict[str, Any]:
        """A text, a list, or either per language."""
        return {"$ref": "#/definitions/text"}


@dataclass(frozen=True, slots=True, eq=False)
class PerLanguage(Kind):
    """A list of something, or one such list per language."""

    title: ClassVar[str] = "per language"
    of: Kind
    absent: Any = field(default_factory=dict)

    def read(self, node: Node, reading: Reading, name: str, /) -> object:
        """Tuples by language."""
        return per_language(
            node, reading, name, lambda inner, reading, name, _: ListOf(self.of).read(inner, reading, name)
        )

    def schema(self) -> dict[str, Any]:
        """The list, or a block of lists."""
        items = ListOf(self.of).schema()
        return {"anyOf": [items, {"type": "object", "additionalProperties": items}]}


def per_language(node: Node, reading: Reading, name: str, read: ReadOne) -> dict[str, Any]:
    """What stands under a field by language.

    Args:
        node: One value, or a block with a language before each value.
        reading: The reading it belongs to.
        name: The field, for messages.
        read: Reads one value: `(node, reading, field, language)`.
    """
    if not isinstance(node, BlockNode) or _sentence_taken_for_field(node) is not None:
        value = read(node, reading, name, reading.default_language)
        return {} if value is MISREAD else {reading.default_language: value}
    values = {}
    for key, inner in node.entries:
        if not _LANGUAGE_KEY.fullmatch(key.text):
            meant = find_language(key.text)
            hint = f"did you mean '{meant}'?" if meant in reading.languages else None
            reading.report("T03", key.position, value=key.text, hint=hint)
            continue
        if reading.languages and key.text not in reading.languages:
            report_unknown_language(key, reading)
            continue
        if isinstance(inner, ScalarNode) and inner.empty:
            reading.report("S08", inner.position, field=key.text)
            continue
        value = read(inner, reading, name, key.text)
        if value is not MISREAD:
            values[key.text] = value
    return values


def _read_wordings(node: Node, reading: Reading, name: str, language: str) -> object:
    if isinstance(node, ScalarNode):
        return (Wording(text=node.text, position=node.position),)
    if isinstance(node, BlockNode):
        wording = _read_wording(node, reading, name, language)
        return MISREAD if wording is MISREAD else (wording,)
    wordings = (_read_wording(item, reading, name, language) for item in node.items)
    return tuple(wording for wording in wordings if wording is not MISREAD)


def _read_wording(node: Node, reading: Reading, name: str, language: str) -> object:
    if isinstance(node, ScalarNode):
        if node.empty:
            return reading.report("S08", node.position, field=name)
        return Wording(text=node.text, position=node.position)
    if isinstance(node, BlockNode) and (sentence := _sentence_taken_for_field(node)) is not None:
        start = sentence.split(": ", 1)[0]
        quoted = '"' + sentence.replace('"', '\\"') + '"'
        fix = Fix(position=node.position, old=sentence, new=quoted)
        reading.report("Y13", node.position, start=start, fix=fix)
        return Wording(text=sentence, position=node.position)
    shown = f" ({language})" if language else ""
    return reading.report("T05", node.position, field=name, language=shown)


def _sentence_taken_for_field(node: BlockNode) -> str | None:
    """The sentence that was meant, where its colon made YAML read it as a field."""
    if len(node.entries) != 1:
        return None
    key, value = node.entries[0]
    if not isinstance(value, ScalarNode) or _LANGUAGE_KEY.fullmatch(key.text) or not key.plain:
        return None
    looks_like_sentence = " " in key.text or key.text[:1].isupper()
    return f"{key.text}: {value.text}" if looks_like_sentence else None


def note_text(node: ScalarNode, role: Role, reading: Reading, name: str) -> None:
    """Notes a text without languages for the rules on names."""
    text = Text(wordings={"": (Wording(text=node.text, position=node.position),)}, position=node.position)
    reading.texts.append(TextUse(text=text, field=name, role=role, complete=False, item=reading.item))


def _code_meant(text: str) -> str | None:
    """The hint for what is no language code, None where nobody knows what was meant."""
    codes = re.split(r"[\s,;]+", text)
    if len(codes) > 1 and all(map(is_language_code, codes)):
        return f"write a list: [{', '.join(codes)}]"
    meant = find_language(text)
    return f"did you mean '{meant}'?" if meant else None


def report_unknown_language(node: ScalarNode, reading: Reading) -> object:
    """Reports a language that the desk does not have."""
    known = find_language(node.text)
    known = known if known in reading.languages else None
    meant = suggest(node.text, reading.languages, otherwise="", position=node.position, meant=known)
    hint = f"add it to 'languages' in config/desk.yml, or {meant.hint}" if meant.fix else None
    return reading.report("T02", node.position, value=node.text, languages=", ".join(reading.languages), hint=hint)
