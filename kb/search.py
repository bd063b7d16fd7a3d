"""One question to one honest decision: answer, suggest or unknown.

Lives here: `search` and what it returns. Pure; the index comes from `kb.index`. Called by the bot, by tests of the
knowledge and by the command line.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from rapidfuzz.fuzz import token_set_ratio, token_sort_ratio

from kb.entry import EntryKind
from kb.index import Index, features_of, weigh
from kb.language import guess_language
from kb.normalise import cap, words_of


class Decision(StrEnum):
    """What the index says about a question."""

    ANSWER = "answer"
    """The best match is sure enough to be given outright."""
    SUGGEST = "suggest"
    """One of a few matches may be meant: ask which."""
    UNKNOWN = "unknown"
    """Nothing in the knowledge is near enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An entry with how sure it is, and the phrasing that hit."""

    id: str
    """The entry's id."""
    kind: EntryKind
    """What the customer would get."""
    confidence: float
    """Chance that this is the right entry, 0 to 1."""
    parts: Mapping[str, float]
    """What the confidence was made of."""
    phrase: str
    """The nearest phrasing, as its author wrote it."""
    file: str
    """Where that phrasing stands."""
    line: int
    """Its line in that file, counted from 1."""
    language: str
    """Its language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A word that was read as another one."""

    source: str
    """The word as it was typed."""
    target: str
    """The word it was taken for."""
    why: str
    """"spelling", "glossary", "keyboard", "transliteration" or "joined"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The decision about one question with everything it rests on."""

    text: str
    """The question as it was looked at (capped)."""
    language: str
    """Language it was searched in."""
    decision: Decision
    """Answer, suggest or unknown."""
    matches: tuple[Match, ...]
    """Best first."""
    words: tuple[Reading, ...]
    """Words that were read as others."""
    margin: float
    """Confidence of the best match less that of the next."""
    answer_at: float
    """From this confidence on an answer is given."""
    suggest_at: float
    """From this confidence on matches are offered."""
    rule: str
    """Why the decision is what it is, as a sentence."""
    version: str
    """Version of the index."""
    suggested: tuple[Match, ...] = ()
    """The matches to offer; only for `SUGGEST`."""


def search(
    index: Index,
    text: str,
    *,
    language: str | None = None,
    allowed: Callable[[str], bool] | None = None,
    top: int = 5,
) -> Found:
    """Finds the entries that a question may mean and decides what to do.

    Args:
        index: What to search.
        text: The customer's words; only the first 1,000 characters count.
        language: The conversation's language: a prior, not a wall. None: guessed.
        allowed: Tells whether an entry (by id) may be shown; None: all may.
        top: How many matches to return at most.
    """
    text = cap(text)
    scores = _score_phrasings(index, text)
    said = language or guess_language(index, text).language or ""
    matches = _best_matches(index, text, scores, allowed)[:top]
    confidence = matches[0].confidence if matches else 0.0
    margin = round(confidence - (matches[1].confidence if len(matches) > 1 else 0.0), 6)
    decision, rule = _decide(index, confidence, margin)
    return Found(
        text=text,
        language=said,
        decision=decision,
        matches=matches,
        words=(),
        margin=margin,
        answer_at=index.answer_at,
        suggest_at=index.suggest_at,
        rule=rule,
        version=index.version,
        suggested=tuple(m for m in matches if m.confidence >= index.suggest_at)[: index.suggestions]
        if decision is Decision.SUGGEST
        else (),
    )


def _score_phrasings(index: Index, text: str) -> np.ndarray:
    """Returns the cosine of the question with each phrasing."""
    scores = np.zeros(len(index.phrasings), dtype=np.float64)
    unseen = float(np.log(1 + len(index.phrasings)) + 1)
    for feature, weight in weigh(features_of(text), index.idf, unseen).items():
        if feature in index.postings:
            numbers, weights = index.postings[feature]
            scores[numbers] += weights * weight
    return scores


def _best_matches(
    index: Index, text: str, scores: np.ndarray, allowed: Callable[[str], bool] | None
) -> tuple[Match, ...]:
    """Returns one match per entry, best first, re-ranked by spelling."""
    query = " ".join(words_of(text))
    found: dict[int, Match] = {}
    for number in np.argsort(-scores, kind="stable")[:40]:
        entry = index.entries[index.owner[number]]
        if scores[number] <= 0 or (allowed and not allowed(entry.id)):
            continue
        phrasing = index.phrasings[number]
        plain = " ".join(words_of(cap(phrasing.text)))
        spelling = max(token_sort_ratio(query, plain), 0.9 * token_set_ratio(query, plain)) / 100
        confidence = round(float(0.6 * scores[number] + 0.4 * spelling) * (0.95 if entry.stale else 1.0), 6)
        best = found.get(int(index.owner[number]))
        if best is None or confidence > best.confidence:
            found[int(index.owner[number])] = Match(
                id=entry.id,
                kind=entry.kind,
                confidence=confidence,
                parts={"words": round(float(scores[number]), 6), "spelling": round(spelling, 6)},
                phrase=phrasing.text,
                file=phrasing.file,
                line=phrasing.line,
                language=phrasing.language,
            )
    return tuple(sorted(found.values(), key=lambda m: (-m.confidence, m.id)))


def _decide(index: Index, confidence: float, margin: float) -> tuple[Decision, str]:
    """Returns the decision and the sentence that explains it."""
    if confidence >= index.answer_at and margin >= 0.05:
        return Decision.ANSWER, "the best match is sure enough"
    if confidence >= index.suggest_at:
        return Decision.SUGGEST, "something is near, but not sure enough to answer"
    return Decision.UNKNOWN, "nothing is near enough"
