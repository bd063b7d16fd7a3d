"""Kinds of values: how one value is written, read and refused.

A kind turns a node into a typed value or reports why not. Which fields a block has is said by the dataclasses and read
by `config.fields`. Kinds that belong to one room only (steps, hours) live in that room.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from config.findings import Findings, Fix, suggest
from config.languages import is_language_code
from config.place import Position
from config.source import BlockNode, ListNode, Node, ScalarNode
from config.texts import Condition, Text, Wording

MISREAD: Any = object()
"""What a kind returns when it has reported why a value cannot be read."""

RESERVED_NAMES = frozenset(
    [
        "channel",
        "language",
        "tags",
        "today",
        "now",
        "open_now",
        "vars",
        "category",
        "flow",
        "confidence",
        "team",
        "agent",
        "wait",
        "position",
        "opens_at",
    ]
)
"""Names that texts and conditions know already, so no slot may take them."""

_ID = re.compile(r"[a-z][a-z0-9-]{0,63}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_LANGUAGE_KEY = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_LENGTH = re.compile(r"(\d+)\s*([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LINK = re.compile(r"(https?://\S+|mailto:\S+@\S+|tel:\+?[\d ()-]+)")
_CYRILLIC = dict(zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", ["a", "b", "v", "g", "d", "e", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "kh", "ts", "ch", "sh", "sch", "_", "y", "_", "e", "yu", "ya"], strict=True))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a file that content speaks about as a whole, for example an article."""

    kind: str
    """Top-level key of the file."""
    id: str
    """Empty where the kind has no ids."""
    position: Position


class Role(StrEnum):
    """Who says a text to whom, and what it may contain."""

    SPOKEN = "spoken"
    """The Bot says it: Markdown, several wordings in turn."""
    LABEL = "label"
    """A button, a title, a caption: no Markdown."""
    HEARD = "heard"
    """The Customer says it: sentences that mean this."""
    NOTE = "note"
    """For agents; an empty value prints as a dash."""
    VALUE = "value"
    """Computed for a slot or a call; may be empty."""
    LINK = "link"
    """An address with values in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextUse:
    """One text as it was found in a file."""

    text: Text
    field: str
    role: Role
    complete: bool
    """It must be there in the default language and should be there in all."""
    coded: bool
    """Its languages were written out."""
    item: Item


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionUse:
    """One condition as it was found in a file."""

    condition: Condition
    field: str
    item: Item


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceUse:
    """One use of an id."""

    targets: tuple[str, ...]
    """Kinds of things it may name, for example `article`."""
    id: str
    position: Position
    item: Item


@dataclass(slots=True, kw_only=True)
class Reading:
    """What kinds need while a desk folder is read, and what they note down for the rules that come later."""

    findings: Findings
    languages: tuple[str, ...] = ()
    """Of the desk; empty for a file outside any desk folder."""
    default_language: str = ""
    item: Item = field(default_factory=lambda: Item(kind="", id="", position=Position("", 0, 0)))
    texts: list[TextUse] = field(default_factory=list)
    conditions: list[ConditionUse] = field(default_factory=list)
    references: list[ReferenceUse] = field(default_factory=list)

    def report(self, code: str, position: Position, **values: Any) -> Any:
        """Reports and returns `MISREAD`, so that a kind can do both in one line."""
        self.findings.report(code, position, **values)
        return MISREAD


class Kind:
    """How one kind of value is written."""

    title: ClassVar[str] = ""
    """The word for it in the reference pages."""
    absent: Any = ""
    """Stands for a required value that is missing or cannot be read, so that other rules can go on."""

    def read(self, node: Node, reading: Reading, name: str) -> object:
        """The value of this node, or `MISREAD` after a report.

        Args:
            node: What stands in the file.
            reading: The reading it belongs to.
            name: The field, for messages.
        """
        if not isinstance(node, ScalarNode):
            return reading.report("S07", node.position, field=name)
        return self.read_scalar(node, reading, name)

    def read_scalar(self, node: ScalarNode, reading: Reading, name: str) -> object:
        """The same for a single value."""
        raise NotImplementedError

    def read_entry(self, key: ScalarNode, node: Node, reading: Reading) -> object:
        """The same for a value under a free key."""
        return self.read(node, reading, key.text)

    def schema(self) -> dict[str, Any]:
        """JSON Schema (draft-07) of such a value."""
        return {"type": ["string", "number", "boolean"]}


class Plain(Kind):
    """A text for colleagues, in one language."""

    title = "plain"

    def read_scalar(self, node: ScalarNode, reading: Reading, name: str) -> str:
        """Any text."""
        return node.text


class FromKey(Plain):
    """Not a field: the key under which the block stands."""


@dataclass(frozen=True, slots=True, eq=False)
class Id(Kind):
    """Kebab-case."""

    title: ClassVar[str] = "id"
    reserved: tuple[str, ...] = ()
    absent: str = ""

    def read_scalar(self, node: ScalarNode, reading: Reading, name: str) -> str:
        """The id, also one that was refused: references to it are not wrong as well."""
        if node.text in self.reserved:
            reading.report("S21", node.position, value=node.text)
        elif not _ID.fullmatch(node.text):
            slug = slugify(node.text, "-")
            reading.report("S10", node.position, value=node.text, slug=slug, fix=replace(node, slug))
        return node.text

    def schema(self) -> dict[str, Any]:
        """A pattern."""
        return {"type": "string", "pattern": "^[a-z][a-z0-9-]*$", "maxLength": 64}


@dataclass(frozen=True, slots=True, eq=False)
class Name(Kind):
    """snake_case; one that texts and conditions use as it stands cannot be a reserved word."""

    title: ClassVar[str] = "name"
    open: bool = False
    """May be a word that the bot uses itself."""
    absent: str = ""

    def read_scalar(self, node: ScalarNode, reading: Reading, name: str) -> str:
        """The name, also one that was refused."""
        if not _NAME.fullmatch(node.text):
            slug = slugify(node.text, "_")
            reading.report("S20", node.position, value=node.text, slug=slug, fix=replace(node, slug))
        elif not self.open and node.text in RESERVED_NAMES:
            reading.report("S21", node.position, value=node.text)
        return node.text

    def schema(self) -> dict[str, Any]:
        """A pattern."""
        return {"type": "string", "pattern": "^[a-z][a-z0-9_]*$", "maxLength": 64}


@dataclass(frozen=True, slots=True, eq=False)
class Path(Kind):
    """A category: `a/b` of ids."""

    title: ClassVar[str] = "path"
    absent: str = ""

    def read_scalar(self, node: ScalarNode, reading: Reading, name: str) -> str:
        """The path; every part is an id."""
        for part in node.text.split("/"):
            if not _ID.fullmatch(part):
                slug = "/".join(slugify(p, "-") for p in node.text.split("/"))
                reading.report("S10", node.position, value=part, slug=slug, fix=replace(node, slug))
                break
        return node.text


class YesNo(Kind):
    """`yes` or `no`."""

    title = "yes/no"
    absent = False

    def read_scalar(self, node: ScalarNode, reading: Reading, name: str) -> object:
        """True for `yes` and `true`."""
        if node.text in ("yes", "true"):
            return True
        if node.text in ("no", "false"):
            return False
        return reading.report("S12", node.position, field=name, value=node.text)

    def schema(self) -> dict[str, Any]:
        """Editors read yes as text or as a boolean."""
        return {"enum": [True, False, "yes", "no"]}


@dataclass(frozen=True, slots=True, eq=False)
class Number(Kind):
    """A number with a point, perhaps whole, perhaps within limits."""

    title: ClassVar[str] = "number"
    whole: bool = False
    least: float | None = None
    most: float | None = None
    absent: float = 0

    def read_scalar(self, node: ScalarNode, reading: Reading, name: str) -> object:
        """An int or a float."""
        shape = r"-?\d+" if self.whole else r"-?\d+(\.\d+)?"
        if not re.fullmatch(shape, node.text):
            comma = re.fullmatch(r"-?\d+,\d+", node.text) and not self.whole
            return reading.report(
                "S13", node.position, field=name, number="whole number" if self.whole else "number", value=node.text,
                hint=None if comma else "", fix=replace(node, node.text.replace(",", ".")) if comma else None,
            )  # fmt: skip
        number = int(node.text) if self.whole else float(node.text)
        if (self.least is not None and number < self.least) or (self.most is not None and number > self.most):
            least = "any" if self.least is None else f"{self.least:g}"
            most = "any" if self.most is None else f"{self.most:g}"
            return reading.report("S23", node.position, field=name, least=least, most=most, value=node.text)
        return number

    def schema(self) -> dict[str, Any]:
        """With its limits."""
        limits = {"minimum": self.least, "maximum": self.most}
        return {"type": "integer" if self.whole else "number"} | {k: v for k, v in limits.items() if v is not None}


class Date(Kind):
    """A day."""

    title = "date"
    absent = date.min

    def read_scalar(self, node: ScalarNode, reading: Reading, name: str) -> object:
        """The day."""
        try:
            return date.fromisoformat(node.text) if len(node.text) == 10 else _refuse()
        except ValueError:
            meant = _day_meant(node.text)
            hint = f"did you mean {meant}?" if meant else ""
            return reading.report(
                "S14", node.position, value=node.text, hint=hint, fix=replace(node, meant) if meant else None
            )

    def schema(self) -> dict[str, Any]:
        """Year-month-day."""
        return {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}


class Moment(Kind):
    """A day and a time, desk time."""

    title = "moment"
    absent = datetime.min

    def read_scalar(self, node: ScalarNode, reading: Reading, name: str) -> object:
        """The moment, without a zone: the desk's hours say which."""
        try:
            return datetime.strptime(node.text, "%Y-%m-%d %H:%M")  # noqa: DTZ007 desk time, zone joined where hours are
        except ValueError:
            return reading.report("S22", node.position, value=node.text)


class Length(Kind):
    """A length of time: `30s 5m 2h 1d`."""

    title = "length"
    absent = timedelta()

    def read_scalar(self, node: ScalarNode, reading: Reading, name: str) -> object:
        """The length."""
        found = _LENGTH.fullmatch(node.text)
        if found is None:
            hint = f"did you mean '{node.text}m'?" if node.text.isdigit() else ""
            return reading.report("S15", node.position, value=node.text, hint=hint)
        return timedelta(**{_UNITS[found[2]]: int(found[1])})

    def schema(self) -> dict[str, Any]:
        """A number and a unit."""
        return {"type": "string", "pattern": "^[0-9]+ ?[smhd]$"}


class Percent(Kind):
    """A part of a hundred."""

    title = "percent"
    absent = 0.0

    def read_scalar(self, node: ScalarNode, reading: Reading, name: str) -> object:
        """From 0 to 1."""
        found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*%", node.text)
        if found is None or float(found[1]) > 100:
            return reading.report("S19", node.position, value=node.text)
        return float(found[1]) / 100

    def schema(self) -> dict[str, Any]:
        """A number and %."""
        return {"type": "string", "pattern": "^[0-9.]+ ?%$"}


@dataclass(frozen=True, slots=True, eq=False)
class Language(Kind):
    """A language code; one of the desk's, where it does not say which languages the desk has."""

    title: ClassVar[str] = "language"
    declares: bool = False
    absent: str = ""

    def read_scalar(self, node: ScalarNode, reading: Reading, name: str) -> object:
        """The code."""
        if not is_language_code(node.text):
            return reading.report("S16", node.position, value=node.text)
        if not self.declares and reading.languages and node.text not in reading.languages:
            return report_unknown_language(node, reading)
        return node.text


@dataclass(frozen=True, slots=True, eq=False)
class Choice(Kind):
    """One word of a short list."""

    title: ClassVar[str] = "one of"
    options: type[StrEnum]
    absent: Any = None

    def read_scalar(self, node: ScalarNode, reading: Reading, name: str) -> object:
        """The member."""
        allowed = [option.value for option in self.options]
        if node.text in allowed:
            return self.options(node.text)
        meant = suggest(node.text, allowed, otherwise="", position=node.position)
        return reading.report(
            "S11", node.position, value=node.text, field=name, allowed=", ".join(allowed),
            hint=meant.hint if meant.fix else "", fix=meant.fix,
        )  # fmt: skip

    def schema(self) -> dict[str, Any]:
        """The list; a word that editors read as a boolean stands there twice."""
        values: list[object] = [option.value for option in self.options]
        return {"enum": values}


@dataclass(frozen=True, slots=True, eq=False)
class Link(Kind):
    """A full link, which may hold values."""

    title: ClassVar[str] = "link"
    absent: str = ""

    def read_scalar(self, node: ScalarNode, reading: Reading, name: str) -> object:
        """The link."""
        if "{{" in node.text:
            note_text(node, Role.LINK, reading, name)
            return node.text
        if not _LINK.fullmatch(node.text):
            return reading.report("S17", node.position, value=node.text)
        if node.text.startswith("http://") and not is_loopback(node.text):
            reading.report("S18", node.position)
        return node.text


@dataclass(frozen=True, slots=True, eq=False)
class File(Kind):
    """A path under `kb/`."""

    title: ClassVar[str] = "file"
    image: bool = False
    absent: str = ""

    def read_scalar(self, node: ScalarNode, reading: Reading, name: str) -> str:
        """The path; rules R03 and A15 look for the file."""
        target = "image" if self.image else "file"
        reading.references.append(
            ReferenceUse(targets=(target,), id=node.text, position=node.position, item=reading.item)
        )
        return node.text


class Env(Kind):
    """The name of an environment variable."""

    title = "env"

    def read_scalar(self, node: ScalarNode, reading: Reading, name: str) -> object:
        """The name; anything else is taken for the secret itself, which must not stand in a file."""
        if not re.fullmatch(r"[A-Z][A-Z0-9_]*", node.text):
            return reading.report("D03", node.position)
        return node.text

    def schema(self) -> dict[str, Any]:
        """A pattern."""
        return {"type": "string", "pattern": "^[A-Z][A-Z0-9_]*$"}


class ConditionKind(Kind):
    """A condition."""

    title = "condition"
    absent = Condition(source="no_value")

    def read_scalar(self, node: ScalarNode, reading: Reading, name: str) -> Condition:
        """The condition; rules T look into it."""
        condition = Condition(source=node.text, position=node.position)
        reading.conditions.append(ConditionUse(condition=condition, field=name, item=reading.item))
        return condition

    def schema(self) -> dict[str, Any]:
        """A text."""
        return {"type": ["string", "boolean"]}


@dataclass(frozen=True, slots=True, eq=False)
class Ref(Kind):
    """The id of something else."""

    title: ClassVar[str] = "→"
    targets: tuple[str, ...]
    absent: str = ""

    def read_scalar(self, node: ScalarNode, reading: Reading, name: str) -> str:
        """The id; rules R look for it."""
        reading.references.append(
            ReferenceUse(targets=self.targets, id=node.text, position=node.position, item=reading.item)
        )
        return node.text

    def schema(self) -> dict[str, Any]:
        """A text."""
        return {"type": "string"}


@dataclass(frozen=True, slots=True, eq=False)
class Note(Kind):
    """A plain text that may hold values: for agents, or computed."""

    title: ClassVar[str] = "plain with {{ }}"
    role: Role = Role.NOTE
    absent: Any = Wording(text="")

    def read_scalar(self, node: ScalarNode, reading: Reading, name: str) -> Wording:
        """The text with its place."""
        note_text(node, self.role, reading, name)
        return Wording(text=node.text, position=node.position)


@dataclass(frozen=True, slots=True, eq=False)
class Spoken(Kind):
    """A text, or one per language."""

    title: ClassVar[str] = "text"
    role: Role = Role.SPOKEN
    complete: bool = True
    absent: Any = Text()

    def read(self, node: Node, reading: Reading, name: str) -> object:
        """The text with all its wordings."""
        wordings, coded = per_language(node, reading, name, _read_wordings)
        text = Text(wordings=wordings, position=node.position)
        reading.texts.append(
            TextUse(text=text, field=name, role=self.role, complete=self.complete, coded=coded, item=reading.item)
        )
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

    def read(self, node: Node, reading: Reading, name: str) -> object:
        """Tuples by language."""
        values, _ = per_language(
            node, reading, name, lambda inner, reading, name, _: ListOf(self.of).read(inner, reading, name)
        )
        return values

    def schema(self) -> dict[str, Any]:
        """The list, or a block of lists."""
        items = ListOf(self.of).schema()
        return {"anyOf": [items, {"type": "object", "additionalProperties": items}]}


@dataclass(frozen=True, slots=True, eq=False)
class ListOf(Kind):
    """A list; with one single value it may be written without the dash."""

    title: ClassVar[str] = "list"
    of: Kind
    absent: Any = ()

    def read(self, node: Node, reading: Reading, name: str) -> object:
        """A tuple of what could be read."""
        if isinstance(node, BlockNode):
            single = node.entries[0][1].position.line == node.entries[-1][1].position.line if node.entries else True
            fix = Fix(position=node.position, old="", new="- ") if single and node.entries else None
            return reading.report("S05", node.position, field=name, fix=fix)
        items = node.items if isinstance(node, ListNode) else (node,)
        values = []
        for item in items:
            if isinstance(item, ScalarNode) and item.empty and not self.of.title == "step":
                reading.report("S08", item.position, field=name)
                continue
            value = self.of.read(item, reading, name)
            if value is not MISREAD:
                values.append(value)
        return tuple(values)

    def schema(self) -> dict[str, Any]:
        """The list, or one entry."""
        item = self.of.schema()
        return {"anyOf": [{"type": "array", "items": item}, item]}


@dataclass(frozen=True, slots=True, eq=False)
class MapOf(Kind):
    """A block whose keys are free."""

    title: ClassVar[str] = "block"
    keys: Kind
    of: Kind
    absent: Any = field(default_factory=dict)

    def read(self, node: Node, reading: Reading, name: str) -> object:
        """A mapping of what could be read."""
        if not isinstance(node, BlockNode):
            return reading.report("S06", node.position, field=name)
        values: dict[Any, Any] = {}
        for key_node, value_node in node.entries:
            key = self.keys.read(key_node, reading, name)
            if isinstance(value_node, ScalarNode) and value_node.empty:
                reading.report("S08", value_node.position, field=key_node.text)
                continue
            value = self.of.read_entry(key_node, value_node, reading)
            if key is not MISREAD and value is not MISREAD:
                values[key] = value
        return values

    def schema(self) -> dict[str, Any]:
        """Any key."""
        return {"type": "object", "additionalProperties": self.of.schema()}


def per_language(node: Node, reading: Reading, name: str, read: Any) -> tuple[dict[str, Any], bool]:
    """What stands under a field by language, and whether languages were written out.

    Args:
        node: One value, or a block with a language before each value.
        reading: The reading it belongs to.
        name: The field, for messages.
        read: Reads one value: `(node, reading, field, language)`.
    """
    if not isinstance(node, BlockNode) or _sentence_taken_for_field(node) is not None:
        value = read(node, reading, name, reading.default_language)
        return ({} if value is MISREAD else {reading.default_language: value}), False
    values = {}
    for key, inner in node.entries:
        if not _LANGUAGE_KEY.fullmatch(key.text):
            reading.report("T03", key.position, value=key.text)
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
    return values, True


def _read_wordings(node: Node, reading: Reading, name: str, language: str) -> Any:
    if isinstance(node, ScalarNode):
        return (Wording(text=node.text, position=node.position),)
    if isinstance(node, BlockNode):
        wording = _read_wording(node, reading, name, language)
        return MISREAD if wording is MISREAD else (wording,)
    wordings = (_read_wording(item, reading, name, language) for item in node.items)
    return tuple(wording for wording in wordings if wording is not MISREAD)


def _read_wording(node: Node, reading: Reading, name: str, language: str) -> Any:
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
    reading.texts.append(TextUse(text=text, field=name, role=role, complete=False, coded=False, item=reading.item))


def report_unknown_language(node: ScalarNode, reading: Reading) -> Any:
    """Reports a language that the desk does not have."""
    meant = suggest(node.text, reading.languages, otherwise="", position=node.position)
    hint = f"add it to 'languages' in config/desk.yml, or {meant.hint}" if meant.fix else None
    return reading.report(
        "T02", node.position, value=node.text, languages=", ".join(reading.languages), hint=hint, fix=meant.fix
    )


def replace(node: ScalarNode, new: str) -> Fix:
    """The fix that puts another value in the place of this one."""
    return Fix(position=node.position, old=node.text, new=new)


def slugify(text: str, between: str) -> str:
    """An id or a name that a text can become: small letters, digits and one sign between words."""
    small = "".join(_CYRILLIC.get(letter, letter) for letter in text.lower())
    plain = small.translate(str.maketrans("äöüõåæøšžčėęįųūąàèéìíòóùúñß", "aouoaaoszceeiuuaaeeiioouuns"))
    slug = re.sub(r"[^a-z0-9]+", between, plain).strip(between)
    return (slug if slug[:1].isalpha() else f"x{between}{slug}".rstrip(between))[:64]


def is_loopback(link: str) -> bool:
    """Whether a link stays on this machine."""
    return re.match(r"https?://(localhost|127(\.\d+){3}|\[::1\])([:/]|$)", link) is not None


def _refuse() -> date:
    raise ValueError


def _day_meant(text: str) -> str | None:
    """The day that another way of writing dates means, where it can mean only one."""
    if found := re.fullmatch(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", text):
        day, month, year = found.groups()
    elif found := re.fullmatch(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})", text):
        year, month, day = found.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


IdText = Annotated[str, Id()]
"""An id."""
NameText = Annotated[str, Name()]
"""A name that texts use as it stands."""
OpenName = Annotated[str, Name(open=True)]
"""A name that texts use only after a dot, or not at all."""
Label = Annotated[Text, Spoken(role=Role.LABEL)]
"""A text without Markdown: a title, a button."""
Sentences = Annotated[Text, Spoken(role=Role.HEARD)]
"""What customers write, in every language of the desk."""
Examples = Annotated[Text, Spoken(role=Role.HEARD, complete=False)]
"""What customers write, where one language stands for itself."""
NoteText = Annotated[Wording, Note()]
"""A text for agents, with values."""
ValueText = Annotated[Wording, Note(role=Role.VALUE)]
"""A value that is computed when it is needed."""
LanguageCode = Annotated[str, Language()]
"""One of the desk's languages."""
LinkText = Annotated[str, Link()]
"""A full link."""
EnvName = Annotated[str, Env()]
"""The name of an environment variable."""
ImagePath = Annotated[str, File(image=True)]
"""A picture under `kb/`."""
FilePath = Annotated[str, File()]
"""Any file under `kb/`."""
CategoryPath = Annotated[str, Path()]
"""A category and what it lies in."""
Share = Annotated[float, Percent()]
"""A part of a whole, from 0 to 1."""
TeamRef = Annotated[str, Ref(targets=("team",))]
"""The id of a team."""
ArticleRef = Annotated[str, Ref(targets=("article",))]
"""The id of an article."""
FlowRef = Annotated[str, Ref(targets=("flow",))]
"""The id of a flow."""
