"""What the outcomes of a desk's tests add up to: shares by language, who is taken for whom, what another cut-off does.

Pure. The outcomes come from `bot.rehearsal`; `firstline test` and its page show the sums.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.rehearsal import Outcome
from kb.search import Decision

NOTHING = ""
"""Stands for the article found where nothing was."""
_STEPS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageScore:
    """How the tests in one language went."""

    language: str
    sentences: int
    """Sentences beside articles."""
    sentences_passed: int
    answered: int
    """Sentences that must find an article and get its answer outright, without a question back."""
    to_answer: int
    """Sentences that must find an article."""
    chats: int
    chats_passed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CutOff:
    """What would happen if answers were given from another confidence on."""

    confidence: float
    answered: float
    """Share of the sentences that must find an article which would be answered outright."""
    wrong: float
    """Share of wrong ones among these answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is different from a baseline."""

    newly_failing: tuple[Outcome, ...]
    newly_passing: tuple[Outcome, ...]
    added: int
    """Tests that the baseline does not know."""
    gone: int
    """Tests that only the baseline knows."""


def score_languages(outcomes: Sequence[Outcome]) -> tuple[LanguageScore, ...]:
    """One line per language, in alphabetical order."""
    return tuple(
        _score_language(language, [one for one in outcomes if one.language == language])
        for language in sorted({one.language for one in outcomes})
    )


def share_passed(outcomes: Sequence[Outcome]) -> float:
    """Share of the tests that passed; all of them where there are none."""
    return sum(one.passed for one in outcomes) / len(outcomes) if outcomes else 1.0


def confusion(outcomes: Sequence[Outcome]) -> Mapping[tuple[str, str], int]:
    """How often the sentences of an article (first) found which article (second), `NOTHING` where none was found."""
    return Counter((one.article, _winner(one)) for one in outcomes if one.must_find)


def cut_offs(outcomes: Sequence[Outcome]) -> tuple[CutOff, ...]:
    """What each confidence from 0 to 1 would answer, and how much of it wrongly."""
    asked = [one for one in outcomes if one.must_find and one.found]
    best = [
        (one.found.matches[0].confidence, one.found.matches[0].id == one.article)
        for one in asked
        if one.found and one.found.matches
    ]
    curve = []
    for step in range(_STEPS + 1):
        given = [right for confidence, right in best if confidence >= step / _STEPS]
        curve.append(
            CutOff(
                confidence=step / _STEPS,
                answered=len(given) / len(asked) if asked else 0.0,
                wrong=given.count(False) / len(given) if given else 0.0,
            )
        )
    return tuple(curve)


def as_baseline(outcomes: Sequence[Outcome]) -> dict[str, bool]:
    """Whether each test passed, under a name that stays when lines move."""
    return {_name(one): one.passed for one in outcomes}


def compare(outcomes: Sequence[Outcome], baseline: Mapping[str, bool]) -> Change:
    """What is different from an earlier run."""
    now = {_name(one): one for one in outcomes}
    both = [(one, baseline[name]) for name, one in now.items() if name in baseline]
    return Change(
        newly_failing=tuple(one for one, passed in both if passed and not one.passed),
        newly_passing=tuple(one for one, passed in both if not passed and one.passed),
        added=len(now.keys() - baseline.keys()),
        gone=len(baseline.keys() - now.keys()),
    )


def _score_language(language: str, outcomes: Sequence[Outcome]) -> LanguageScore:
    sentences = [one for one in outcomes if one.found]
    chats = [one for one in outcomes if not one.found]
    to_answer = [one for one in sentences if one.must_find]
    return LanguageScore(
        language=language,
        sentences=len(sentences),
        sentences_passed=sum(one.passed for one in sentences),
        answered=sum(
            one.passed and one.found is not None and one.found.decision is Decision.ANSWER for one in to_answer
        ),
        to_answer=len(to_answer),
        chats=len(chats),
        chats_passed=sum(one.passed for one in chats),
    )


def _winner(outcome: Outcome) -> str:
    found = outcome.found
    if found is None or found.decision is Decision.UNKNOWN or not found.matches:
        return NOTHING
    return found.matches[0].id


def _name(outcome: Outcome) -> str:
    return " · ".join(part for part in (outcome.article, outcome.language, outcome.name) if part)
