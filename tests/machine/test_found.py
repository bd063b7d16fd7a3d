"""What random walks have found, each as the shortest walk that shows it. The oracle judges them at rest."""

from collections.abc import Iterator

import pytest

from bot.model import MessageKind
from tests.fakes.memory import Fault
from tests.machine.test_one_conversation import OneConversation
from tests.machine.world import ANNA


@pytest.fixture
def walk() -> Iterator[OneConversation]:
    """A walk by hand, that ends at rest."""
    walk = OneConversation()
    yield walk
    walk.teardown()


def shown(walk: OneConversation) -> list[str]:
    """What stands in the customer's chat."""
    walk.comes_to_rest()
    return walk.world.channels[ANNA.channel].platform.texts(ANNA)


def test_an_agents_article_and_the_survey_arrive(walk: OneConversation) -> None:
    """Only answers of the bot from before the claim are overtaken by it."""
    walk.agent_comes("liis", 0)
    walk.agent_acts_with_words("liis", 0, "article")
    walk.agent_acts("liis", 0, "resolve")
    texts = shown(walk)
    assert any("pay by card" in text for text in texts)
    assert "How did we do?" in texts


def test_what_changes_while_its_post_is_in_doubt_is_brought_up_to_date(walk: OneConversation) -> None:
    """Found standing there, it may stand there as it was when it was sent."""
    walk.customer_writes("hello")
    walk.worker_works(2)
    walk.process_dies_sending(ANNA.channel, arrived=True)
    walk.customer_writes("How can I pay my bill?")
    walk.comes_to_rest()


def test_a_claim_comes_before_the_thread_is_known(walk: OneConversation) -> None:
    """Agents see the card before its send is recorded; what they do with it waits for that."""
    walk.customer_asks_for_a_person()
    walk.worker_works(3)
    walk.process_dies_sending("slack", arrived=True)
    walk.agent_acts("liis", 0, "claim")
    walk.comes_to_rest()
    assert set(walk.oracle.holders.values()) == {"liis"}


def test_a_case_may_go_to_the_same_team_twice(walk: OneConversation) -> None:
    """Each hand-off has a card and a thread of its own, and none is stuck."""
    walk.agent_comes("liis", 0)
    for _ in range(2):
        walk.agent_acts_with_words("liis", 0, "transfer")
        walk.comes_to_rest()
        walk.agent_acts("liis", 0, "claim")
        walk.comes_to_rest()
    talk = walk.world.conversation
    assert talk is not None
    assert sum(message.kind is MessageKind.CARD for message in talk.messages) == 3
    assert sum(place.live and bool(place.team) for place in talk.places) == 2


def test_a_thread_that_was_left_is_for_notes(walk: OneConversation) -> None:
    """What the agent who has the conversation writes in an old thread of it stays inside."""
    walk.agent_comes("liis", 0)
    old = walk._thread(0)
    walk.agent_acts_with_words("liis", 0, "transfer")
    walk.comes_to_rest()
    walk.agent_acts("liis", 0, "claim")
    walk._says(old, "liis", "W99999")
    assert "W99999" not in shown(walk)


def test_who_writes_can_be_written_to_again(walk: OneConversation) -> None:
    """Somebody was gone, and comes back: he is answered, and sees what he missed."""
    walk.customer_writes("hello")
    walk.worker_works(2)
    walk.platform_fails(ANNA.channel, Fault.PERSON_GONE, 0)
    walk.sender_sends(ANNA.channel, 1)
    walk.comes_to_rest()
    walk.customer_writes("How can I pay my bill?")
    assert any("pay by card" in text for text in shown(walk))
