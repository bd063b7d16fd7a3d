"""Findings as people and machines read them: text with the line and a caret, JSON, and GitHub's annotations."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from config.findings import Finding, count_by_severity
from config.place import Position
from config.rules import Severity

_WORD = re.compile(r"\"[^\"]*\"|'[^']*'|[^\s,\[\]{}]+|.")
_COLOURS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.HINT: "36"}


class Style(StrEnum):
    """How findings are written."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


def format_findings(
    findings: Sequence[Finding],
    sources: Mapping[str, bytes],
    *,
    style: Style = Style.TEXT,
    files: int | None = None,
    color: bool = False,
    root: str = "",
) -> str:
    """All findings and their summary, without a line break at the end.

    Args:
        findings: In the order in which they are shown.
        sources: Content of the files they speak about, for the lines that are shown.
        style: Text, JSON or GitHub's annotations.
        files: How many files were checked, for the summary; by default those in `sources`.
        color: Write ANSI colours.
        root: Goes before each file's name, for example `my-desk/`.
    """
    checked = len(sources) if files is None else files
    if style is Style.JSON:
        return _as_json(findings, sources, checked, root)
    if style is Style.GITHUB:
        return "\n".join(_as_annotation(finding, root) for finding in findings)
    blocks = [_as_text(finding, sources, root=root, color=color) for finding in findings]
    return "\n".join([*blocks, summarise(findings, checked)])


def summarise(findings: Sequence[Finding], files: int) -> str:
    """The last line of a check."""
    counts = count_by_severity(findings)
    parts = [
        _counted(counts[severity], severity.value)
        for severity in Severity
        if counts[severity] or severity is not Severity.HINT
    ]
    fixable = sum(1 for finding in findings if finding.fix)
    ending = f"  {fixable} can be fixed for you: firstline check --fix" if fixable else ""
    return f"{_counted(files, 'file')} checked: {', '.join(parts)}.{ending}"


def exit_code(findings: Sequence[Finding], *, strict: bool = False) -> int:
    """0 if there is nothing to report, 1 if there is; warnings count only where the check is strict."""
    counts = count_by_severity(findings)
    return 1 if counts[Severity.ERROR] or (strict and counts[Severity.WARNING]) else 0


def caret_width(line: str, column: int) -> int:
    """How many characters the word has that begins at this column (from 1)."""
    found = _WORD.match(line, column - 1)
    return max(1, len(found[0].rstrip(":")) if found else 1)


def line_at(sources: Mapping[str, bytes], file: str, number: int) -> str:
    """One line of a file, empty if there is none."""
    lines = sources.get(file, b"").decode("utf-8-sig", errors="replace").splitlines()
    return lines[number - 1] if 0 < number <= len(lines) else ""


def _as_text(finding: Finding, sources: Mapping[str, bytes], *, root: str, color: bool) -> str:
    place, severity = finding.position, finding.severity
    shown = f"\x1b[{_COLOURS[severity]}m{severity.value}\x1b[0m" if color else severity.value
    head = f"{root}{place.file}:{place.line}:{place.column}  {shown} {finding.code}  {finding.message}"
    line = line_at(sources, place.file, place.line)
    out = [head]
    if line:
        before = line_at(sources, place.file, place.line - 1)
        out += [f"{place.line - 1:>4} | {_flat(before)}".rstrip()] if place.line > 1 else []
        out.append(f"{place.line:>4} | {_flat(line)}".rstrip())
        caret = "^" * caret_width(line, place.column)
        out.append(f"     | {' ' * (place.column - 1)}{caret} {finding.hint}".rstrip())
    elif finding.hint:
        out.append(f"     = {finding.hint}")
    if finding.fix:
        out.append("     = can be fixed for you:  firstline check --fix")
    return "\n".join([*out, ""])


def _flat(line: str) -> str:
    """A line in which every character takes one column and none steers the terminal."""
    return "".join(" " if c in "\t\u00a0" else c if c.isprintable() else "\ufffd" for c in line)


def _as_json(findings: Sequence[Finding], sources: Mapping[str, bytes], files: int, root: str) -> str:
    counts = count_by_severity(findings)
    rows = [
        {
            "file": root + f.position.file,
            "line": f.position.line,
            "column": f.position.column,
            "end_column": f.position.column
            + caret_width(line_at(sources, f.position.file, f.position.line), f.position.column),
            "code": f.code,
            "severity": f.severity.value,
            "message": f.message,
            "hint": f.hint,
            "fixable": f.fix is not None,
        }
        for f in findings
    ]
    summary = {
        "files": files,
        "errors": counts[Severity.ERROR],
        "warnings": counts[Severity.WARNING],
        "hints": counts[Severity.HINT],
        "fixable": sum(1 for f in findings if f.fix),
    }
    return json.dumps({"findings": rows, "counts": summary}, ensure_ascii=False, indent=2)


def _as_annotation(finding: Finding, root: str) -> str:
    kind = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "notice"}[finding.severity]
    message = f"{finding.message} {finding.hint}".strip()
    escaped = message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    place: Position = finding.position
    file = (root + place.file).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
    return f"::{kind} file={file},line={place.line},col={place.column},title={finding.code}::{escaped}"


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
