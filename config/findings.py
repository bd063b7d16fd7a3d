"""What a check has found: findings, their order and their collection. How they are printed lives in `config.report`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from config.place import Position
from config.rules import Severity, fill, get_rule

SIMILAR_ENOUGH = 0.72
"""A name is suggested only if it is at least this similar to what was written; below it a guess misleads."""
MAX_LISTED = 8
_GOES_ON = frozenset({"Y09", "Y13"})
"""Errors in the YAML after which the file is still read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """One replacement in one line of a file; together with its finding it says where. `config.fixing` makes it."""

    position: Position
    old: str
    """What stands there now; nothing is replaced if something else does."""
    new: str
    """What takes its place; an entry of a list that becomes empty goes with its dash or comma."""
    moves_block: bool = False
    """The lines below that belong to the same block move two columns to the right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One mistake, at one place, with one hint."""

    position: Position
    code: str
    severity: Severity
    message: str
    hint: str
    """What to do about it; empty if the message says it all."""
    fix: Fix | None = None


class Findings:
    """Collects findings while content is read and checked. The one mutable thing in a check."""

    def __init__(self) -> None:
        self._findings: list[Finding] = []

    def report(
        self, code: str, position: Position, *, hint: str | None = None, fix: Fix | None = None, **values: object
    ) -> None:
        """Adds a finding.

        Args:
            code: The rule that is broken.
            position: The first character of what the message speaks about.
            hint: Takes the place of the rule's own hint.
            fix: The replacement that puts it right.
            values: What fills the gaps in the rule's text and hint.
        """
        rule = get_rule(code)
        self._findings.append(
            Finding(
                position=position,
                code=code,
                severity=rule.severity,
                message=fill(rule.text, values),
                hint=fill(rule.hint if hint is None else hint, values),
                fix=fix,
            )
        )

    def add(self, findings: Iterable[Finding]) -> None:
        """Adds findings that were made before."""
        self._findings.extend(findings)

    def has(self, *codes: str, file: str | None = None) -> bool:
        """Whether one of these rules was broken, in this file or anywhere."""
        return any(f.code in codes and (file is None or f.position.file == file) for f in self._findings)

    def ended_at(self, file: str) -> bool:
        """Whether an error in the YAML has ended the check of this file."""
        return any(
            f.position.file == file and f.code[0] == "Y" and f.severity is Severity.ERROR and f.code not in _GOES_ON
            for f in self._findings
        )

    def in_order(self) -> tuple[Finding, ...]:
        """All findings, each once, by file, line and column."""
        unique = {(f.position, f.code, f.message): f for f in self._findings}
        return tuple(sorted(unique.values(), key=lambda f: (f.position, f.code)))

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._findings)


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether one of them keeps the desk from being loaded."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def find_similar(word: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant, None if no name is similar enough."""
    best, nearest = SIMILAR_ENOUGH, None
    matcher = SequenceMatcher(None, "", word.lower(), autojunk=False)
    for name in names:
        if _is_swapped(word.lower(), name.lower()):
            return name
        matcher.set_seq1(name.lower())
        # Two upper bounds that cost little; most names are not even close.
        if matcher.real_quick_ratio() < best or matcher.quick_ratio() < best:
            continue
        similarity = matcher.ratio()
        if similarity >= best and (similarity > best or nearest is None):
            best, nearest = similarity, name
    return nearest


def _is_swapped(word: str, name: str) -> bool:
    """Whether two neighbouring letters changed their places, which in a short word makes it little similar."""
    if len(word) != len(name) or sorted(word) != sorted(name):
        return False
    different = [place for place in range(len(word)) if word[place] != name[place]]
    return len(different) == 2 and different[1] - different[0] == 1


def list_names(names: Sequence[str]) -> str:
    """At most eight names, joined for a message."""
    shown = ", ".join(names[:MAX_LISTED])
    return f"{shown}, …" if len(names) > MAX_LISTED else shown


def suggest(
    word: str, names: Iterable[str], *, otherwise: str, position: Position | None = None, meant: str | None = None
) -> Suggestion:
    """The hint for a name that is not known: the similar one, else what is allowed.

    Args:
        word: What was written.
        names: What is allowed.
        otherwise: Begins the hint that lists the names.
        position: Where the word stands, for the fix.
        meant: The name if it is known already, as for words of other products.
    """
    allowed = list(names)
    nearest = meant or find_similar(word, allowed)
    if nearest is None:
        return Suggestion(hint=f"{otherwise} {list_names(allowed)}" if allowed else "", fix=None)
    fix = Fix(position=position, old=word, new=nearest) if position else None
    return Suggestion(hint=f"did you mean '{nearest}'?", fix=fix)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A hint and, where one name is meant, the fix for it."""

    hint: str
    fix: Fix | None


def count_by_severity(findings: Iterable[Finding]) -> Mapping[Severity, int]:
    """How many errors, warnings and hints."""
    counts = dict.fromkeys(Severity, 0)
    for finding in findings:
        counts[finding.severity] += 1
    return counts
