"""The searchable form of a desk's knowledge, and how it is built.

Lives here: the immutable `Index` and `build_index`. Asking it lives in `kb.search`. Called when a desk is loaded.
"""

import hashlib
import json
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kb.entry import Entry, Phrasing, Synonym
from kb.normalise import cap, words_of

Vector = Mapping[str, float]
"""Features of a sentence with their weights; length 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """A desk's phrasings, ready to be searched; never changed after it was built."""

    version: str
    """Hash of everything that went in: the same knowledge has the same version everywhere."""
    entries: tuple[Entry, ...]
    """What can be found."""
    phrasings: tuple[Phrasing, ...]
    """All sentences, entry by entry."""
    owner: NDArray[np.int32]
    """Number of the entry that each phrasing belongs to."""
    idf: Mapping[str, float]
    """How rare a feature is among the phrasings."""
    postings: Mapping[str, tuple[NDArray[np.int32], NDArray[np.float32]]]
    """Per feature the phrasings that have it, and its weight there."""
    samples: Mapping[str, Mapping[str, float]]
    """Per language the frequency of its character trigrams."""
    answer_at: float
    """Confidence from which an answer is given outright."""
    suggest_at: float
    """Confidence from which the best entries are offered."""
    suggestions: int
    """How many entries are offered at most."""


def features_of(text: str) -> Counter[str]:
    """Counts words, word pairs and character 3-5-grams within words."""
    words = words_of(cap(text))
    counts = Counter(f"w {word}" for word in words)
    counts.update(f"p {a} {b}" for a, b in pairwise(words))
    for word in words:
        edged = f"<{word}>"
        counts.update(edged[i : i + n] for n in (3, 4, 5) for i in range(len(edged) - n + 1))
    return counts


def weigh(counts: Mapping[str, int], idf: Mapping[str, float], unseen: float) -> dict[str, float]:
    """Returns the sublinear tf-idf vector of a sentence, of length 1; a feature the index lacks weighs `unseen`."""
    raw = {f: (1 + math.log(n)) * idf.get(f, unseen) for f, n in counts.items()}
    length = math.sqrt(sum(v * v for v in raw.values())) or 1.0
    return {f: v / length for f, v in raw.items()}


def build_index(
    entries: Sequence[Entry],
    *,
    languages: Sequence[str],
    synonyms: Sequence[Synonym] = (),
    max_wrong_answers: float = 0.05,
    suggestions: int = 3,
    samples: Mapping[str, Sequence[str]] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Index:
    """Builds the index of a desk's entries; the same arguments give the same index in every process."""
    pairs = [(number, phrasing) for number, entry in enumerate(entries) for phrasing in entry.phrasings]
    counted = [features_of(phrasing.text) for _, phrasing in pairs]
    seen = Counter(feature for counts in counted for feature in counts)
    idf = {f: math.log((1 + len(pairs)) / (1 + n)) + 1 for f, n in sorted(seen.items())}
    lists: dict[str, tuple[list[int], list[float]]] = {f: ([], []) for f in idf}
    for number, counts in enumerate(counted):
        for feature, weight in sorted(weigh(counts, idf, 0.0).items()):
            lists[feature][0].append(number)
            lists[feature][1].append(weight)
    trigrams: dict[str, Counter[str]] = {language: Counter() for language in languages}
    texts = [(p.language, p.text) for _, p in pairs]
    texts += [(language, text) for language, extra in (samples or {}).items() for text in extra]
    for language, text in texts:
        words = " ".join(words_of(cap(text)))
        trigrams.setdefault(language, Counter()).update(f" {words} "[i : i + 3] for i in range(len(words)))
    state = json.dumps(
        [[asdict(e) for e in entries], list(languages), [[s.term, sorted(s.also.items())] for s in synonyms]],
        ensure_ascii=True,
    )
    if progress:
        progress(1.0)
    return Index(
        version=hashlib.sha256(state.encode()).hexdigest()[:12],
        entries=tuple(entries),
        phrasings=tuple(phrasing for _, phrasing in pairs),
        owner=np.array([number for number, _ in pairs], dtype=np.int32),
        idf=idf,
        postings={f: (np.array(i, dtype=np.int32), np.array(w, dtype=np.float32)) for f, (i, w) in lists.items()},
        samples={k: {g: n / max(1, sum(c.values())) for g, n in c.items()} for k, c in sorted(trigrams.items())},
        answer_at=max(0.5, 1 - 8 * max_wrong_answers),
        suggest_at=0.25,
        suggestions=suggestions,
    )
