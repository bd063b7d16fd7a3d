"""Ways to find an answer that the table sets side by side: ours and the well-known ones.

Each takes a task and answers its questions; what it learns it learns from the task's knowledge base alone (MiniLM has
read a great deal before). The others have no notion of "I don't know": they answer everything. fastText and MiniLM are
here where they are installed. Called by `benchmarks.matching`.
"""

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from scipy.sparse import csr_array, hstack

from benchmarks import minilm
from benchmarks.labelled import Answer, Task
from kb.entry import Entry, EntryKind, Phrasing
from kb.index import Index, build_index
from kb.normalise import cap, words_of
from kb.search import Decision, search

try:
    import fasttext
except ImportError:
    fasttext = None

Floats = NDArray[np.float64]
_STEPS = 60


def desk_entries(task: Task) -> list[Entry]:
    """One article a label; its questions are the sentences, nothing else is known of it."""
    texts: dict[str, list[str]] = {}
    for text, label in task.known:
        texts.setdefault(label, []).append(text)
    return [
        Entry(
            id=label,
            kind=EntryKind.ARTICLE,
            phrasings=tuple(
                Phrasing(text=text, language=task.language, file="kb/all.yml", line=line)
                for line, text in enumerate(own, start=1)
            ),
        )
        for label, own in texts.items()
    ]


def build(task: Task, *, semantic: bool = False, previous: Index | None = None) -> Index:
    """Our index of a task's knowledge base, everything else at its default."""
    return build_index(desk_entries(task), languages=[task.language], semantic=semantic, previous=previous)


def firstline(task: Task) -> list[Answer]:
    """Answers as a desk would."""
    return ask(build(task), task)


def semantic(task: Task) -> list[Answer]:
    """Answers as a desk with the extra `semantic` would."""
    return ask(build(task, semantic=True), task)


def ask(index: Index, task: Task, milliseconds: list[float] | None = None) -> list[Answer]:
    """Puts a task's questions to an index; notes how long each took."""
    answers: list[Answer] = []
    for text, _ in task.asked:
        start = perf_counter()
        found = search(index, text, language=task.language)
        if milliseconds is not None:
            milliseconds.append((perf_counter() - start) * 1_000)
        answers.append(
            Answer(
                ranked=tuple(match.id for match in found.matches),
                confidence=found.matches[0].confidence if found.matches else 0.0,
                answered=found.decision is Decision.ANSWER,
            )
        )
    return answers


def _fuzzy(scorer: Callable[..., float]) -> Callable[[Task], list[Answer]]:
    """Nearest sentence by one rapidfuzz ratio."""

    def method(task: Task) -> list[Answer]:
        known = [text.casefold() for text, _ in task.known]
        asked = [text.casefold() for text, _ in task.asked]
        return _by_label(task, process.cdist(asked, known, scorer=scorer, workers=1).astype(np.float64))

    return method


def bm25(task: Task) -> list[Answer]:
    """Nearest sentence by BM25 (Robertson and Zaragoza 2009; k1 1.2, b 0.75)."""
    known, asked = _words(task.known), _words(task.asked)
    names = {word: i for i, word in enumerate(sorted({word for words in known for word in words}))}
    counts = _counts([Counter(words) for words in known], names)
    holders = np.bincount(counts.indices, minlength=len(names))
    idf = np.log(1 + (len(known) - holders + 0.5) / (holders + 0.5))
    length = counts.sum(axis=1)
    share = np.repeat(length / length.mean(), np.diff(counts.indptr))
    counts.data = counts.data * 2.2 / (counts.data + 1.2 * (0.25 + 0.75 * share)) * idf[counts.indices]
    questions = _counts([Counter(set(words)) for words in asked], names)
    return _by_label(task, (questions @ counts.T).toarray())


def nearest_neighbour(task: Task) -> list[Answer]:
    """Nearest sentence by the cosine of character 2-5-gram tf-idf."""
    known, asked = _tfidf(_grams(task.known), _grams(task.asked))
    return _by_label(task, (asked @ known.T).toarray())


def linear(task: Task) -> list[Answer]:
    """Softmax regression on word and character tf-idf, trained by accelerated gradient in its dual form."""
    known_words, asked_words = _tfidf(*(_with_pairs(_words(rows)) for rows in (task.known, task.asked)))
    known_grams, asked_grams = _tfidf(_grams(task.known), _grams(task.asked))
    known = hstack([known_words, known_grams]).tocsr().astype(np.float32)
    asked = hstack([asked_words, asked_grams]).tocsr().astype(np.float32)
    return _regress(task, known, asked, known.T.tocsr())


def _regress(
    task: Task, known: csr_array | Floats, asked: csr_array | Floats, back: csr_array | Floats
) -> list[Answer]:
    """Learns to tell labels apart from rows of features and, `back`, the same as columns."""
    labels, owner = np.unique([label for _, label in task.known], return_inverse=True)
    truth = np.eye(len(labels), dtype=np.float32)[owner]
    now, ahead, pace = np.zeros_like(truth), np.zeros_like(truth), 1.0
    step = 1.0 / (0.05 + max(0.02, 2.0 / len(labels)) * float(np.abs(known @ (back @ np.ones(len(owner)))).max()))
    for _ in range(_STEPS):
        share = known @ (back @ ahead)
        share = np.exp(share - share.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        following = ahead - np.float32(step) * (share - truth + np.float32(0.05) * ahead)
        if float(np.vdot(ahead - following, following - now)) > 0:
            pace = 1.0
        faster = (1.0 + (1.0 + 4.0 * pace * pace) ** 0.5) / 2.0
        ahead = following + np.float32((pace - 1.0) / faster) * (following - now)
        now, pace = following, faster
    scores = asked @ (back @ now)
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    return _ranked(scores / scores.sum(axis=1, keepdims=True), labels.tolist())


def minilm_nearest(task: Task) -> list[Answer]:
    """Nearest sentence by the cosine of MiniLM's embeddings."""
    known, asked = (minilm.encode(tuple(text for text, _ in rows)) for rows in (task.known, task.asked))
    return _by_label(task, (asked @ known.T).astype(np.float64))


def minilm_linear(task: Task) -> list[Answer]:
    """Softmax regression on MiniLM's embeddings."""
    known, asked = (minilm.encode(tuple(text for text, _ in rows)) for rows in (task.known, task.asked))
    return _regress(task, known, asked, known.T)


def fast_text(task: Task) -> list[Answer]:
    """The classifier of fastText (Joulin et al. 2017): words, pairs and letters, nothing pretrained."""
    labels = sorted({label for _, label in task.known})
    number = {f"__label__{place}": label for place, label in enumerate(labels)}
    name = {label: key for key, label in number.items()}
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        for words, (_, label) in zip(_words(task.known), task.known, strict=True):
            file.write(f"{name[label]} {' '.join(words)}\n")
        file.flush()
        model = fasttext.train_supervised(
            file.name, lr=1.0, epoch=100, wordNgrams=2, minn=2, maxn=5, bucket=200_000, thread=1, verbose=0
        )
    found = model.predict([" ".join(words) for words in _words(task.asked)], k=5)
    return [
        Answer(ranked=tuple(number[key] for key in keys), confidence=float(chances[0]) if len(chances) else 0.0)
        for keys, chances in zip(*found, strict=True)
    ]


_IF_FASTTEXT: Mapping[str, Callable[[Task], list[Answer]]] = {"fastText": fast_text}
_IF_MINILM: Mapping[str, Callable[[Task], list[Answer]]] = {
    "MiniLM nearest neighbour": minilm_nearest,
    "softmax regression on MiniLM": minilm_linear,
}
METHODS: Mapping[str, Callable[[Task], list[Answer]]] = {
    "rapidfuzz WRatio": _fuzzy(fuzz.WRatio),
    "rapidfuzz token_set_ratio": _fuzzy(fuzz.token_set_ratio),
    "BM25": bm25,
    "tf-idf nearest neighbour": nearest_neighbour,
    "softmax regression on tf-idf": linear,
    **(_IF_FASTTEXT if fasttext else {}),
    **(_IF_MINILM if minilm.is_installed() else {}),
    "**firstline**": firstline,
    "**firstline[semantic]**": semantic,
}


def _words(rows: Sequence[tuple[str, str]]) -> list[list[str]]:
    return [words_of(cap(text)) for text, _ in rows]


def _with_pairs(sentences: Sequence[Sequence[str]]) -> list[list[str]]:
    return [[*words, *(f"{a} {b}" for a, b in pairwise(words))] for words in sentences]


def _grams(rows: Sequence[tuple[str, str]]) -> list[list[str]]:
    padded = [f" {' '.join(words)} " for words in _words(rows)]
    return [[text[i : i + n] for n in (2, 3, 4, 5) for i in range(len(text) - n + 1)] for text in padded]


def _counts(bags: Sequence[Mapping[str, int]], names: Mapping[str, int]) -> csr_array:
    rows = [(i, names[word], count) for i, bag in enumerate(bags) for word, count in bag.items() if word in names]
    places = np.array([row[:2] for row in rows], dtype=np.int32).reshape(-1, 2)
    values = np.array([row[2] for row in rows], dtype=np.float64)
    return csr_array((values, (places[:, 0], places[:, 1])), shape=(len(bags), len(names)))


def _tfidf(known: Sequence[Sequence[str]], asked: Sequence[Sequence[str]]) -> tuple[csr_array, csr_array]:
    """Sublinear tf-idf of length 1, as scikit-learn's."""
    names = {name: i for i, name in enumerate(sorted({name for row in known for name in row}))}
    tables = [_counts([Counter(row) for row in rows], names) for rows in (known, asked)]
    idf = np.log((1 + len(known)) / (1 + np.bincount(tables[0].indices, minlength=len(names)))) + 1
    for table in tables:
        table.data = (1 + np.log(table.data)) * idf[table.indices]
        length = np.sqrt(np.maximum((table * table).sum(axis=1), 1e-12))
        table.data /= np.repeat(length, np.diff(table.indptr))
    return tables[0], tables[1]


def _by_label(task: Task, scores: Floats) -> list[Answer]:
    """Ranks labels by their nearest sentence."""
    labels, owner = np.unique([label for _, label in task.known], return_inverse=True)
    order = np.argsort(owner, kind="stable")
    starts = np.searchsorted(owner[order], np.arange(len(labels)))
    return _ranked(np.maximum.reduceat(scores[:, order], starts, axis=1), labels.tolist())


def _ranked(scores: Floats, labels: Sequence[str]) -> list[Answer]:
    best = np.argsort(-scores, axis=1, kind="stable")[:, :5]
    return [
        Answer(ranked=tuple(labels[place] for place in row), confidence=float(own[row[0]]))
        for row, own in zip(best, scores, strict=True)
    ]
