"""What YAML does to people, in plain words: from a parser error to the rule an editor can act on.

Only lines of text and the parser's error are looked at; nothing is read or reported here. `config.source` calls it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import yaml

from config.findings import Fix
from config.place import Position

Mistake = tuple[str, int, int, Mapping[str, Any]]
"""Code, line and column (from 1), and what fills the gaps of the message."""

_VALUE = re.compile(r"^(?P<lead>\s*(?:- +)*(?:[\w-]+: +)?)(?P<value>\S.*)$")
_TAB = re.compile(r"^ *\t")
_NO_BREAK = re.compile(r"^[ \t]*\u00a0")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")

_OTHER_BULLET = re.compile(r"^ *(?P<sign>[•·▪–—,]|-(?=\w)) *(?P<entry>[\w-]+:( .*)?)$")
_TEXT_BEGINS = re.compile(r"[|>][+-]?\s*$")
_FURTHER_RIGHT = "move it two spaces to the right: a text after | stands further right than its field"
_CLOSES = {"{": "}", "[": "]"}

_OPENINGS = (
    ("Y02", re.compile(r"\{\{")),
    ("Y03", re.compile(r"\[[^\]]*\]\(")),
    ("Y04", re.compile(r"\*")),
    ("Y06", re.compile(r"[`%@]")),
    ("Y18", re.compile(r"[-?] ")),
    ("Y16", re.compile(r"[|>][+-]?\d? +[^#\s]")),
    ("Y08", re.compile(r"'[^']*'[^\s,\]}:]")),
)
"""What a value begins with that YAML reads as something else, in the order in which they are tried."""

_INNER = (
    ("Y02", re.compile(r"[:,\[] *(\{\{)")),
    ("Y04", re.compile(r"[:,\[] *(\*\S)")),
    ("Y06", re.compile(r"[:,\[] *([`%@])")),
    ("Y08", re.compile(r"[:,\[{] *('[^']*'[^\s,\]}:])")),
)
"""The same inside a list or block that is written in one line."""


def find_bad_indentation(lines: Sequence[str], *, within_text: Collection[int] = ()) -> Iterator[tuple[str, int, int]]:
    """Lines indented with a non-breaking space, as code, line and column.

    Args:
        lines: The lines of the file.
        within_text: Numbers (from 0) of lines inside a block of text, where such a space is only text.
    """
    for number, line in enumerate(lines):
        if number not in within_text and _NO_BREAK.match(line):
            yield "Y10", number + 1, 1


def fix_line(code: str, line: str, position: Position) -> Fix | None:
    """The replacement that puts a line right, None where an editor must decide.

    Args:
        code: The rule.
        line: The line of the finding.
        position: Its place.
    """
    rest = line[position.column - 1 :].rstrip()
    match code:
        case "Y05" | "Y10":
            indent = line[: len(line) - len(line.lstrip())]
            plain = indent.replace("\t", "  ").replace("\u00a0", " ")
            return Fix(position=position._replace(column=1), old=indent, new=plain)
        case "Y11" | "Y12" | "Y14":
            text = rest[1:-1] if code == "Y11" else rest
            return Fix(position=position, old=rest, new=quote(text)) if _ends_line(text) else None
        case "Y16":
            before = line[: position.column - 1].rstrip()
            indent = " " * (len(before) - len(before.lstrip(" -")) + 2)
            return Fix(
                position=position._replace(column=len(before) + 1), old=line[len(before) :], new=f"\n{indent}{rest}"
            )
        case _:
            return None


def quote(text: str) -> str:
    """A text in double quotes, as YAML reads them."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _ends_line(text: str) -> bool:
    """Whether a text may be taken to the end of its line, and is not closed by a bracket of a list around it."""
    return not re.search(r"[\]}],?$", text)


def explain_parser_error(error: yaml.YAMLError, lines: Sequence[str]) -> Mistake:
    """Finds the rule that says in plain words what the parser stumbled over."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return _unprintable(lines) or ("Y99", 1, 1, {"detail": _first_line(error)})
    line = min(error.problem_mark.line, len(lines) - 1)
    started = error.context_mark.line if error.context_mark else line
    # A line indented with such spaces spoils what comes after it, so the error may lie far below.
    for pattern, code, first in ((_TAB, "Y05", started), (_NO_BREAK, "Y10", 0)):
        for number in range(first, line + 1):
            if pattern.match(lines[number]):
                return code, number + 1, 1, {}
    unclosed = any(words in (error.problem or "") for words in ("end of stream", "document indicator"))
    if unclosed and "quoted scalar" in (error.context or "") and error.context_mark:
        mark = error.context_mark
        return _apostrophe(lines, mark.line) or ("Y17", mark.line + 1, mark.column + 1, {})
    if mistake := _left_by_git(lines):
        return mistake
    for number in _suspects(lines, line):
        if mistake := _look_at_value(lines[number], number):
            return mistake
    return (
        _no_dash(lines, line)
        or _unclosed_bracket(error, lines)
        or _no_colon(error, lines)
        or _by_problem(error, lines, line)
    )


def _left_by_git(lines: Sequence[str]) -> Mistake | None:
    """Two versions of a part, one below the other, that nobody has chosen between."""
    for number, text in enumerate(lines):
        if text.startswith("<<<<<<< "):
            detail = "git has left two versions here, from <<<<<<< to >>>>>>>"
            hint = "keep one of them, and delete these three lines: <<<<<<<, ======= and >>>>>>>"
            return "Y99", number + 1, 1, {"detail": detail, "hint": hint}
    return None


def _suspects(lines: Sequence[str], line: int) -> Iterator[int]:
    """The line of the error, then the last line above it that holds something."""
    yield line
    for number in range(line - 1, -1, -1):
        if lines[number].strip():
            yield number
            return


def _look_at_value(text: str, number: int) -> Mistake | None:
    found = _VALUE.match(text)
    if found is None or text.lstrip().startswith("#"):
        return None
    value, column = found["value"], found.start("value") + 1
    # A dash before the first word of a line is an entry of a list, so only what follows 'field:' begins a value.
    for code, opening in _OPENINGS:
        if found := opening.match(value):
            # Where text follows | on its line, the text is what has to move.
            shift = found.end() - 1 if code == "Y16" else 0
            return code, number + 1, column + shift, {}
    for code, opening in _INNER:
        if inner := opening.search(text):
            return code, number + 1, inner.start(1) + 1, {}
    return _unclosed_quote(value, number, column)


def _unclosed_quote(value: str, number: int, column: int) -> Mistake | None:
    quote = value[0]
    if quote in "\"'" and value.count(quote) % 2 == 1:
        return "Y17", number + 1, column, {}
    return None


def _apostrophe(lines: Sequence[str], number: int) -> Mistake | None:
    """A single-quoted text that an apostrophe ends too early also opens a quote that is never closed."""
    mistake = _look_at_value(lines[number], number)
    return mistake if mistake and mistake[0] == "Y08" else None


def _by_problem(error: yaml.MarkedYAMLError, lines: Sequence[str], line: int) -> Mistake:
    problem = error.problem or ""
    text = lines[line]
    if "mapping values are not allowed" in problem and (found := _VALUE.match(text)):
        key_alone = found["value"].rstrip().endswith(":") or not _sentence_with_colon(found["value"])
        if not key_alone:
            return "Y01", line + 1, found.start("value") + 1, {}
    in_brackets = "flow" in (error.context or "")
    if not in_brackets and any(
        words in problem for words in ("did not find expected", "mapping values", "block sequence")
    ):
        above = next((lines[n] for n in range(line - 1, -1, -1) if lines[n].strip()), "")
        hint = {"hint": _FURTHER_RIGHT} if _TEXT_BEGINS.search(above) else {}
        return "Y07", line + 1, len(text) - len(text.lstrip()) + 1, hint
    mark = error.problem_mark
    column = mark.column if mark else 0
    return "Y99", line + 1, column + 1, {"detail": _first_line(error)}


def _no_dash(lines: Sequence[str], line: int) -> Mistake | None:
    """An entry of a list that begins with another sign than a dash and a space."""
    for number in _suspects(lines, line):
        if found := _OTHER_BULLET.match(lines[number]):
            sign, entry = found.group("sign", "entry")
            column = found.start("sign") + 1
            detail = (
                "there is no space after the dash" if sign == "-" else f"a list begins with a dash, not with {sign}"
            )
            return "Y99", number + 1, column, {"detail": detail, "hint": f"write  - {entry}"}
    return None


def _unclosed_bracket(error: yaml.MarkedYAMLError, lines: Sequence[str]) -> Mistake | None:
    mark = error.context_mark
    if mark is None or "flow" not in (error.context or "") or "',' or" not in (error.problem or ""):
        return None
    rest = lines[mark.line][mark.column :]
    bracket = rest[:1]
    if sum(rest.count(sign) for sign in "[{") <= sum(rest.count(sign) for sign in "]}"):
        detail = f"what stands between {bracket} and {_CLOSES.get(bracket, bracket)} cannot be taken apart"
        hint = 'put commas between the entries, and a text with , or : in "double quotes"'
        return "Y99", mark.line + 1, mark.column + 1, {"detail": detail, "hint": hint}
    return (
        "Y99",
        mark.line + 1,
        mark.column + 1,
        {"detail": f"the {bracket} that opens here is never closed", "hint": "add the closing bracket"},
    )


def _no_colon(error: yaml.MarkedYAMLError, lines: Sequence[str]) -> Mistake | None:
    """A line without a colon: text that should be further to the right, or a colon without its space."""
    mark = error.context_mark
    if mark is None or "could not find expected ':'" not in (error.problem or ""):
        return None
    above = next((lines[n] for n in range(mark.line - 1, -1, -1) if lines[n].strip()), "")
    if _TEXT_BEGINS.search(above):
        return "Y07", mark.line + 1, mark.column + 1, {"hint": _FURTHER_RIGHT}
    hint = "write the field's name, a colon and a space"
    return (
        "Y99",
        mark.line + 1,
        mark.column + 1,
        {"detail": "this line has no colon with a space after it", "hint": hint},
    )


def _unprintable(lines: Sequence[str]) -> Mistake | None:
    for number, line in enumerate(lines):
        if found := _CONTROL.search(line):
            return (
                "Y99",
                number + 1,
                found.start() + 1,
                {"detail": "there is an invisible character here", "hint": "delete it"},
            )
    return None


def _sentence_with_colon(value: str) -> bool:
    return ": " in value and value[0] not in "{["


def _first_line(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem:
        return error.problem
    return str(error).splitlines()[0]
