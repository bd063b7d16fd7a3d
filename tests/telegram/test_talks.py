"""Whole talks: a customer on Telegram, agents in the topics of a group, with real sockets between them."""

from pathlib import Path
from typing import Any

import pytest

from adapters.web.uploads import fetched_response
from bot.model import Address, Commanded, Event, Said
from config.channels import TelegramMode
from tests.fakes.telegram import Chat, FakeTelegram, Fault, FaultKind, Person, TelegramServer
from tests.making import make_agent
from tests.telegram.working import GROUP, Firstline, running


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


async def handed_over(fake: FakeTelegram, firstline: Firstline, anna: Person) -> tuple[Chat, int]:
    """A customer who waits, and the topic of her hand-off."""
    group = fake.chats[GROUP]
    fake.says(anna, "I want to talk to a human")
    await fake.until(lambda: group.topics and len(fake.from_bot(group)) >= 3)
    await firstline.settle()
    return group, next(iter(group.topics))


async def claimed(fake: FakeTelegram, firstline: Firstline, anna: Person, liis: Person) -> tuple[Chat, int]:
    """A customer whose hand-off an agent has claimed, and its topic."""
    group, thread = await handed_over(fake, firstline, anna)
    fake.says(liis, "/claim", chat=group, thread=thread)
    await fake.until(lambda: f"{liis.name} has joined the chat." in fake.from_bot(anna))
    await firstline.settle()
    return group, thread


async def test_a_button_counts_once(tmp_path: Path, fake: FakeTelegram, server: TelegramServer) -> None:
    """Five presses, an old one and a forged one have one effect; each press stops spinning, and the buttons go."""
    anna = fake.person("Anna")
    async with running(tmp_path, fake, server) as firstline:
        fake.says(anna, "how can I pay my bill?")
        await fake.until(lambda: "Yes" in fake.labels(anna))
        asked = [m for m in fake.chats[anna.id].messages.values() if "Did that help" in str(m.get("text"))][-1]
        value = asked["reply_markup"]["inline_keyboard"][-2][0]["callback_data"]
        for _ in range(5):
            fake.presses_value(anna, value, fake.chats[anna.id], asked)
        fake.presses_value(anna, "999.1:0", fake.chats[anna.id])
        await fake.until(lambda: fake.queries and all(fake.queries.values()))
        await firstline.settle()
        assert "Yes" not in fake.labels(anna)
        assert sum("→" in text for text in fake.from_bot(anna)) == 1


async def test_an_agent_answers_from_the_console(tmp_path: Path, fake: FakeTelegram, server: TelegramServer) -> None:
    """The topic shows what he does elsewhere: one owner, one order."""
    anna = fake.person("Anna")
    fake.forum(GROUP, "Support")
    async with running(tmp_path, fake, server) as firstline:
        group, thread = await handed_over(fake, firstline, anna)
        [talk] = await firstline.talks()
        at = Address(channel="console", chat=talk.id)
        acts: list[Commanded | Said] = [Commanded(name="claim"), Said(text="I am on it")]
        for number, body in enumerate(acts):
            event = Event(key=f"k{number}", at=at, author=make_agent("liis"), body=body, sent_at=firstline.clock.now())
            await firstline.store.accept([event])
        await fake.until(lambda: "Liis: I am on it" in fake.from_bot(anna))
        await fake.until(lambda: "● Liis: I am on it" in fake.from_bot(group, thread))
        await fake.until(lambda: "With Liis" in fake.from_bot(group, thread)[0])


async def test_edits_and_recalls_follow(tmp_path: Path, fake: FakeTelegram, server: TelegramServer) -> None:
    """The customer's copy is edited and withdrawn; the customer's own edit is seen with what was there."""
    anna, liis = fake.person("Anna"), fake.person("Liis")
    fake.forum(GROUP, "Support", liis)
    async with running(tmp_path, fake, server) as firstline:
        group, thread = await handed_over(fake, firstline, anna)
        fake.says(liis, "/claim", chat=group, thread=thread)
        own = fake.says(liis, "The price is 10", chat=group, thread=thread)
        await fake.until(lambda: "Liis: The price is 10" in fake.from_bot(anna))
        fake.edits(liis, own, "The price is 12", chat=group)
        await fake.until(lambda: "Liis: The price is 12" in fake.from_bot(anna))
        hers = fake.says(anna, "thx")
        await fake.until(lambda: "◦ Anna: thx" in fake.from_bot(group, thread))
        fake.edits(anna, hers, "thanks")
        await fake.until(lambda: "◦ Anna: thx\n✎ thanks" in fake.from_bot(group, thread))
        fake.says(liis, "/recall", chat=group, thread=thread, reply_to=own)
        await fake.until(lambda: not any("price" in text for text in fake.from_bot(anna)))
        assert len(fake.calls("deleteMessage")) == 1


async def test_the_second_to_claim_is_told_and_stays_inside(
    tmp_path: Path, fake: FakeTelegram, server: TelegramServer
) -> None:
    """One winner; the other's press says who has it, and his words are kept with a hint."""
    anna, liis, mart = fake.person("Anna"), fake.person("Liis"), fake.person("Mart")
    fake.forum(GROUP, "Support", liis, mart)
    async with running(tmp_path, fake, server) as firstline:
        group, thread = await handed_over(fake, firstline, anna)
        card = group.messages[group.pinned[0]]
        value = card["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        fake.presses_value(liis, value, group, card)
        fake.presses_value(mart, value, group, card)
        await fake.until(lambda: all(fake.queries.values()))
        [notice] = [call.parameters["text"] for call in fake.calls("answerCallbackQuery") if "text" in call.parameters]
        assert "Liis took this" in notice
        words = fake.says(mart, "hello there", chat=group, thread=thread)
        await fake.until(lambda: group.reactions.get(words) == ["🙈"])
        await fake.until(lambda: any("belongs to Liis" in text for text in fake.from_bot(group, thread)))
        assert not any("hello there" in text for text in fake.from_bot(anna))


async def test_what_is_said_about_a_line_is_said_once_over_restarts(
    tmp_path: Path, fake: FakeTelegram, server: TelegramServer
) -> None:
    """The hint below a line that stayed inside is not repeated by the next process; the next line gets its own."""
    anna, liis = fake.person("Anna"), fake.person("Liis")
    fake.forum(GROUP, "Support", liis)
    hint = "Nobody has claimed this chat"

    def hints(group: Chat, thread: int) -> int:
        return sum(hint in text for text in fake.from_bot(group, thread))

    async with running(tmp_path, fake, server) as firstline:
        group, thread = await handed_over(fake, firstline, anna)
        fake.says(liis, "have you tried a cable?", chat=group, thread=thread)
        await fake.until(lambda: hints(group, thread) == 1)
    async with running(tmp_path, fake, server) as firstline:
        fake.says(liis, "or another socket?", chat=group, thread=thread)
        await fake.until(lambda: hints(group, thread) >= 2)
        await firstline.settle()
        assert hints(group, thread) == 2


async def test_kept_words_can_be_sent_with_the_claim(
    tmp_path: Path, fake: FakeTelegram, server: TelegramServer
) -> None:
    """Written before anybody claimed, they wait below their hint for [Claim and send]."""
    anna, liis = fake.person("Anna"), fake.person("Liis")
    fake.forum(GROUP, "Support", liis)
    async with running(tmp_path, fake, server) as firstline:
        group, thread = await handed_over(fake, firstline, anna)
        fake.says(liis, "/claim", chat=group, thread=thread)
        fake.says(liis, "/release", chat=group, thread=thread)
        fake.says(liis, "I know this one", chat=group, thread=thread)
        await fake.until(lambda: "Claim and send" in fake.labels(group))
        assert not any("I know" in text for text in fake.from_bot(anna))
        fake.presses(liis, "Claim and send", chat=group)
        await fake.until(lambda: "Liis: I know this one" in fake.from_bot(anna))


async def test_a_customer_who_blocks_is_told_to_the_desk(
    tmp_path: Path, fake: FakeTelegram, server: TelegramServer
) -> None:
    """An agent's words to him are marked as failed, and when he is back the topic says so."""
    anna, liis = fake.person("Anna"), fake.person("Liis")
    fake.forum(GROUP, "Support", liis)
    async with running(tmp_path, fake, server) as firstline:
        group, thread = await claimed(fake, firstline, anna, liis)
        fake.chats[anna.id].is_blocked = True
        own = fake.says(liis, "are you there?", chat=group, thread=thread)
        await fake.until(lambda: group.reactions.get(own) == ["👎"])
        await fake.until(lambda: any("has blocked the bot" in text for text in fake.from_bot(group, thread)))
        fake.blocks(anna, is_blocked=False)
        await fake.until(lambda: any("written to again" in text for text in fake.from_bot(group, thread)))


async def test_an_agents_words_in_doubt_are_his_to_send_again(
    tmp_path: Path, fake: FakeTelegram, server: TelegramServer
) -> None:
    """Never twice without his word; what comes after goes on."""
    anna, liis = fake.person("Anna"), fake.person("Liis")
    fake.forum(GROUP, "Support", liis)
    async with running(tmp_path, fake, server) as firstline:
        group, thread = await claimed(fake, firstline, anna, liis)
        fake.faults.append(Fault(kind=FaultKind.ERROR, method="sendMessage"))
        own = fake.says(liis, "lost words", chat=group, thread=thread)
        await fake.until(lambda: group.reactions.get(own) == ["🤔"])
        fake.says(liis, "next words", chat=group, thread=thread)
        await fake.until(lambda: "Liis: next words" in fake.from_bot(anna))
        assert "Liis: lost words" not in fake.from_bot(anna)
        await fake.until(lambda: "Send again" in fake.labels(group))
        fake.presses(liis, "Send again", chat=group)
        await fake.until(lambda: "Liis: lost words" in fake.from_bot(anna))
        await fake.until(lambda: group.reactions.get(own) == ["👌"])


async def test_an_album_is_one_message_with_its_files(
    tmp_path: Path, fake: FakeTelegram, server: TelegramServer
) -> None:
    """On the desk its words stand once, with every picture."""
    anna = fake.person("Anna")
    fake.forum(GROUP, "Support")
    async with running(tmp_path, fake, server) as firstline:
        group, thread = await handed_over(fake, firstline, anna)
        for number in range(3):
            size = {"file_id": fake.uploads(b"x"), "file_unique_id": "u", "width": 1, "height": 1}
            more: dict[str, Any] = {"caption": "look"} if number == 1 else {}
            fake.says(anna, photo=[size], media_group_id="g", **more)
        await fake.until(lambda: fake.from_bot(group, thread).count("<photo>") == 3)
        await firstline.settle()
        assert fake.from_bot(group, thread)[-1] == "◦ Anna: look"


async def test_a_file_of_a_customer_opens_in_the_console(
    tmp_path: Path, fake: FakeTelegram, server: TelegramServer
) -> None:
    """It stays with Telegram and is fetched when somebody looks; what opens nothing is not passed on."""
    anna = fake.person("Anna")
    png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01" + b"0" * 50
    async with running(tmp_path, fake, server) as firstline:
        for content in (png, b"<html><script>"):
            size = {"file_id": fake.uploads(content), "file_unique_id": "u", "width": 1, "height": 1}
            fake.says(anna, caption="look", photo=[size])
        await fake.until(lambda: not fake.updates)
        await firstline.settle()
        [talk] = await firstline.talks()
        files = [file for message in await firstline.messages(talk.id) for file in message.attachments]
        fetchers = {"telegram": firstline.telegram.fetch}
        picture, page = [await fetched_response(file, fetchers) for file in files]
        assert page is None
        assert picture is not None
        assert (picture.body, picture.media_type) == (png, "image/png")
        assert "attachment" in picture.headers["content-disposition"]


async def test_a_group_that_moved_unseen_is_followed(
    tmp_path: Path, fake: FakeTelegram, server: TelegramServer
) -> None:
    """The first refusal tells the new number: what was to be said stands there, and agents are heard from there."""
    anna, liis = fake.person("Anna"), fake.person("Liis")
    fake.forum(GROUP, "Support", liis)
    async with running(tmp_path, fake, server) as firstline:
        group, thread = await claimed(fake, firstline, anna, liis)
        moved = fake.migrates(group, GROUP - 1)
        fake.says(anna, "are you there?")
        await fake.until(lambda: "◦ Anna: are you there?" in fake.from_bot(moved, thread))
        fake.says(liis, "I am", chat=moved, thread=thread)
        await fake.until(lambda: "Liis: I am" in fake.from_bot(anna))


async def test_a_foreign_group_is_shown_the_way(tmp_path: Path, fake: FakeTelegram, server: TelegramServer) -> None:
    """Named there, the bot says where it can be written to; else it is silent, and nothing becomes a conversation."""
    anna, friends = fake.person("Anna"), fake.forum(-100777, "Friends")
    async with running(tmp_path, fake, server) as firstline:
        fake.says(anna, "how can I pay my bill?", chat=friends)
        fake.says(anna, "ask @Helpdesk_bot how to pay", chat=friends)
        await fake.until(lambda: fake.from_bot(friends))
        await firstline.settle()
        assert fake.from_bot(friends) == ["Please write to me here: https://t.me/helpdesk_bot"]
        assert await firstline.talks() == []


async def test_a_link_leads_to_an_article(tmp_path: Path, fake: FakeTelegram, server: TelegramServer) -> None:
    """Who comes by `t.me/bot?start=wifi-password` reads it at once; a link that leads nowhere is greeted."""
    anna, boris = fake.person("Anna"), fake.person("Boris")
    async with running(tmp_path, fake, server) as firstline:
        fake.says(anna, "/start wifi-password")
        fake.says(boris, "/start no-such-thing")
        await fake.until(lambda: fake.from_bot(anna) and fake.from_bot(boris))
        await firstline.settle()
        assert any("Wi-Fi" in text for text in fake.from_bot(anna))
        assert "Yes" in fake.labels(anna)
        assert len(fake.from_bot(boris)) == 1
