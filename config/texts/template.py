"""Rendering: values into texts. A value can never become markup, and an empty one is never shown to a customer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from jinja2 import Template, TemplateError
from jinja2.environment import TemplateExpression

from config.texts.analysis import analyse_condition, analyse_text, parse_text
from config.texts.comparing import as_kept
from config.texts.environment import (
    PRINTING,
    EmptyValueError,
    Printing,
    TextError,
    environment,
    is_empty,
    prepare,
)

__all__ = ["EmptyValueError", "TextError", "compute_value", "render_note", "render_text"]

MAX_OUTPUT = 8 * 1024
_ONE_EXPRESSION = re.compile(r"\s*\{\{((?:(?!\}\}|\{\{).)*)\}\}\s*")
_NOT_FOR_AGENTS = "–"


def render_text(source: str, values: Mapping[str, object], language: str, *, markdown: bool = True) -> str:
    """A text for a customer, with its values.

    Args:
        source: The wording as it was written.
        values: By name; a block is a mapping, a yes_no value a bool. A name that is missing is empty.
        language: For dates, times and numbers.
        markdown: Write values as Markdown source (labels and values for webhooks are not Markdown).

    Raises:
        EmptyValueError: It would print an empty value.
        TextError: It cannot be rendered, or is too long.
    """
    return _render(source, values, Printing(language, markdown=markdown, empty=None))


def render_note(source: str, values: Mapping[str, object], language: str) -> str:
    """A text for agents: not Markdown, and an empty value prints as a dash.

    Raises:
        TextError: It cannot be rendered, or is too long.
    """
    return _render(source, values, Printing(language, markdown=False, empty=_NOT_FOR_AGENTS))


def compute_value(source: str, values: Mapping[str, object], language: str) -> object:
    """The value of one entry of `set` or `with`.

    A source that is exactly one `{{ }}` keeps its type and is None where it is empty; anything else is a text.

    Raises:
        TextError: It cannot be computed; a longer text would print an empty value.
    """
    found = _ONE_EXPRESSION.fullmatch(source)
    if found is None:
        return render_text(source, values, language, markdown=False)
    value = evaluate(found[1], values, Printing(language, markdown=False, empty=None))
    if is_empty(value):
        return None
    return as_kept(value)


def evaluate(expression: str, values: Mapping[str, object], printing: Printing) -> object:
    """The value of one expression, as templates see it.

    Raises:
        TextError: It cannot be computed.
    """
    try:
        return _compile_expression(expression.strip())(**_named(values), **{PRINTING: printing})
    except (TypeError, ValueError, TemplateError, OverflowError) as error:
        raise TextError(f"'{expression.strip()}' cannot be computed: {error}") from error


def _render(source: str, values: Mapping[str, object], printing: Printing) -> str:
    if "{" not in source:
        return source
    try:
        text = _compile_text(source).render(**_named(values), **{PRINTING: printing})
    except (TypeError, ValueError, TemplateError, OverflowError) as error:
        raise TextError(f"This text cannot be rendered: {error}") from error
    if len(text.encode()) > MAX_OUTPUT:
        raise TextError(f"This text has {len(text.encode())} bytes with its values; at most {MAX_OUTPUT} are sent.")
    return text


def _named(values: Mapping[str, object]) -> dict[str, object]:
    return {name: prepare(value) for name, value in values.items() if value is not None}


@lru_cache(maxsize=8192)
def _compile_text(source: str) -> Template:
    for problem in analyse_text(source).problems:
        raise TextError(f"This text may not be rendered ({problem.code}).")
    return environment().from_string(parse_text(source))


@lru_cache(maxsize=8192)
def _compile_expression(source: str) -> TemplateExpression:
    for problem in analyse_condition(source).problems:
        raise TextError(f"'{source}' may not be computed ({problem.code}).")
    return environment().compile_expression(source, undefined_to_none=False)
