"""One look at the index: the words of a message, or of a part of it, and the entries that they may mean.

Lives here: reading the words, repaired or in other letters, and how sure each entry is. What to do about it is decided
in `kb.search`, which calls this. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kb.candidates import Candidates, Corpus, find_candidates
from kb.confidence import chance, features_of
from kb.index import Index
from kb.language import guess_by_model
from kb.normalise import fold, read_words
from kb.repair import Reading, Token, repair_words
from kb.rereading import other_readings
from kb.sense import find_sense

MOST_WORDS = 150
"""Words of one message that are looked at."""
_BADLY = 0.5
_CLEARLY_BETTER = 0.25
_OWN_WORDING = 0.99
_TWO_CLAIM = 0.5
_STALE = 0.3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Look:
    """What one reading of a message, or of a part of it, leads to."""

    text: str
    """What was read."""
    language: str
    """The language it was searched in; empty if neither told nor guessed."""
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
    claims: int
    """How many entries have it, word for word, among their own questions."""

    @property
    def best(self) -> int:
        """The entry that is most likely meant."""
        return int(self.found.entries[int(self.sure.argmax())])

    @property
    def confidence(self) -> float:
        """How sure that is."""
        return float(self.sure.max())

    def confidence_in(self, entry: int) -> float:
        """How likely it is that an entry is meant; none if it is not among the best."""
        return float(self.sure[self.found.entries == entry].sum())


def look_at_whole(index: Index, corpus: Corpus, text: str, said: str, may: NDArray[np.bool_] | None) -> Look:
    """Reads a message as it stands and, where most of it is unknown, in other letters."""
    best = look_at(index, corpus, text, said, may)
    if best.found.point.unknown <= _BADLY:
        return best
    knows = corpus.space.vocabulary.number
    for other, why in other_readings(text, cyrillic="ru" in index.language_model.languages, knows=knows):
        heard = guess_by_model(index.language_model, read_words(other)[:MOST_WORDS]).language or ""
        look = look_at(index, corpus, other, heard, may)
        if look.found.point.unknown < best.found.point.unknown - _CLEARLY_BETTER:
            told = Reading(source=text.strip(), target=other.strip(), why=why)
            best = replace(look, readings=(told, *look.readings))
    return best


def look_at(index: Index, corpus: Corpus, text: str, said: str, may: NDArray[np.bool_] | None) -> Look:
    """Searches one reading, which has words."""
    words = read_words(text)[:MOST_WORDS]
    space = corpus.space
    tokens, readings = repair_words(space.vocabulary, space.meanings, words, pairs=space.pair_number, language=said)
    sense = find_sense(_spoken(tokens), said) if space.senses.shape[1] else None
    found = find_candidates(corpus, tokens, language=said, sense=sense, allowed=may)
    plain = " ".join(token.word for token in tokens)
    claimed = [entry for entry in index.exact.get(plain, ()) if may is None or may[entry]]
    sure = _confidences(index, corpus, found, tokens)
    return Look(
        text=text.strip(),
        language=said,
        found=found,
        readings=readings,
        plain=plain,
        alone=len(words) == 1,
        sure=_claimed(sure, found, claimed) if claimed else sure,
        claims=len(claimed),
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


def _claimed(sure: NDArray[np.float64], found: Candidates, claimed: Sequence[int]) -> NDArray[np.float64]:
    """Returns the chances for what is word for word a phrasing: its entries come first and are certain."""
    certain = sure * 0.01
    for entry in claimed:
        certain[found.entries == entry] = _OWN_WORDING if len(claimed) == 1 else _TWO_CLAIM
    return certain
