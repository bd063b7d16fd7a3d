"""A message that holds two questions: one is answered, the other offered, and one question is never taken for two."""

from itertools import permutations

import pytest

from kb.entry import Entry, EntryKind, Phrasing
from kb.index import build_index
from kb.normalise import MAX_CHARACTERS
from kb.pairing import Fate
from kb.parts import MOST_CUTS, MOST_PARTS, cut_joints, cut_sentences, own_words
from kb.search import Decision, Found, search
from tests.kb.small_desk import LANGUAGES, small_entries, small_index

AND = {"en": "and", "et": "ja", "ru": "и", "da": "og", "it": "e", "lt": "ir"}


def served(found: Found) -> tuple[str | None, str | None]:
    """What is answered and what is offered beside it."""
    answered = found.matches[0].id if found.decision is Decision.ANSWER else None
    return answered, found.also.match.id if found.also else None


@pytest.mark.parametrize(
    ("text", "language", "answered", "offered"),
    [
        ("how to pay an invoice? also i forgot my wifi code", "en", "pay-invoice", "wifi-password"),
        ("please cancel my contract and there's no picture on the tv", "en", "cancel-contract", "tv-no-picture"),
        ("kuidas ma arvet maksan ja mis on wifi parol", "et", "pay-invoice", "wifi-password"),
        ("Tere! Kolin uuele aadressile. Ja veel: kuidas arvet maksta?", "et", "moving-home", "pay-invoice"),
        ("как мне оплатить счет, а еще я забыл пароль от вайфая", "ru", "pay-invoice", "wifi-password"),
        ("хочу расторгнуть договор и на телевизоре нет изображения", "ru", "cancel-contract", "tv-no-picture"),
        ("hvordan betaler jeg fakturaen, og jeg har glemt min wifi kode", "da", "pay-invoice", "wifi-password"),
        ("Jeg flytter til en ny adresse. Hvordan stopper jeg abonnementet?", "da", "moving-home", "cancel-contract"),
        ("come posso pagare la fattura e ho dimenticato il codice wifi", "it", "pay-invoice", "wifi-password"),
        ("Il decoder non si avvia. Inoltre voglio disdire il contratto", "it", "tv-no-picture", "cancel-contract"),
        ("kaip apmoketi saskaita ir koks wifi slaptazodis", "lt", "pay-invoice", "wifi-password"),
        ("Kraustausi nauju adresu\nIr kaip apmokėti sąskaitą?", "lt", "moving-home", "pay-invoice"),
    ],
)
def test_two_questions(text: str, language: str, answered: str, offered: str) -> None:
    """Of two questions in one message one is answered and the other offered, in every language."""
    assert set(served(search(small_index(), text, language=language))) == {answered, offered}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("joint", ["? ", "\n", " {and} ", ", "])
def test_joined_as_alone(language: str, joint: str) -> None:
    """Two questions that are each answered alone are answered and offered when they are joined, in either order."""
    own = [
        (entry.id, next(p.text for p in entry.phrasings if p.language == language).rstrip("?"))
        for entry in small_entries()
    ]
    for (first, one), (second, other) in permutations(own, 2):
        joined = f"{one}{joint.format(**{'and': AND[language]})}{other}"
        assert set(served(search(small_index(), joined, language=language))) == {first, second}, joined


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("How do I pay my invoice? I mean, where can I pay the bill?", "en", "pay-invoice"),
        ("Kuidas arvet maksta? Kus saan arve ära maksta?", "et", "pay-invoice"),
        ("Нет соединения с сетью, с утра нет интернета", "ru", "internet-down"),
        ("TV-boksen starter ikke og alle kanaler er sorte", "da", "tv-no-picture"),
        ("Voglio disdire il contratto. Come chiudo l'abbonamento?", "it", "cancel-contract"),
        ("Pamiršau wifi kodą, koks mano wifi slaptažodis?", "lt", "wifi-password"),
        (
            "Hello there! It rained all week and we had guests. How do I pay my invoice? Have a nice day",
            "en",
            "pay-invoice",
        ),
        ("> I forgot the wifi code\nHow do I pay my invoice?", "en", "pay-invoice"),
        ("How do I pay my invoice?\n\nKind regards,\nAnna\nThe TV box does not start Ltd", "en", "pay-invoice"),
        ("How do I pay my invoice?\n--\nI forgot the wifi code", "en", "pay-invoice"),
        ("Где можно оплатить квитанцию?\nС уважением,\nИван Интернетов", "ru", "pay-invoice"),
        ("How do I pay my invoice?\n```\nThe internet is not working\n```", "en", "pay-invoice"),
        (
            "How do I pay my invoice?\n2026-11-22 10:22:11 ERROR the internet is not working\n"
            "    at tv.Box.start(Box.java:9)",
            "en",
            "pay-invoice",
        ),
    ],
)
def test_one_question(text: str, language: str, expected: str) -> None:
    """The same asked twice, a story, a quotation, a signature, code and a log are no second question."""
    assert served(search(small_index(), text, language=language)) == (expected, None)


def test_a_quoted_question_is_not_answered() -> None:
    """Of what a customer quotes and what he writes below, his own words count."""
    found = search(small_index(), "> How do I pay my invoice?\n> Here is how.\nI forgot the wifi code", language="en")
    assert served(found) == ("wifi-password", None)


def test_nothing_but_a_quotation_is_read() -> None:
    """A message that is all quotation is read as it stands; thanks in the middle end no letter."""
    assert own_words("> How do I pay?") == "> How do I pay?"
    thanked = "Hello\nThanks for your help\nHow do I pay?"
    assert own_words(thanked) == thanked


def test_fates_are_told() -> None:
    """Each part says what became of it and why."""
    found = search(
        small_index(),
        "How do I pay my invoice? Where can I pay the bill? I forgot the wifi code. No picture on my TV! Nice day then",
        language="en",
    )
    assert [part.fate for part in found.parts] == [
        Fate.ANSWERED,
        Fate.SAME,
        Fate.OFFERED,
        Fate.LEFT,
        Fate.UNSURE,
    ]
    assert found.part == "How do I pay my invoice?"


def test_an_unsure_part_is_not_offered() -> None:
    """A second part that nothing is near to is not offered, and the first is answered all the same."""
    found = search(small_index(), "How do I pay my invoice? Do you sell purple elephants?", language="en")
    assert served(found) == ("pay-invoice", None)
    assert found.parts[1].fate is Fate.UNSURE


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("We came home late. I would like to settle my bill somewhere?", "en"),
        ("Vi kom sent hjem. Kan jeg betale kontant?", "da"),
        ("Мы приехали поздно. Можно ли оплатить наличными?", "ru"),
    ],
)
def test_a_story_is_not_offered(text: str, language: str) -> None:
    """Beside a question a statement that is only near to something is no second one."""
    assert served(search(small_index(), text, language=language)) == ("pay-invoice", None)


def test_what_asks_is_answered_first() -> None:
    """Of two sure parts the one with a question mark is answered, and the other offered."""
    found = search(small_index(), "I am moving to a new address. How do I pay my invoice?", language="en")
    assert served(found) == ("pay-invoice", "moving-home")


def test_a_question_among_stories_is_at_least_suggested() -> None:
    """Where a long message as a whole means nothing, its surest sentence is asked back."""
    question = "settle what we owe you"
    text = f"The dog barked at night. My uncle says so. {question}. It rained a lot. Bye for now"
    asked, found = search(small_index(), question, language="en"), search(small_index(), text, language="en")
    assert asked.decision is found.decision is Decision.SUGGEST
    assert (found.part, found.suggested[0].id) == (f"{question}.", "pay-invoice")


def test_two_unsure_questions_are_both_suggested() -> None:
    """Of two questions that are both too unsure to be answered each is among the suggestions."""
    found = search(small_index(), "can the money be taken from my card. I forgot something", language="en")
    assert found.decision is Decision.SUGGEST
    assert {match.id for match in found.suggested[:2]} == {"pay-invoice", "wifi-password"}


def test_hidden_entries_are_not_offered() -> None:
    """What the customer may not see is not offered either."""
    found = search(
        small_index(),
        "How do I pay my invoice? I forgot the wifi code",
        language="en",
        allowed=lambda name: name != "wifi-password",
    )
    assert served(found) == ("pay-invoice", None)


def test_a_flow_comes_second() -> None:
    """Of an article and a flow that are both sure the article is answered: a flow would take the word."""
    entries = [
        Entry(
            id=name,
            kind=kind,
            phrasings=(Phrasing(text=text, language="en", file="kb/all.yml", line=1),),
        )
        for name, kind, text in [
            ("repair", EntryKind.FLOW, "my internet is down"),
            ("pay", EntryKind.ARTICLE, "how do I pay the invoice"),
            ("hours", EntryKind.ARTICLE, "when are you open"),
        ]
    ]
    index = build_index(entries, languages=["en"])
    assert served(search(index, "my internet is down. how do I pay the invoice?")) == ("pay", "repair")


def test_a_question_of_two_entries_is_not_offered() -> None:
    """A part that two entries claim word for word is no single thing to offer."""
    entries = [
        Entry(
            id=name,
            kind=EntryKind.ARTICLE,
            phrasings=tuple(Phrasing(text=text, language="en", file="kb/all.yml", line=1) for text in texts),
        )
        for name, texts in [("a", ["where is my parcel"]), ("b", ["where is my parcel"]), ("c", ["how do I pay"])]
    ]
    found = search(build_index(entries, languages=["en"]), "how do I pay? where is my parcel?")
    assert served(found) == ("c", None)


@pytest.mark.parametrize(
    "text",
    [
        "pay my bill and forgot the wifi, no picture and cancel it, moving home. " * 14,
        *("and " * 250, "a, " * 333, "? " * 500, "> x\n" * 250, "Error" * 200, "a.b" * 333),
    ],
)
def test_parts_are_bounded(text: str) -> None:
    """However many joints and signs a message has, it is cut into at most so many parts, each shorter than it."""
    text = own_words(text[:MAX_CHARACTERS])
    sentences = cut_sentences(text)
    cuts = list(cut_joints(sentences or (text,)))
    assert len(sentences) <= MOST_PARTS
    assert len([part for cut in cuts for part in cut]) <= 4 * MOST_CUTS
    assert all(len(part) < len(text) for cut in cuts for part in cut)
