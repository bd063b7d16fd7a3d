"""`firstline check --fix`: the replacements that findings carry, made in the text of a file.

Only the characters that are wrong change; comments, order and everything else stay as they are.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from config.findings import Finding, Fix
from config.source import DeskFolder


def fix_folder(folder: DeskFolder, findings: Iterable[Finding]) -> Mapping[str, bytes]:
    """The files that change, with their new content.

    One pass: what was hidden behind a mistake shows only in the next check, so callers check again.
    """
    by_file: dict[str, list[Fix]] = {}
    for finding in findings:
        if finding.fix is not None and finding.fix.position.file in folder.content:
            by_file.setdefault(finding.fix.position.file, []).append(finding.fix)
    changed = {}
    for file, fixes in by_file.items():
        before = folder.content[file]
        after = apply_fixes(before.decode("utf-8"), fixes).encode("utf-8")
        if after != before:
            changed[file] = after
    return changed


def apply_fixes(text: str, fixes: Iterable[Fix]) -> str:
    """A file's text with its replacements made; one that no longer fits is left out."""
    lines = text.splitlines(keepends=True)
    touched: set[tuple[int, int]] = set()
    # From the end to the beginning, so that places before a replacement stay true.
    for fix in sorted(fixes, key=lambda f: f.position, reverse=True):
        place = (fix.position.line, fix.position.column)
        if place not in touched:
            touched.add(place)
            _apply(lines, fix)
    return "".join(lines)


def show_diff(file: str, before: bytes, after: bytes) -> str:
    """The change of one file, as `diff -u` shows it."""
    return "".join(
        difflib.unified_diff(
            before.decode("utf-8").splitlines(keepends=True),
            after.decode("utf-8").splitlines(keepends=True),
            fromfile=file,
            tofile=file,
        )
    )


def _apply(lines: list[str], fix: Fix) -> None:
    number = fix.position.line - 1
    if number >= len(lines):
        return
    line = lines[number]
    # The first line of a file may begin with a byte order mark, and a value with a quote; both come before the text.
    start = line.find(fix.old, fix.position.column - 1) if fix.old else fix.position.column - 1
    if start < 0:
        return
    if not fix.new:
        _remove_entry(lines, number, start, start + len(fix.old))
        return
    lines[number] = line[:start] + fix.new + line[start + len(fix.old) :]
    if fix.moves_block:
        _move_block(lines, number, fix.position.column - 1)


def _remove_entry(lines: list[str], number: int, start: int, end: int) -> None:
    """Takes an entry out of a list: its line, or the text with the comma before it."""
    line = lines[number]
    if line[start - 1 : start] in ("'", '"'):
        start, end = start - 1, end + 1
    before, after = line[:start].rstrip(), line[end:]
    if before.strip() == "-" and not after.strip():
        del lines[number]
    elif before.endswith(","):
        lines[number] = before[:-1] + after


def _move_block(lines: list[str], number: int, indent: int) -> None:
    """Moves the further lines of a block two columns to the right."""
    for below in range(number + 1, len(lines)):
        text = lines[below]
        if text.strip() and len(text) - len(text.lstrip(" ")) < indent:
            return
        if text.strip():
            lines[below] = "  " + text
