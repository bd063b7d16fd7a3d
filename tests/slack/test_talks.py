"""Whole talks: a customer on Slack, agents in the threads of a channel, with real sockets between them."""

from pathlib import Path

import pytest

from config.channels import SlackMode
from tests.fakes.slack import FakeSlack, Fault, SlackServer, Trouble
from tests.running import TurnedClock
from tests.slack.working import DESK, running

DOUBTFUL = (Trouble.DONE_BUT_ERROR, Trouble.DONE_BUT_DROPPED, Trouble.NOT_DONE, Trouble.HTML, Trouble.EMPTY)
"""After which nobody knows whether a post stands."""


@pytest.mark.parametrize("mode", list(SlackMode))
async def test_a_question_is_answered(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock, mode: SlackMode
) -> None:
    """The bot answers in the direct chat, whichever way events come in; a pressed button is used up."""
    anna = fake.person("Anna")
    chat = fake.direct(anna)
    async with running(tmp_path, server, clock, mode=mode) as firstline:
        fake.says(anna, "how can I pay my bill?")
        await fake.until(lambda: "Yes" in fake.labels(chat))
        await firstline.settle()
        fake.presses(anna, "Yes")
        await fake.until(lambda: any("→ *Yes*" in text for text in fake.from_bot(chat)))
        assert "Yes" not in fake.labels(chat)
        (talk,) = await firstline.talks()
        assert (talk.customer.key, talk.customer.name) == (anna, "Anna")


async def test_from_question_to_agent_and_back(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """A customer asks for a person, an agent claims in the thread, they talk, a note stays inside, he resolves."""
    anna, liis = fake.person("Anna"), fake.person("Liis")
    chat, desk = fake.direct(anna), fake.channel(DESK, liis)
    async with running(tmp_path, server, clock) as firstline:
        fake.says(anna, "I want to talk to a human")
        await fake.until(lambda: len(desk.messages) >= 3)
        await firstline.settle()
        thread = next(iter(desk.messages))
        fake.says(liis, "not claimed yet", chat=DESK, thread=thread)
        await firstline.settle()
        fake.presses(liis, "Claim", chat=DESK)
        await fake.until(lambda: "Resolve" in fake.labels(DESK))
        own = fake.says(liis, "Hello Anna, I look into it & more", chat=DESK, thread=thread)
        await fake.until(lambda: any("Liis: Hello Anna, I look into it & more" in t for t in fake.from_bot(chat)))
        await fake.until(lambda: desk.messages[own].get("marks") == ["white_check_mark"])
        note = fake.says(liis, "// she sounds tired", chat=DESK, thread=thread)
        await fake.until(lambda: desk.messages[note].get("marks") == ["lock"])
        fake.says(liis, "note: very tired", chat=DESK, thread=thread)
        fake.edits(liis, DESK, own, "Hello Anna, I have looked")
        await fake.until(lambda: any("I have looked" in text for text in fake.from_bot(chat)))
        fake.says(anna, "thank you!")
        await fake.until(lambda: any("thank you!" in text for text in fake.from_bot(DESK, thread)))
        fake.says(liis, "!resolve", chat=DESK, thread=thread)
        await fake.until(lambda: "Reopen" in fake.labels(DESK))
        await firstline.settle()
        said = "\n".join(fake.from_bot(chat))
        assert "tired" not in said
        assert "not claimed" not in said
        assert len([m for m in desk.messages.values() if "thread_ts" not in m]) == 0
        assert "!resolve" not in said


@pytest.mark.parametrize("trouble", DOUBTFUL)
async def test_a_post_in_doubt_is_shown_once(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock, trouble: Trouble
) -> None:
    """What may or may not have been posted is looked up, so that it is neither lost nor doubled."""
    anna = fake.person("Anna")
    chat = fake.direct(anna)
    fake.faults.append(Fault(method="chat.postMessage", trouble=trouble))
    async with running(tmp_path, server, clock) as firstline:
        fake.says(anna, "how can I pay my bill?")
        await firstline.doubts()
        clock.turn(seconds=16)
        await fake.until(lambda: len(fake.from_bot(chat)) >= 3)
        await firstline.settle()
        texts = fake.from_bot(chat)
        assert len(texts) == len(set(texts)) == 3
        assert fake.calls("conversations.history")


async def test_a_wait_is_obeyed(tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock) -> None:
    """Nothing is posted in the channel before the platform allows it."""
    anna = fake.person("Anna")
    fake.faults.append(Fault(method="chat.postMessage", trouble=Trouble.WAIT, wait="2"))
    async with running(tmp_path, server, clock):
        fake.says(anna, "how can I pay my bill?")
        await fake.until(lambda: len(fake.from_bot(fake.direct(anna))) >= 3)
    first, second, *_ = fake.calls("chat.postMessage")
    assert second.at - first.at >= 2


async def test_an_agents_deleted_card_is_posted_again(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """Once, with a thread of its own in which the talk goes on."""
    anna, liis = fake.person("Anna"), fake.person("Liis")
    desk = fake.channel(DESK, liis)
    async with running(tmp_path, server, clock) as firstline:
        fake.says(anna, "I want to talk to a human")
        await fake.until(lambda: len(desk.messages) >= 3)
        await firstline.settle()
        desk.messages.clear()
        fake.says(anna, "are you there?")
        await fake.until(lambda: any("are you there?" in text for text in fake.from_bot(DESK)))
        await firstline.settle()
        thread = next(iter(desk.messages))
        fake.presses(liis, "Claim", chat=DESK)
        await fake.until(lambda: "Resolve" in fake.labels(DESK))
        fake.says(liis, "I am here", chat=DESK, thread=thread)
        await fake.until(lambda: any("I am here" in text for text in fake.from_bot(fake.direct(anna))))


async def test_who_claims_too_late_is_told_alone(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """One has it; the other hears who, in a line that only he sees. A guest of the workspace is no agent at all."""
    anna, liis, mart = fake.person("Anna"), fake.person("Liis"), fake.person("Mart")
    guest = fake.person("Guest", is_restricted=True)
    desk = fake.channel(DESK, liis, mart, guest)
    async with running(tmp_path, server, clock) as firstline:
        fake.says(anna, "I want to talk to a human")
        await fake.until(lambda: len(desk.messages) >= 3)
        await firstline.settle()
        thread = next(iter(desk.messages))
        fake.presses(guest, "Claim", chat=DESK)
        fake.says(liis, "!claim", chat=DESK, thread=thread)
        fake.says(mart, "!claim", chat=DESK, thread=thread)
        await fake.until(lambda: fake.ephemerals)
        (told,) = fake.ephemerals
        assert (told["user"], "Liis" in told["text"]) == (mart, True)
        fake.says(guest, "let me help", chat=DESK, thread=thread)
        await fake.until(lambda: "Resolve" in fake.labels(DESK))
        await firstline.settle()
        assert not any("let me help" in text for text in fake.from_bot(fake.direct(anna)))
