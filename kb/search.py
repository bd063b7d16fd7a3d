"""One question to one honest decision: answer, suggest or unknown.

Lives here: `search`, the order in which a message's readings are tried, and the decision. Pure; the index comes from
`kb.index`. Called by the bot, by the tests of the knowledge and by the command line.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from kb.candidates import PARTS, Candidates, Corpus, find_candidates
from kb.confidence import chance, features_of
from kb.entry import EntryKind
from kb.index import Index
from kb.language import guess_by_model
from kb.normalise import Word, cap, fold, read_words
from kb.repair import Reading, Token, repair_words
from kb.rereading import other_readings
from kb.sense import find_sense


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
class Found:
    """The decision about one question with everything it rests on."""

    text: str
    """The question as it was looked at (capped)."""
    language: str
    """Language it was searched in; empty if neither told nor guessed."""
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
    """From this joint confidence of the offered matches on they are offered."""
    rule: str
    """Why the decision is what it is, as a sentence."""
    version: str
    """Version of the index."""
    suggested: tuple[Match, ...] = ()
    """The matches to offer; only for `SUGGEST`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """What one reading of a message, or of a part of it, leads to."""

    found: Candidates
    """The best entries."""
    readings: tuple[Reading, ...]
    """What was repaired."""
    plain: str
    """Its words after repair, joined."""
    alone: bool
    """Whether it is a single word."""
    sure: NDArray[np.float64]
    """Confidence in each candidate; the rows of `found`."""


MOST_WORDS = 150
"""Words of one message that are looked at."""
_MOST_PARTS = 6
_SHORTEST_PART = 2
_LEAST_OFFERED = 0.08
_BADLY = 0.5
_CLEARLY_BETTER = 0.25
_OWN_WORDING = 0.99
_TWO_CLAIM = 0.5
_MOSTLY = 0.7
_SENTENCE_END = re.compile(r"[.!?;…]+\s+|\n+")
_STALE = 0.3


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
    words = read_words(text)[:MOST_WORDS]
    said = guess_by_model(index.language_model, words).language or language or ""
    may = None if allowed is None else np.array([allowed(source.id) for source in index.sources], dtype=bool)
    if index.corpus is None or (may is not None and not may.any()):
        return _found(index, text, said, None, "there is nothing to find", top)
    if not words:
        return _found(index, text, said, None, "there are no words in it", top)
    whole = _best_reading(index, index.corpus, text, words, said, may)
    claimed = [entry for entry in index.exact.get(whole.plain, ()) if may is None or may[entry]]
    if claimed:
        return _found(index, text, said, _claimed(whole, claimed), "", top, own=len(claimed))
    best, answer_at = whole, index.answer_from(said)
    for part in _parts(text) if whole.sure[0] < answer_at else ():
        look = _look(index, index.corpus, read_words(part)[:MOST_WORDS], said, may)
        if look.sure[0] >= answer_at and look.sure[0] > best.sure[0]:
            best = look
    return _found(index, text, said, best, "", top)


def _parts(text: str) -> Sequence[str]:
    """Returns the sentences of a message that has several; none if it is one sentence."""
    parts = [part for part in _SENTENCE_END.split(text) if len(read_words(part)) >= _SHORTEST_PART]
    return parts[:_MOST_PARTS] if len(parts) > 1 else ()


def _best_reading(
    index: Index, corpus: Corpus, text: str, words: Sequence[Word], said: str, may: NDArray[np.bool_] | None
) -> _Look:
    """Reads a message as it stands and, where most of it is unknown, in other letters."""
    best = _look(index, corpus, words, said, may)
    if best.found.point.unknown <= _BADLY:
        return best
    knows = corpus.space.vocabulary.number
    for other, why in other_readings(text, cyrillic="ru" in index.language_model.languages, knows=knows):
        heard = read_words(other)[:MOST_WORDS]
        look = _look(index, corpus, heard, guess_by_model(index.language_model, heard).language or "", may)
        if look.found.point.unknown < best.found.point.unknown - _CLEARLY_BETTER:
            told = Reading(source=text.strip(), target=other.strip(), why=why)
            best = replace(look, readings=(told, *look.readings))
    return best


def _look(index: Index, corpus: Corpus, words: Sequence[Word], said: str, may: NDArray[np.bool_] | None) -> _Look:
    """Searches one reading."""
    space = corpus.space
    tokens, readings = repair_words(space.vocabulary, space.meanings, words, pairs=space.pair_number, language=said)
    sense = find_sense(_spoken(tokens), said) if space.senses.shape[1] else None
    found = find_candidates(corpus, tokens, language=said, sense=sense, allowed=may)
    return _Look(
        found=found,
        readings=readings,
        plain=" ".join(token.word for token in tokens),
        alone=len(words) == 1,
        sure=_confidences(index, corpus, found, tokens),
    )


def _spoken(tokens: Sequence[Token]) -> str:
    """Returns the words of a message as they were typed, in small letters, and those that were repaired as they are."""
    spoken = (token.source.casefold() for token in tokens)
    return " ".join(one if fold(one) == token.word else token.word for one, token in zip(spoken, tokens, strict=True))


def _confidences(index: Index, corpus: Corpus, found: Candidates, tokens: Sequence[Token]) -> NDArray[np.float64]:
    """Returns the chance of each candidate.

    The head judges the best one; what is left of the chance that any is right falls to the others by their scores.
    """
    best = float(chance(index.head, features_of(corpus, found, len(tokens))))
    stale = np.array([_STALE * index.sources[entry].stale for entry in found.entries])
    share = np.exp(found.scores - found.scores.max() - stale)
    share /= share.sum()
    any_right = min(1.0, best / max(float(share[0]), 1e-9))
    sure = np.minimum(any_right * share, 1.0)
    sure[0] = min(best, float(sure[0]))
    rounded: NDArray[np.float64] = np.round(sure, 6)
    return rounded


def _claimed(look: _Look, claimed: Sequence[int]) -> _Look:
    """Returns a look at a message that is word for word a phrasing: its entries come first and are certain."""
    sure = look.sure * 0.01
    for entry in claimed:
        sure[look.found.entries == entry] = _OWN_WORDING if len(claimed) == 1 else _TWO_CLAIM
    return replace(look, sure=sure)


def _found(index: Index, text: str, said: str, look: _Look | None, rule: str, top: int, *, own: int = 0) -> Found:
    """Decides and writes down what the decision rests on."""
    matches = _matches(index, look, max(top, index.suggestions, 2)) if look else ()
    offered = tuple(match for match in matches if match.confidence >= _LEAST_OFFERED)[: index.suggestions]
    joint = sum(match.confidence for match in offered)
    sure, answer_at = matches[0].confidence if matches else 0.0, index.answer_from(said)
    margin = round(sure - (matches[1].confidence if len(matches) > 1 else 0.0), 6)
    if rule:
        decision = Decision.UNKNOWN
    elif own == 1:
        decision, rule = Decision.ANSWER, "it is word for word one of the entry's own questions"
    elif own > 1:
        decision, rule = Decision.SUGGEST, f"{own} entries have this very question"
    elif sure >= answer_at and _is_shared_word(index, look):
        decision, rule = Decision.SUGGEST, "one word that several entries share says too little to answer"
    elif sure >= answer_at:
        decision, rule = Decision.ANSWER, "the best match is sure enough to answer"
    elif joint >= index.suggest_at:
        decision, rule = Decision.SUGGEST, "one of these is likely meant, but none is sure enough to answer"
    else:
        decision, rule = Decision.UNKNOWN, "nothing is near enough"
    return Found(
        text=text,
        language=said,
        decision=decision,
        matches=matches[:top],
        words=look.readings if look else (),
        margin=margin,
        answer_at=answer_at,
        suggest_at=index.suggest_at,
        rule=rule,
        version=index.version,
        suggested=offered if decision is Decision.SUGGEST else (),
    )


def _is_shared_word(index: Index, look: _Look | None) -> bool:
    """Tells whether all that was said is one word, and other entries' phrasings have it too, not just now and then."""
    if look is None or index.corpus is None or not look.alone:
        return False
    corpus = index.corpus
    number = corpus.space.vocabulary.number
    places = [number[word] for word in look.plain.split() if word in number]
    holders = corpus.owner[np.flatnonzero((corpus.space.rows[:, places] > 0).sum(axis=1) == len(places))]
    best = look.found.entries[int(look.sure.argmax())]
    return bool(places) and float((holders == best).mean() if len(holders) else 1.0) < _MOSTLY


def _matches(index: Index, look: _Look, most: int) -> tuple[Match, ...]:
    """Returns the candidates as at most so many matches, best first."""
    order = np.argsort(-look.sure, kind="stable")[:most]
    matches: list[Match] = []
    for place in order:
        source = index.sources[look.found.entries[place]]
        phrasing = index.phrasings[look.found.rows[place]]
        parts = {name: round(float(value), 4) for name, value in zip(PARTS, look.found.parts[place], strict=True)}
        matches.append(
            Match(
                id=source.id,
                kind=source.kind,
                confidence=round(float(look.sure[place]), 6),
                parts=parts,
                phrase=phrasing.text,
                file=phrasing.file,
                line=phrasing.line,
                language=phrasing.language,
            )
        )
    return tuple(matches)
