"""The table of rules: code, severity, text and hint of every finding, why it exists, a bad and a good example.

The table itself is the TOML files of this folder, one a letter. Checks, `firstline explain CODE` and the reference
pages all read it here. Which lines of content break a rule is decided by the checks of each room, not here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from config.errors import FirstlineError

GROUPS = ("yaml", "structure", "texts", "references", "articles", "flows", "escalation", "channels", "tests", "desk")
"""The files of the table, in the order of the reference pages."""

_GAP = re.compile(r"‹(\w+)›")


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    """The bot would say something wrong, break, or not load."""
    WARNING = "warning"
    """Customers or colleagues suffer."""
    HINT = "hint"
    """Could be better."""


class UnknownRuleError(FirstlineError):
    """There is no rule with this code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What one code means."""

    code: str
    """A letter and two digits; never reused, never renumbered."""
    group: str
    """What it is about, one of `GROUPS`."""
    severity: Severity
    fixable: bool = False
    """`firstline check --fix` can put it right where the meaning is clear."""
    text: str
    """The message, with ‹gaps›."""
    hint: str = ""
    """What to do, with ‹gaps›; empty where the place decides."""
    why: str = ""
    """Why the rule exists, for editors."""
    bad: str = ""
    """Content that breaks it."""
    good: str = ""
    """The same content, put right."""


@cache
def load_rules() -> Mapping[str, Rule]:
    """The whole table by code, read once from the package."""
    rules: dict[str, Rule] = {}
    for group in GROUPS:
        table = tomllib.loads(files("config.rules").joinpath(f"{group}.toml").read_text(encoding="utf-8"))
        for code, fields in table.items():
            rules[code] = Rule(code=code, group=group, **(fields | {"severity": Severity(fields["severity"])}))
    return rules


def get_rule(code: str) -> Rule:
    """The rule with this code.

    Raises:
        UnknownRuleError: No rule has it.
    """
    rule = load_rules().get(code)
    if rule is None:
        raise UnknownRuleError(f"There is no rule '{code}'. Codes are a letter and two digits, for example R01.")
    return rule


def fill(text: str, values: Mapping[str, object]) -> str:
    """Puts values into the ‹gaps› of a rule's text or hint."""
    return _GAP.sub(lambda gap: str(values[gap[1]]) if gap[1] in values else gap[0], text)
