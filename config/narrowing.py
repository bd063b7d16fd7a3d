"""Leaves a desk in fewer languages than it is written in: what `firstline init --lang` makes of a template.

Pure, and by cutting: what stays keeps its comments and its layout. Conversation tests in a language that goes, go too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

import yaml

from config.findings import Findings
from config.kinds import Kind, Language, ListOf, PerLanguage, Spoken
from config.languages import is_language_code
from config.source import read_nodes
from config.walk import walk_file

Cut = tuple[int, int]
"""Where something that goes begins and ends, in the characters of a file."""


def narrow(
    content: Mapping[str, bytes], main: str, languages: Sequence[str], kinds: Mapping[str, Kind]
) -> Mapping[str, bytes]:
    """The files of a desk with only these languages; a file of which nothing stays is left out.

    Args:
        content: The files by name.
        main: The default language that the desk has.
        languages: What it is to have, the new default language first.
        kinds: What stands under each top-level key.
    """
    narrowed = {}
    for file, data in content.items():
        text = _narrow_texts(file, data.decode("utf-8"), languages, kinds)
        text = _narrow_tests(text, main, languages)
        text = re.sub(
            r"^ {2}languages: .*$", f"  languages: [{', '.join(languages)}]", text, count=1, flags=re.MULTILINE
        )
        text = re.sub(r"^( {2}default_language: ).*$", rf"\g<1>{languages[0]}", text, count=1, flags=re.MULTILINE)
        if not re.search(r"^conversations:\s*\Z", text, re.MULTILINE):
            narrowed[file] = text.encode()
    return narrowed


def _narrow_texts(file: str, text: str, languages: Collection[str], table: Mapping[str, Kind]) -> str:
    """Cuts the languages that go out of texts and of the lists of teams."""
    block = read_nodes(file, text.encode(), Findings())
    kinds: dict[tuple[int, int], Kind] = {}
    for spot in walk_file(block, table) if block else ():
        # A value comes before what lies in it, and both may begin at one place; the outer one says what it is.
        kinds.setdefault((spot.node.position.line - 1, spot.node.position.column - 1), spot.kind)
    cuts = _cuts(text, yaml.compose(text, Loader=yaml.CSafeLoader), kinds, languages)
    return _without(text, cuts)


def _cuts(
    text: str, node: yaml.Node | None, kinds: Mapping[tuple[int, int], Kind], languages: Collection[str]
) -> Iterator[Cut]:
    if isinstance(node, yaml.MappingNode):
        gone = [number for number, (_, value) in enumerate(node.value) if _goes(value, kinds, languages)]
        if _is_by_language(node, kinds):
            gone = [number for number, (key, _) in enumerate(node.value) if key.value not in languages]
        yield from _cut_entries(text, node, gone)
        for number, (_, value) in enumerate(node.value):
            if number not in gone:
                yield from _cuts(text, value, kinds, languages)
    elif isinstance(node, yaml.SequenceNode):
        if _is_list_of_languages(node, kinds):
            gone = [number for number, item in enumerate(node.value) if item.value not in languages]
            yield from _cut_entries(text, node, gone)
        else:
            for item in node.value:
                yield from _cuts(text, item, kinds, languages)


def _kind_of(node: yaml.Node, kinds: Mapping[tuple[int, int], Kind]) -> Kind | None:
    return kinds.get((node.start_mark.line, node.start_mark.column))


def _is_by_language(node: yaml.Node, kinds: Mapping[tuple[int, int], Kind]) -> bool:
    is_text = isinstance(_kind_of(node, kinds), Spoken | PerLanguage) and isinstance(node, yaml.MappingNode)
    return is_text and all(is_language_code(key.value) for key, _ in node.value)


def _is_list_of_languages(node: yaml.Node, kinds: Mapping[tuple[int, int], Kind]) -> bool:
    kind = _kind_of(node, kinds)
    return isinstance(kind, ListOf) and isinstance(kind.of, Language) and not kind.of.declares


def _goes(value: yaml.Node, kinds: Mapping[tuple[int, int], Kind], languages: Collection[str]) -> bool:
    """Whether nothing of a field stays, so that the field goes itself."""
    if _is_by_language(value, kinds):
        return all(key.value not in languages for key, _ in value.value)
    return _is_list_of_languages(value, kinds) and all(item.value not in languages for item in value.value)


def _cut_entries(text: str, node: yaml.CollectionNode, gone: Sequence[int]) -> Iterator[Cut]:
    """Where the entries stand that go, each with the sign or the line that belongs to it."""
    entries = [entry if isinstance(entry, tuple) else (entry, entry) for entry in node.value]
    for number in gone:
        first, last = entries[number]
        start, end = first.start_mark.index, _end_of(text, last)
        if not node.flow_style:
            line = text.rfind("\n", 0, start) + 1
            yield line, text.find("\n", end) + 1 or len(text)
        elif any(later not in gone for later in range(number + 1, len(entries))):
            yield start, entries[number + 1][0].start_mark.index
        elif number:
            yield entries[number - 1][1].end_mark.index, end
        else:
            yield start, end


def _end_of(text: str, node: yaml.Node) -> int:
    """Where a value ends, without what follows it in its lines."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end_of(text, last[1] if isinstance(last, tuple) else last)
    return node.start_mark.index + len(text[node.start_mark.index : node.end_mark.index].rstrip())


def _narrow_tests(text: str, main: str, languages: Sequence[str]) -> str:
    """Cuts the conversations whose language goes; one that had the main language says so if it is another now."""
    tree = yaml.compose(text, Loader=yaml.CSafeLoader)
    tests = _get(tree, "conversations") if isinstance(tree, yaml.MappingNode) else None
    cuts: list[Cut] = []
    said: list[int] = []
    for test in tests.value if isinstance(tests, yaml.SequenceNode) else ():
        lines = getattr(_get(test, "chat"), "value", [])
        expected = [_get(_get(line, "expect"), "language") for line in lines]
        spoken = {node.value for node in (_get(test, "language"), *expected) if isinstance(node, yaml.ScalarNode)}
        if _get(test, "language") is None:
            spoken.add(main)
            said.append(_end_of(text, _get(test, "name") or test))
        if not spoken <= set(languages):
            line = text.rfind("\n", 0, test.start_mark.index) + 1
            end = re.compile(r"[^\n]*\n(?:[ ]*\n)*").match(text, _end_of(text, test))
            cuts.append((line, end.end() if end else len(text)))
    if main != languages[0]:
        for place in sorted(said, reverse=True):
            if not any(start <= place < end for start, end in cuts):
                text = f"{text[:place]}\n    language: {main}{text[place:]}"
                cuts = [(start + _shift(start, place, main), end + _shift(end, place, main)) for start, end in cuts]
    return _without(text, cuts)


def _shift(index: int, place: int, main: str) -> int:
    """How far a place moves when a line with a language is written before it."""
    return len(f"\n    language: {main}") if index > place else 0


def _get(node: yaml.Node | None, field: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for key, value in node.value if key.value == field), None)


def _without(text: str, cuts: Iterator[Cut] | Sequence[Cut]) -> str:
    for start, end in sorted(cuts, reverse=True):
        text = text[:start] + text[end:]
    return text
