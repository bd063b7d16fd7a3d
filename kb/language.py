"""Which of the desk's languages a message is written in.

Called by `kb.search` and by whoever answers in the customer's language.
"""

import math
from dataclasses import dataclass

from kb.index import Index
from kb.normalise import cap, words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageGuess:
    """A language, or none, with how sure that is."""

    language: str | None
    """Code of the language; None when the words do not tell."""
    confidence: float
    """0 to 1."""
    words: int
    """How many words the guess rests on."""


def guess_language(index: Index, text: str) -> LanguageGuess:
    """Guesses by character trigrams of the desk's own sentences."""
    words = words_of(cap(text))
    joined = f" {' '.join(words)} "
    grams = [joined[i : i + 3] for i in range(len(joined) - 2)]
    known = [g for g in grams if any(g in s for s in index.samples.values())]
    if not known:
        return LanguageGuess(language=None, confidence=0.0, words=len(words))
    logs = {k: sum(math.log(s.get(g, 0.0) + 1e-4) for g in known) for k, s in index.samples.items()}
    best = max(sorted(logs), key=lambda k: logs[k])
    share = 1 / sum(math.exp(max(-700.0, value - logs[best])) for value in logs.values())
    return LanguageGuess(language=best if share >= 0.8 else None, confidence=round(share, 6), words=len(words))
