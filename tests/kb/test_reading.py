"""Values out of a sentence: what customers really type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.reading import NUMBER_WORDS, find_contact, read_email, read_number, read_phone


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("+372 5123 4567", "+37251234567"),
        ("00372 51234567", "+37251234567"),
        ("my number is (+372) 5123-4567.", "+37251234567"),
        ("+370 612 34567 after five", "+37061234567"),
        ("＋372 5123 4567", "+37251234567"),
        ("55512", None),
        ("5123 4567", None),
        ("+372 12", None),
        ("+12345678901234567", None),
        ("+372 5555 1111 or +372 5555 2222", None),
        ("order 004512", None),
        ("", None),
    ],
)
def test_phone(text: str, phone: str | None) -> None:
    """A telephone number needs its country code; separators do not matter, and two numbers are none."""
    assert read_phone(text) == phone


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("a.b+c@Example.COM", "a.b+c@example.com"),
        ("write to me: anna@kodu.ee, thanks", "anna@kodu.ee"),
        ("Anna <anna@kodu.ee>", "anna@kodu.ee"),
        ("anna@kodu.ee (anna@kodu.ee)", "anna@kodu.ee"),
        ("a@b.ee and c@d.ee", None),
        ("anna at kodu dot ee", None),
        ("anna@localhost", None),
    ],
)
def test_email(text: str, address: str | None) -> None:
    """An e-mail address is found in the middle of a sentence; its domain is written small."""
    assert read_email(text) == address


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5", 5),
        ("about 12 of them", 12),
        ("2,5", 2.5),
        ("2.50 €", 2.5),
        ("-3", -3),
        ("1 000", 1000),
        ("1.000,50", 1000.5),
        ("1,234,567", 1234567),
        ("0.125", 0.125),
        ("5GB", 5),
        ("kaks", 2),
        ("üheksat", 9),
        ("две недели", 2),
        ("syv", 7),
        ("tolv", 12),
        ("dieci giorni", 10),
        ("dviejų", 2),
        ("to", 2),
        ("I have to go", None),
        ("NL-204518", None),
        ("10:30", None),
        ("3 or 4", None),
        ("two or three", None),
        ("many", None),
    ],
)
def test_number(text: str, number: float | None) -> None:
    """Digits with point or comma, thousands, and words up to twelve in six languages; two numbers are none."""
    assert read_number(text) == number


@pytest.mark.parametrize("language", NUMBER_WORDS)
def test_number_words_are_complete(language: str) -> None:
    """Every language has the thirteen numbers from zero to twelve, each read as itself."""
    columns = NUMBER_WORDS[language].split("|")
    assert len(columns) == 13
    for number, forms in enumerate(columns):
        assert {read_number(form) for form in forms.split()} == {number}


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("anna@kodu.ee or +372 5123 4567", ("email", "anna@kodu.ee")),
        ("+372 5123 4567", ("phone", "+37251234567")),
        ("call 5123 4567 please", ("phone", "51234567")),
        ("invoice 123", None),
        ("tomorrow", None),
    ],
)
def test_contact(text: str, contact: tuple[str, str] | None) -> None:
    """Where to reach somebody: an address before a number, and a number without country code is good enough."""
    assert find_contact(text) == contact


@given(st.text(max_size=200))
def test_readers_never_break(text: str) -> None:
    """Whatever is typed, a reader gives a value of its kind or nothing."""
    phone, email, number = read_phone(text), read_email(text), read_number(text)
    assert phone is None or (phone.startswith("+") and 7 <= len(phone) - 1 <= 15)
    assert email is None or email.count("@") == 1
    assert number is None or isinstance(number, (int, float))


@given(st.integers(min_value=0, max_value=10**12))
def test_numbers_are_read_back(number: int) -> None:
    """A whole number in digits means itself."""
    assert read_number(str(number)) == number
