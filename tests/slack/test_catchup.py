"""What was said while nobody listened is heard afterwards, once."""

from pathlib import Path

import pytest

from config.channels import SlackMode
from tests.fakes.slack import FakeSlack, SlackServer
from tests.running import TurnedClock
from tests.slack.working import DESK, handed_over, running


@pytest.mark.parametrize("mode", list(SlackMode))
async def test_p36_what_was_said_while_it_was_down_is_caught_up(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock, mode: SlackMode
) -> None:
    """Events that the platform never brings again: words, edits and withdrawals, of customers, an agent, a new one."""
    anna, liis, ivo = "UANNA", "ULIIS", fake.person("Ivo")
    async with handed_over(tmp_path, fake, server, clock, mode=mode) as (firstline, thread):
        early = fake.says(anna, "please hurry")
        promise = fake.says(liis, "by noon", chat=DESK, thread=thread)
        own = fake.says(anna, "it is broken")
        await fake.until(lambda: any("it is broken" in text for text in fake.from_bot(DESK, thread)))
        await fake.until(lambda: any("by noon" in text for text in fake.from_bot("DANNA")))
        await firstline.settle()
    fake.is_dumb = True
    clock.turn(minutes=10)
    fake.edits(anna, "DANNA", own, "it is quite broken")
    fake.withdraw("DANNA", early)
    fake.withdraw(DESK, promise)
    for number in range(17):
        fake.says(anna, f"word {number:02}")
    fake.says(liis, "sorry for the wait", chat=DESK, thread=thread)
    fake.says(ivo, "how can I pay my bill?")
    fake.is_dumb = False
    async with running(tmp_path, server, clock, mode=mode) as firstline:
        await fake.until(lambda: fake.from_bot("DIVO"))
        await fake.until(lambda: any("word 16" in text for text in fake.from_bot(DESK, thread)))
        await fake.until(lambda: any("✗ please hurry" in text for text in fake.from_bot(DESK, thread)))
        await fake.until(lambda: not any("by noon" in text for text in fake.from_bot("DANNA")))
        await firstline.settle()
        relayed = "\n".join(fake.from_bot(DESK, thread))
        assert [relayed.count(f"word {number:02}") for number in range(17)] == [1] * 17
        assert "it is quite broken" in relayed
        said = fake.from_bot("DANNA")
        assert sum("sorry for the wait" in text for text in said) == 1
        assert len(await firstline.talks()) == 2


async def test_what_came_by_itself_and_is_found_again_counts_once(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """All sockets are renewed at once, so the places are read; everything in them is known already."""
    anna = fake.person("Anna")
    async with running(tmp_path, server, clock, mode=SlackMode.SOCKET) as firstline:
        fake.says(anna, "how can I pay my bill?")
        await fake.until(lambda: len(fake.from_bot("DANNA")) >= 3)
        await firstline.settle()
        said = len(fake.from_bot("DANNA"))
        await server.refresh()
        await fake.until(lambda: any(call.given.get("latest") for call in fake.calls("conversations.history")))
        await firstline.settle()
        assert len(fake.from_bot("DANNA")) == said
        assert len(await firstline.talks()) == 1


async def test_sockets_that_answer_pings_and_bring_nothing_are_found_out(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """After some quiet the places are read; what was missed is answered, and other sockets are opened."""
    anna = fake.person("Anna")
    async with running(tmp_path, server, clock, mode=SlackMode.SOCKET, quiet=0.3) as firstline:
        fake.says(anna, "how can I pay my bill?")
        await fake.until(lambda: len(fake.from_bot("DANNA")) >= 3)
        await firstline.settle()
        former, fake.is_dumb = list(server.sockets), True
        fake.says(anna, "I want to talk to a human")
        fake.is_dumb = False
        clock.turn(seconds=20)
        await fake.until(lambda: len(fake.from_bot("DANNA")) >= 4)
        await fake.until(lambda: server.sockets and not set(map(id, former)) & set(map(id, server.sockets)))
        await firstline.settle()
        (talk,) = await firstline.talks()
        assert talk.handoff


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_an_event_on_its_way_while_sockets_are_renewed_counts_once(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock, reason: str
) -> None:
    """Its acknowledgement may be lost with the socket; then it comes again, and is known."""
    anna = fake.person("Anna")
    async with running(tmp_path, server, clock, mode=SlackMode.SOCKET) as firstline:
        await fake.until(lambda: len(server.sockets) >= 2)
        for number in range(5):
            fake.says(anna, f"how can I pay my bill? {number}")
            await server.refresh(reason)
        await fake.until(lambda: len(server.sockets) >= 2)
        await firstline.settle()
        (talk,) = await firstline.talks()
        heard = [each.text for each in talk.messages if each.external_id]
        assert heard == [f"how can I pay my bill? {number}" for number in range(5)]
