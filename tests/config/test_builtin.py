"""What the bot says and understands by itself: complete, short and safe in every language."""

import re

import pytest

from config.phrases import Phrases, load_builtin
from kb.wording import find_fitting, is_whole, words_in

LANGUAGES = ("en", "et", "ru", "da", "it", "lt")
LONGEST_PHRASE = 300
LONGEST_BUTTON = 30
BUTTONS = (
    "yes", "no", "done", "back", "stop", "skip", "talk_to_human", "none_of_these", "something_else", "something_new",
    "case", "go_on", "start_again", "keep_waiting", "ask_the_bot", "solved", "show_topics", "check_for_new_messages",
)  # fmt: skip

PHRASES = load_builtin().phrases
WORDS = {
    key: {language: tuple(w.text for w in wordings) for language, wordings in text.wordings.items()}
    for key, text in load_builtin().words.items()
}


def all_entries(key: str) -> tuple[str, ...]:
    return tuple(entry for entries in WORDS[key].values() for entry in entries)


def asks_for_human(message: str) -> bool:
    words = words_in(message)
    return find_fitting(all_entries("human"), words, typos=True) is not None or is_whole(
        all_entries("human_alone"), words
    )


@pytest.mark.parametrize("key", sorted(PHRASES))
def test_a_phrase_exists_in_every_language_and_is_short(key: str) -> None:
    """Every phrase has one text in each of the six languages, 300 characters at most."""
    wordings = PHRASES[key].wordings
    assert tuple(sorted(wordings)) == tuple(sorted(LANGUAGES))
    for language, texts in wordings.items():
        assert len(texts) == 1, language
        assert 0 < len(re.sub(r"\{%.*?%\}", "", texts[0].text)) <= LONGEST_PHRASE, language


@pytest.mark.parametrize("key", sorted(PHRASES))
def test_a_phrase_uses_the_same_values_in_every_language(key: str) -> None:
    """No translation forgets a value or invents one."""
    used = {
        language: sorted(set(re.findall(r"\{[{%]\s*(?:if\s+)?([a-z_]+)", texts[0].text)) - {"endif"})
        for language, texts in PHRASES[key].wordings.items()
    }
    assert all(names == used["en"] for names in used.values()), used


@pytest.mark.parametrize("key", BUTTONS)
def test_a_button_fits_on_a_phone(key: str) -> None:
    """A button of the bot has 30 characters at most in every language."""
    assert max(len(texts[0].text) for texts in PHRASES[key].wordings.values()) <= LONGEST_BUTTON + len("{{ number }}")


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", ["0 days", "1 day", "2 days", "5 days", "11 days", "21 days", "22 days", "101 days"]),
        ("et", ["0 päeva", "1 päev", "2 päeva", "5 päeva", "11 päeva", "21 päeva", "22 päeva", "101 päeva"]),
        ("ru", ["0 дней", "1 день", "2 дня", "5 дней", "11 дней", "21 день", "22 дня", "101 день"]),
        ("da", ["0 dage", "1 dag", "2 dage", "5 dage", "11 dage", "21 dage", "22 dage", "101 dage"]),
        ("it", ["0 giorni", "1 giorno", "2 giorni", "5 giorni", "11 giorni", "21 giorni", "22 giorni", "101 giorni"]),
        ("lt", ["0 dienų", "1 diena", "2 dienos", "5 dienos", "11 dienų", "21 diena", "22 dienos", "101 diena"]),
    ],
)
def test_a_number_of_days_takes_the_form_of_its_language(language: str, forms: list[str]) -> None:
    """Plural forms follow the language's own rules, for small and large numbers."""
    phrases = Phrases(default_language="en", built_in=PHRASES)
    assert [phrases.say("days", language, n=n) for n in (0, 1, 2, 5, 11, 21, 22, 101)] == forms


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_greeting_says_that_it_is_a_bot(language: str) -> None:
    """The first words on every channel hold a word for bot in the customer's language."""
    said = PHRASES["greeting"].wordings[language][0].text.casefold()
    assert any(word in said for word in ("bot", "бот"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_many_ways_to_ask_for_a_person(language: str) -> None:
    """Each language knows at least 15 ways to ask for a person, and at least 8 of yes and of no."""
    assert len(WORDS["human"][language]) >= 15
    assert min(len(WORDS["yes"][language]), len(WORDS["no"][language])) >= 8


@pytest.mark.parametrize(
    "message",
    [
        "human", "can I talk to a real human please", "let me speak to someone", "operator", "i want a humna now pls",
        "inimene", "tahan inimesega rääkida", "palun kutsu teenindaja", "operaator",
        "оператор", "позовите живого человека", "переключите на оператора", "агент",
        "menneske", "jeg vil gerne tale med et menneske", "kan jeg snakke med en medarbejder",
        "operatore", "vorrei parlare con una persona", "passami qualcuno per favore",
        "žmogus", "noriu pakalbėti su žmogumi", "pakvieskite darbuotoją", "operatorius",
    ],
)  # fmt: skip
def test_a_wish_for_a_person_is_heard(message: str) -> None:
    """Long or short, with a slip or without: who asks for a person is understood."""
    assert asks_for_human(message)


@pytest.mark.parametrize(
    "message",
    [
        "human resources wants my invoice", "are you a human", "I talked to my neighbour", "real estate office",
        "I changed my mobile operator", "kas sa oled inimene", "mobiilioperaator muutus",
        "у меня другой оператор связи",
        "нас пять человек в семье", "er du et menneske", "ho cambiato operatore", "sei umano", "ar tu žmogus",
        "what is on my agenda today", "internet ei tööta", "не работает интернет", "il Wi-Fi non funziona",
    ],
)  # fmt: skip
def test_talk_about_people_is_no_wish_for_one(message: str) -> None:
    """A word that names a person somewhere in a sentence hands nobody over."""
    assert not asks_for_human(message)


def test_no_word_means_two_things() -> None:
    """A whole message is an entry of one list only, whatever its language."""
    seen: dict[tuple[str, ...], str] = {}
    for key in sorted(set(WORDS) - {"human", "correction", "negative"}):
        for entry in all_entries(key):
            words = words_in(entry)
            assert seen.setdefault(words, key) == key, entry
