"""Which of the desk's languages a message is written in.

Character trigrams (Cavnar and Trenkle 1994, as a naive Bayes) of the desk's own sentences, and the function words of
the languages. Called by `kb.search`, and by whoever answers in the customer's language.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from kb.function_words import FUNCTION_WORDS
from kb.normalise import Word, cap, count_words, read_words

SURE_FROM = 0.8
"""Share of the belief that one language must have to be named."""
_SMOOTHING = 0.5
_DAMPING = 0.6
_FUNCTION_WORD = 1.0
_KNOWN_WORD = 1.0
_ENOUGH_TRIGRAMS = 30
_SEEN_FROM = 0.45


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageGuess:
    """A language, or none, with how sure that is."""

    language: str | None
    """Code of the language; None when the words do not tell."""
    confidence: float
    """0 to 1."""
    words: int
    """How many words the guess rests on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageModel:
    """Trigrams of each language a desk speaks."""

    languages: tuple[str, ...]
    """Their codes, in the desk's order."""
    trigrams: Mapping[str, tuple[float, ...]]
    """Logarithm of each trigram's probability, by language in that order."""
    unseen: tuple[float, ...]
    """That of a trigram which a language does not have."""
    words: Mapping[str, frozenset[str]]
    """Folded words of each language that its texts have."""


def trigrams_of(words: Sequence[Word]) -> list[str]:
    """Returns the trigrams of words as they are written and, where that differs, as they are folded."""
    found: list[str] = []
    for word in words:
        written = word.source.casefold()
        for form in (written,) if written == word.folded else (written, word.folded):
            edged = f" {form} "
            found += [edged[i : i + 3] for i in range(len(edged) - 2)]
    return found


def build_language_model(languages: Sequence[str], texts: Sequence[tuple[str, str]]) -> LanguageModel:
    """Counts trigrams in texts given as (language, text), only of the languages listed."""
    counts: dict[str, Counter[str]] = {language: Counter() for language in languages}
    known_words = {language: set(FUNCTION_WORDS.get(language, ())) for language in languages}
    for language in languages:
        counts[language].update(trigrams_of([Word(word, word) for word in sorted(known_words[language])]))
    for language in languages:
        for word, times in count_words(text for own, text in texts if own == language):
            for trigram in trigrams_of([word]):
                counts[language][trigram] += times
            known_words[language].add(word.folded)
    known = sorted(set().union(*counts.values()))
    totals = [sum(counts[language].values()) + _SMOOTHING * (len(known) + 1) for language in languages]
    return LanguageModel(
        languages=tuple(languages),
        trigrams={
            gram: tuple(
                math.log((counts[language][gram] + _SMOOTHING) / total)
                for language, total in zip(languages, totals, strict=True)
            )
            for gram in known
        },
        unseen=tuple(math.log(_SMOOTHING / total) for total in totals),
        words={language: frozenset(known) for language, known in known_words.items()},
    )


class Speaking(Protocol):
    """Whatever knows how some languages look: an index."""

    @property
    def language_model(self) -> LanguageModel:
        """How they look."""
        ...


def guess_language(index: Speaking, text: str) -> LanguageGuess:
    """Guesses the language of a message among those of an index."""
    return guess_by_model(index.language_model, read_words(cap(text)))


def guess_by_model(model: LanguageModel, words: Sequence[Word]) -> LanguageGuess:
    """Guesses the language of words; none if they look like no language of the model, or like several."""
    grams = trigrams_of(words)
    rows = [model.trigrams[gram] for gram in grams if gram in model.trigrams]
    unsure = LanguageGuess(language=None, confidence=0.0, words=len(words))
    if not model.languages or not rows:
        return unsure
    scores = [
        _DAMPING * sum(row[place] for row in rows)
        + _FUNCTION_WORD * sum(word.folded in FUNCTION_WORDS.get(language, ()) for word in words)
        + _KNOWN_WORD * sum(word.folded in model.words[language] for word in words)
        for place, language in enumerate(model.languages)
    ]
    best = max(range(len(scores)), key=lambda place: scores[place])
    share = 1.0 / sum(math.exp(max(-700.0, score - scores[best])) for score in scores)
    seen = sum(row[best] > model.unseen[best] for row in rows) / len(grams)
    told = any(word.folded in model.words[model.languages[best]] for word in words)
    if share < SURE_FROM or seen < _SEEN_FROM or not (told or len(grams) >= _ENOUGH_TRIGRAMS):
        return LanguageGuess(language=None, confidence=round(share * seen, 6), words=len(words))
    return LanguageGuess(language=model.languages[best], confidence=round(share, 6), words=len(words))
