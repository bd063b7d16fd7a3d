"""Writes languages into texts that stand in a file, and leaves everything else there as it is.

Works on the characters of the file between the marks of the parser; called by `bot.translation`, which says what goes
where and looks afterwards whether the file says just that. `bot.renaming` asks here where values stand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import yaml

from config.place import Position

_PLAIN = re.compile(r"[^\W\d_](?:[^:#\n]|:(?=\S)|(?<=\S)#)*(?<![\s:])")
_PLAIN_INSIDE = re.compile(r"[^\W\d_][^:#,\[\]{}\n]*(?<!\s)")
_LINES = re.compile(r"[^\s\0-\x1f][^\0-\x09\x0b-\x1f]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite:
    """The languages that a text is to have."""

    position: Position
    """Where the text stands now."""
    wordings: Mapping[str, Sequence[str]]
    """What is written, by language; the other languages stay."""
    language: str
    """Of what stands there without a language, if the text has none."""


def rewrite(text: str, rewrites: Sequence[Rewrite]) -> str:
    """The content of a file with its texts in these languages; a place that is not there is passed over."""
    places = dict(_places(yaml.compose(text, Loader=yaml.CSafeLoader)))
    # From the end to the beginning, so that places before a change stay true.
    for each in sorted(rewrites, key=lambda one: one.position, reverse=True):
        place = places.get((each.position.line - 1, each.position.column - 1))
        if place is not None:
            text = _rewrite_one(text, place, each)
    return text


def find_values(text: str) -> Mapping[tuple[int, int], tuple[int, int]]:
    """Where each single value begins and ends in the text, by its line and column from 0."""
    found = {}
    stack = [yaml.compose(text, Loader=yaml.CSafeLoader)]
    while stack:
        node = stack.pop()
        if isinstance(node, yaml.ScalarNode):
            mark = node.start_mark
            found[mark.line, mark.column] = (mark.index, node.end_mark.index)
        elif isinstance(node, yaml.SequenceNode):
            stack += node.value
        elif isinstance(node, yaml.MappingNode):
            stack += [part for entry in node.value for part in entry]
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A value with what holds it."""

    node: yaml.Node
    column: int
    """Of the key before it."""
    inside: bool
    """It stands between braces."""


def _places(node: yaml.Node | None, *, inside: bool = False) -> Iterator[tuple[tuple[int, int], _Place]]:
    if isinstance(node, yaml.MappingNode):
        within = inside or bool(node.flow_style)
        for key, value in node.value:
            mark = value.start_mark
            yield (mark.line, mark.column), _Place(node=value, column=key.start_mark.column, inside=within)
            yield from _places(value, inside=within)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _places(item, inside=inside or bool(node.flow_style))


def _rewrite_one(text: str, place: _Place, each: Rewrite) -> str:
    node = place.node
    if isinstance(node, yaml.MappingNode):
        present = {key.value: value for key, value in node.value}
        inside = place.inside or bool(node.flow_style)
        column = node.start_mark.column
        for language, words in reversed(list(each.wordings.items())):
            if language not in present:
                text = _append(text, node, _entry(language, words, column, inside=inside), column, inside=inside)
        changed = [(present[code], words) for code, words in each.wordings.items() if code in present]
        for value, words in sorted(changed, key=lambda one: one[0].start_mark.index, reverse=True):
            start, end = value.start_mark.index, _end_of(text, value)
            text = text[:start].rstrip(" \n") + _value(words, column, inside=inside) + text[end:]
        return text
    old = [item.value for item in node.value] if isinstance(node, yaml.SequenceNode) else [node.value]
    everything = {each.language: old} | dict(each.wordings)
    start, end = node.start_mark.index, _end_of(text, node)
    column = place.column + 2
    entries = [_entry(language, words, column, inside=place.inside) for language, words in everything.items()]
    if place.inside:
        return f"{text[:start]}{{{', '.join(entries)}}}{text[end:]}"
    lines = "".join(f"\n{' ' * column}{entry}" for entry in entries)
    return text[:start].rstrip(" \n") + lines + text[end:]


def _append(text: str, node: yaml.MappingNode, entry: str, column: int, *, inside: bool) -> str:
    """Puts a language after those that are there."""
    if inside:
        end = node.end_mark.index - 1
        return f"{text[:end].rstrip()}, {entry}{text[end:]}"
    end = _end_of(text, node.value[-1][1])
    # What follows on the last line is a comment; the new line comes after it.
    end = text.find("\n", end) if "\n" in text[end:] else len(text)
    return f"{text[:end]}\n{' ' * column}{entry}{text[end:]}"


def _end_of(text: str, node: yaml.Node) -> int:
    """Where a value ends, without the blank lines and the comments after it."""
    end = node.end_mark.index
    chunk = text[node.start_mark.index : end].rstrip()
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        return _end_of(text, _last_of(node))
    return node.start_mark.index + len(chunk)


def _last_of(node: yaml.CollectionNode) -> yaml.Node:
    last = node.value[-1]
    found: yaml.Node = last[1] if isinstance(last, tuple) else last
    return found


def _entry(language: str, words: Sequence[str], column: int, *, inside: bool) -> str:
    return f"{language}:{_value(words, column, inside=inside)}"


def _value(words: Sequence[str], column: int, *, inside: bool) -> str:
    """What stands after the colon, with the blank or the line break before it."""
    if len(words) == 1:
        return f" {write_scalar(words[0], column, inside=inside)}"
    if inside:
        return f" [{', '.join(write_scalar(word, column, inside=True) for word in words)}]"
    return "".join(f"\n{' ' * (column + 2)}- {write_scalar(word, column + 2, inside=False)}" for word in words)


def write_scalar(text: str, column: int, *, inside: bool) -> str:
    """One text as one would write it: without quotes, in quotes, or as lines."""
    if (_PLAIN_INSIDE if inside else _PLAIN).fullmatch(text):
        return text
    body = text.rstrip("\n")
    if not inside and "\n" in body and _LINES.fullmatch(text) and text in (body, f"{body}\n"):
        lines = "".join(f"\n{' ' * (column + 2)}{line}".rstrip(" ") for line in body.split("\n"))
        return f"|{'' if text.endswith(chr(10)) else '-'}{lines}"
    return json.dumps(text, ensure_ascii=False)
