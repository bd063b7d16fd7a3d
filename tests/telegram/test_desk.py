"""What agents do in their group beside talking: sheets below the card, orders, topics that they close by hand."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.storage.staff import list_agents
from tests.desks import desk_with_reply
from tests.fakes.telegram import Chat, FakeTelegram, Person, TelegramServer
from tests.telegram.working import GROUP, Firstline, running, telegram_desk


@dataclass(slots=True, kw_only=True)
class Shift:
    """A customer whose hand-off Liis has claimed, and a colleague who has worked here before."""

    fake: FakeTelegram
    firstline: Firstline
    anna: Person
    liis: Person
    mart: Person
    group: Chat
    thread: int

    async def press(self, *labels: str, who: Person | None = None) -> None:
        """Presses one button after the other, each when it is there."""
        for label in labels:
            await self.fake.until(lambda label=label: label in self.fake.labels(self.group))  # type: ignore[misc]  # bound now
            self.fake.presses(who or self.liis, label, chat=self.group)

    async def hears(self, words: str) -> None:
        """Waits until the customer reads something."""
        await self.fake.until(lambda: any(words in text for text in self.fake.from_bot(self.anna)))

    async def reads(self, words: str) -> int:
        """Waits until something stands in the group; returns the number of the newest such message."""
        await self.fake.until(lambda: any(words in text for text in self.fake.from_bot(self.group)))
        return max(n for n, each in self.group.messages.items() if words in str(each.get("text")))


@pytest.fixture
async def shift(tmp_path: Path, fake: FakeTelegram, server: TelegramServer) -> AsyncIterator[Shift]:
    """Anna waits, Mart claims and gives back, Liis claims."""
    anna, liis, mart = fake.person("Anna"), fake.person("Liis"), fake.person("Mart")
    group = fake.forum(GROUP, "Support", liis, mart)
    desk = desk_with_reply(telegram_desk(), "{{ agent }} of {{ team }} looks into **it**.")
    async with running(tmp_path, fake, server, desk=desk) as firstline:
        fake.says(anna, "I want to talk to a human")
        await fake.until(lambda: group.topics)
        thread = next(iter(group.topics))
        made = Shift(fake=fake, firstline=firstline, anna=anna, liis=liis, mart=mart, group=group, thread=thread)
        await made.press("Claim", who=mart)
        await made.press("Release", who=mart)
        await made.press("Claim")
        await made.hears("Liis has joined")
        await firstline.settle()
        yield made


async def test_a_conversation_is_passed_on_with_a_reason(shift: Shift) -> None:
    """From the card to the team, and the answer to the sheet is the reason: inside, however it reads."""
    await shift.press("More…", "Transfer…", "Network operations")
    sheet = await shift.reads("Why (one line)")
    shift.fake.says(shift.liis, "line is dead", chat=shift.group, thread=shift.thread, reply_to=sheet)
    await shift.hears("passed you on to")
    await shift.reads("line is dead")
    await shift.fake.until(lambda: sheet not in shift.group.messages)
    assert not any("line is dead" in text for text in shift.fake.from_bot(shift.anna))


async def test_words_are_shown_before_they_are_sent(shift: Shift) -> None:
    """A canned reply and an article that was searched for go out when their sheet is pressed, and the sheet goes."""
    await shift.press("More…", "Canned replies…", "I am looking into it", "Send to Anna")
    await shift.hears("Liis of Customer care looks into it.")
    shift.fake.says(shift.liis, "/find wifi password", chat=shift.group, thread=shift.thread)
    found = await shift.reads("Search knowledge")
    shift.fake.says(shift.liis, "how can I pay my bill", chat=shift.group, thread=shift.thread, reply_to=found)
    before = len(shift.fake.from_bot(shift.anna))
    await shift.press("Pay an invoice", "Send article")
    await shift.fake.until(lambda: len(shift.fake.from_bot(shift.anna)) > before)
    await shift.fake.until(lambda: not {"Send article", "Send to Anna"} & set(shift.fake.labels(shift.group)))
    assert not any("how can I pay" in text for text in shift.fake.from_bot(shift.anna))


async def test_a_colleague_is_given_a_conversation_and_takes_one_over(shift: Shift) -> None:
    """Assigned by name; taken over with a reason; who may not is told so and nothing changes."""
    await shift.press("More…", "Assign…", "Mart")
    await shift.fake.until(lambda: sum("Mart has joined" in each for each in shift.fake.from_bot(shift.anna)) == 2)
    await shift.press("More…", "Take over…")
    sheet = await shift.reads("Take over\n")
    shift.fake.says(shift.liis, "he is at lunch", chat=shift.group, thread=shift.thread, reply_to=sheet)
    await shift.fake.until(lambda: sum("Liis has joined" in each for each in shift.fake.from_bot(shift.anna)) == 2)
    shift.fake.says(shift.mart, "/r", chat=shift.group, thread=shift.thread)
    await shift.reads("⚠ Liis")


async def test_an_agent_asks_what_he_has_and_goes(shift: Shift) -> None:
    """`/mine`, `/next`, `/away`, `/back` are answered anywhere in the group, and none stirs a conversation."""
    shift.fake.says(shift.liis, "/mine", chat=shift.group)
    await shift.reads("#1 Anna")
    assert shift.group.messages[await shift.reads("#1 Anna")]["reply_markup"]["inline_keyboard"][0][0]["url"] == (
        f"https://t.me/c/1234567890/{shift.thread}"
    )
    shift.fake.says(shift.liis, "!next", chat=shift.group, thread=shift.thread)
    await shift.reads("Nobody is waiting.")
    for word, answer in (("/away", "Away"), ("/back@helpdesk_bot", "Available")):
        shift.fake.says(shift.mart, word, chat=shift.group)
        await shift.reads(answer)
        agents = await shift.firstline.store.db.read(list_agents)
        assert [agent.available for agent in agents if agent.name == "Mart"] == [answer == "Available"]


async def test_a_topic_closed_by_hand_is_resolved_by_its_agent_alone(shift: Shift) -> None:
    """Somebody else's closing is undone and said; the claimer's resolves, and his opening takes it up again."""
    topic = shift.group.topics[shift.thread]
    shift.fake.closes(shift.mart, shift.group, shift.thread)
    await shift.fake.until(lambda: topic.is_open)
    assert not any("solved" in text for text in shift.fake.from_bot(shift.anna))
    shift.fake.closes(shift.liis, shift.group, shift.thread)
    await shift.hears("closed as solved")
    await shift.firstline.settle()
    assert not topic.is_open
    shift.fake.closes(shift.liis, shift.group, shift.thread, is_open=True)
    await shift.fake.until(lambda: sum("Liis has joined" in each for each in shift.fake.from_bot(shift.anna)) == 2)
    await shift.firstline.settle()
    assert topic.is_open


async def test_a_deleted_topic_is_opened_once_more(shift: Shift) -> None:
    """With the card, and what the customer writes stands in the new one."""
    shift.fake.loses(shift.group, shift.thread)
    shift.fake.says(shift.anna, "are you there?")
    await shift.reads("are you there?")
    [thread] = shift.group.topics
    assert thread != shift.thread
    await shift.firstline.settle()
    assert "With Liis" in shift.fake.from_bot(shift.group, thread)[0]
    shift.fake.says(shift.liis, "I am", chat=shift.group, thread=thread)
    await shift.hears("Liis: I am")
