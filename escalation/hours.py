"""When a team is open. Pure: the moment is handed in, in any zone; hours are counted in the desk's own time.

A span may reach into the next day, so yesterday's spans count too. Holidays replace the hours of their day, unless the
team works on holidays.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from config.opening import ALL_DAY, Hours
from escalation.policy import Policy

_LOOK_AHEAD = 400
"""Days: a desk that does not open within a year never does."""


def zone_of(policy: Policy) -> ZoneInfo:
    """The desk's own time zone; UTC where no hours are written."""
    return ZoneInfo(policy.hours.timezone if policy.hours else "UTC")


def is_open(policy: Policy, team: str, now: datetime) -> bool:
    """Whether a team works at this moment."""
    local = now.astimezone(zone_of(policy))
    return any(
        start <= local < end
        for day in (local.date() - timedelta(days=1), local.date())
        for start, end in _spans(policy, team, day)
    )


def opens_at(policy: Policy, team: str, now: datetime) -> datetime | None:
    """When a team that is closed opens next; `now` if it is open, None if it never opens."""
    if is_open(policy, team, now):
        return now
    local = now.astimezone(zone_of(policy))
    starts = (
        start
        for offset in range(_LOOK_AHEAD)
        for start, _ in _spans(policy, team, local.date() + timedelta(days=offset))
        if start > local
    )
    return next(starts, None)


def _spans(policy: Policy, team: str, day: date) -> Iterator[tuple[datetime, datetime]]:
    """The open spans that begin on a day."""
    zone = zone_of(policy)
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - wall time first, the zone is laid on below
    for span in _hours_of(policy, team, day):
        start, end = midnight + timedelta(minutes=span.start), midnight + timedelta(minutes=span.end)
        yield start.replace(tzinfo=zone), end.replace(tzinfo=zone)


def _hours_of(policy: Policy, team: str, day: date) -> Hours:
    if policy.hours is None:
        return ALL_DAY
    week = policy.hours.teams.get(team) or policy.hours.open
    if week is None or week.holidays:
        for holiday in policy.holidays:
            applies = not holiday.teams or team in holiday.teams
            if applies and (holiday.date == day or holiday.every == (day.month, day.day)):
                return holiday.open
    return ALL_DAY if week is None else week.days.get(day.weekday(), ())
