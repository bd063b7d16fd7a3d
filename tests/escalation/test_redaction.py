"""Card numbers, bank accounts and passwords are hidden; ordinary words are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.redaction import HIDDEN, has_secret, hide_secrets


@pytest.mark.parametrize(
    "text",
    [
        "my card is 4111 1111 1111 1111",
        "4111-1111-1111-1111 was charged",
        "378282246310005",
        "IBAN EE382200221020145685",
        "EE38 2200 2210 2014 5685",
        "my password is hunter2x",
        "parool: Kala1234",
        "пароль - qwerty12",
        "la mia password è Ciao1234",
    ],
)
def test_a_secret_is_hidden(text: str) -> None:
    """What nobody should send is replaced where it stands."""
    assert HIDDEN in hide_secrets(text)
    assert has_secret(text)


@pytest.mark.parametrize(
    "text",
    [
        "my wifi password is not working",
        "the password is wrong",
        "call me at +372 5123 4567",
        "invoice NL-204518 from 2026-11-21",
        "order 1234 5678 9012 3456",
        "EE38 2200 2210 2014 5686",
        "mis on minu parool?",
    ],
)
def test_ordinary_words_stay(text: str) -> None:
    """A number that fails its checksum, a telephone number or a complaint about a password is no secret."""
    assert hide_secrets(text) == text


@given(st.text(max_size=300))
def test_hiding_twice_changes_nothing_more(text: str) -> None:
    """What is hidden stays hidden, and nothing else is taken for a secret the second time."""
    once = hide_secrets(text)
    assert hide_secrets(once) == once
