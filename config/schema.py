"""JSON Schemas (draft-07) and reference pages, made from the same dataclasses that read the content.

The schemas are for completion and hover texts in editors; whether content is right is only the checker's to say.
"""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cache
from typing import Any

from config.fields import Block, Field, OneVerb, Placed, fields_of
from config.kinds import Kind, ListOf, MapOf, Percent, PerLanguage, write_length

DRAFT = "http://json-schema.org/draft-07/schema#"

_TEXT: Mapping[str, Any] = {
    "anyOf": [
        {"type": ["string", "number"]},
        {"type": "array", "items": {"type": ["string", "number"]}},
        {
            "type": "object",
            "propertyNames": {"pattern": "^[a-z]{2,3}(-[A-Z]{2})?$"},
            "additionalProperties": {
                "anyOf": [{"type": ["string", "number"]}, {"type": "array", "items": {"type": ["string", "number"]}}]
            },
        },
    ]
}


def file_schema(kinds: Mapping[str, Kind]) -> dict[str, Any]:
    """The schema of a file that may hold these top-level keys."""
    definitions: dict[str, Any] = {"text": dict(_TEXT)}
    for kind in kinds.values():
        _define(kind, definitions)
    properties = {key: kind.schema() for key, kind in kinds.items()}
    return {
        "$schema": DRAFT,
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "definitions": definitions,
    }


def write_schema(schema: Mapping[str, Any]) -> str:
    """A schema as it stands in a file."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def _define(kind: Kind, definitions: dict[str, Any]) -> None:
    """Enters every block below a kind, each once."""
    if isinstance(kind, Block):
        name = kind.of.__name__
        if name not in definitions:
            definitions[name] = {}
            definitions[name] = _with_shorthand(kind.of, block_schema(kind.of))
            for field in fields_of(kind.of).values():
                _define(field.kind, definitions)
    elif isinstance(kind, OneVerb):
        if "Step" not in definitions:
            definitions["Step"] = {}
            definitions["Step"] = _step_schema(kind)
            for block in kind.blocks.values():
                for field in fields_of(block).values():
                    _define(field.kind, definitions)
    elif isinstance(kind, (ListOf, PerLanguage, MapOf)):
        _define(kind.of, definitions)


def block_schema(block: type[Placed]) -> dict[str, Any]:
    """The schema of one block: its fields with their sentences, and nothing else."""
    properties = {name: _described(field, block) for name, field in fields_of(block).items()}
    required = [name for name, field in fields_of(block).items() if field.required]
    schema: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    return schema | ({"required": required} if required else {})


def _with_shorthand(block: type[Placed], schema: dict[str, Any]) -> dict[str, Any]:
    if not block.SHORTHAND:
        return schema
    return {"anyOf": [Block(block).schema_alone(), schema]}


def _described(field: Field, block: type[Placed]) -> dict[str, Any]:
    schema = field.kind.schema()
    sentence = sentences_of(block).get(field.attribute, "")
    return {"description": sentence, **_beside(schema)}


def _beside(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A schema that may stand beside others.

    What stands beside a `$ref` is ignored in draft-07, so it goes into a list of one; with `anyOf` yaml-language-server
    completes the colon after the field too, with `allOf` it does not.
    """
    return {"anyOf": [schema]} if "$ref" in schema else schema


def _step_schema(kind: OneVerb) -> dict[str, Any]:
    """One `if` per verb: an editor then completes the fields of the verb that is there."""
    alone = [verb for verb, block in kind.blocks.items() if block.alone]
    verbs = {
        verb: {"description": first_line(block), **_verb_value(block, verb)} for verb, block in kind.blocks.items()
    }
    nothing_else = {"additionalProperties": False}
    first, *others = (block_schema(block)["properties"] for block in kind.blocks.values())
    shared = {name: field for name, field in first.items() if all(name in other for other in others)}
    by_verb = [
        {
            "if": {"type": "object", "required": [verb]},
            "then": {
                "properties": block_schema(block)["properties"],
                "required": block_schema(block).get("required", []),
                **nothing_else,
            },
        }
        for verb, block in kind.blocks.items()
    ]
    has_verb = {"anyOf": [{"required": [verb]} for verb in verbs]}
    return {
        "type": ["object", "string"],
        "allOf": [
            {"if": {"type": "object", "not": has_verb}, "then": {"properties": verbs | shared} | nothing_else},
            *by_verb,
            {"if": {"type": "string"}, "then": {"enum": alone}},
        ],
    }


def _verb_value(block: type[Placed], verb: str) -> Mapping[str, Any]:
    return _beside(fields_of(block)[verb].kind.schema())


@cache
def _sentences(block: type) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for base in reversed(block.__mro__):
        if base is object or base.__module__ == "builtins":
            continue
        body = ast.parse(textwrap.dedent(inspect.getsource(base))).body[0]
        found |= dict(_documented(body)) if isinstance(body, ast.ClassDef) else {}
    return found


def _documented(body: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """Each field with the sentence under it."""
    for field, after in zip(body.body, body.body[1:], strict=False):
        if not isinstance(field, ast.AnnAssign) or not isinstance(field.target, ast.Name):
            continue
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) and isinstance(after.value.value, str):
            yield field.target.id, " ".join(after.value.value.split())


def sentences_of(block: type[Placed]) -> Mapping[str, str]:
    """The sentence of each field, by its name in Python."""
    return _sentences(block)  # type: ignore[arg-type]  # mypy asks whether a block is hashable, not its class


def first_line(block: type[Placed]) -> str:
    """What a block is, in one sentence."""
    return (inspect.getdoc(block) or "").splitlines()[0]


def describe_block(block: type[Placed], title: str) -> str:
    """The reference of one block as Markdown: a table of its fields."""
    lines = [f"### {title}", "", first_line(block), "", "| Field | Kind | Meaning |", "|---|---|---|"]
    for name, field in fields_of(block).items():
        star = "*" if field.required else ""
        sentence = sentences_of(block).get(field.attribute, "")
        if default := write_default(field):
            sentence = f"{sentence} Default: `{default}`."
        lines.append(f"| `{name}`{star} | {describe_kind(field.kind)} | {_in_cell(sentence)} |")
    return "\n".join([*lines, ""])


def describe_kind(kind: Kind) -> str:
    """A kind in the words of the reference."""
    if isinstance(kind, ListOf):
        return f"list of {describe_kind(kind.of)}"
    if isinstance(kind, MapOf):
        return f"{describe_kind(kind.keys)}: {describe_kind(kind.of)}"
    if isinstance(kind, Block):
        return f"`{kind.of.__name__}`"
    options = getattr(kind, "options", None)
    if options is not None:
        return " ".join(f"`{option.value}`" for option in options)
    targets = getattr(kind, "targets", None)
    if targets is not None:
        return f"→ {' or '.join(targets)}"
    return kind.title


def write_default(field: Field) -> str:
    """A default as one would write it; empty where nothing is the default."""
    match field.default:
        case bool():
            return "yes" if field.default else "no"
        case timedelta():
            return write_length(field.default)
        case float() if isinstance(field.kind, Percent):
            return f"{field.default * 100:g}%"
        case str() | int() | float():
            return str(field.default)
        case _:
            return ""


def blocks_below(kind: Kind, seen: dict[str, type[Placed]] | None = None) -> Mapping[str, type[Placed]]:
    """Every block below a kind by its name, in the order in which one meets them."""
    found = {} if seen is None else seen
    blocks = list(kind.blocks.values()) if isinstance(kind, OneVerb) else [kind.of] if isinstance(kind, Block) else []
    for block in blocks:
        if block.__name__ not in found:
            found[block.__name__] = block
            for field in fields_of(block).values():
                blocks_below(field.kind, found)
    if isinstance(kind, (ListOf, MapOf, PerLanguage)):
        blocks_below(kind.of, found)
    return found


def _in_cell(sentence: str) -> str:
    return sentence.replace("|", "\\|")
