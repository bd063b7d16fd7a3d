"""When a team is open."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.opening import ALL_DAY, Span, Week
from config.texts import EMPTY_TEXT
from escalation.hours import is_open, opens_at
from escalation.policy import Holiday, OpeningHours, Policy, Team

TALLINN = ZoneInfo("Europe/Tallinn")
WORK = (Span(start=9 * 60, end=17 * 60),)
NIGHT = (Span(start=22 * 60, end=30 * 60),)


def make_policy(week: Week, *holidays: Holiday, **teams: Week) -> Policy:
    """A policy with one team and its hours."""
    return Policy(
        teams={"frontline": Team(title=EMPTY_TEXT), "network": Team(title=EMPTY_TEXT)},
        default_team="frontline",
        hours=OpeningHours(timezone="Europe/Tallinn", open=week, teams=teams),
        holidays=holidays,
    )


WEEKDAYS = Week(days={day: WORK if day < 5 else () for day in range(7)})


@pytest.mark.parametrize(
    ("local", "opened"),
    [("2026-11-23 08:59", False), ("2026-11-23 09:00", True), ("2026-11-23 16:59", True), ("2026-11-23 17:00", False),
     ("2026-11-22 12:00", False)],
)  # fmt: skip
def test_a_team_is_open_from_its_first_minute_to_before_its_last(local: str, opened: bool) -> None:
    """Opening counts in the desk's zone, closing does not."""
    moment = datetime.strptime(local, "%Y-%m-%d %H:%M").replace(tzinfo=TALLINN)
    assert is_open(make_policy(WEEKDAYS), "frontline", moment.astimezone(UTC)) is opened


def test_a_night_shift_reaches_into_the_next_day() -> None:
    """Yesterday's span is still open after midnight."""
    policy = make_policy(Week(days={4: NIGHT}))
    assert is_open(policy, "frontline", datetime(2026, 11, 28, 5, 59, tzinfo=TALLINN))
    assert not is_open(policy, "frontline", datetime(2026, 11, 28, 6, 0, tzinfo=TALLINN))


def test_a_closed_team_says_when_it_opens() -> None:
    """After Friday comes Monday morning."""
    friday = datetime(2026, 11, 20, 18, 0, tzinfo=TALLINN)
    assert opens_at(make_policy(WEEKDAYS), "frontline", friday) == datetime(2026, 11, 23, 9, 0, tzinfo=TALLINN)


def test_a_holiday_closes_all_but_those_who_work_on_holidays() -> None:
    """A team with `holidays: no` keeps its week."""
    christmas = Holiday(every=(12, 25), open=())
    always = Week(days=dict.fromkeys(range(7), ALL_DAY), holidays=False)
    policy = make_policy(WEEKDAYS, christmas, network=always)
    moment = datetime(2026, 12, 25, 12, 0, tzinfo=TALLINN)
    assert not is_open(policy, "frontline", moment)
    assert is_open(policy, "network", moment)


def test_a_holiday_may_have_hours_of_its_own() -> None:
    """A short day ends early, for the teams it names."""
    short = Holiday(date=date(2026, 11, 23), open=(Span(start=600, end=660),), teams=("frontline",))
    policy = make_policy(WEEKDAYS, short)
    assert is_open(policy, "frontline", datetime(2026, 11, 23, 10, 30, tzinfo=TALLINN))
    assert not is_open(policy, "frontline", datetime(2026, 11, 23, 12, 0, tzinfo=TALLINN))
    assert is_open(policy, "network", datetime(2026, 11, 23, 12, 0, tzinfo=TALLINN))


def test_a_desk_without_hours_is_always_open() -> None:
    """No hours means that somebody is always there."""
    policy = Policy(teams={"frontline": Team(title=EMPTY_TEXT)}, default_team="frontline")
    assert is_open(policy, "frontline", datetime(2026, 12, 25, 3, 0, tzinfo=UTC))


def test_a_team_that_never_opens_has_no_opening_time() -> None:
    """A week without hours names no time."""
    closed = make_policy(Week(days={}))
    assert opens_at(closed, "frontline", datetime(2026, 11, 23, 3, 0, tzinfo=UTC)) is None


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)), st.integers(0, 86_400 * 6))
def test_the_opening_time_is_the_first_open_moment(start: datetime, later: int) -> None:
    """At the time that is named the team is open, and at no moment before it, over clock changes too."""
    policy = make_policy(WEEKDAYS)
    now = start.replace(tzinfo=UTC)
    opens = opens_at(policy, "frontline", now)
    assert opens is not None
    assert is_open(policy, "frontline", opens)
    between = now + timedelta(seconds=later)
    assert between >= opens or opens == now or not is_open(policy, "frontline", between)
