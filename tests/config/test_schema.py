"""The schemas that editors complete from: made from the dataclasses, and true to what the checker accepts."""

from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from adapters.desk_folder import read_folder
from bot.content import FILE_KINDS, schemas
from config.fields import fields_of
from config.rules import load_rules
from config.schema import blocks_below, describe_block, sentences_of
from tests.desks import ISP

BLOCKS = {name: block for kind in FILE_KINDS.values() for name, block in blocks_below(kind).items()}


VALIDATORS = {kind: Draft7Validator(schema) for kind, schema in schemas().items()}


class Yaml12Loader(yaml.CSafeLoader):
    """Reads values as editors do: yes and no are words, days are texts."""


Yaml12Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag in ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def mistakes(kind: str, text: str) -> list[str]:
    content: Any = yaml.load(text, Loader=Yaml12Loader)
    return [
        f"{'/'.join(map(str, e.absolute_path))}: {e.message[:120]}"
        for e in Draft7Validator(schemas()[kind]).iter_errors(content)
    ]


@pytest.mark.parametrize("kind", VALIDATORS)
def test_a_schema_is_a_schema(kind: str) -> None:
    """Every schema is valid draft-07."""
    Draft7Validator.check_schema(VALIDATORS[kind].schema)


@pytest.mark.parametrize("file", read_folder(ISP).content)
def test_the_shipped_desk_satisfies_its_schemas(file: str) -> None:
    """What the checker accepts, the schemas accept."""
    text = read_folder(ISP).content[file].decode()
    kind = next(iter(yaml.load(text, Loader=Yaml12Loader)))
    assert mistakes(kind, text) == []


@pytest.mark.parametrize("code", ["S02", "S03", "S04", "S06", "S07", "S11"])
def test_plain_mistakes_show_in_the_editor_already(code: str) -> None:
    """Misspelt fields and wrong forms are marked while one types."""
    assert mistakes("articles", load_rules()[code].bad) != []


def test_a_step_completes_the_fields_of_its_verb() -> None:
    """One `if` per verb, no choice among all steps."""
    step = schemas()["flows"]["definitions"]["Step"]
    assert "oneOf" not in str(step)
    ask = next(rule["then"] for rule in step["allOf"] if rule["if"].get("required") == ["ask"])
    assert {"ask", "text", "choices", "on_give_up", "id", "only_if"} <= set(ask["properties"])
    assert "save_as" not in ask["properties"]


@pytest.mark.parametrize("name", BLOCKS)
def test_every_field_is_described(name: str) -> None:
    """Each field has one sentence, which editors show and the reference prints."""
    block = BLOCKS[name]
    sentences = sentences_of(block)
    assert [
        f.name for f in fields_of(block).values() if not sentences.get(f.attribute, "").endswith((".", "?", '".'))
    ] == []
    assert describe_block(block, name).count("\n| `") == len(fields_of(block))
