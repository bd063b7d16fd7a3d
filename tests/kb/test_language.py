"""Which language a message is written in."""

import pytest

from kb.index import build_index
from kb.language import guess_language
from tests.kb.small_desk import LANGUAGES, small_entries, small_index


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("where is my router", "en"),
        ("kus mu ruuter on", "et"),
        ("где мой роутер", "ru"),
        ("hvor er min router", "da"),
        ("dove è il mio router", "it"),
        ("kur yra mano maršrutizatorius", "lt"),
        ("ma ei saa sisse logida", "et"),
        ("jeg kan ikke logge ind", "da"),
    ],
)
def test_language_is_told(text: str, language: str) -> None:
    """A short sentence tells its language."""
    assert guess_language(small_index(), text).language == language


@pytest.mark.parametrize("text", ["", "12345", "router", "zxcv qwrt", "😀", "你好"])
def test_nothing_is_guessed_from_nothing(text: str) -> None:
    """What looks like none of the languages, or like all, is not guessed."""
    assert guess_language(small_index(), text).language is None


def test_samples_teach() -> None:
    """Texts given as samples help to tell a language that has no phrasings."""
    index = build_index(
        small_entries(),
        languages=[*LANGUAGES, "de"],
        samples={"de": ["Wo ist mein Paket?", "Ich habe mein Passwort vergessen"]},
    )
    assert guess_language(index, "ich habe kein Passwort").language == "de"


def test_one_language_needs_no_guess() -> None:
    """A desk of one language guesses it, or none."""
    index = build_index(small_entries(), languages=["en"])
    assert guess_language(index, "where is my router").language == "en"
