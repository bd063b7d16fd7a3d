"""The state machine is worth something only if it finds what is wrong: each fault planted here must be caught."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from bot.deciding import decide_job
from bot.desk import Desk
from bot.model import Audience, Commanded, MessageKind, Turn
from bot.ports import Job, SendClass, SendResult, Shipment
from tests.fakes.memory import Fault
from tests.machine.test_one_conversation import OneConversation
from tests.machine.world import Platformed, World


class NeverFinds(Platformed):
    """A channel that ignores that what it is sent stands there already."""

    async def find(self, shipment: Shipment) -> SendResult:
        """Says no without looking."""
        return SendResult(became=SendClass.NOT_SENT)


class NeverEdits(Platformed):
    """A channel that leaves what stands there as it is."""

    async def send(self, shipment: Shipment) -> SendResult:
        """Says that an edit was done."""
        if shipment.external_ids:
            return SendResult(became=SendClass.SENT, external_ids=shipment.external_ids)
        return await super().send(shipment)


def mark_notes_for_customers(job: Job, desk: Desk, now: datetime) -> tuple[Turn, datetime | None]:
    """A mistake in the safe-send rule."""
    turn, wake_at = decide_job(job, desk, now)
    said = [replace(each, audience=Audience.CUSTOMER) if each.kind is MessageKind.NOTE else each for each in turn.said]
    return replace(turn, said=tuple(said)), wake_at


def let_everybody_claim(job: Job, desk: Desk, now: datetime) -> tuple[Turn, datetime | None]:
    """A claim that does not look whether somebody else was first."""
    talk = job.conversation
    if isinstance(job.event.body, Commanded) and job.event.body.name == "claim" and talk and talk.handoff:
        job = replace(job, conversation=replace(talk, handoff=replace(talk.handoff, agent=None)))
    return decide_job(job, desk, now)


class Careless(World):
    """A process that keeps what came in only in memory."""

    def restart(self) -> None:
        """Forgets it."""
        self.db.write_now(lambda conn: conn.exec_driver_sql("DELETE FROM inbox WHERE state = 'new'"))
        super().restart()


class Doubling(World):
    """A process that sends once more what was under way when it began."""

    def restart(self) -> None:
        """Takes every first post in doubt for one that never happened."""
        self.db.write_now(lambda conn: conn.exec_driver_sql("UPDATE delivery SET state = 'idle'"))
        super().restart()


Story = Callable[[OneConversation], None]


def _lose_an_answer(walk: OneConversation) -> None:
    walk.customer_writes("hello")
    walk.worker_works(2)
    walk.platform_fails("memory", Fault.DONE_BUT_LOST, 0)
    walk.sender_sends("memory", 1)
    walk.comes_to_rest()


def _keep_notes(walk: OneConversation) -> None:
    walk.agent_comes("liis", 0)
    walk.agent_acts_with_words("liis", 0, "note")
    walk.agent_writes("liis", 0, "// ")
    walk.comes_to_rest()
    walk.nothing_kept_is_sent()


def _edit_what_was_sent(walk: OneConversation) -> None:
    walk.agent_comes("liis", 0)
    walk.agent_writes("liis", 0, "")
    walk.comes_to_rest()
    walk.somebody_edits(len(walk.own) - 1, "")
    walk.comes_to_rest()


def _claim_at_once(walk: OneConversation) -> None:
    walk.agent_comes("liis", 0)
    walk.agent_acts("mart", 0, "claim")
    walk.comes_to_rest()


def _stop_with_a_full_inbox(walk: OneConversation) -> None:
    walk.customer_writes("hello")
    walk.process_is_restarted()
    walk.comes_to_rest()


def _die_after_a_send(walk: OneConversation) -> None:
    walk.customer_writes("hello")
    walk.worker_works(2)
    walk.process_dies_sending("memory", arrived=True)
    walk.comes_to_rest()


def _world(**parts: object) -> type[World]:
    return type("Planted", (World,), parts)


FAULTS: dict[str, tuple[type[World], Story]] = {
    "ignores idempotency": (_world(channel=NeverFinds), _lose_an_answer),
    "never edits": (_world(channel=NeverEdits), _edit_what_was_sent),
    "notes for customers": (_world(decide=staticmethod(mark_notes_for_customers)), _keep_notes),
    "everybody claims": (_world(decide=staticmethod(let_everybody_claim)), _claim_at_once),
    "forgets the inbox": (Careless, _stop_with_a_full_inbox),
    "sends again": (Doubling, _die_after_a_send),
}


def _walk(world: type[World], story: Story) -> None:
    """A walk by hand, with the rules and the oracle of the random ones."""
    walk = type("Walk", (OneConversation,), {"world_type": world})()
    try:
        story(walk)
    finally:
        walk.world.close()
        walk.folder.cleanup()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_caught(fault: str) -> None:
    """A story that the real thing comes through well ends where the fault shows."""
    planted, story = FAULTS[fault]
    _walk(World, story)
    with pytest.raises(AssertionError):
        _walk(planted, story)
