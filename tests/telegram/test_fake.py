"""The fake is strict, and foreign clients can work with it: it is no mirror of our own adapter."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError, TelegramConflictError, TelegramForbiddenError, TelegramRetryAfter
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, ReactionTypeEmoji

from tests.fakes.telegram import FakeTelegram, Person, TelegramServer


@pytest.fixture
async def bot(fake: FakeTelegram, server: TelegramServer) -> AsyncIterator[Bot]:
    """A client of somebody else's."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(server.url))
    yield Bot(fake.token, session=session)
    await session.close()


@pytest.fixture
def anna(fake: FakeTelegram) -> Person:
    """Somebody who has started the bot."""
    person = fake.person("Anna")
    fake.chats[person.id].is_started = True
    return person


async def test_a_foreign_client_talks(bot: Bot, fake: FakeTelegram, anna: Person) -> None:
    """Updates are read, answered, edited and deleted."""
    fake.says(anna, "hello")
    [update] = await bot.get_updates(timeout=5)
    assert update.message is not None
    assert update.message.text == "hello"
    assert await bot.get_updates(offset=update.update_id + 1) == []
    button = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Yes", callback_data="1.1:0")]])
    sent = await bot.send_message(anna.id, "<b>hi</b>", parse_mode="HTML", reply_markup=button)
    assert sent.text == "hi"
    await bot.edit_message_text("there", chat_id=anna.id, message_id=sent.message_id)
    assert fake.from_bot(anna) == ["there"]
    await bot.delete_message(anna.id, sent.message_id)
    assert fake.from_bot(anna) == []


async def test_a_foreign_client_works_in_topics(bot: Bot, fake: FakeTelegram) -> None:
    """Topics are opened, written in, closed once and reopened."""
    fake.forum(-100, "Support")
    topic = await bot.create_forum_topic(-100, "case")
    sent = await bot.send_message(-100, "card", message_thread_id=topic.message_thread_id)
    assert sent.message_thread_id == topic.message_thread_id
    assert sent.is_topic_message
    await bot.set_message_reaction(-100, sent.message_id, [ReactionTypeEmoji(emoji="👌")])
    await bot.close_forum_topic(-100, topic.message_thread_id)
    with pytest.raises(TelegramAPIError, match="TOPIC_NOT_MODIFIED"):
        await bot.close_forum_topic(-100, topic.message_thread_id)
    with pytest.raises(TelegramAPIError, match="thread not found"):
        await bot.send_message(-100, "x", message_thread_id=999)


@pytest.mark.parametrize(
    ("text", "more", "words"),
    [
        ("x" * 4_097, {}, "message is too long"),
        ("😀" * 2_049, {}, "message is too long"),
        (" ", {}, "message text is empty"),
        ("<b>x", {"parse_mode": "HTML"}, "Can't find end tag"),
        ("<i>x</b>", {"parse_mode": "HTML"}, "Unmatched end tag at byte offset 4"),
        ("<h1>x</h1>", {"parse_mode": "HTML"}, 'Unsupported start tag "h1" at byte offset 0'),
        (
            "x",
            {"reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "é" * 33}]]}},
            "BUTTON_DATA_INVALID",
        ),
        ("x", {"chat_id": 1}, "chat not found"),
        ("x", {"reply_parameters": {"message_id": 77}}, "message to be replied not found"),
    ],
)
async def test_every_limit_is_kept(
    fake: FakeTelegram, server: TelegramServer, anna: Person, text: str, more: dict[str, Any], words: str
) -> None:
    """What breaks one is refused in the platform's words, with its status."""
    async with httpx.AsyncClient() as client:
        body = {"chat_id": anna.id, "text": text, **more}
        answer = await client.post(f"{server.url}/bot{fake.token}/sendMessage", json=body)
    fake.complaints.clear()
    assert answer.status_code == answer.json()["error_code"] == 400
    assert words in answer.json()["description"]


@pytest.mark.parametrize(
    ("method", "body", "words"),
    [
        ("sendPhoto", {"photo": "known", "caption": "x" * 1_025}, "too long"),
        ("sendDocument", {"document": "unknown"}, "wrong file identifier"),
        ("editMessageText", {"message_id": 1, "text": "mine"}, "message is not modified"),
        ("editMessageText", {"message_id": 2, "text": "x"}, "message to edit not found"),
        ("deleteMessage", {"message_id": 9}, "message to delete not found"),
        ("setMessageReaction", {"message_id": 1, "reaction": [{"type": "emoji", "emoji": "✅"}]}, "REACTION_INVALID"),
        (
            "setMessageReaction",
            {"message_id": 1, "reaction": [{"type": "emoji", "emoji": "👌"}] * 2},
            "REACTION_INVALID",
        ),
        ("pinChatMessage", {"message_id": 9}, "message to pin not found"),
        ("answerCallbackQuery", {"callback_query_id": "old"}, "query is too old"),
        ("answerCallbackQuery", {"callback_query_id": "q1", "text": "x" * 201}, "MESSAGE_TOO_LONG"),
        ("createForumTopic", {"name": "x"}, "the chat is not a forum"),
        ("createForumTopic", {"chat_id": -100, "name": "x" * 129}, "TOPIC_TITLE_INVALID"),
        ("createForumTopic", {"chat_id": -200, "name": "x"}, "not enough rights"),
        ("editForumTopic", {"chat_id": -100, "message_thread_id": 1, "name": "x"}, "message thread not found"),
        ("sendMessage", {"chat_id": -100, "message_thread_id": 1, "text": "x"}, "message thread not found"),
        ("sendMessage", {"chat_id": -300, "text": "x"}, "upgraded to a supergroup"),
        ("getFile", {"file_id": "large"}, "file is too big"),
        ("getFile", {"file_id": "unknown"}, "wrong file_id"),
        ("makeCoffee", {}, "Not Found"),
    ],
)
async def test_every_method_keeps_its_limits(
    fake: FakeTelegram, server: TelegramServer, anna: Person, method: str, body: dict[str, Any], words: str
) -> None:
    """Each broken once, in the platform's words."""
    fake.post(fake.chats[anna.id], 0, {"text": "mine"})
    fake.says(anna, "hers")
    fake.files |= {"known": b"x", "large": b"x" * (20 * 2**20 + 1)}
    fake.forum(-100, "Support")
    fake.forum(-200, "No rights").bot_lacks.add("can_manage_topics")
    fake.migrates(fake.forum(-300, "Moved"), -301)
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{server.url}/bot{fake.token}/{method}", json={"chat_id": anna.id, **body})
    fake.complaints.clear()
    assert not answer.json()["ok"]
    assert words in answer.json()["description"]


async def test_people_who_cannot_be_reached(bot: Bot, fake: FakeTelegram, anna: Person) -> None:
    """Three reasons, each with its words."""
    stranger = fake.person("Boris")
    with pytest.raises(TelegramForbiddenError, match="can't initiate"):
        await bot.send_message(stranger.id, "x")
    fake.chats[anna.id].is_deactivated = True
    with pytest.raises(TelegramForbiddenError, match="deactivated"):
        await bot.send_message(anna.id, "x")
    fake.chats[anna.id].is_blocked = True
    with pytest.raises(TelegramForbiddenError, match="blocked"):
        await bot.send_message(anna.id, "x")


async def test_too_many_too_fast(bot: Bot, fake: FakeTelegram, anna: Person) -> None:
    """A flood is told to wait, and let in again when the time is over."""
    fake.has_limits = True
    for _ in range(5):
        await bot.send_message(anna.id, "x")
    with pytest.raises(TelegramRetryAfter) as told:
        await bot.send_message(anna.id, "x")
    fake.advance(told.value.retry_after)
    await bot.send_message(anna.id, "x")


async def test_updates_are_for_one_and_for_a_day(bot: Bot, fake: FakeTelegram, anna: Person) -> None:
    """A webhook shuts the other way, and what nobody fetches is gone after a day."""
    fake.says(anna, "old")
    fake.advance(24 * 3600 + 1)
    fake.says(anna, "new")
    updates = await bot.get_updates()
    assert [update.message.text for update in updates if update.message] == ["new"]
    fake.webhook = {"url": "https://example.com"}
    with pytest.raises(TelegramConflictError, match="webhook is active"):
        await bot.get_updates()
    fake.webhook = {}


async def test_an_unknown_parameter_is_complained_of(fake: FakeTelegram, server: TelegramServer, anna: Person) -> None:
    """The models of others decide what there is."""
    async with httpx.AsyncClient() as client:
        await client.post(f"{server.url}/bot{fake.token}/sendMessage", json={"chat_id": anna.id, "text": "x", "txt": 1})
    assert "txt" in fake.complaints.pop()
