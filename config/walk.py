"""Every value of a file with its kind and its path, by the one table of fields.

For whatever works on files as they are written: layout, renaming, translation. What values mean is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from config.fields import Block, OneVerb, fields_of
from config.kinds import Kind, ListOf, MapOf, PerLanguage
from config.source import BlockNode, ListNode, Node, ScalarNode

_NAMES = ("id", "name", "term")
"""Fields by which an entry of a list is called, where it has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One value where it stands."""

    kind: Kind
    node: Node
    path: tuple[str, ...]
    """Top-level key, then names of entries and fields; an entry without a name is its number, from 1."""


def walk_file(block: BlockNode, kinds: Mapping[str, Kind]) -> Iterator[Spot]:
    """All values of a file, outer ones before inner ones; what has no kind is passed over.

    Args:
        block: The top-level block.
        kinds: What stands under each top-level key.
    """
    for key, node in block.entries:
        if key.text in kinds:
            yield from walk(kinds[key.text], node, (key.text,))


def walk(kind: Kind, node: Node, path: tuple[str, ...]) -> Iterator[Spot]:
    """One value and all values in it."""
    yield Spot(kind=kind, node=node, path=path)
    if isinstance(kind, Block):
        yield from _walk_block(kind, node, path)
    elif isinstance(kind, OneVerb):
        verb = next((v for v in kind.blocks if isinstance(node, BlockNode) and node.get(v) is not None), None)
        if verb is not None:
            yield from _walk_block(Block(kind.blocks[verb]), node, path)
    elif isinstance(kind, ListOf) or (isinstance(kind, PerLanguage) and not isinstance(node, BlockNode)):
        yield from _walk_items(kind.of, node, path)
    elif isinstance(kind, PerLanguage | MapOf) and isinstance(node, BlockNode):
        inner = ListOf(kind.of) if isinstance(kind, PerLanguage) else kind.of
        for key, value in node.entries:
            yield from walk(inner, value, (*path, key.text))


def _walk_block(kind: Block, node: Node, path: tuple[str, ...]) -> Iterator[Spot]:
    fields = fields_of(kind.of)
    if not isinstance(node, BlockNode):
        if kind.of.SHORTHAND:
            yield from walk(fields[kind.of.SHORTHAND].kind, node, path)
        return
    for key, value in node.entries:
        if key.text in fields:
            yield from walk(fields[key.text].kind, value, (*path, key.text))


def _walk_items(kind: Kind, node: Node, path: tuple[str, ...]) -> Iterator[Spot]:
    for number, item in enumerate(node.items if isinstance(node, ListNode) else (node,), 1):
        yield from walk(kind, item, (*path, _name_of(item) or str(number)))


def _name_of(node: Node) -> str:
    if not isinstance(node, BlockNode):
        return ""
    named = (node.get(field) for field in _NAMES)
    return next((name.text for name in named if isinstance(name, ScalarNode)), "")


def as_data(node: Node | None) -> object:
    """The content of a node without its place and form, to see whether two files say the same."""
    if isinstance(node, BlockNode):
        return {key.text: as_data(value) for key, value in node.entries}
    if isinstance(node, ListNode):
        return [as_data(item) for item in node.items]
    return node.text if node is not None else None
