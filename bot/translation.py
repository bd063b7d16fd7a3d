"""Texts as rows of a table for translators, and back into the files they came from.

Pure. A row is one text: its file, the way to it, and one cell a language. What a file says otherwise never changes, and
a row that no longer fits is dropped with its reason. The table itself is written by `firstline translate`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.content import FILE_KINDS
from config.findings import Findings
from config.kinds import Role
from config.kinds.spoken import Spoken
from config.layout import comments_of
from config.place import NOWHERE, Position
from config.rewriting import Rewrite, rewrite
from config.source import BlockNode, DeskFolder, ListNode, Node, ScalarNode, read_nodes
from config.walk import Spot, as_data, walk_file

BETWEEN = "\n===\n"
"""Stands between wordings that are used in turn; what customers say has one sentence a line."""
STEP = " > "
"""Stands between the steps of the way to a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One text in all its languages."""

    file: str
    path: str
    """The way to it in its file."""
    cells: Mapping[str, str]
    """By language; languages without it are left out."""
    heard: bool = field(default=False, compare=False)
    """What customers say: each line of a cell is a sentence."""
    position: Position = field(default=NOWHERE, compare=False)


Change = tuple[Row, Mapping[str, str]]
"""A text as it is, and what is new by language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of a table."""

    changed: Mapping[str, bytes]
    """Files with their new content."""
    texts: int
    """How many cells were written."""
    dropped: tuple[str, ...]
    """Why some were not."""


def rows_of(folder: DeskFolder, default: str) -> Iterator[Row]:
    """Every text that should be there in each language, file by file; files that cannot be read have none.

    Args:
        folder: The desk folder.
        default: Language of texts that name none.
    """
    for file, data in sorted(folder.content.items()):
        block = _read(file, data)
        for spot in _texts(block) if block else ():
            yield _row(file, spot, default)


def missing_in(row: Row, languages: Iterable[str]) -> tuple[str, ...]:
    """The languages in which a text is not there yet."""
    return tuple(language for language in languages if language not in row.cells)


def import_rows(folder: DeskFolder, rows: Sequence[Row], languages: Sequence[str], default: str) -> Imported:
    """Writes translations into the files.

    Args:
        folder: The desk folder.
        rows: As they came back.
        languages: The desk's languages; other cells are dropped.
        default: The language that was translated from; a text in which it differs has changed since.
    """
    known = {(row.file, row.path): row for row in rows_of(folder, default)}
    dropped: list[str] = []
    wanted: dict[str, list[Change]] = {}
    for row in rows:
        now = known.get((row.file, row.path))
        if now is None:
            dropped.append(f"{row.file}, {row.path}: there is no such text")
        elif _same(row.cells.get(default, ""), now.cells.get(default, "")):
            new = {code: text for code, text in row.cells.items() if text.strip() and code in languages}
            new = {code: text for code, text in new.items() if not _same(text, now.cells.get(code, ""))}
            if new:
                wanted.setdefault(row.file, []).append((now, new))
        else:
            dropped.append(f"{row.file}, {row.path}: its {default} text is not the one that was translated")
    changed, texts = {}, 0
    for file, changes in wanted.items():
        data = folder.content[file]
        fitting = list(_fitting(file, data, changes, default, dropped))
        if fitting:
            changed[file] = _write(data, fitting, default)
            texts += sum(len(new) for _, new in fitting)
    return Imported(changed=changed, texts=texts, dropped=tuple(dropped))


def _fitting(file: str, data: bytes, changes: Sequence[Change], default: str, dropped: list[str]) -> Iterator[Change]:
    """The changes that can be made without changing anything else; the others are dropped."""
    if _fits(file, data, changes, default):
        yield from changes
        return
    for row, new in changes:
        if _fits(file, data, [(row, new)], default):
            yield row, new
        else:
            dropped.append(f"{file}, {row.path}: write it by hand; its lines hold comments, or it cannot stand there")


def _write(data: bytes, changes: Sequence[Change], default: str) -> bytes:
    rewrites = [
        Rewrite(
            position=row.position,
            wordings={code: _wordings(row, text) for code, text in new.items()},
            language=default,
        )
        for row, new in changes
    ]
    return rewrite(data.decode("utf-8-sig").replace("\r\n", "\n"), rewrites).encode()


def _fits(file: str, data: bytes, changes: Sequence[Change], default: str) -> bool:
    """Whether the file afterwards says what it said, with these translations and all its comments."""
    before, after_data = _read(file, data), _write(data, changes, default)
    after = _read(file, after_data)
    if before is None or after is None or comments_of(data) != comments_of(after_data):
        return False
    new = {row.path: cells for row, cells in changes}
    expected = [
        {code: text.strip() for code, text in (dict(row.cells) | dict(new.get(row.path, {}))).items()}
        for row in (_row(file, spot, default) for spot in _texts(before))
    ]
    found = [{code: text.strip() for code, text in _row(file, s, default).cells.items()} for s in _texts(after)]
    return expected == found and _all_else(before) == _all_else(after)


def _all_else(block: BlockNode) -> list[object]:
    """Every single value that is no text to translate."""
    return [
        (spot.path, as_data(spot.node))
        for spot in walk_file(block, FILE_KINDS)
        if isinstance(spot.node, ScalarNode) and not isinstance(spot.kind, Spoken)
    ]


def _read(file: str, data: bytes) -> BlockNode | None:
    findings = Findings()
    block = read_nodes(file, data, findings)
    return None if findings.ended_at(file) else block


def _texts(block: BlockNode) -> Iterator[Spot]:
    return (spot for spot in walk_file(block, FILE_KINDS) if isinstance(spot.kind, Spoken) and spot.kind.complete)


def _row(file: str, spot: Spot, default: str) -> Row:
    kind, node = spot.kind, spot.node
    heard = isinstance(kind, Spoken) and kind.role is Role.HEARD
    between = "\n" if heard else BETWEEN
    cells = (
        {key.text: _cell(value, between) for key, value in node.entries}
        if isinstance(node, BlockNode)
        else {default: _cell(node, between)}
    )
    return Row(file=file, path=STEP.join(spot.path), cells=cells, heard=heard, position=node.position)


def _cell(node: Node, between: str) -> str:
    items = node.items if isinstance(node, ListNode) else (node,)
    return between.join(item.text for item in items if isinstance(item, ScalarNode))


def _wordings(row: Row, cell: str) -> list[str]:
    """The wordings of one cell again; lines end as those of the file do."""
    if row.heard:
        return [line.strip() for line in cell.splitlines() if line.strip()]
    ending = "\n" if any(known.endswith("\n") for known in row.cells.values()) else ""
    return [part.replace("\r\n", "\n").strip() + ending for part in cell.split(BETWEEN)]


def _same(one: str, other: str) -> bool:
    """Whether two cells say the same; tables change line ends and the blanks around a text."""
    return one.replace("\r\n", "\n").strip() == other.replace("\r\n", "\n").strip()
