"""What a customer's words lead to: answer, suggestion or an honest "I don't know"."""

import pytest

from kb.entry import Entry, EntryKind, Phrasing
from kb.index import Index, build_index
from kb.search import Decision, search
from tests.kb.small_desk import LANGUAGES, small_entries, small_index


def entry(name: str, *texts: str, stale: bool = False) -> Entry:
    return Entry(
        id=name,
        kind=EntryKind.ARTICLE,
        phrasings=tuple(Phrasing(text=t, language="en", file=f"{name}.yml", line=i) for i, t in enumerate(texts, 1)),
        stale=stale,
    )


def english(*entries: Entry) -> Index:
    return build_index(entries, languages=["en"])


def test_own_questions_find_their_entry() -> None:
    """Every question that an author wrote is answered by the entry it was written for."""
    index = small_index()
    for own in small_entries():
        for phrasing in own.phrasings:
            found = search(index, phrasing.text, language=phrasing.language)
            assert (found.decision, found.matches[0].id) == (Decision.ANSWER, own.id), phrasing.text


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("whats my wifi pasword", "en", "wifi-password"),
        ("please cancel my contract", "en", "cancel-contract"),
        ("how to pay an invoice", "en", "pay-invoice"),
        ("kuidas ma arvet maksan", "et", "pay-invoice"),
        ("mis on wifi parol", "et", "wifi-password"),
        ("internet ei toota jalle", "et", "internet-down"),
        ("как мне оплатить счет", "ru", "pay-invoice"),
        ("интернет опять не работает", "ru", "internet-down"),
        ("hvordan betaler jeg fakturaen", "da", "pay-invoice"),
        ("jeg har glemt min wifi kode", "da", "wifi-password"),
        ("come posso pagare la fattura", "it", "pay-invoice"),
        ("internet oggi non funziona", "it", "internet-down"),
        ("kaip apmoketi saskaita", "lt", "pay-invoice"),
        ("vel neveikia internetas", "lt", "internet-down"),
    ],
)
def test_clear_questions_are_answered(text: str, language: str, expected: str) -> None:
    """A question near an article's own wording is answered, with slips and without diacritics."""
    found = search(small_index(), text, language=language)
    assert (found.decision, found.matches[0].id) == (Decision.ANSWER, expected)


@pytest.mark.parametrize(
    "text",
    [
        "purple elephants juggle marmalade",
        "asdf qwer zxcv",
        "xyzzy",
        "kes on praegu president",
        "сколько звёзд на небе",
        "quanto è alta la torre di pisa",
        "Traceback (most recent call last): ValueError: 0x7f3a",
    ],
)
def test_strange_questions_are_unknown(text: str) -> None:
    """What is not in the knowledge is not answered."""
    assert search(small_index(), text).decision is not Decision.ANSWER


@pytest.mark.parametrize(
    "text", ["", "   \n\t", "!!! ???", "😀😀😀", "\u202e\u200b\ufeff", "\ud800", "\x00\x07", "_ _"]
)
def test_no_words_is_unknown(text: str) -> None:
    """A message without words is unknown, and says so."""
    found = search(small_index(), text)
    assert found.decision is Decision.UNKNOWN
    assert found.rule == "there are no words in it"
    assert found.matches == ()


def test_two_entries_with_one_question_are_both_offered() -> None:
    """A question that two articles claim is asked back, never decided by chance."""
    index = english(entry("a", "Where is my parcel?", "parcel late"), entry("b", "Where is my parcel?", "lost parcel"))
    found = search(index, "where is my parcel")
    assert found.decision is Decision.SUGGEST
    assert {match.id for match in found.suggested} == {"a", "b"}


def test_hidden_entries_are_not_found() -> None:
    """An entry that the customer may not see is neither answered nor suggested."""
    found = search(small_index(), "How do I pay my invoice?", allowed=lambda name: name != "pay-invoice")
    assert "pay-invoice" not in {match.id for match in found.matches}
    assert found.decision is not Decision.ANSWER


def test_nothing_allowed_is_unknown() -> None:
    """When nothing may be shown there is nothing to find."""
    assert search(small_index(), "How do I pay my invoice?", allowed=lambda _: False).decision is Decision.UNKNOWN


def test_empty_knowledge_is_unknown() -> None:
    """A desk without articles answers nothing and does not fail."""
    found = search(english(), "How do I pay?")
    assert (found.decision, found.matches) == (Decision.UNKNOWN, ())


def test_one_article_desk() -> None:
    """A desk of one article answers its own question and not another one."""
    index = english(entry("reset", "How do I reset my router?"))
    assert search(index, "how do i reset my router").decision is Decision.ANSWER
    assert search(index, "what is the capital of france").decision is not Decision.ANSWER


def test_reading_is_told() -> None:
    """A repaired word is named with what it was read as."""
    found = search(small_index(), "cancel my contrakt", language="en")
    assert [(reading.source, reading.target, reading.why) for reading in found.words] == [
        ("contrakt", "contract", "spelling")
    ]


def test_short_words_are_repaired_among_their_neighbours() -> None:
    """Three letters are read as a word of four where some phrasing has it beside the same word, and only there."""
    repaired = search(small_index(), "can i pay by crd", language="en").words
    assert [(reading.source, reading.target) for reading in repaired] == [("crd", "card")]
    assert search(small_index(), "my crd", language="en").words == ()


@pytest.mark.parametrize(
    ("typed", "why"), [("rfr jgkfnbnm cx`n", "keyboard"), ("kak oplatit schet", "transliteration")]
)
def test_other_letters_are_read(typed: str, why: str) -> None:
    """Russian on the wrong keyboard layout or in Latin letters is read as Russian."""
    found = search(small_index(), typed)
    assert found.matches[0].id == "pay-invoice"
    assert found.decision is not Decision.UNKNOWN
    assert why in {reading.why for reading in found.words}


def test_keep_names() -> None:
    """A name that the glossary keeps is never taken for another word."""
    found = search(small_index(), "NordLink", language="en")
    assert found.words == ()


def test_question_inside_a_paragraph() -> None:
    """A greeting and a story around a clear question do not hide it."""
    text = "Hello there! I hope you are well. How do I pay my invoice? Have a nice weekend, Maria"
    found = search(small_index(), text, language="en")
    assert found.matches[0].id == "pay-invoice"
    assert found.decision is Decision.ANSWER


def test_source_of_a_match() -> None:
    """A match names the phrasing that hit, its file and its line."""
    match = search(small_index(), "pay an invoice by card", language="en").matches[0]
    assert (match.phrase, match.file, match.line, match.language) == (
        "pay an invoice by card",
        "kb/pay-invoice.yml",
        3,
        "en",
    )
    assert set(match.parts) >= {"regression", "nearest", "spelling", "covered"}


def test_one_shared_word_is_asked_back() -> None:
    """One word that several articles share is never answered outright."""
    found = search(small_index(), "internet", language="en")
    assert found.decision is not Decision.ANSWER


def test_stale_is_ranked_lower() -> None:
    """Of two entries that fit alike, the one past its review date comes second."""
    fresh, old = entry("z-new", "parcel is late"), entry("a-old", "late is parcel", stale=True)
    assert search(english(fresh, old), "parcel late").matches[0].id == "z-new"


def test_top_and_margin() -> None:
    """At most `top` matches come back, best first, and the margin is the lead of the best."""
    found = search(small_index(), "my internet bill", top=2)
    confidences = [match.confidence for match in found.matches]
    assert len(confidences) == 2
    assert confidences == sorted(confidences, reverse=True)
    assert found.margin == pytest.approx(confidences[0] - confidences[1], abs=1e-6)


def test_languages_are_listed_once() -> None:
    """The languages of the small desk are the ones the product speaks."""
    assert LANGUAGES == ("en", "et", "ru", "da", "it", "lt")
