"""The safe-send rule."""

import pytest

from bot.model import Audience, Author, AuthorKind
from escalation.audience import Kept, audience_after_edit, audience_of, is_note
from escalation.handoff import Owner
from tests.making import claimed_by, make_agent, make_conversation, make_handoff


def test_the_claimers_words_reach_the_customer() -> None:
    """Ordinary text of the agent who has the conversation goes out."""
    conversation = make_conversation(handoff=claimed_by("liis"))
    assert audience_of(make_agent("liis"), "It is fixed.", conversation, Owner.AGENT) == (Audience.CUSTOMER, None)


@pytest.mark.parametrize(
    "text",
    [
        "// be kind",
        "//",
        "note: later",
        "NOTE: later",
        "  note:x",
        "\u200b\u202e// hidden",
        "\n\t// x",
        "\u00a0Note:",
        "\ufeff//x",
    ],
)
def test_a_marked_note_stays_inside(text: str) -> None:
    """`//` and `note:` keep words inside after blanks and invisible characters, in any case."""
    conversation = make_conversation(handoff=claimed_by("liis"))
    assert is_note(text)
    assert audience_of(make_agent("liis"), text, conversation, Owner.AGENT) == (Audience.DESK, Kept.NOTE)


@pytest.mark.parametrize("text", ["a // b", "notes: x", "http://x.example", "/ 2", "notable: yes"])
def test_other_words_are_no_note(text: str) -> None:
    """Only the beginning marks a note."""
    assert not is_note(text)


@pytest.mark.parametrize("text", ["!claim", "/resolve", " !x", "/ärge"])
def test_what_looks_like_a_command_stays_inside(text: str) -> None:
    """A message that begins like a typed command never goes to the customer by itself."""
    conversation = make_conversation(handoff=claimed_by("liis"))
    assert audience_of(make_agent("liis"), text, conversation, Owner.AGENT) == (Audience.DESK, Kept.COMMAND)


def test_another_agents_words_stay_inside() -> None:
    """A colleague who has not claimed cannot write to the customer."""
    conversation = make_conversation(handoff=claimed_by("liis"))
    assert audience_of(make_agent("mart"), "hello", conversation, Owner.AGENT) == (Audience.DESK, Kept.NOT_CLAIMED)


@pytest.mark.parametrize(
    ("owner", "why"),
    [(Owner.QUEUE, Kept.NOT_CLAIMED), (Owner.BOT, Kept.NOT_WITH_AGENT), (Owner.CLOSED, Kept.NOT_WITH_AGENT)],
)
def test_words_before_the_claim_and_after_the_end_stay_inside(owner: Owner, why: Kept) -> None:
    """Without a claim nothing goes out, whoever writes."""
    conversation = make_conversation(handoff=make_handoff())
    assert audience_of(make_agent("liis"), "hello", conversation, owner) == (Audience.DESK, why)


@pytest.mark.parametrize("kind", [kind for kind in AuthorKind if kind is not AuthorKind.AGENT])
def test_whoever_is_no_agent_is_never_relayed(kind: AuthorKind) -> None:
    """Guests, bots and anonymous administrators in an agent channel reach nobody."""
    author = Author(kind=kind, key="liis")
    conversation = make_conversation(handoff=claimed_by("liis"))
    assert audience_of(author, "hello", conversation, Owner.AGENT) == (Audience.DESK, Kept.OUTSIDER)


@pytest.mark.parametrize("before", list(Audience))
def test_an_edit_may_narrow_but_never_widen(before: Audience) -> None:
    """A delivered message that becomes a note is recalled; a note that loses its mark stays a note."""
    assert audience_after_edit(before, "// now a note") is Audience.DESK
    assert audience_after_edit(before, "plain words") is before
