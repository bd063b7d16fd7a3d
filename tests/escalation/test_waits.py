"""Honest waiting times."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Wait
from escalation.waits import Queues, WaitRange, find_range


def make_queues(*minutes: float, shown: int = 0) -> Queues:
    """The last waits of the first line."""
    return Queues(waits={"frontline": [Wait(team="frontline", seconds=m * 60, shown=shown) for m in minutes]})


def test_few_waits_make_no_promise() -> None:
    """Under five measured waits nothing is known."""
    assert find_range(make_queues(1, 2, 3, 4), "frontline") is None
    assert find_range(Queues(), "frontline") is None


def test_the_range_spans_the_middle_and_the_eightieth_percent() -> None:
    """Ten waits of one to ten minutes give five to eight."""
    assert find_range(make_queues(*range(1, 11)), "frontline") == WaitRange(low=5, high=8)


def test_long_waits_are_rounded_up_to_five_minutes() -> None:
    """Over ten minutes nobody counts single ones."""
    assert find_range(make_queues(*[11, 12, 13, 14, 21]), "frontline") == WaitRange(low=15, high=20)


def test_over_an_hour_is_said_so() -> None:
    """A range that ends after an hour is no range."""
    found = find_range(make_queues(*[70] * 6), "frontline")
    assert found is not None
    assert found.is_over_an_hour


@pytest.mark.parametrize(("kept", "told"), [(7, True), (6, False)])
def test_ranges_that_were_not_kept_silence_the_next(kept: int, told: bool) -> None:
    """Under seventy percent kept, no range is shown any more."""
    waits = [Wait(team="frontline", seconds=60, shown=2)] * kept
    waits += [Wait(team="frontline", seconds=600, shown=2)] * (10 - kept)
    assert (find_range(Queues(waits={"frontline": waits}), "frontline") is not None) is told


@given(st.lists(st.floats(0, 20_000), min_size=5, max_size=60))
def test_a_range_is_whole_and_rises(seconds: list[float]) -> None:
    """At least a minute, low before high, and at least half the waits are over by its end."""
    found = find_range(Queues(waits={"frontline": [Wait(team="frontline", seconds=s) for s in seconds]}), "frontline")
    assert found is not None
    assert 1 <= found.low < found.high
    last = seconds[-50:]
    assert sum(s <= found.high * 60 for s in last) * 2 >= len(last)
