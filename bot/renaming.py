"""Gives a name a new name everywhere in a desk folder.

Pure. `bot.mentions` knows the places; here the characters of the files change, so comments and order stay. What would
break the desk is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date

from bot.content import read_content
from bot.desk import check_folder
from bot.mentions import Form, Mention, Thing, find_mentions
from config.errors import FirstlineError
from config.findings import Finding, Findings, find_similar, list_names
from config.kinds.words import RESERVED_NAMES
from config.rewriting import find_values
from config.rules import Severity
from config.source import BlockNode, DeskFolder, read_nodes
from kb.flows.kinds import JUMP_WORDS

_ID = re.compile(r"[a-z][a-z0-9-]{0,63}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_NAMED = frozenset({"answer", "value", "action", "variable", "customer field"})
"""Kinds of things that are called by a name, not by an id."""
_QUOTED = re.compile(r"('[^']*'|\"[^\"]*\")")
_BRACES = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


class RenameError(FirstlineError):
    """This cannot be renamed."""


def rename(folder: DeskFolder, old: str, new: str, *, today: date, kind: str = "") -> Mapping[str, bytes]:
    """The files that change, with their new content.

    Args:
        folder: The desk.
        old: A name, with what it belongs to before it where it is not the only one: `internet-down/light`.
        new: The new name alone.
        today: For the check afterwards.
        kind: What it is, for example `team`, where things of several kinds have the name.

    Raises:
        RenameError: There is no such thing, or several; the new name is taken or no name; a file cannot be read, or
            the desk would have an error that it does not have now.
    """
    content, reading = read_content(folder, Findings(), today=today)
    if content.unread:
        raise RenameError(f"{min(content.unread)} cannot be read, and may use '{old}'. firstline check says why.")
    nodes = {file: read_nodes(file, data, Findings()) for file, data in folder.content.items()}
    blocks = {file: block for file, block in nodes.items() if isinstance(block, BlockNode)}
    mentions = find_mentions(content, reading, blocks)
    things = {mention.thing for mention in mentions if mention.defines}
    thing = _choose(old, kind, things)
    _refuse_name(thing, new, things)
    changed = _change(folder, [mention for mention in mentions if mention.thing == thing], new)
    _refuse_damage(folder, changed, today)
    return changed


def _choose(old: str, kind: str, things: Iterable[Thing]) -> Thing:
    found = [thing for thing in things if _is_called(thing, old) and kind in ("", thing.kind)]
    if not found:
        meant = find_similar(old, sorted({name for thing in things for name in (thing.name, str(thing))}))
        what = kind or "id"
        raise RenameError(f"There is no {what} '{old}'." + (f" Did you mean '{meant}'?" if meant else ""))
    # Whoever says the whole path means just that; a category often has the name of a team.
    found = [thing for thing in found if str(thing) == old] or found
    found = [thing for thing in found if thing.kind != "category"] or found
    if len({str(thing) for thing in found}) > 1:
        raise RenameError(f"There are several '{old}'. Say which: {list_names(sorted(map(str, found)))}.")
    if len(found) > 1:
        kinds = sorted(thing.kind for thing in found)
        raise RenameError(f"'{old}' is the name of {' and of '.join(kinds)}. Say which: --kind '{kinds[0]}'.")
    return found[0]


def _is_called(thing: Thing, name: str) -> bool:
    """Whether it is meant by a name, or by the end of its path; a category's path is its name."""
    return str(thing) == name or (thing.kind != "category" and str(thing).endswith(f"/{name}"))


def _refuse_name(thing: Thing, new: str, things: Iterable[Thing]) -> None:
    if thing.kind in _NAMED:
        if not _NAME.fullmatch(new):
            raise RenameError(f"'{new}' cannot be a name: use small letters, digits and _, a letter first.")
        if thing.kind in ("answer", "customer field") and new in RESERVED_NAMES:
            raise RenameError(f"'{new}' is a word the bot uses itself. Choose another name.")
    elif not all(_ID.fullmatch(part) for part in (new.split("/") if thing.kind == "category" else [new])):
        raise RenameError(f"'{new}' cannot be an id: use small letters, digits and hyphens, a letter first.")
    elif thing.kind == "step" and new in JUMP_WORDS:
        raise RenameError(f"'{new}' is a word the bot uses itself. Choose another id.")
    alike = next((kinds for kinds in ({"article", "flow"}, {"step", "answer"}) if thing.kind in kinds), {thing.kind})
    if any(other.kind in alike and other.path == (*thing.path[:-1], new) for other in things):
        raise RenameError(f"The id '{new}' is already used. Choose another one.")


def _change(folder: DeskFolder, mentions: Iterable[Mention], new: str) -> Mapping[str, bytes]:
    by_file: dict[str, set[Mention]] = {}
    for mention in mentions:
        # A place that defines a thing and uses it changes once.
        by_file.setdefault(mention.position.file, set()).add(replace(mention, defines=False))
    changed = {}
    for file, inside in by_file.items():
        text = folder.content[file].decode("utf-8")
        mark = text[:1] if text.startswith("\ufeff") else ""
        changed[file] = (mark + _change_text(text.removeprefix(mark), inside, new)).encode("utf-8")
    return changed


def _change_text(text: str, mentions: Iterable[Mention], new: str) -> str:
    ends = find_values(text)
    # From the end to the beginning, so that places before a change stay true.
    for mention in sorted(mentions, key=lambda each: each.position, reverse=True):
        start, end = ends[mention.position.line - 1, mention.position.column - 1]
        text = text[:start] + _say(text[start:end], mention, new) + text[end:]
    return text


def _say(source: str, mention: Mention, new: str) -> str:
    """What stands in a file at this place, with the new name."""
    old = mention.thing.name
    if mention.form is Form.WHOLE:
        return source.replace(old, new, 1)
    if mention.form is Form.NAME:
        path = f"vars.{old}" if mention.thing.kind == "variable" else old
        name = re.compile(rf"(?<![\w.]){re.escape(path)}(?!\w)")
        put = path.removesuffix(old) + new

        def change(expression: str) -> str:
            parts = _QUOTED.split(expression)
            return "".join(part if number % 2 else name.sub(put, part) for number, part in enumerate(parts))
    else:

        def change(expression: str) -> str:
            return _compare_with(expression, mention.compared, old, new)

    return _in_expressions(source, change)


def _in_expressions(source: str, change: Callable[[str], str]) -> str:
    """Changes a condition, or what stands between the braces of a text."""
    if "{{" in source or "{%" in source:
        return _BRACES.sub(lambda found: change(found[0]), source)
    quote = source[:1] if source[:1] in "'\"" and source[-1:] == source[:1] else ""
    inside = source[1:-1] if quote else source
    return f"{quote}{change(inside)}{quote}"


def _compare_with(expression: str, name: str, old: str, new: str) -> str:
    """A condition in which this name is compared with the new constant instead of the old one."""
    path = rf"(?<![\w.]){re.escape(name)}(?![\w.])"
    constant = rf"(?P<q>'{{1,2}}|\"){re.escape(old)}(?P=q)"
    for pattern in (rf"({path}\s*[=!]=\s*){constant}()", rf"(){constant}(\s*[=!]=\s*{path})"):
        expression = re.sub(pattern, lambda found: f"{found[1]}{found['q']}{new}{found['q']}{found[3]}", expression)
    return re.sub(
        rf"{path}\s+(?:not\s+)?in\s*\[[^\]]*\]",
        lambda listed: re.sub(constant, lambda found: f"{found['q']}{new}{found['q']}", listed[0]),
        expression,
    )


def _refuse_damage(folder: DeskFolder, changed: Mapping[str, bytes], today: date) -> None:
    after = DeskFolder(root=folder.root, content={**folder.content, **changed}, media=folder.media)
    known = _errors(folder, today)
    new = [finding for finding in _errors(after, today) if (finding.code, finding.message) not in _said(known)]
    if len(_errors(after, today)) > len(known) and new:
        raise RenameError(f"The desk would have an error it does not have now: {new[0].position} {new[0].message}")


def _errors(folder: DeskFolder, today: date) -> list[Finding]:
    return [each for each in check_folder(folder, today=today).findings if each.severity is Severity.ERROR]


def _said(findings: Iterable[Finding]) -> set[tuple[str, str]]:
    return {(finding.code, finding.message) for finding in findings}
