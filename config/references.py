"""The rules R: every id and file that content names must exist, and customers must be able to get there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from config.findings import Findings, Fix, find_similar, list_names
from config.kinds import ReferenceUse
from config.place import Position

MAX_IMAGE_BYTES = 5 * 1024 * 1024
IMAGE_ENDINGS = ("png", "jpg", "jpeg", "gif", "webp")

_FIELDS = {"article": "article", "flow": "flow", "team": "escalate"}
"""The field with which one writes each kind of target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One thing that has an id."""

    id: str
    position: Position
    hidden: str = ""
    """Why customers cannot open it: archived, draft or internal."""


@dataclass(slots=True, kw_only=True)
class Register:
    """Everything that has an id, by kind."""

    targets: dict[str, dict[str, Target]] = field(default_factory=dict)

    def add(self, kind: str, targets: Iterable[Target], findings: Findings) -> None:
        """Enters things of one kind; reports ids that are there twice."""
        known = self.targets.setdefault(kind, {})
        for target in targets:
            other = known.setdefault(target.id, target)
            if other is not target:
                place = f"{other.position.file}:{other.position.line}"
                findings.report("R02", target.position, id=target.id, kind=kind, other=place)

    def ids(self, kind: str) -> tuple[str, ...]:
        """All ids of one kind."""
        return tuple(self.targets.get(kind, {}))

    def find(self, kinds: Iterable[str], id_: str) -> Target | None:
        """The thing with this id, if one of these kinds has it."""
        return next((t for kind in kinds if (t := self.targets.get(kind, {}).get(id_))), None)


def check_references(
    uses: Iterable[ReferenceUse], register: Register, media: Mapping[str, int], findings: Findings
) -> None:
    """Looks for everything that content names."""
    used = set()
    for use in uses:
        if use.targets[0] in ("file", "image"):
            used.add(use.id)
            _check_file(use, media, findings)
        elif "no" in use.targets and use.id == "no":
            continue
        elif (target := register.find(use.targets, use.id)) is None:
            _report_unknown(use, register, findings)
        elif target.hidden and use.item.kind != "conversations" and use.targets[0] in ("article", "flow"):
            findings.report("R05", use.position, id=use.id, state=target.hidden)
    for path in media:
        if path not in used:
            findings.report("R04", Position(f"kb/{path}", 1, 1), path=path)


def _report_unknown(use: ReferenceUse, register: Register, findings: Findings) -> None:
    kinds = [kind for kind in use.targets if kind != "no"]
    ids = [id_ for kind in kinds for id_ in register.ids(kind)]
    fix = None
    other = next((kind for kind in _FIELDS if kind not in kinds and register.find([kind], use.id)), None)
    if other is not None and kinds[0] in _FIELDS:
        hint = f"'{use.id}' is {_with_article(other)}; write  {_FIELDS[other]}: {use.id}"
    elif meant := find_similar(use.id, ids):
        hint = f"did you mean '{meant}'?"
        fix = Fix(position=use.position, old=use.id, new=meant)
    else:
        hint = f"{_plural(kinds[0])} are: {list_names(ids)}" if ids else f"there are no {_plural(kinds[0])} yet"
    findings.report("R01", use.position, kind=" or ".join(kinds), id=use.id, hint=hint, fix=fix)


def _check_file(use: ReferenceUse, media: Mapping[str, int], findings: Findings) -> None:
    if use.id not in media:
        meant = find_similar(use.id, media)
        name = use.id.rpartition("/")[2]
        hint = f"did you mean '{meant}'?" if meant else f"put the file into kb/media and write  media/{name}"
        findings.report("R03", use.position, path=use.id, hint=hint)
        return
    if use.targets[0] != "image":
        return
    ending = use.id.rpartition(".")[2].lower()
    if ending not in IMAGE_ENDINGS:
        findings.report("A15", use.position, what=f"{ending} images are not shown in Slack and Telegram.")
    elif media[use.id] > MAX_IMAGE_BYTES:
        size = f"{media[use.id] / (1024 * 1024):.1f}".removesuffix(".0")
        findings.report("A15", use.position, what=f"The image is {size} MB; at most 5 MB.")


def _with_article(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def _plural(word: str) -> str:
    return {"reply": "replies", "small talk": "small talk"}.get(word, f"{word}s")
