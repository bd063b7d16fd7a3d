"""Whole talks: a customer on Telegram, agents in the topics of a group, with real sockets between them."""

from pathlib import Path

import pytest

from config.channels import TelegramMode
from tests.fakes.telegram import FakeTelegram, TelegramServer
from tests.telegram.working import GROUP, running


@pytest.mark.parametrize("mode", list(TelegramMode))
async def test_a_question_is_answered(
    tmp_path: Path, fake: FakeTelegram, server: TelegramServer, mode: TelegramMode
) -> None:
    """The bot answers in the chat, whichever way updates come in."""
    anna = fake.person("Anna")
    async with running(tmp_path, fake, server, mode=mode) as firstline:
        fake.says(anna, "how can I pay my bill?")
        await fake.until(lambda: fake.from_bot(anna))
        await firstline.settle()
        assert len(fake.from_bot(anna)) == 3


async def test_from_question_to_agent_and_back(tmp_path: Path, fake: FakeTelegram, server: TelegramServer) -> None:
    """A customer asks for a person, an agent claims in the topic, they talk, and the agent resolves."""
    anna, liis = fake.person("Anna"), fake.person("Liis")
    group = fake.forum(GROUP, "Support", liis)
    async with running(tmp_path, fake, server) as firstline:
        fake.says(anna, "my internet is slow")
        await fake.until(lambda: fake.from_bot(anna))
        fake.says(anna, "I want to talk to a human")
        await fake.until(lambda: group.topics and len(fake.from_bot(group)) >= 2)
        await firstline.settle()
        thread = next(iter(group.topics))
        fake.presses(liis, "Claim", chat=group)
        await fake.until(lambda: "Resolve" in fake.labels(group))
        await firstline.settle()
        own = fake.says(liis, "Hello Anna, I look into it", chat=group, thread=thread)
        await fake.until(lambda: any("I look into it" in text for text in fake.from_bot(anna)))
        await fake.until(lambda: group.reactions.get(own) == ["👌"])
        note = fake.says(liis, "// she sounds tired", chat=group, thread=thread)
        await fake.until(lambda: group.reactions.get(note) == ["🙈"])
        fake.says(anna, "thank you!")
        await fake.until(lambda: any("thank you!" in text for text in fake.from_bot(group, thread)))
        fake.presses(liis, "Resolve", chat=group)
        await fake.until(lambda: not group.topics[thread].is_open)
        await firstline.settle()
        assert not any("tired" in text for text in fake.from_bot(anna))
