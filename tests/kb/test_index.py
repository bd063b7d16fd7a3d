"""How an index is built, kept and read back."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.calibration import Calibration
from kb.entry import Entry, EntryKind, Phrasing
from kb.index import Index, build_index, settle_index
from kb.index_file import UnusableIndexError, dump_index, load_index, made_with
from kb.search import search
from tests.kb.small_desk import GLOSSARY, LANGUAGES, small_entries, small_index

ASKED = ("cant pay the bil", "wifi", "kuidas lepingut lopetada", "privet", "где счёт")


def test_read_back() -> None:
    """An index that was written and read back decides the same and has the same bytes."""
    data = dump_index(small_index())
    again = load_index(data)
    assert [search(again, text) for text in ASKED] == [search(small_index(), text) for text in ASKED]
    assert dump_index(again) == data


def test_read_back_empty() -> None:
    """An index of nothing can be kept too."""
    assert load_index(dump_index(build_index((), languages=["en"]))).corpus is None


@pytest.mark.parametrize("size", [0, 10, 60, 5_000, -1])
def test_half_written_is_refused(size: int) -> None:
    """A file that was cut short is refused."""
    with pytest.raises(UnusableIndexError):
        load_index(dump_index(small_index())[:size])


def test_damaged_is_refused() -> None:
    """One wrong byte is noticed."""
    data = bytearray(dump_index(small_index()))
    data[-7] ^= 1
    with pytest.raises(UnusableIndexError):
        load_index(bytes(data))


def test_other_library_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """An index made with other libraries is refused and says which."""
    data = dump_index(small_index())
    monkeypatch.setattr("kb.index_file.made_with", lambda: made_with() + ", another")
    with pytest.raises(UnusableIndexError, match="another"):
        load_index(data)


def test_version_follows_content() -> None:
    """The version changes with the knowledge and with what the desk accepts, and with nothing else."""
    entries = small_entries()
    one = Entry(
        id="new", kind=EntryKind.FLOW, phrasings=(Phrasing(text="a new thing", language="en", file="f", line=1),)
    )
    versions = {
        build_index(entries, languages=LANGUAGES, synonyms=GLOSSARY).version,
        build_index((*entries, one), languages=LANGUAGES, synonyms=GLOSSARY).version,
        build_index(entries, languages=LANGUAGES, synonyms=GLOSSARY, max_wrong_answers=0.01).version,
    }
    assert len(versions) == 3
    assert small_index().version in versions


def test_progress_is_told() -> None:
    """Building tells its progress, rising to the end."""
    told: list[float] = []
    build_index(small_entries(), languages=LANGUAGES, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_fewer_wrong_answers_ask_for_more() -> None:
    """A desk that accepts fewer wrong answers answers from a higher confidence on."""
    strict = build_index(small_entries(), languages=LANGUAGES, synonyms=GLOSSARY, max_wrong_answers=0.005)
    free = build_index(small_entries(), languages=LANGUAGES, synonyms=GLOSSARY, max_wrong_answers=0.3)
    assert free.answer_at <= small_index().answer_at <= strict.answer_at
    assert free.answer_at < strict.answer_at


def test_calibration_is_shown() -> None:
    """The index tells what its desk may expect: how much is answered, how much of it wrongly, and the curve."""
    calibration: Calibration = small_index().calibration
    assert calibration.questions > 50
    assert 0.0 <= calibration.wrong <= 0.1
    assert all(0.0 <= point.right <= 1.0 for point in calibration.curve)


def test_bad_language_has_a_cut_off_of_its_own() -> None:
    """Where one language's wordings stand under wrong entries it is answered with more caution, the others are not."""
    entries = small_entries()
    lithuanian = [p for entry in entries for p in entry.phrasings if p.language == "lt"]
    mixed_up = [
        replace(
            entry, phrasings=(*(p for p in entry.phrasings if p.language != "lt"), *lithuanian[place :: len(entries)])
        )
        for place, entry in enumerate(entries)
    ]
    index = built(mixed_up)
    others = [index.answer_from(language) for language in LANGUAGES if language != "lt"]
    assert max(others) < index.answer_from("lt")
    assert search(index, "x", language="lt").answer_at == index.answer_from("lt")
    assert index.answer_from("fi") == index.answer_at


def test_titles_and_duplicates_count_once() -> None:
    """A title that says the same as a question adds nothing."""
    phrasings = tuple(
        Phrasing(text=text, language="en", file="a.yml", line=line, is_title=line == 1)
        for line, text in enumerate(("Reset the router!", "reset the router", "RESET the router"), start=1)
    )
    index = build_index([Entry(id="a", kind=EntryKind.ARTICLE, phrasings=phrasings)], languages=["en"])
    assert [phrasing.line for phrasing in index.phrasings] == [2]


def test_entries_without_words_are_left_out() -> None:
    """An entry whose sentences have no words is never found and does no harm."""
    blank = Entry(
        id="blank", kind=EntryKind.ARTICLE, phrasings=(Phrasing(text="!!!", language="en", file="a", line=1),)
    )
    index = build_index([blank, *small_entries()], languages=LANGUAGES)
    assert "blank" not in {source.id for source in index.sources}


def changed_entries(text: str = "pakeisti maršrutizatoriaus kodą") -> tuple[Entry, ...]:
    """The small desk with one question worded anew."""
    first = small_entries()[0]
    texts = [*first.phrasings[:-1], replace(first.phrasings[-1], text=text)]
    return (replace(first, phrasings=tuple(texts)), *small_entries()[1:])


def built(entries: Sequence[Entry], previous: Index | None = None) -> Index:
    return build_index(entries, languages=LANGUAGES, synonyms=GLOSSARY, previous=previous)


def test_small_change_is_live_before_it_is_learnt() -> None:
    """One changed question is found at once, all else as it was learnt before; the version says so."""
    changed = built(changed_entries(), small_index())
    assert changed.calibration == small_index().calibration
    assert not changed.is_settled
    assert changed.version == f"{built(changed_entries()).version}~{small_index().learnt_from}"
    assert search(changed, "pakeisti maršrutizatoriaus kodą").matches[0].id == small_entries()[0].id


@given(
    st.lists(
        st.tuples(
            st.integers(0, len(small_entries()) - 1), st.sampled_from(("how do I pay", "wi fi kood", "naujas", "!"))
        ),
        min_size=1,
        max_size=2,
    )
)
@settings(max_examples=4, deadline=None)
def test_settled_is_the_same_as_built_from_nothing(edits: list[tuple[int, str]]) -> None:
    """Whatever was edited before, in one step or in several, an index comes to rest byte for byte as a fresh build."""
    entries, index = list(small_entries()), small_index()
    for number, text in edits:
        own = entries[number].phrasings
        entries[number] = replace(entries[number], phrasings=(*own[:-1], replace(own[-1], text=text)))
        index = built(entries, index)
    assert dump_index(settle_index(index)) == dump_index(built(entries))


def test_moved_lines_cost_nothing() -> None:
    """Where only lines have moved, as under a longer answer, nothing is computed anew and all is as if it were."""
    moved = tuple(
        replace(entry, phrasings=tuple(replace(phrasing, line=phrasing.line + 3) for phrasing in entry.phrasings))
        for entry in small_entries()
    )
    index = built(moved, small_index())
    assert index.corpus is small_index().corpus
    assert index.is_settled
    assert dump_index(index) == dump_index(built(moved))


def test_large_change_is_measured_at_once() -> None:
    """When much has changed the desk learns again how sure to be before it answers."""
    assert built(small_entries()[:3], small_index()).is_settled
