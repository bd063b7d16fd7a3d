"""Lists of words as editors write them."""

import pytest

from kb.wording import find_fitting, fits, is_alike, is_made_of, is_whole, words_in


@pytest.mark.parametrize(
    ("entry", "message", "found"),
    [
        ("real person", "I want a PERSON, a real one", True),
        ("real person", "a real human", False),
        ("smoke*", "it is smoking", False),
        ("smok*", "it is smoking", True),
        ("säde*", "sademed tulevad", True),
        ("дым*", "из роутера идёт дымок", True),
        ("burning smell", "smell of something burning", True),
        ("", "anything", False),
    ],
)
def test_an_entry_fits_when_all_its_words_occur(entry: str, message: str, found: bool) -> None:
    """In any order, without case and accents; a star fits every ending."""
    assert fits(entry, words_in(message)) is found


def test_one_slip_is_forgiven_where_it_is_allowed() -> None:
    """A long word may have one letter wrong, never its first, and never a short word."""
    assert fits("talk human", words_in("talk to a humman"), typos=True)
    assert not fits("talk human", words_in("talk to a humman"))
    assert not fits("smoke", words_in("it broke"), typos=True)
    assert find_fitting(["bill", "talk human"], words_in("ball"), typos=True) is None


@pytest.mark.parametrize(
    ("message", "is_yes"),
    [("yes", True), ("Yes, please do!", True), ("yes thanks", True), ("thanks yes", False), ("yes it was red", False)],
)
def test_a_reply_is_made_of_nothing_but_its_words(message: str, is_yes: bool) -> None:
    """A plain yes may be said twice and thankfully, but carries nothing else."""
    assert is_made_of(["yes", "please do", "yes please"], ["thanks"], words_in(message)) is is_yes


def test_a_whole_message_is_an_entry() -> None:
    """Nothing may stand beside it."""
    assert is_whole(["help me"], words_in("Help me!"))
    assert not is_whole(["help me"], words_in("please help me"))


def test_a_label_may_be_typed_with_a_slip() -> None:
    """Nearly the same words mean the button."""
    assert is_alike("pay an invioce", "Pay an invoice")
    assert not is_alike("pay", "Pay an invoice")
