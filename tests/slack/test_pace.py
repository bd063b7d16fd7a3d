"""How fast Slack is asked, on a clock of the test."""

from adapters.slack.pace import POST, READ, Pace


def reads_within(pace: Pace, seconds: float) -> int:
    """How many places can be read in so many seconds by somebody who waits for each turn."""
    now, count = 0.0, 0
    while now + (wait := pace.ask(READ, "", now)) <= seconds:
        now += wait
        count += wait == 0
    return count


def test_p36_fifty_places_are_read_within_a_minute_after_a_gap() -> None:
    """One request a place, desks and the newest conversations first; answers meanwhile have a pace of their own."""
    pace = Pace()
    assert reads_within(pace, 60.0) == 50
    assert pace.ask(POST, "C1", 60.0) == 0
