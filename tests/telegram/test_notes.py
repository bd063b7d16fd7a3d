"""Notes never leak: whatever happens in the agents' group, in any order, no kept word reaches a customer."""

import random
from pathlib import Path

import pytest

from tests.fakes.telegram import FakeTelegram, TelegramServer
from tests.telegram.working import GROUP, running

ACTS = ("/claim", "/release", "/bot", "/resolve", "/reopen", "/transfer billing reason", "!claim", "/nonsense")


@pytest.mark.parametrize("seed", [1, 2])
async def test_no_kept_word_reaches_a_customer(
    tmp_path: Path, fake: FakeTelegram, server: TelegramServer, seed: int
) -> None:
    """Agents and an outsider write, note, edit, press and forward at random; only the claimer's plain words go out."""
    chance = random.Random(seed)
    anna, liis, mart, eve = (fake.person(name) for name in ("Anna", "Liis", "Mart", "Eve"))
    group = fake.forum(GROUP, "Support", liis, mart)
    written: list[int] = []
    async with running(tmp_path, fake, server) as firstline:
        fake.says(anna, "I want to talk to a human")
        await fake.until(lambda: group.topics)
        await firstline.settle()
        for step in range(120):
            who = chance.choice([liis, mart, eve])
            thread = chance.choice([*group.topics, 0])
            match chance.randrange(9):
                case 0 | 1:
                    fake.says(who, chance.choice(ACTS), chat=group, thread=thread)
                case 2:
                    written.append(
                        fake.says(
                            who, f"{chance.choice(['//', ' //', 'NOTE: '])} secret {step}", chat=group, thread=thread
                        )
                    )
                case 3:
                    written.append(
                        fake.says(who, f"{'secret' if who is eve else 'words'} {step}", chat=group, thread=thread)
                    )
                case 4:
                    origin = {"type": "hidden_user", "sender_user_name": "x", "date": 1}
                    fake.says(who, f"secret forward {step}", chat=group, thread=thread, forward_origin=origin)
                case 5 if written:
                    number = chance.choice(written)
                    author = next(p for p in (liis, mart, eve) if p.id == group.messages[number]["from"]["id"])
                    old = str(group.messages[number]["text"])
                    mark = "secret" if "secret" in old else "words"
                    fake.edits(author, number, f"{chance.choice(['//', ''])} {mark} edited {step}", chat=group)
                case 6:
                    fake.says(eve, f"secret of an outsider {step}", chat=group, thread=thread)
                case 7:
                    labels = [each for each in fake.labels(group) if each not in ("Claim and send", "Send as text")]
                    if labels:
                        fake.presses(who, chance.choice(labels), chat=group)
                case _:
                    fake.says(anna, f"and {step}?")
            if step % 10 == 0:
                await fake.until(lambda: not fake.updates)
                await firstline.settle()
        await fake.until(lambda: not fake.updates)
        await firstline.settle()
        said = fake.from_bot(anna)
        assert not [text for text in said if "secret" in text]
        assert not [
            call
            for call in fake.log
            if "secret" in str(call.parameters.get("text")) and call.parameters.get("chat_id") == anna.id
        ]
