"""The searchable form of a desk's knowledge, and how it is built.

Lives here: the immutable `Index`, `build_index`, and `settle_index` for one that was built in haste. Asking it lives in
`kb.search`, keeping it on disk in `kb.index_file`. Called when a desk is loaded; pure, so it may run in a thread while
the old index answers.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from kb.calibration import Calibration, calibrate
from kb.candidates import Corpus, Earlier, build_corpus, learn_anew
from kb.confidence import Head
from kb.entry import Entry, EntryKind, Phrasing, Synonym
from kb.language import LanguageModel, build_language_model
from kb.meanings import Meanings, build_meanings
from kb.normalise import cap, read_words, words_of
from kb.sense import Group, Senses, read_senses, sense_version

FORMAT = 8
"""Rises whenever the same knowledge would be indexed differently."""
MOST_CHANGED = 0.02
"""Share of the phrasings that may differ for an earlier index to lend its calibration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An entry as the index knows it."""

    id: str
    """The entry's id."""
    kind: EntryKind
    """What the customer gets."""
    stale: bool
    """Whether it is past its review date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """A desk's phrasings, ready to be searched; never changed after it was built."""

    version: str
    """Hash of everything that went in: the same knowledge has the same version everywhere."""
    settings: str
    """Hash of what went in besides the phrasings."""
    matter: str
    """Hash of all that decisions follow from: where a phrasing stands in its file is no part of it."""
    learnt_from: str
    """The `matter` that it has learnt from: its own, or that of the index which lent its knowledge."""
    max_wrong_answers: float
    """Share of outright answers that may be wrong, 0 to 1."""
    sources: tuple[Source, ...]
    """What can be found, sorted by id; only entries with a phrasing that has words."""
    phrasings: tuple[Phrasing, ...]
    """All different phrasings, entry by entry."""
    corpus: Corpus | None
    """The phrasings in comparable form; None if there are none."""
    head: Head
    """How sure the evidence makes us."""
    calibration: Calibration
    """What the desk may expect, from its own held-out phrasings."""
    answer_at: float
    """Confidence from which an answer is given outright in a language without a cut-off of its own."""
    suggest_at: float
    """Chance that one of the offered entries is right, from which they are offered."""
    suggestions: int
    """How many entries are offered at most."""
    language_model: LanguageModel
    """How the desk's languages look."""
    exact: Mapping[str, tuple[int, ...]] = field(repr=False)
    """Folded phrasings to the entries that claim them."""

    def answer_from(self, language: str) -> float:
        """Returns the confidence from which an answer is given outright in a language."""
        return self.calibration.answer_at_in.get(language, self.answer_at)

    @property
    def is_settled(self) -> bool:
        """Whether it has learnt from this very knowledge."""
        return self.learnt_from == self.matter


def build_index(
    entries: Sequence[Entry],
    *,
    languages: Sequence[str],
    synonyms: Sequence[Synonym] = (),
    max_wrong_answers: float = 0.05,
    suggestions: int = 3,
    semantic: bool = False,
    samples: Mapping[str, Sequence[str]] | None = None,
    progress: Callable[[float], None] | None = None,
    previous: Index | None = None,
) -> Index:
    """Builds the index of a desk's entries; the same arguments give the same index in every process.

    Args:
        entries: What can be found; their order does not matter.
        languages: The desk's languages.
        synonyms: The desk's glossary.
        max_wrong_answers: Share of outright answers that may be wrong, 0 to 1.
        suggestions: How many entries to offer at most.
        semantic: Whether to look at what sentences are about, too (`kb.sense`).
        samples: More text by language, for telling languages apart.
        progress: Told the share of the work that is done, 0 to 1.
        previous: An index of an earlier state. Where less than MOST_CHANGED of the phrasings differ it lends what it
            has learnt, which saves nearly all of the work: who belongs to which entry, and how sure to be. The version
            then names both, and `settle_index` learns later. All else is the same with and without it.

    Raises:
        SenseMissingError: `semantic` asks for a package that is not installed.
    """
    tell = progress or (lambda _: None)
    ordered = sorted(entries, key=lambda entry: entry.id)
    rows = _gather(ordered)
    encoder = sense_version() if semantic else ""
    settings = _hash([FORMAT, list(languages), max_wrong_answers, suggestions, _plain_synonyms(synonyms), encoder])
    version = _hash([settings, _plain_entries(ordered), sorted((k, list(v)) for k, v in (samples or {}).items())])
    matter = _name_matter(settings, rows, semantic=semantic)
    lender = previous if previous is not None and previous.settings == settings else None
    earlier = _find_earlier(lender, rows) if lender is not None else None
    tell(0.1)
    if lender is not None and lender.matter == matter:
        corpus = lender.corpus
    else:
        senses = _find_senses(lender, rows) if semantic and rows.phrasings else None
        corpus = _place(rows, _find_meanings(earlier, synonyms, sorted({*languages, *rows.spoken})), senses, earlier)
    tell(0.4)
    if lender is not None and earlier is not None:
        calibration, learnt_from = lender.calibration, lender.learnt_from
    else:
        calibration = calibrate(corpus, rows.sentences, rows.spoken, rows.ids, max_wrong=max_wrong_answers)
        learnt_from = matter
    tell(1.0)
    return Index(
        version=version if learnt_from == matter else f"{version}~{learnt_from}",
        settings=settings,
        matter=matter,
        learnt_from=learnt_from,
        max_wrong_answers=max_wrong_answers,
        sources=rows.sources,
        phrasings=tuple(rows.phrasings),
        corpus=corpus,
        head=calibration.head,
        calibration=calibration,
        answer_at=calibration.answer_at,
        suggest_at=calibration.suggest_at,
        suggestions=suggestions,
        language_model=_learn_languages(languages, rows, samples or {}),
        exact=_find_claims(rows.sentences, rows.owner),
    )


def settle_index(index: Index) -> Index:
    """Lets an index learn that has what it knows from an earlier one: then it is as if built from nothing."""
    if index.is_settled or index.corpus is None:
        return index
    corpus = learn_anew(index.corpus)
    calibration = calibrate(
        corpus,
        [plain.split(" ") for plain in corpus.plain],
        [phrasing.language for phrasing in index.phrasings],
        [source.id for source in index.sources],
        max_wrong=index.max_wrong_answers,
    )
    return replace(
        index,
        version=index.version.partition("~")[0],
        learnt_from=index.matter,
        corpus=corpus,
        head=calibration.head,
        calibration=calibration,
        answer_at=calibration.answer_at,
        suggest_at=calibration.suggest_at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """The different phrasings of all entries, entry by entry."""

    sources: tuple[Source, ...]
    phrasings: list[Phrasing]
    owner: list[int]
    sentences: list[list[str]]

    @property
    def ids(self) -> list[str]:
        return [source.id for source in self.sources]

    @property
    def spoken(self) -> list[str]:
        return [phrasing.language for phrasing in self.phrasings]


def _gather(ordered: Sequence[Entry]) -> _Rows:
    """Reads the phrasings of sorted entries; an entry without words is left out."""
    read = [(entry, different) for entry in ordered if (different := _different(entry))]
    return _Rows(
        sources=tuple(Source(id=entry.id, kind=entry.kind, stale=entry.stale) for entry, _ in read),
        phrasings=[phrasing for _, different in read for phrasing, _ in different],
        owner=[number for number, (_, different) in enumerate(read) for _ in different],
        sentences=[words for _, different in read for _, words in different],
    )


def _name_matter(settings: str, rows: _Rows, *, semantic: bool) -> str:
    """Names what is learnt from; to the senses spelling matters, too."""
    spelling = [phrasing.text for phrasing in rows.phrasings] if semantic else []
    return _hash([settings, rows.ids, rows.owner, rows.spoken, rows.sentences, spelling])


def _learn_languages(languages: Sequence[str], rows: _Rows, samples: Mapping[str, Sequence[str]]) -> LanguageModel:
    texts = [(phrasing.language, phrasing.text) for phrasing in rows.phrasings]
    texts += [(language, text) for language, extra in sorted(samples.items()) for text in extra]
    return build_language_model(languages, [(language, cap(text)) for language, text in texts])


def _find_meanings(earlier: Earlier | None, synonyms: Sequence[Synonym], languages: list[str]) -> Meanings:
    """Returns the meanings of words; an earlier corpus, which has the same glossary, may have them already."""
    known = earlier.corpus.space.meanings if earlier is not None else None
    return known if known is not None and known.languages == tuple(languages) else build_meanings(synonyms, languages)


def _place(rows: _Rows, meanings: Meanings, senses: Senses | None, earlier: Earlier | None) -> Corpus | None:
    """Returns the phrasings in comparable form; None if there are none."""
    if not rows.sentences:
        return None
    return build_corpus(rows.sentences, rows.spoken, rows.owner, meanings, senses=senses, earlier=earlier)


def _group(sources: Sequence[Source], owner: Iterable[int], phrasings: Sequence[Phrasing]) -> list[Group]:
    """Returns language and words of each entry's phrasings."""
    groups: list[list[tuple[str, str]]] = [[] for _ in sources]
    for number, phrasing in zip(owner, phrasings, strict=True):
        words = [word.source.casefold() for word in read_words(cap(phrasing.text))]
        groups[number].append((phrasing.language, " ".join(words)))
    return [tuple(group) for group in groups]


def _find_senses(lender: Index | None, rows: _Rows) -> Senses:
    """Returns what each phrasing is about; entries that an earlier index has read are not read again."""
    known: dict[Group, Senses] = {}
    if lender is not None and lender.corpus is not None:
        corpus = lender.corpus
        groups = _group(lender.sources, corpus.owner.tolist(), lender.phrasings)
        known = dict(zip(groups, np.split(corpus.space.senses, corpus.starts[1:]), strict=True))
    return read_senses(_group(rows.sources, rows.owner, rows.phrasings), known)


def _find_claims(sentences: Sequence[Sequence[str]], owner: Sequence[int]) -> dict[str, tuple[int, ...]]:
    """Returns the entries that claim each folded phrasing, in their order, each once."""
    claims: dict[str, tuple[int, ...]] = {}
    for words, number in zip(sentences, owner, strict=True):
        plain = " ".join(words)
        claimed = claims.get(plain, ())
        if number not in claimed:
            claims[plain] = (*claimed, number)
    return claims


def _different(entry: Entry) -> list[tuple[Phrasing, list[str]]]:
    """Returns an entry's phrasings that differ once folded, a question before a title that says the same."""
    found: dict[str, tuple[Phrasing, list[str]]] = {}
    for phrasing in sorted(entry.phrasings, key=lambda p: p.is_title):
        words = words_of(cap(phrasing.text))
        if words:
            found.setdefault(" ".join(words), (phrasing, words))
    return list(found.values())


def _find_earlier(lender: Index, rows: _Rows) -> Earlier | None:
    """Returns what an index can lend to present phrasings; None if too many of them differ."""
    if lender.corpus is None:
        return None
    own = lender.corpus
    before = {(lender.sources[number].id, plain) for number, plain in zip(own.owner, own.plain, strict=True)}
    ids = rows.ids
    now = [(ids[number], " ".join(words)) for number, words in zip(rows.owner, rows.sentences, strict=True)]
    fresh = [row for row, claim in enumerate(now) if claim not in before]
    gone = len(before) - (len(now) - len(fresh))
    if len(fresh) + gone > MOST_CHANGED * len(before):
        return None
    place = {source.id: number for number, source in enumerate(lender.sources)}
    return Earlier(
        corpus=own,
        columns=np.array([place.get(one, -1) for one in ids], dtype=np.int32),
        fresh=np.array(fresh, dtype=np.int32),
    )


def _plain_entries(entries: Sequence[Entry]) -> list[object]:
    """Returns entries as JSON can write them."""
    return [
        [e.id, e.kind, e.stale, [[p.text, p.language, p.file, p.line, p.is_title] for p in e.phrasings]]
        for e in entries
    ]


def _plain_synonyms(synonyms: Sequence[Synonym]) -> list[object]:
    """Returns the glossary as JSON can write it."""
    return [[s.term, sorted((k, list(v)) for k, v in s.also.items()), list(s.misspelled), s.keep] for s in synonyms]


def _hash(content: object) -> str:
    """Returns a short hash of what JSON can write."""
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:12]
