"""Who may do what on a desk."""

import pytest

from bot.model import Author, AuthorKind, Role
from escalation.handoff import Owner
from escalation.rights import Act, Refusal, find_refusal
from tests.making import claimed_by, make_agent, make_conversation, make_handoff

WAITING = make_conversation(handoff=make_handoff())
MINE = make_conversation(handoff=claimed_by("liis"))
THEIRS = make_conversation(handoff=claimed_by("mart"))


@pytest.mark.parametrize("act", list(Act))
@pytest.mark.parametrize(
    "author",
    [
        Author(kind=AuthorKind.CUSTOMER, key="anna"),
        Author(kind=AuthorKind.AGENT, key="x", roles=()),
        make_agent("ed", Role.EDITOR),
        make_agent("adm", Role.ADMIN),
    ],
)
def test_without_the_role_nothing_is_allowed(act: Act, author: Author) -> None:
    """Denied by default: a customer, an editor and an administrator have no hand in a conversation."""
    assert find_refusal(act, author, MINE, Owner.AGENT) is Refusal.NO_RIGHT


@pytest.mark.parametrize("act", [act for act in Act if act is not Act.NOTE])
def test_another_teams_case_is_out_of_reach(act: Act) -> None:
    """An agent of one team cannot touch what waits for another."""
    author = make_agent("liis", teams=("billing",))
    assert find_refusal(act, author, WAITING, Owner.QUEUE) is Refusal.OTHER_TEAM


def test_a_waiting_case_can_be_claimed_once() -> None:
    """The first claim wins, the second is told."""
    assert find_refusal(Act.CLAIM, make_agent("liis"), WAITING, Owner.QUEUE) is None
    assert find_refusal(Act.CLAIM, make_agent("liis"), THEIRS, Owner.AGENT) is Refusal.TAKEN


@pytest.mark.parametrize("act", [Act.RELEASE, Act.BOT, Act.RESOLVE, Act.ARTICLE, Act.REPLY, Act.TRANSFER, Act.TICK])
def test_only_the_claimer_acts_for_a_claimed_case(act: Act) -> None:
    """What another agent holds is his."""
    assert find_refusal(act, make_agent("liis"), MINE, Owner.AGENT) is None
    assert find_refusal(act, make_agent("liis"), THEIRS, Owner.AGENT) is Refusal.TAKEN


def test_a_supervisor_may_end_and_pass_on_but_not_speak() -> None:
    """Speaking to the customer needs the claim, whatever the role."""
    boss = make_agent("boss", Role.SUPERVISOR)
    assert find_refusal(Act.RESOLVE, boss, THEIRS, Owner.AGENT) is None
    assert find_refusal(Act.TRANSFER, boss, THEIRS, Owner.AGENT) is None
    assert find_refusal(Act.REPLY, boss, THEIRS, Owner.AGENT) is Refusal.TAKEN


ON_CLOSED = (Act.NOTE, Act.REOPEN, Act.AGAIN, Act.ARRIVED)


@pytest.mark.parametrize("act", ON_CLOSED[2:])
def test_a_send_in_doubt_can_be_settled_at_any_time(act: Act) -> None:
    """Whether it arrived has nothing to do with who has the case."""
    assert find_refusal(act, make_agent("liis"), THEIRS, Owner.CLOSED) is None


@pytest.mark.parametrize("act", [act for act in Act if act not in ON_CLOSED])
def test_nothing_but_a_note_and_reopening_on_a_closed_case(act: Act) -> None:
    """A closed case is reopened first."""
    assert find_refusal(act, make_agent("liis"), MINE, Owner.CLOSED) is Refusal.CLOSED


def test_a_conversation_of_the_bot_can_only_be_taken_over() -> None:
    """Nobody asked for a person, so there is nothing to claim."""
    talk = make_conversation()
    assert find_refusal(Act.CLAIM, make_agent("liis"), talk, Owner.BOT) is Refusal.NOT_WAITING
    assert find_refusal(Act.TAKE_OVER, make_agent("liis"), talk, Owner.BOT) is None
