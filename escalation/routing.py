"""Which team a hand-off goes to, and how urgent it is. Pure; called by `bot.handing_over`."""

from collections.abc import Mapping

from config.values import Priority
from escalation.policy import Policy


def choose_route(
    policy: Policy, values: Mapping[str, object], team: str | None, priority: Priority | None
) -> tuple[str, Priority]:
    """Team and priority, decided one by one: what is given, the first fitting line of the routing, the default."""
    line = next((line for line in policy.routing if line.if_ is None or line.if_.holds(values)), None)
    return (
        team or (line.team if line else None) or policy.default_team,
        priority or (line.priority if line and line.priority else None) or Priority.NORMAL,
    )


def first_choice_to_pass_on(policy: Policy, team: str, language: str) -> str | None:
    """The team a transfer offers first: the first of the next tier that speaks the customer's language."""
    tier = policy.teams[team].tier
    higher = sorted(
        (other.tier, position, name)
        for position, (name, other) in enumerate(policy.teams.items())
        if other.tier > tier and (not other.languages or language in other.languages)
    )
    return higher[0][2] if higher else None
