"""The one layout of content files: what `firstline fmt` changes, and nothing else.

A schema line first, `yes` and `no`, the fields of an entry in the order of their table, no blanks at line ends. Lines
are moved as they are, so comments stay where they belong; a file that would not say the same afterwards is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from config.errors import FirstlineError
from config.fields import Block, fields_of
from config.findings import Findings, Fix
from config.fixing import apply_fixes
from config.kinds import Kind, ListOf, YesNo
from config.source import BlockNode, ListNode, ScalarNode, read_nodes
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
    """The fields of each entry of a list in the order of their table."""
    block = _read(file, text.encode())
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    for key, node in reversed(block.entries):
        kind = kinds.get(key.text)
        if not isinstance(kind, ListOf) or not isinstance(kind.of, Block) or not isinstance(node, ListNode):
            continue
        order = list(fields_of(kind.of.of))
        below = _line_after(block, key, len(lines))
        for item in reversed(node.items):
            if isinstance(item, BlockNode) and item.entries:
                _sort_fields(lines, item, order, below)
                below = item.position.line - 1
    return "".join(lines)


def _line_after(block: BlockNode, key: ScalarNode, otherwise: int) -> int:
    """The line of the next top-level key, counted from 0; the end of the file if there is none."""
    later = [other.position.line - 1 for other, _ in block.entries if other.position > key.position]
    return min(later, default=otherwise)


def _sort_fields(lines: list[str], item: BlockNode, order: Sequence[str], below: int) -> None:
    """Sorts the fields of one entry, each with the comments above it; nothing if it is not written line by line."""
    names = [key.text for key, _ in item.entries]
    starts = [key.position.line - 1 for key, _ in item.entries]
    column = item.position.column - 1
    dash = lines[starts[0]][:column]
    wanted = sorted(names, key=lambda name: order.index(name) if name in order else len(order))
    written_alone = all(not lines[start][:column].strip() for start in starts[1:])
    if wanted == names or not written_alone or dash.strip() != "-" or len(set(starts)) < len(starts):
        return
    cuts = [starts[0], *(_comments_above(lines, start, column) for start in starts[1:])]
    cuts.append(_end_of_entry(lines, starts[-1], below, column))
    parts = {name: lines[cuts[i] : cuts[i + 1]] for i, name in enumerate(names)}
    parts[names[0]][0] = " " * column + parts[names[0]][0][column:]
    first = parts[wanted[0]]
    at = next(i for i, line in enumerate(first) if line.strip() and not line.lstrip().startswith("#"))
    first[at] = dash + first[at][column:]
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
