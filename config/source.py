"""From the bytes of a content file to placed nodes, in one pass over YAML's events.

Every node knows its line and column; limits hold while reading, before anything is built. What YAML's errors mean in
plain words lives in `config.yaml_mistakes`; what the nodes mean lives in `config.fields`. No file is opened here: the
adapters hand over a `DeskFolder`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import yaml

from config.errors import FirstlineError
from config.findings import Finding, Findings
from config.place import Position
from config.yaml_mistakes import explain_parser_error, find_bad_indentation, fix_line

MAX_FILE_BYTES = 1024 * 1024
MAX_FOLDER_BYTES = 10 * 1024 * 1024
MAX_DEPTH = 20
MAX_NODES = 100_000

_TYPOGRAPHIC = re.compile(r"[„“”«‘‚][^„“”«»‘‚’\"]*[“”»’]")
_GLUED_COMMENT = re.compile(r"\s#(?=[^\s#])")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskFolder:
    """The content of a desk folder, already read from the disk."""

    root: str
    """Where the folder lies, as the person who called us would write it; only for messages."""
    content: Mapping[str, bytes]
    """Bytes of every content file by its path in the folder, with forward slashes."""
    media: Mapping[str, int] = field(default_factory=dict)
    """Size in bytes of every file under `kb/` that is not content, by its path under `kb/`."""


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """One single value, still the text that was typed."""

    position: Position
    text: str
    plain: bool
    """Written without quotes and not as a block of text."""

    @property
    def empty(self) -> bool:
        """Nothing stands after the colon; an empty text in quotes is not empty."""
        return self.plain and not self.text


@dataclass(frozen=True, slots=True)
class ListNode:
    """A list of nodes."""

    position: Position
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class BlockNode:
    """Lines of `field: value`, in their order."""

    position: Position
    entries: tuple[tuple[ScalarNode, Node], ...]

    def get(self, key: str) -> Node | None:
        """The value of a field, None if it is not there."""
        return next((value for name, value in self.entries if name.text == key), None)

    def key(self, key: str) -> ScalarNode | None:
        """The name of a field as it stands in the file."""
        return next((name for name, _ in self.entries if name.text == key), None)


Node = ScalarNode | ListNode | BlockNode


class Marked(Protocol):
    """What we need of a mark of the parser; counted from 0."""

    line: int
    column: int


class YamlWithoutMarksError(FirstlineError):
    """The YAML parser did not say where something stands."""


class _Refused(NamedTuple):
    code: str
    position: Position
    values: dict[str, Any]


class _RefusedError(Exception):
    """Carries a refusal out of the recursion; never leaves this module."""

    def __init__(self, code: str, position: Position, **values: object) -> None:
        super().__init__(code)
        self.refused = _Refused(code, position, values)


def read_nodes(file: str, data: bytes, findings: Findings) -> BlockNode | None:
    """Reads one file to its top-level block.

    Reports what is wrong as Y findings. Returns None where the file says nothing, or where a finding of rule Y ends
    its check.
    """
    if len(data) > MAX_FILE_BYTES:
        findings.report("Y21", Position(file, 1, 1), size=f"{len(data) / MAX_FILE_BYTES:.1f}")
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", errors="replace")
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        findings.report("Y15", Position(file, line, column), byte=error.start + 1)
        return None
    reader = _NodeReader(file, text, findings)
    return reader.read()


class KnownFiles:
    """Files as they were read before, for a command that watches: what did not change is not read again."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[bytes, BlockNode | None, tuple[Finding, ...]]] = {}

    def read(self, file: str, data: bytes, findings: Findings) -> BlockNode | None:
        """The same as `read_nodes`, with the same findings."""
        known = self._files.get(file)
        if known is None or known[0] != data:
            own = Findings()
            known = (data, read_nodes(file, data, own), tuple(own))
            self._files[file] = known
        findings.add(known[2])
        return known[1]


class _NodeReader:
    """Turns the events of one file into nodes."""

    def __init__(self, file: str, text: str, findings: Findings) -> None:
        self.file = file
        self.text = text
        # Lines end where they do for the parser, so also at the separators that come with pasted text.
        self.lines = [*text.splitlines(), ""]
        self.findings = findings
        self.events: Iterator[yaml.Event] = iter(())
        self.count = 0
        self.anchors: dict[str, tuple[Position, str]] = {}
        self.text_lines: set[int] = set()
        self.glued = {number for number, line in enumerate(self.lines) if _GLUED_COMMENT.search(line)}

    def read(self) -> BlockNode | None:
        try:
            node = self._read_document()
        except yaml.YAMLError as error:
            code, line, column, values = explain_parser_error(error, self.lines)
            self._report_with_fix(code, Position(self.file, line, column), **values)
            return None
        except _RefusedError as error:
            refused = error.refused
            self.findings.report(refused.code, refused.position, **refused.values)
            return None
        for code, line, column in find_bad_indentation(self.lines, within_text=self.text_lines):
            self._report_with_fix(code, Position(self.file, line, column))
            return None
        for position, word in self.anchors.values():
            self._report_with_fix("Y14", position, word=word)
        if isinstance(node, BlockNode) or node is None:
            return node
        self.findings.report("S01", node.position)
        return None

    def _report_with_fix(self, code: str, position: Position, **values: Any) -> None:  # noqa: ANN401 gaps of a message
        line = self.lines[position.line - 1] if position.line <= len(self.lines) else ""
        self.findings.report(code, position, fix=fix_line(code, line, position), **values)

    def _read_document(self) -> Node | None:
        # The C parser is asked for by name: without libyaml the program does not start.
        self.events = iter(yaml.parse(self.text, Loader=yaml.CSafeLoader))
        node: Node | None = None
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _RefusedError("Y20", self._position(event))
            elif isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent, yaml.AliasEvent)):
                node = self._read_node(event, 1)
        if isinstance(node, ScalarNode) and node.empty:
            return None
        return node

    def _position(self, event: yaml.Event) -> Position:
        mark = _mark(event.start_mark)
        return Position(self.file, mark.line + 1, mark.column + 1)

    def _read_node(self, event: yaml.Event, depth: int) -> Node:
        self.count += 1
        position = self._position(event)
        if self.count > MAX_NODES:
            raise _RefusedError("Y24", position)
        if isinstance(event, yaml.AliasEvent):
            raise _RefusedError("Y04", position)
        self._refuse_tag_note_anchor(event, position)
        if isinstance(event, yaml.ScalarEvent):
            return self._read_scalar(event, position)
        if depth > MAX_DEPTH:
            raise _RefusedError("Y23", position, depth=depth)
        if isinstance(event, yaml.SequenceStartEvent):
            return ListNode(position, tuple(self._read_items(depth)))
        return BlockNode(position, tuple(self._read_entries(depth)))

    def _refuse_tag_note_anchor(self, event: yaml.Event, position: Position) -> None:
        if not isinstance(event, yaml.NodeEvent):
            return
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise _RefusedError("Y19", position, word=str(tag).lstrip("!"))
        if event.anchor is not None:
            self.anchors[event.anchor] = (position, event.anchor)

    def _read_scalar(self, event: yaml.ScalarEvent, position: Position) -> ScalarNode:
        plain = event.style is None or event.style == ""
        if event.style in ("|", ">"):
            self.text_lines.update(range(position.line, _mark(event.end_mark).line + 1))
        node = ScalarNode(position, event.value, plain)
        if plain and self.glued and _mark(event.end_mark).line in self.glued:
            self._report_glued_comment(event, position)
        if plain and event.value[:1] in "„“”«‘‚" and _TYPOGRAPHIC.fullmatch(event.value):
            self._report_with_fix("Y11", position)
        return node

    def _report_glued_comment(self, event: yaml.ScalarEvent, position: Position) -> None:
        end = _mark(event.end_mark)
        rest = self.lines[end.line][end.column :]
        if event.value and rest[:1].isspace() and (found := re.match(r"\s+#(\S.*)", rest)):
            self._report_with_fix("Y12", position, rest=found[1].rstrip())

    def _read_items(self, depth: int) -> Iterator[Node]:
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                return
            yield self._read_node(event, depth + 1)

    def _read_entries(self, depth: int) -> Iterator[tuple[ScalarNode, Node]]:
        seen: dict[str, int] = {}
        is_told = False
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                return
            key = self._read_node(event, depth + 1)
            if not isinstance(key, ScalarNode):
                raise _RefusedError("Y02", self._braces_before(key.position))
            value = self._read_node(next(self.events), depth + 1)
            if key.text in seen:
                # Where a dash was forgotten, all fields of the entry are there twice: that is one mistake.
                if not is_told:
                    self.findings.report("Y09", key.position, field=key.text, line=seen[key.text])
                is_told = True
            else:
                seen[key.text] = key.position.line
                yield key, value

    def _braces_before(self, position: Position) -> Position:
        """The outer of two braces, where `{{ name }}` was read as a block in a block."""
        line = self.lines[position.line - 1]
        column = position.column
        return Position(self.file, position.line, column - 1 if line[column - 2 : column] == "{{" else column)


def _mark(mark: Marked | None) -> Marked:
    """A mark that the parser always sets, though its types say otherwise."""
    if mark is None:
        raise YamlWithoutMarksError
    return mark
