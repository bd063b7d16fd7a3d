"""Kinds of single words: ids, names, yes and no, words of a short list."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from config.findings import suggest
from config.kinds.reading import Kind, Reading, replace
from config.source import ScalarNode

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

_CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh sch _ y _ e yu ya".split(),  # noqa: SIM905 one look
        strict=True,
    )
)


class Plain(Kind):
    """A text for colleagues, in one language."""

    title = "plain"

    def read_scalar(self, node: ScalarNode, _reading: Reading, _name: str, /) -> str:
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

    def read_scalar(self, node: ScalarNode, reading: Reading, _name: str, /) -> str:
        """The id; of one that was refused what it should be, since references to that are not wrong as well."""
        if node.text in self.reserved:
            reading.report("S21", node.position, value=node.text)
        elif (slug := as_id(node.text)) != node.text:
            reading.report("S10", node.position, value=node.text, slug=slug, fix=replace(node, slug))
            return slug
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

    def read_scalar(self, node: ScalarNode, reading: Reading, _name: str, /) -> str:
        """The name; of one that was refused what it should be."""
        if not _NAME.fullmatch(node.text):
            slug = slugify(node.text, "_")
            reading.report("S20", node.position, value=node.text, slug=slug, fix=replace(node, slug))
            return slug
        if not self.open and node.text in RESERVED_NAMES:
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

    def read_scalar(self, node: ScalarNode, reading: Reading, _name: str, /) -> str:
        """The path; every part is an id."""
        for part in node.text.split("/"):
            if not _ID.fullmatch(part):
                slug = "/".join(slugify(p, "-") for p in node.text.split("/"))
                reading.report("S10", node.position, value=part, slug=slug, fix=replace(node, slug))
                break
        return node.text


_ALIKE = {"yes": ("yes", "y", "true", "on", "1"), "no": ("no", "n", "false", "off", "0")}
"""What people write for yes and no elsewhere."""


class YesNo(Kind):
    """`yes` or `no`."""

    title = "yes/no"
    absent = False

    def read_scalar(self, node: ScalarNode, reading: Reading, name: str, /) -> object:
        """True for `yes` and `true`."""
        if node.text in ("yes", "true"):
            return True
        if node.text in ("no", "false"):
            return False
        meant = next((word for word, others in _ALIKE.items() if node.text.lower() in others), None)
        hint = f"did you mean '{meant}'?" if meant else None
        return reading.report("S12", node.position, field=name, value=node.text, hint=hint)

    def schema(self) -> dict[str, Any]:
        """Editors read yes as text or as a boolean."""
        return {"enum": [True, False, "yes", "no"]}


@dataclass(frozen=True, slots=True, eq=False)
class Choice(Kind):
    """One word of a short list."""

    title: ClassVar[str] = "one of"
    options: type[StrEnum]
    absent: Any = None

    def read_scalar(self, node: ScalarNode, reading: Reading, name: str, /) -> object:
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


class Env(Kind):
    """The name of an environment variable."""

    title = "env"

    def read_scalar(self, node: ScalarNode, reading: Reading, _name: str, /) -> object:
        """The name; anything else is taken for the secret itself, which must not stand in a file."""
        if not re.fullmatch(r"[A-Z][A-Z0-9_]*", node.text):
            return reading.report("D03", node.position)
        return node.text

    def schema(self) -> dict[str, Any]:
        """A pattern."""
        return {"type": "string", "pattern": "^[A-Z][A-Z0-9_]*$"}


def as_id(text: str) -> str:
    """An id as it stands, and of anything else the id that it should be."""
    return text if _ID.fullmatch(text) else slugify(text, "-")


def slugify(text: str, between: str) -> str:
    """An id or a name that a text can become: small letters, digits and one sign between words."""
    small = "".join(_CYRILLIC.get(letter, letter) for letter in text.lower())
    plain = small.translate(str.maketrans("äöüõåæøšžčėęįųūąàèéìíòóùúñß", "aouoaaoszceeiuuaaeeiioouuns"))
    slug = re.sub(r"[^a-z0-9]+", between, plain).strip(between)
    return (slug if slug[:1].isalpha() else f"x{between}{slug}".rstrip(between))[:64]
