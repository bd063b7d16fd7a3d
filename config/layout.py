"""The one layout of content files: what `firstline fmt` changes, and nothing else.

A schema line first, `yes` and `no`, the fields of an entry in the order of their table, no blanks at line ends. Lines
are moved as they are, so comments stay where they belong; a file that would not say the same afterwards is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import yaml

from config.errors import FirstlineError
from config.fields import Block, OneVerb, Placed, fields_of
from config.findings import Findings, Fix
from config.fixing import apply_fixes
from config.kinds import Kind, ListOf, MapOf, PerLanguage, Plain, YesNo
from config.source import BlockNode, ListNode, Node, ScalarNode, read_nodes
from config.walk import as_data, walk_file

SCHEMA_LINE = "# yaml-language-server: $schema="
_WORDS = {"true": "yes", "false": "no"}
_LINE_BREAK = re.compile(r"\r\n?")
_AT_LINE_END = re.compile(r"[ \t]+$")


class LayoutError(FirstlineError):
    """This file cannot be laid out."""


def lay_out(file: str, data: bytes, kinds: Mapping[str, Kind]) -> bytes:
    """A file in the one layout; laid out again, it does not change.

    Args:
        file: Its path in the desk folder, for the way to the schemas.
        data: What stands in it.
        kinds: What stands under each top-level key.

    Raises:
        LayoutError: It cannot be read, or cannot be laid out without changing what it says.
    """
    before = _read(file, data)
    text = _LINE_BREAK.sub("\n", data.decode("utf-8-sig").lstrip("\ufeff"))
    text = apply_fixes(text, _yes_and_no(before, kinds))
    text = _in_order(file, text, kinds)
    text = _with_schema(file, text, next((key.text for key, _ in before.entries if key.text in kinds), None))
    text = _without_trailing_blanks(text, data)
    after = text.encode()
    if not _says_the_same(data, after, file):
        raise LayoutError(f"{file} cannot be laid out without changing what it says; it is left as it is.")
    return after


def _read(file: str, data: bytes) -> BlockNode:
    findings = Findings()
    block = read_nodes(file, data, findings)
    if block is None or findings.ended_at(file):
        raise LayoutError(f"{file} cannot be read; firstline check {file} says why.")
    return block


def _yes_and_no(block: BlockNode, kinds: Mapping[str, Kind]) -> list[Fix]:
    return [
        Fix(position=spot.node.position, old=spot.node.text, new=_WORDS[spot.node.text])
        for spot in walk_file(block, kinds)
        if isinstance(spot.kind, YesNo) and isinstance(spot.node, ScalarNode) and spot.node.text in _WORDS
    ]


def _with_schema(file: str, text: str, kind: str | None) -> str:
    if kind is None or "/" not in file:
        return text
    line = f"{SCHEMA_LINE}{'../' * file.count('/')}.schema/{kind}.schema.json\n"
    body = text.split("\n", 1)[-1] if text.startswith(SCHEMA_LINE) else text
    return line + body


def _without_trailing_blanks(text: str, data: bytes) -> str:
    """Blanks go where they mean nothing; inside a text of several lines two of them break the line."""
    if "|" in text or ">" in text:
        kept = [line if not _AT_LINE_END.fullmatch(line) else "" for line in text.split("\n")]
    else:
        kept = [_AT_LINE_END.sub("", line) for line in text.split("\n")]
    joined = "\n".join(kept)
    return joined if joined.endswith("\n") or not data else f"{joined}\n"


def _in_order(file: str, text: str, kinds: Mapping[str, Kind]) -> str:
    """The fields of each block in the order of their table, however deep it lies."""
    text = _in_order_between_braces(file, text, kinds)
    block = _read(file, text.encode())
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    below = len(lines)
    for key, node in reversed(block.entries):
        if key.text in kinds:
            _sort_inside(lines, kinds[key.text], node, below)
        below = key.position.line - 1
    return "".join(lines)


def _sort_inside(lines: list[str], kind: Kind, node: Node, below: int) -> None:
    """Sorts what lies in a value, then the value: a field moves with all that stands in it.

    Args:
        lines: Of the file.
        kind: Of the value.
        node: The value.
        below: The line after the last one that may belong to it, counted from 0.
    """
    end = below
    for inner, value, line in reversed(list(_parts(kind, node))):
        _sort_inside(lines, inner, value, end)
        end = line
    block = _block_of(kind, node)
    if block is not None and isinstance(node, BlockNode) and node.entries:
        _sort_fields(lines, node, _order_of(kind, block, node), below)


def _parts(kind: Kind, node: Node) -> Iterator[tuple[Kind, Node, int]]:
    """The values right inside a value, each with the line on which it begins, counted from 0."""
    block = _block_of(kind, node)
    if isinstance(node, ListNode) and isinstance(kind, ListOf | PerLanguage):
        yield from ((kind.of, item, item.position.line - 1) for item in node.items)
    elif isinstance(node, BlockNode) and isinstance(kind, PerLanguage | MapOf):
        of = ListOf(kind.of) if isinstance(kind, PerLanguage) else kind.of
        yield from ((of, value, key.position.line - 1) for key, value in node.entries)
    elif isinstance(node, BlockNode) and block is not None:
        fields = fields_of(block)
        for key, value in node.entries:
            yield fields[key.text].kind if key.text in fields else Plain(), value, key.position.line - 1


def _block_of(kind: Kind, node: Node) -> type[Placed] | None:
    """The table of a value's fields, None if it has none."""
    if isinstance(kind, OneVerb) and isinstance(node, BlockNode):
        return next((block for verb, block in kind.blocks.items() if node.get(verb) is not None), None)
    return kind.of if isinstance(kind, Block) else None


def _order_of(kind: Kind, block: type[Placed], node: BlockNode) -> Sequence[str]:
    """The order of the table; what a step does comes right after its id."""
    order = list(fields_of(block))
    if not isinstance(kind, OneVerb):
        return order
    verb = next(verb for verb in kind.blocks if node.get(verb) is not None)
    return ["id", verb, *(name for name in order if name not in ("id", verb))]


def _in_order_between_braces(file: str, text: str, kinds: Mapping[str, Kind]) -> str:
    """The same for blocks that stand in one line, `{label: Yes, goto: end}`."""
    tree = yaml.compose(text, Loader=yaml.CSafeLoader)
    flat = {(place.line, place.column): node for place, node in _flat_blocks(tree)}
    # Inner blocks come after outer ones, and sorting one keeps the place of the other.
    for spot in reversed(list(walk_file(_read(file, text.encode()), kinds))):
        block = _block_of(spot.kind, spot.node)
        node = flat.get((spot.node.position.line - 1, spot.node.position.column - 1))
        if block is None or node is None or not isinstance(spot.node, BlockNode):
            continue
        order = _order_of(spot.kind, block, spot.node)
        spans = [(key.value, key.start_mark.index, value.end_mark.index) for key, value in node.value]
        parts = [text[start:end] for _, start, end in sorted(spans, key=lambda span: _rank(span[0], order))]
        for (_, start, end), part in reversed(list(zip(spans, parts, strict=True))):
            text = text[:start] + part + text[end:]
    return text


def _flat_blocks(node: yaml.Node | None) -> Iterator[tuple[yaml.Mark, yaml.MappingNode]]:
    if isinstance(node, yaml.MappingNode):
        if node.flow_style and node.start_mark.line == node.end_mark.line:
            yield node.start_mark, node
        for _, value in node.value:
            yield from _flat_blocks(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _flat_blocks(item)


def _rank(name: str, order: Sequence[str]) -> int:
    return order.index(name) if name in order else len(order)


def _sort_fields(lines: list[str], item: BlockNode, order: Sequence[str], below: int) -> None:
    """Sorts the fields of one block, each with the comments above it; nothing if it is not written line by line."""
    names = [key.text for key, _ in item.entries]
    starts = [key.position.line - 1 for key, _ in item.entries]
    column = item.position.column - 1
    dash = lines[starts[0]][:column]
    wanted = sorted(names, key=lambda name: _rank(name, order))
    written_alone = all(not lines[start][:column].strip() for start in starts[1:])
    if wanted == names or not written_alone or dash.strip() not in ("", "-") or len(set(starts)) < len(starts):
        return
    first = starts[0] if dash.strip() else _comments_above(lines, starts[0], column)
    cuts = [first, *(_comments_above(lines, start, column) for start in starts[1:])]
    cuts.append(_end_of_entry(lines, starts[-1], below, column))
    parts = {name: lines[cuts[i] : cuts[i + 1]] for i, name in enumerate(names)}
    if dash.strip():
        parts[names[0]][0] = " " * column + parts[names[0]][0][column:]
        moved = parts[wanted[0]]
        at = next(i for i, line in enumerate(moved) if line.strip() and not line.lstrip().startswith("#"))
        moved[at] = dash + moved[at][column:]
    lines[cuts[0] : cuts[-1]] = [line for name in wanted for line in parts[name]]


def _comments_above(lines: Sequence[str], start: int, column: int) -> int:
    """Where the comments begin that stand right above a field."""
    while lines[start - 1].startswith(" " * column + "#"):
        start -= 1
    return start


def _end_of_entry(lines: Sequence[str], last: int, below: int, column: int) -> int:
    """The line after the last one that belongs to an entry; blank lines and outer comments after it do not."""
    end = below
    while end - 1 > last and (
        not lines[end - 1].strip()
        or (lines[end - 1].lstrip().startswith("#") and not lines[end - 1].startswith(" " * column))
    ):
        end -= 1
    return end


def _says_the_same(before: bytes, after: bytes, file: str) -> bool:
    """Whether both hold the same content and the same comments; yes and true are the same."""
    return _content(before, file) == _content(after, file) and comments_of(before) == comments_of(after)


def _content(data: bytes, file: str) -> object:
    return _plain(as_data(_read(file, data)))


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return _WORDS.get(str(value), value)


def comments_of(data: bytes) -> Counter[str]:
    """Every line with a sign of a comment in it, without its indentation, its dash and the schema."""
    lines = (line.strip().removeprefix("- ") for line in data.decode("utf-8-sig").splitlines())
    found = Counter(line[line.index("#") :] for line in lines if "#" in line)
    return Counter({line: times for line, times in found.items() if not line.startswith(SCHEMA_LINE)})
