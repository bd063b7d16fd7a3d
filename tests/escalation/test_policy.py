"""The escalation policy as editors write it: hours, times, defaults."""

from datetime import timedelta

import pytest

from bot.desk import build_desk, check_folder
from config.kinds import write_length
from config.opening import Span, days_of, parse_span
from config.values import Priority
from escalation.policy import DEFAULT_POLICY, Count, Policy, TriggerKind
from tests.samples import TODAY, check_sample, codes_of, sample_folder

POLICY = """escalation:
  teams:
    care: {title: Care, web: yes}
    night: {title: Night, slack: C0NIGHT}
  default_team: care
  triggers:
    - {id: human, when: asks_for_human}
    - {id: unsure, when: low_confidence, below: 0.4}
    - {id: annoyed, when: negative_words, team: night}
  hours:
    timezone: Europe/Tallinn
    open: {mon-thu: [08:00-12:00, 13:00-17:00], fri: all day, sat-sun: closed}
    teams:
      night: {every_day: 22:00-06:00, holidays: no}
  sla:
    normal: {first_reply: 30m, resolve: 2d}
    teams:
      night: {normal: {first_reply: 2h, count: all_hours}}
"""


def read(content: str = POLICY) -> Policy:
    checked = check_folder(sample_folder(content), today=TODAY)
    assert checked.content is not None, checked.findings
    return checked.content.policy


def test_a_desk_without_a_policy_has_one() -> None:
    """One team in the console, always open, that people can ask for."""
    checked = check_folder(sample_folder("glossary: [{term: router}]"), today=TODAY)
    assert checked.findings == ()
    assert checked.content is not None
    policy = build_desk(checked.content).policy
    assert policy is DEFAULT_POLICY
    assert {t.when for t in policy.triggers} == {TriggerKind.ASKS_FOR_HUMAN, TriggerKind.FAILED_ANSWERS}


def test_hours_are_read_by_the_day() -> None:
    """Several spans a day, whole days, closed days, and spans that end on the next day."""
    hours = read().hours
    assert hours is not None
    assert hours.open is not None
    assert hours.open.days[0] == (Span(start=480, end=720), Span(start=780, end=1020))
    assert hours.open.days[4] == (Span(start=0, end=1440),)
    assert hours.open.days[6] == ()
    assert hours.teams["night"].days[2] == (Span(start=1320, end=1800),)
    assert hours.teams["night"].holidays is False


def test_a_team_replaces_single_times() -> None:
    """What a team does not promise otherwise is promised by the desk."""
    times = read().sla.times(Priority.NORMAL, "night")
    assert (times.first_reply, times.resolve, times.count) == (timedelta(hours=2), timedelta(days=2), Count.ALL_HOURS)
    assert read().sla.times(Priority.NORMAL, "care").count is Count.OPEN_HOURS


def test_triggers_know_their_defaults() -> None:
    """Only triggers that count failures ask first; two of them need a second time."""
    human, unsure, annoyed = read().triggers
    assert (human.asks, unsure.asks, annoyed.asks) == (False, True, True)
    assert (human.times, unsure.times, annoyed.times) == (1, 2, 2)


@pytest.mark.parametrize(
    "text", ["8-20", "08:00", "25:00-26:00", "08:00-08:00", "08:60-09:00", "08:00 until 20:00", ""]
)
def test_what_is_no_span_is_refused(text: str) -> None:
    """Hours have two ends of hours and minutes."""
    assert parse_span(text) is None


@pytest.mark.parametrize(
    ("key", "days"), [("mon-fri", 5), ("every_day", 7), ("sun", 1), ("fri-mon", 0), ("weekend", 0)]
)
def test_days_are_ranges_from_monday(key: str, days: int) -> None:
    """A range begins before it ends."""
    assert len(days_of(key) or ()) == days


@pytest.mark.parametrize(("minutes", "written"), [(90, "90m"), (120, "2h"), (2880, "2d"), (0.5, "30s")])
def test_lengths_are_written_as_they_are_read(minutes: float, written: str) -> None:
    """Messages speak of 2h, not of 7200 seconds."""
    assert write_length(timedelta(minutes=minutes)) == written


def test_conditions_of_routing_know_more() -> None:
    """Routing and triggers may ask for category, flow and confidence; a category that does not exist is found."""
    routed = POLICY + "  routing: [{if: \"category == 'bills' and confidence < 0.5\", team: night}]\n"
    article = "articles: [{id: a, title: A, category: billing/late, questions: [q], answer: x}]\n"
    finding = next(f for f in check_sample(routed + article) if f.code == "T08")
    assert finding.message == "'category' is never 'bills'. It can be: billing, billing/late."


def test_holidays_and_the_shipped_policy_are_fine() -> None:
    """The policy above has no mistake."""
    assert codes_of(POLICY) == []
