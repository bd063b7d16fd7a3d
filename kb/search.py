"""One question to one honest decision: answer, suggest or unknown.

Lives here: `search`, the order in which a message's readings are tried, and the decision. Pure; the index comes from
`kb.index`. Called by the bot, by the tests of the knowledge and by the command line.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

import numpy as np

from kb.candidates import PARTS
from kb.entry import EntryKind
from kb.index import Index
from kb.language import guess_by_model
from kb.looking import MOST_WORDS, Look, look_at, look_at_whole
from kb.normalise import cap, read_words
from kb.pairing import LEAST_OFFERED, Fate, fate_of, find_pair, look_while_two, offer_from, stands_alone
from kb.parts import cut_joints, cut_sentences, own_words
from kb.repair import Reading


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
class Part:
    """A part of a message that was looked at by itself."""

    text: str
    """Its words."""
    match: Match
    """What it most likely means."""
    fate: Fate
    """What became of it."""


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

    part: str = ""
    """The part of the message that the decision rests on; empty if that is all of it."""
    parts: tuple[Part, ...] = ()
    """The parts of a message that were looked at by themselves, in order."""

    @property
    def also(self) -> Part | None:
        """Another question in the same message, to be offered beside the answer."""
        return next((part for part in self.parts if part.fate is Fate.OFFERED), None)


_MOSTLY = 0.7


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
    own = own_words(text)
    words = read_words(own)[:MOST_WORDS]
    said = guess_by_model(index.language_model, words).language or language or ""
    may = None if allowed is None else np.array([allowed(source.id) for source in index.sources], dtype=bool)
    if index.corpus is None or (may is not None and not may.any()):
        return _nothing(index, text, said, "there is nothing to find")
    if not words:
        return _nothing(index, text, said, "there are no words in it")
    corpus, answer_at = index.corpus, index.answer_from(said)
    whole = look_at_whole(index, corpus, own, said, may)
    if whole.claims:
        return _found(index, text, said, whole, (), top)
    cut = cut_sentences(whole.text)

    @cache
    def look(part: str) -> Look:
        return look_at(index, corpus, part, whole.language, may)

    sentences = [look(part) for part in cut]
    halves = [look_while_two(index, parts, look) for parts in cut_joints(cut or (whole.text,))]
    pair = find_pair(index, whole, sentences, halves, answer_at)
    if pair is not None:
        best = pair.answered if pair.answered.confidence >= answer_at else whole
        return _found(index, text, said, best, pair.parts, top, part=pair.answered, offered=pair.offered)
    surest = max(sentences, key=lambda part: part.confidence, default=whole)
    found = _found(index, text, said, whole, sentences or (halves[0] if halves else ()), top)
    if whole.confidence < answer_at <= surest.confidence or (
        found.decision is Decision.UNKNOWN and surest.confidence >= offer_from(index)
    ):
        found = _found(index, text, said, surest, sentences, top, part=surest)
    return _suggest_parts(index, found, [part for cutting in (sentences, *halves) for part in cutting])


def _suggest_parts(index: Index, found: Found, parts: Sequence[Look]) -> Found:
    """Has a suggestion name what each part means that stands alone, right after what is most likely meant."""
    if found.decision is not Decision.SUGGEST:
        return found
    meant = [_matches(index, part, 1)[0] for part in parts if stands_alone(index, part)]
    named: dict[str, Match] = {}
    for match in (*found.suggested[:1], *meant, *found.suggested[1:]):
        named.setdefault(match.id, match)
    return replace(found, suggested=tuple(named.values())[: index.suggestions])


def _nothing(index: Index, text: str, said: str, rule: str) -> Found:
    """Says that there was nothing to decide."""
    return Found(
        text=text,
        language=said,
        decision=Decision.UNKNOWN,
        matches=(),
        words=(),
        margin=0.0,
        answer_at=index.answer_from(said),
        suggest_at=index.suggest_at,
        rule=rule,
        version=index.version,
    )


def _found(
    index: Index,
    text: str,
    said: str,
    look: Look,
    parts: Sequence[Look],
    top: int,
    *,
    part: Look | None = None,
    offered: Look | None = None,
) -> Found:
    """Decides and writes down what the decision rests on."""
    matches = _matches(index, look, max(top, index.suggestions, 2))
    likely = tuple(match for match in matches if match.confidence >= LEAST_OFFERED)[: index.suggestions]
    decision, rule = _decide(index, look, joint=sum(match.confidence for match in likely), said=said)
    answered = (part or look) if decision is Decision.ANSWER else None
    return Found(
        text=text,
        language=said,
        decision=decision,
        matches=matches[:top],
        words=look.readings,
        margin=round(matches[0].confidence - (matches[1].confidence if len(matches) > 1 else 0.0), 6),
        answer_at=index.answer_from(said),
        suggest_at=index.suggest_at,
        rule=rule,
        version=index.version,
        suggested=likely if decision is Decision.SUGGEST else (),
        part=part.text if part else "",
        parts=tuple(
            Part(text=one.text, match=_matches(index, one, 1)[0], fate=fate_of(index, one, answered, offered))
            for one in parts
        ),
    )


def _decide(index: Index, look: Look, *, joint: float, said: str) -> tuple[Decision, str]:
    """Returns the decision about one reading and why it is so."""
    sure, answer_at = look.confidence, index.answer_from(said)
    if look.claims == 1:
        return Decision.ANSWER, "it is word for word one of the entry's own questions"
    if look.claims > 1:
        return Decision.SUGGEST, f"{look.claims} entries have this very question"
    if sure >= answer_at and _is_shared_word(index, look):
        return Decision.SUGGEST, "one word that several entries share says too little to answer"
    if sure >= answer_at:
        return Decision.ANSWER, "the best match is sure enough to answer"
    if joint >= index.suggest_at:
        return Decision.SUGGEST, "one of these is likely meant, but none is sure enough to answer"
    return Decision.UNKNOWN, "nothing is near enough"


def _is_shared_word(index: Index, look: Look) -> bool:
    """Tells whether all that was said is one word, and other entries' phrasings have it too, not just now and then."""
    if index.corpus is None or not look.alone:
        return False
    corpus = index.corpus
    number = corpus.space.vocabulary.number
    places = [number[word] for word in look.plain.split() if word in number]
    holders = corpus.owner[np.flatnonzero((corpus.space.rows[:, places] > 0).sum(axis=1) == len(places))]
    best = look.found.entries[int(look.sure.argmax())]
    return bool(places) and float((holders == best).mean() if len(holders) else 1.0) < _MOSTLY


def _matches(index: Index, look: Look, most: int) -> tuple[Match, ...]:
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
