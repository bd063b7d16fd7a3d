"""The dataclasses are the field table: this reader turns nodes into them, and knows no block by name.

The annotation of a field is its kind of value, its default the default; both are looked up once a class. A trailing
underscore is not part of a field's name (`if_` is written `if`). `config.schema` reads the same table.
"""

from __future__ import annotations

import dataclasses
import re
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, ClassVar, Union, get_args, get_origin, get_type_hints

from config import kinds
from config.findings import Fix, suggest
from config.kinds import MISREAD, FromKey, Kind, ListOf, MapOf, Reading, in_lines
from config.place import NOWHERE, Position
from config.source import BlockNode, ListNode, Node, ScalarNode
from config.texts import Condition, Text

FOREIGN_WORDS = {
    "utterances": "questions", "examples": "questions", "response": "answer", "collect": "ask", "utter": "say",
    "action": "call", "next": "goto", "handoff": "escalate", "transfer": "escalate",
}  # fmt: skip
"""Fields of other products, and what they are called here."""
LISTS_OF_FIELDS = {
    "steps": "flows", "starts_when": "flows", "questions": "articles", "answer": "articles", "says": "smalltalk",
    "reply": "smalltalk", "term": "glossary", "means": "glossary", "chat": "conversations", "shortcut": "replies",
}  # fmt: skip
"""Fields that tell in which list an entry belongs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a block stands, and which of its fields could not be read."""

    node: BlockNode = field(default=BlockNode(NOWHERE, ()))
    misread: frozenset[str] = frozenset()
    """Fields with a finding of their own, known or not; a rule that depends on one stays silent."""
    key: Position = NOWHERE
    """Where the key stands under which the block was written, if it has one."""

    @property
    def position(self) -> Position:
        """The first character of the block."""
        return self.node.position

    def has(self, name: str) -> bool:
        """Whether the field was written."""
        return self.node.get(name) is not None

    def names(self) -> tuple[str, ...]:
        """The fields that were written, in their order."""
        return tuple(key.text for key, _ in self.node.entries)

    def at(self, *path: str | int) -> Position:
        """The first character of a value; of the nearest thing around it, if it is not written."""
        node: Node = self.node
        for step in path:
            inner = _step_into(node, step)
            if inner is None:
                break
            node = inner
        return node.position

    def key_at(self, *path: str) -> Position:
        """The first character of a field's name; of the block, if it is not written."""
        node: Node | None = self.node
        for step in path[:-1]:
            node = node.get(step) if isinstance(node, BlockNode) else None
        key = node.key(path[-1]) if isinstance(node, BlockNode) else None
        return key.position if key else self.at(*path[:-1])


def _step_into(node: Node, step: str | int) -> Node | None:
    if isinstance(step, str):
        return node.get(step) if isinstance(node, BlockNode) else None
    if isinstance(node, ListNode):
        return node.items[step] if step < len(node.items) else None
    return node if step == 0 else None


NO_PLACE = Place()
"""For blocks that no file holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A block of content: it knows its place."""

    SHORTHAND: ClassVar[str] = ""
    """A single value or a list in place of the block is this field."""

    place: Place = field(default=NO_PLACE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a block."""

    attribute: str
    """In Python."""
    name: str
    """In the file."""
    kind: Kind
    required: bool
    default: object = None
    """What holds where it is left out; None if that is nothing, or a block of its own."""


def fields_of(block: type[Placed]) -> Mapping[str, Field]:
    """The fields of a block by their name in the file, in their order."""
    return _fields_of(block)  # type: ignore[arg-type]  # mypy asks whether a block is hashable, not its class


@cache
def _fields_of(block: type[Placed]) -> Mapping[str, Field]:
    hints = get_type_hints(block, include_extras=True)
    table = {}
    for each in dataclasses.fields(block):
        kind = None if each.name == "place" else kind_of(hints[each.name])
        if kind is None or isinstance(kind, FromKey):
            continue
        required = each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING
        name = each.name.rstrip("_")
        default = None if required else each.default
        table[name] = Field(attribute=each.name, name=name, kind=kind, required=required, default=default)
    return table


@cache
def _key_attribute(block: type) -> str | None:
    """The attribute that takes the key under which a block stands."""
    hints = get_type_hints(block, include_extras=True)
    return next((f.name for f in dataclasses.fields(block) if isinstance(kind_of(hints[f.name]), FromKey)), None)


_SIMPLE: Mapping[Any, Kind] = {
    str: kinds.Plain(), bool: kinds.YesNo(), int: kinds.Number(whole=True), float: kinds.Number(), date: kinds.Date(),
    datetime: kinds.Moment(), timedelta: kinds.Length(), Text: kinds.Spoken(), Condition: kinds.ConditionKind(),
}  # fmt: skip


def kind_of(annotation: Any) -> Kind:  # noqa: ANN401 whatever stands after the colon of a field
    """The kind that an annotation stands for."""
    if get_origin(annotation) is Annotated:
        return next(part for part in annotation.__metadata__ if isinstance(part, Kind))
    if annotation in _SIMPLE:
        return _SIMPLE[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType) and types.NoneType not in arguments:
        return OneVerb({block.verb: block for block in arguments})
    if origin in (Union, types.UnionType):
        return kind_of(next(a for a in arguments if a is not type(None)))
    if origin is tuple:
        return ListOf(kind_of(arguments[0]))
    if origin is not None and issubclass(origin, Mapping):
        return MapOf(kind_of(arguments[0]), kind_of(arguments[1]))
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return kinds.Choice(annotation)
    if isinstance(annotation, type) and issubclass(annotation, Placed):
        return Block(annotation)
    if annotation is Place:
        return kinds.Plain()
    raise TypeError(f"No kind of value stands for {annotation!r}.")


@dataclass(frozen=True, slots=True, eq=False)
class Block(Kind):
    """A block with fields of its own."""

    title: ClassVar[str] = "block"
    of: type[Placed]
    absent: Any = None

    def read(self, node: Node, reading: Reading, name: str, /) -> object:
        """The block."""
        return read_block(self.of, node, reading, name)

    def read_entry(self, key: ScalarNode, node: Node, reading: Reading, /) -> object:
        """The block, which learns its key."""
        return read_block(self.of, node, reading, key.text, key=key)

    def schema(self) -> dict[str, Any]:
        """Written once, under its name."""
        return {"$ref": f"#/definitions/{self.of.__name__}"}

    def schema_alone(self) -> dict[str, Any] | None:
        """Its one field that may stand for the block."""
        return fields_of(self.of)[self.of.SHORTHAND].kind.schema() if self.of.SHORTHAND else None


class OneVerb(Kind):
    """A block whose one verb says which block it is."""

    title = "step"

    def __init__(self, blocks: Mapping[str, type[Any]]) -> None:
        """Takes the blocks by their verb."""
        self.blocks = blocks

    def read(self, node: Node, reading: Reading, name: str, /) -> object:
        """The block of its verb."""
        if isinstance(node, ScalarNode):
            return self._read_alone(node, reading)
        if isinstance(node, ListNode):
            return reading.report("S06", node.position, field=name)
        verbs = [key for key, _ in node.entries if key.text in self.blocks]
        if not verbs:
            return self._report_no_verb(node, reading)
        if len(verbs) > 1:
            fix = _split_before(node, verbs[1])
            reading.report("F04", node.position, first=verbs[0].text, second=verbs[1].text, fix=fix)
            others = {verb.text for verb in verbs[1:]}
            node = BlockNode(node.position, tuple(e for e in node.entries if e[0].text not in others))
        verb = verbs[0].text
        return read_block(self.blocks[verb], node, reading, name, owner=f"a step with '{verb}'")

    def _read_alone(self, node: ScalarNode, reading: Reading) -> object:
        if node.empty:
            return reading.report("F02", node.position)
        block = self.blocks.get(node.text)
        if block is not None and block.alone:
            return block(place=Place(node=BlockNode(node.position, ())))
        meant = suggest(node.text, [verb for verb, b in self.blocks.items() if b.alone], otherwise="")
        hint = meant.hint if "did you mean" in meant.hint else f"write  - say: {node.text}"
        if block is not None:
            hint = f"write  - {node.text}: ..."
        return reading.report("F01", node.position, value=node.text, hint=hint)

    def _report_no_verb(self, node: BlockNode, reading: Reading) -> object:
        for key, _ in node.entries:
            meant = FOREIGN_WORDS.get(key.text)
            found = suggest(
                key.text,
                self.blocks,
                otherwise="",
                position=key.position,
                meant=meant if meant in self.blocks else None,
            )
            if found.fix:
                return reading.report("F03", node.position, hint=found.hint)
        first = node.entries[0][0].text if node.entries else ""
        verbs = [verb for verb, block in self.blocks.items() if first in fields_of(block)]
        hint = f"'{first}' is a part of '{verbs[0]}': write it below, without a dash" if len(verbs) == 1 else None
        return reading.report("F03", node.position, hint=hint)

    def schema(self) -> dict[str, Any]:
        """Written once, under its name."""
        return {"$ref": "#/definitions/Step"}

    def schema_alone(self) -> dict[str, Any] | None:
        """A verb that needs nothing after it."""
        return {"enum": [verb for verb, block in self.blocks.items() if block.alone]}


def _split_before(node: BlockNode, verb: ScalarNode) -> Fix | None:
    """Puts a dash before the second verb, if it and what follows it stand in lines of their own."""
    line, column = verb.position.line, verb.position.column
    own_line = all(key.position.line != line or key is verb for key, _ in node.entries)
    if not in_lines(node) or not own_line or column < 3:
        return None
    return Fix(position=verb.position._replace(column=column - 2), old="  ", new="- ")


def read_block(
    block: type[Placed], node: Node, reading: Reading, name: str, *, key: ScalarNode | None = None, owner: str = ""
) -> object:
    """Reads one block; what cannot be read is reported and left at its default.

    Args:
        block: The dataclass that is its table of fields.
        node: What stands in the file.
        reading: The reading it belongs to.
        name: The field under which it stands, for messages.
        key: The key under which it stands in a block of free keys.
        owner: What it is called in messages; by default the class's own name.
    """
    if not isinstance(node, BlockNode):
        if not block.SHORTHAND:
            first = next(name for name in fields_of(block) if name != "label")
            hint = (
                f"write for example  {first}: {node.text}" if isinstance(node, ScalarNode) and not node.empty else None
            )
            return reading.report("S06", node.position, field=name, hint=hint)
        node = BlockNode(node.position, ((ScalarNode(node.position, block.SHORTHAND, True), node),))
    return _BlockReader(block, node, reading, owner or noun(block.__name__)).read(key)


class _BlockReader:
    """Reads the fields of one block."""

    def __init__(self, block: type[Placed], node: BlockNode, reading: Reading, owner: str) -> None:
        self.block = block
        self.node = node
        self.reading = reading
        self.owner = owner
        self.fields = fields_of(block)
        self.values: dict[str, Any] = {}
        self.misread: set[str] = set()

    def read(self, key: ScalarNode | None, /) -> object:
        before = None
        if stray := self._find_stray():
            self._report_unknown(stray)
            self.misread.update(self.fields)
        for key_node, value in () if stray else self.node.entries:
            field_ = self.fields.get(key_node.text)
            if field_ is None and _cut_off(key_node, value) and isinstance(before, ScalarNode):
                self._report_cut_off(before, key_node)
            elif field_ is None:
                self._report_unknown(key_node)
            else:
                self._read_field(field_, key_node, value)
            before = value
        id_node = self.node.get("id")
        attribute = _key_attribute(self.block)  # type: ignore[arg-type]  # as in `fields_of`
        shown = id_node.text if isinstance(id_node, ScalarNode) else key.text if key and attribute else ""
        for field_ in self.fields.values():
            if field_.required and field_.attribute not in self.values:
                self._report_missing(field_, shown)
                self.values[field_.attribute] = field_.kind.absent
        if key is not None and attribute:
            self.values[attribute] = key.text
        place = Place(node=self.node, misread=frozenset(self.misread), key=key.position if key else NOWHERE)
        return self.block(place=place, **self.values)

    def _read_field(self, field_: Field, key: ScalarNode, node: Node) -> None:
        if isinstance(node, ScalarNode) and node.empty:
            self.reading.report("S08", node.position, field=field_.name)
            self.misread.add(field_.name)
            return
        value = field_.kind.read_entry(key, node, self.reading)
        if value is MISREAD:
            self.misread.add(field_.name)
        else:
            self.values[field_.attribute] = value

    def _find_stray(self) -> ScalarNode | None:
        """The first field that tells that the whole entry belongs in another list: of its own it has none."""
        own = LISTS_OF_FIELDS.keys() & self.fields.keys()
        if not own or "id" not in self.fields or any(self.node.get(name) for name in own):
            return None
        return next((key for key, _ in self.node.entries if key.text in LISTS_OF_FIELDS), None)

    def _report_unknown(self, key: ScalarNode) -> None:
        meant = FOREIGN_WORDS.get(key.text)
        # A field that is there already cannot be the one that was meant.
        free = [name for name in self.fields if self.node.get(name) is None]
        meant = meant if meant in free else None
        found = suggest(key.text, free, otherwise="", position=key.position, meant=meant)
        self.misread.add(found.fix.new if found.fix else key.text)
        hint = found.hint if found.fix else f"fields are: {', '.join(self.fields)}"
        if not found.fix and key.text in LISTS_OF_FIELDS and "id" in self.fields:
            hint = f"that belongs to an entry of '{LISTS_OF_FIELDS[key.text]}'; is the word above this list right?"
        self.reading.report("S03", key.position, key=key.text, owner=self.owner, hint=hint, fix=found.fix)

    def _report_cut_off(self, before: ScalarNode, rest: ScalarNode) -> None:
        hint = f'write "{before.text}, {rest.text}" in quotes, if the comma belongs to the text'
        self.misread.add(rest.text)
        self.reading.report("S03", rest.position, key=rest.text, owner=self.owner, hint=hint)

    def _report_missing(self, field_: Field, shown: str) -> None:
        if field_.name in self.misread:
            return
        owner = self.owner[:1].upper() + self.owner[1:]
        named = f"{owner} '{shown}'" if shown else owner
        self.reading.report("S04", self.node.position, owner=named, field=field_.name)


def _cut_off(key: ScalarNode, value: Node) -> bool:
    """Whether a field has not even a colon: between braces, what follows a comma."""
    end = key.position.column + len(key.text)
    return isinstance(value, ScalarNode) and value.empty and key.plain and value.position.column == end


@cache
def noun(name: str) -> str:
    """What a block is called in a message: `ShowWhen` is "a show_when", `Article` "an article"."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"
