"""Ended at any moment and started again: nothing is lost, and what may stand there twice is marked so."""

import asyncio
import random
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.model import MessageKind
from config.channels import TelegramMode
from tests.fakes.telegram import FakeTelegram, Fault, FaultKind, TelegramServer
from tests.telegram.working import running

CUSTOMERS, ROUNDS = 4, 8


@pytest.mark.parametrize("mode", list(TelegramMode))
async def test_nothing_is_lost_over_restarts(
    tmp_path: Path, fake: FakeTelegram, server: TelegramServer, mode: TelegramMode
) -> None:
    """Every message is answered, in order, and twice at most as often as a send was left in doubt and marked."""
    chance = random.Random(7)
    people = [fake.person(f"Person {number}") for number in range(CUSTOMERS)]
    written: dict[int, list[str]] = {person.id: [] for person in people}
    for round_ in range(ROUNDS):

        async def live_until_the_power_fails(words: str) -> None:
            async with running(tmp_path, fake, server, mode=mode):
                for person in people:
                    fake.says(person, words)
                    written[person.id].append(words)
                await asyncio.sleep(chance.uniform(0.0, 0.6))
                raise RuntimeError("the power fails")

        if round_ % 2:
            kind = chance.choice([FaultKind.DONE_BUT_ERROR, FaultKind.DROPPED, FaultKind.WAIT])
            fake.faults.append(Fault(kind=kind, method="sendMessage", wait=1))
        with pytest.raises(ExceptionGroup, match="unhandled"):
            await live_until_the_power_fails("/human" if round_ == 1 else f"zebra number {round_}")
    async with running(tmp_path, fake, server, mode=mode) as firstline:
        await fake.until(lambda: not fake.updates)
        firstline.clock.turn(seconds=30)
        await firstline.settle()
        doubtful = await firstline.store.db.read(
            lambda conn: conn.execute(text("SELECT count(*) FROM delivery WHERE doubtful")).scalar_one()
        )
        talks = {talk.customer.key: talk for talk in await firstline.talks()}
        doubles = 0
        for person in people:
            messages = await firstline.messages(talks[str(person.id)].id)
            heard = [each.text for each in messages if each.kind is MessageKind.CUSTOMER]
            assert heard == [words for words in written[person.id] if not words.startswith("/human")]
            own = [each for each in messages if each.kind is not MessageKind.CUSTOMER and each.audience == "customer"]
            shown = fake.from_bot(person)
            assert len(shown) >= len(own)
            doubles += len(shown) - len(own)
        assert doubles <= doubtful
