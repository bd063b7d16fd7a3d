"""Gives an id a new name everywhere in a desk folder.

Pure. The places come from the reading itself, which notes every use of an id; conditions that compare `flow` or
`category` with the id are found by their analysis. Text is replaced in place, so comments and order stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from bot.content import Content, read_content
from config.errors import FirstlineError
from config.findings import Findings, Fix, find_similar
from config.fixing import apply_fixes
from config.kinds import Reading
from config.place import Position
from config.source import DeskFolder
from config.texts import Analysis, analyse_condition, analyse_text
from kb.article import Article, SmallTalk
from kb.flows.model import Flow

_ID = re.compile(r"[a-z][a-z0-9-]{0,63}")


class RenameError(FirstlineError):
    """This id cannot be renamed."""


def rename(folder: DeskFolder, old: str, new: str, *, today: date) -> Mapping[str, bytes]:
    """The files that change, with their new content.

    Articles, flows, small talk, canned replies, triggers and teams have ids that can be renamed.

    Raises:
        RenameError: There is no such id, the new one is taken or no id, or a file cannot be read.
    """
    findings = Findings()
    content, reading = read_content(folder, findings, today=today)
    if content.unread:
        raise RenameError(f"{min(content.unread)} cannot be read, and may use '{old}'. firstline check says why.")
    known = dict(_ids(content))
    kinds = [kind for kind, ids in known.items() if old in ids]
    if not kinds:
        meant = find_similar(old, [id_ for ids in known.values() for id_ in ids])
        raise RenameError(f"There is no id '{old}'." + (f" Did you mean '{meant}'?" if meant else ""))
    if len(kinds) > 1:
        raise RenameError(f"'{old}' is the id of {' and of '.join(kinds)}; rename them by hand.")
    if not _ID.fullmatch(new):
        raise RenameError(f"'{new}' cannot be an id: use small letters, digits and hyphens, a letter first.")
    alike = {"article", "flow"} if kinds[0] in ("article", "flow") else {kinds[0]}
    if any(new in known[kind] for kind in alike):
        raise RenameError(f"The id '{new}' is already used. Choose another one.")
    fixes: dict[str, list[Fix]] = {}
    for position in {known[kinds[0]][old], *_uses(reading, kinds[0], old)}:
        fixes.setdefault(position.file, []).append(Fix(position=position, old=old, new=new))
    for fix in _compared(reading, kinds[0], old, new):
        fixes.setdefault(fix.position.file, []).append(fix)
    return {
        file: apply_fixes(folder.content[file].decode("utf-8"), each).encode("utf-8") for file, each in fixes.items()
    }


def _ids(content: Content) -> Iterator[tuple[str, Mapping[str, Position]]]:
    """Everything that can be renamed, by kind: each id with its place."""
    yield "article", _places(content.articles)
    yield "flow", _places(content.flows)
    yield "small talk", _places(content.smalltalk)
    yield "reply", {reply.id: reply.place.at("id") for reply in content.replies}
    yield "trigger", {trigger.id: trigger.place.at("id") for trigger in content.policy.triggers}
    yield "team", {id_: team.place.key for id_, team in content.policy.teams.items()}


def _places(items: list[Article] | list[Flow] | list[SmallTalk]) -> Mapping[str, Position]:
    return {item.id: item.place.at("id") for item in items}


def _uses(reading: Reading, kind: str, old: str) -> Iterator[Position]:
    return (use.position for use in reading.references if use.id == old and kind in use.targets)


def _compared(reading: Reading, kind: str, old: str, new: str) -> Iterator[Fix]:
    """The conditions that compare what runs, or who has it, with the id."""
    for text in reading.texts:
        for _, wording in text.text.sentences():
            if _compares(analyse_text(wording.text), kind, old):
                raise RenameError(f"{wording.position} compares {kind} with '{old}'; change that text by hand first.")
    for use in reading.conditions:
        source = use.condition.source
        if _compares(analyse_condition(source), kind, old):
            fixed = re.sub(rf"(['\"]){re.escape(old)}\1", lambda found: f"{found[1]}{new}{found[1]}", source)
            yield Fix(position=use.condition.position, old=source, new=fixed)


def _compares(analysis: Analysis, name: str, value: str) -> bool:
    return any(one.path == name and value in one.constants for one in analysis.comparisons)
