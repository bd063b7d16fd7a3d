"""What a role may do in the console. Denied by default: a right that a role is not listed for, it has not."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from bot.model import Role


class Right(StrEnum):
    """What a route asks for; the table of routes names one for each."""

    ANYBODY = "anybody"
    """Also who is not signed in: the sign-in pages alone."""
    OWN_ACCOUNT = "own_account"
    """Whoever is signed in: his password, his settings, signing out."""
    WORK = "work"
    """See the queue and the chats in one's scope, and act on them; the acts themselves are `escalation.rights`'s."""
    SUPERVISE = "supervise"
    """See the figures of the teams, answer for sends of the bot."""
    OPERATE = "operate"
    """See what was set aside after errors, and have it worked again."""
    PERSONAL_DATA = "personal_data"
    """Give out, erase, or in need read what is held about a customer; each is written to the audit."""


HOLDERS: Mapping[Right, frozenset[Role]] = {
    Right.OWN_ACCOUNT: frozenset(Role),
    Right.WORK: frozenset({Role.AGENT, Role.SUPERVISOR}),
    Right.SUPERVISE: frozenset({Role.SUPERVISOR}),
    Right.OPERATE: frozenset({Role.SUPERVISOR, Role.ADMIN}),
    Right.PERSONAL_DATA: frozenset({Role.ADMIN}),
}


def may(roles: Iterable[Role], right: Right) -> bool:
    """Whether somebody with these roles has the right."""
    return right is Right.ANYBODY or not HOLDERS.get(right, frozenset()).isdisjoint(roles)
