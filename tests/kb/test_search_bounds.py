"""Whatever comes in, a decision comes out: bounded, and the same each time."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.index import build_index
from kb.normalise import MAX_CHARACTERS, cap, read_words
from kb.search import Decision, search
from tests.kb.small_desk import GLOSSARY, LANGUAGES, small_entries, small_index


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "e" + "\u0301" * 1_000_000,
        "\ufdfa" * 100_000,
        "wifi " * 200_000,
        "".join(chr(0x61 + i % 26) for i in range(1_000)),
        " ".join(f"x{i}y" for i in range(10_000)),
        "?" * 1_000_000,
    ],
    ids=["letters", "marks", "ligatures", "words", "one word", "many unknown words", "signs"],
)
def test_size_is_bounded(text: str) -> None:
    """A huge message is cut before it is looked at."""
    assert len(search(small_index(), text).text) <= MAX_CHARACTERS


@given(st.text(max_size=1_200))
@settings(max_examples=150, deadline=None)
def test_any_text_is_decided(text: str) -> None:
    """Any text leads to a decision whose confidences are probabilities."""
    found = search(small_index(), text)
    assert found.decision in Decision
    assert all(0.0 <= match.confidence <= 1.0 for match in found.matches)


@pytest.mark.parametrize(
    "dress",
    [
        str.upper,
        str.lower,
        lambda text: f"  {text} ??",
        lambda text: f"{text} 🙂",
        lambda text: text.replace(" ", " \t"),
    ],
    ids=["capitals", "small", "punctuation", "emoji", "spaces"],
)
def test_dress_does_not_matter(dress: Callable[[str], str]) -> None:
    """Case, punctuation, emoji and spaces never change a decision."""
    for text, language in [("cancel my contract", "en"), ("kuidas arvet maksta", "et"), ("нет интернета", "ru")]:
        plain, dressed = (
            search(small_index(), text, language=language),
            search(small_index(), dress(text), language=language),
        )
        assert dressed.decision is plain.decision
        assert dressed.matches == plain.matches


def test_diacritics_do_not_matter() -> None:
    """Words without their diacritics lead to the same matches."""
    for text, bare in [
        ("kaip apmokėti sąskaitą", "kaip apmoketi saskaita"),
        ("Netti ei ole õhtul", "Netti ei ole ohtul"),
    ]:
        assert search(small_index(), text, language="lt").matches == search(small_index(), bare, language="lt").matches


def test_order_of_entries_does_not_matter() -> None:
    """The order in which files are read never changes an index."""
    turned = build_index(small_entries()[::-1], languages=LANGUAGES, synonyms=GLOSSARY)
    assert turned.version == small_index().version
    assert search(turned, "cant pay the bil") == search(small_index(), "cant pay the bil")


def test_languages_look_alike() -> None:
    """Look-alike letters of another script are read as the word they imitate."""
    assert [word.folded for word in read_words(cap("пapoль"))] == ["пароль"]


_SCRIPT = """
from kb.search import search
from tests.kb.small_desk import small_index
for text in ["cant pay the bil", "wifi", "kus on arve", "privet", "new flat contract end"]:
    print(search(small_index(), text))
"""


def test_same_in_every_process() -> None:
    """Two processes with different hash seeds decide the same, to the last digit."""
    root = Path(__file__).parents[2]
    said = {
        subprocess.run(
            [sys.executable, "-c", _SCRIPT],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            cwd=root,
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("0", "42")
    }
    assert len(said) == 1
