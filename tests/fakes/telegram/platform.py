"""What Telegram remembers and what people do there: the scenario a test tells, and the log it reads afterwards."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from tests.fakes.telegram.judging import judge_update

Json = dict[str, Any]
T = TypeVar("T")

MONDAY = int(datetime(2026, 11, 23, 8, 0, tzinfo=UTC).timestamp())
KEPT_SECONDS = 24 * 3600


class FaultKind(StrEnum):
    """What may go wrong with a request."""

    ERROR = "error"
    """An error of the given status; nothing is done."""
    DONE_BUT_ERROR = "done_but_error"
    DROPPED = "dropped"
    """It is done, and the connection ends without an answer."""
    HUNG = "hung"
    """It is done, and no answer ever comes."""
    HTML = "html"
    """Nothing is done, and the answer is a page with status 200."""
    EMPTY = "empty"
    LONG = "long"
    """Ten megabytes of it."""
    AWAY = "away"
    """It says to ask elsewhere, as things between us and the platform do."""
    STRANGE = "strange"
    """A refusal without words or number."""
    WAIT = "wait"
    """Too many requests, with whatever stands in `wait`."""


@dataclass(slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong, so many times."""

    kind: FaultKind
    method: str = ""
    """For this method only; for any if empty."""
    times: int = 1
    chance: float = 0.0
    """With it, each request is hit by so much chance, for ever."""
    status: int = 500
    description: str = "Internal Server Error"
    wait: object = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request as it was received."""

    method: str
    parameters: Json
    at: float
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with the app."""

    id: int
    name: str
    language: str = "en"
    is_bot: bool = False

    @property
    def json(self) -> Json:
        """As updates name him."""
        return {"id": self.id, "is_bot": self.is_bot, "first_name": self.name, "language_code": self.language}


@dataclass(slots=True, kw_only=True)
class Topic:
    """A topic of a forum."""

    name: str
    is_open: bool = True


@dataclass(slots=True, kw_only=True)
class Chat:
    """A private chat or a group."""

    id: int
    kind: str
    title: str = ""
    is_forum: bool = False
    username: str = ""
    topics: dict[int, Topic] = field(default_factory=dict)
    messages: dict[int, Json] = field(default_factory=dict)
    reactions: dict[int, list[str]] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    members: set[int] = field(default_factory=set)
    bot_status: str = "administrator"
    bot_lacks: set[str] = field(default_factory=set)
    """Rights that the bot was not given as an administrator."""
    is_started: bool = False
    is_blocked: bool = False
    is_deactivated: bool = False
    moved_to: int = 0
    next_message: int = 1

    @property
    def json(self) -> Json:
        """As messages name it."""
        rest: Json = {"title": self.title} if self.title else {"first_name": "Someone"}
        return {"id": self.id, "type": self.kind, **rest, **({"is_forum": True} if self.is_forum else {})}


class FakeTelegram:
    """The platform as one bot sees it."""

    def __init__(self, token: str = "123456:a-token-that-nobody-guesses") -> None:
        self.token = token
        self.bot = Person(id=int(token.partition(":")[0]), name="Helpdesk", is_bot=True)
        self.username = "helpdesk_bot"
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, bytes] = {}
        self.updates: list[tuple[float, Json]] = []
        self.next_update = 1000
        self.allowed: list[str] = []
        self.webhook: Json = {}
        self.hook_error: Json = {}
        """What the platform last complained of, as it tells it."""
        self.reads_all = True
        self.queries: dict[str, bool] = {}
        """Presses, and whether they were answered."""
        self.log: list[Call] = []
        self.complaints: list[str] = []
        """What others' models say against what went over the wire."""
        self.faults: list[Fault] = []
        self.chance = random.Random(1)
        """Draws what is left to chance; a test seeds it."""
        self.has_limits = False
        self.turned = 0.0
        self.news = asyncio.Event()
        """Set when there is an update."""
        self.changed = asyncio.Event()
        """Set when there was a request."""
        self._next_person = 5_000_000_001

    def now(self) -> float:
        """Seconds since 1970 on the platform's own clock, which only a test turns."""
        return MONDAY + self.turned

    def advance(self, seconds: float) -> None:
        """Lets time pass."""
        self.turned += seconds

    def person(self, name: str, language: str = "en") -> Person:
        """Somebody new."""
        person = Person(id=self._next_person, name=name, language=language)
        self._next_person += 1
        self.people[person.id] = person
        self.chats[person.id] = Chat(id=person.id, kind="private")
        return person

    def forum(self, number: int, title: str, *members: Person) -> Chat:
        """A private group with topics in which the bot may do everything."""
        chat = Chat(id=number, kind="supergroup", title=title, is_forum=True, members={each.id for each in members})
        chat.next_message = 2  # the first message made the group, and its number is that of the general topic
        self.chats[number] = chat
        return chat

    def says(
        self,
        person: Person,
        text: str = "",
        *,
        chat: Chat | None = None,
        thread: int = 0,
        reply_to: int = 0,
        **more: Any,
    ) -> int:
        """Somebody writes, to the bot alone or in a topic; returns the number of his message."""
        where = chat or self.chats[person.id]
        where.is_started = True
        message = self._message(where, person.json, thread, {"text": text} if text else {}, **more)
        if thread in where.topics:
            # What answers nothing in a topic answers the line that opened it, as far as bots are told.
            opened = {"forum_topic_created": {"name": where.topics[thread].name, "icon_color": 7322096}}
            head = {"message_id": thread, "from": self.bot.json, "chat": where.json, "date": MONDAY}
            message["reply_to_message"] = {**head, "message_thread_id": thread, "is_topic_message": True, **opened}
        if reply_to:
            message["reply_to_message"] = {
                name: value for name, value in where.messages[reply_to].items() if name != "reply_to_message"
            }
        self._tell("message", message)
        return int(message["message_id"])

    def edits(self, person: Person, number: int, text: str, *, chat: Chat | None = None) -> None:
        """Somebody changes his words."""
        where = chat or self.chats[person.id]
        message = where.messages[number] | {"text": text, "edit_date": int(self.now())}
        where.messages[number] = message
        self._tell("edited_message", message)

    def presses(self, person: Person, label: str, *, chat: Chat | None = None, thread: int = 0) -> str:
        """Somebody presses the newest button with this label; returns the id of the press."""
        where = chat or self.chats[person.id]
        for number in sorted(where.messages, reverse=True):
            for row in where.messages[number].get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    in_thread = not thread or where.messages[number].get("message_thread_id") == thread
                    if button["text"] == label and "callback_data" in button and in_thread:
                        return self.presses_value(person, button["callback_data"], where, where.messages[number])
        raise LookupError(f"nobody shows [{label}]: {self.texts(where)}")

    def presses_value(self, person: Person, value: str, chat: Chat, message: Json | None = None) -> str:
        """Somebody presses a button, forged or old."""
        query = f"q{len(self.queries) + 1}"
        self.queries[query] = False
        update = {"id": query, "from": person.json, "chat_instance": "1", "data": value}
        self._tell("callback_query", update | ({"message": message} if message else {}))
        return query

    def blocks(self, person: Person, *, is_blocked: bool = True) -> None:
        """Somebody blocks the bot, or lets it in again."""
        self.chats[person.id].is_blocked = is_blocked
        old, new = ("member", "kicked") if is_blocked else ("kicked", "member")
        self._tell(
            "my_chat_member",
            {
                "chat": self.chats[person.id].json,
                "from": person.json,
                "date": int(self.now()),
                "old_chat_member": self._member(old),
                "new_chat_member": self._member(new),
            },
        )

    def closes(self, person: Person, chat: Chat, thread: int, *, is_open: bool = False) -> None:
        """Somebody closes a topic by hand, or opens it again."""
        chat.topics[thread].is_open = is_open
        kind = "forum_topic_reopened" if is_open else "forum_topic_closed"
        self._tell("message", self._message(chat, person.json, thread, {kind: {}}))

    def loses(self, chat: Chat, thread: int) -> None:
        """Somebody deletes a topic with all that stands in it; nobody is told."""
        del chat.topics[thread]
        kept = {n: each for n, each in chat.messages.items() if each.get("message_thread_id") != thread}
        chat.messages.clear()
        chat.messages.update(kept)

    def migrates(self, chat: Chat, number: int) -> Chat:
        """A group gets another number; its topics go with it, and the old one is answered with the new."""
        moved = replace(chat, id=number)
        chat.moved_to = number
        self.chats[number] = moved
        return moved

    def tells(self, kind: str, value: Json) -> Json:
        """Any update at all, unchecked."""
        update = {"update_id": self.next_update, kind: value}
        self.next_update += 1
        self.updates.append((self.now(), update))
        self.news.set()
        return update

    def is_waiting(self, update: Json) -> bool:
        """Whether an update has still to be brought."""
        return any(each is update for _, each in self.updates)

    def brings_again(self, update: Json) -> None:
        """An update that was accepted comes once more, as it does after a lost confirmation."""
        self.updates.append((self.now(), update))
        self.news.set()

    def uploads(self, content: bytes) -> str:
        """A file that somebody sends along; returns its id."""
        name = f"file{len(self.files) + 1}-abcdefgh"
        self.files[name] = content
        return name

    def texts(self, chat: Chat | Person, thread: int = 0) -> list[str]:
        """What stands in a chat or topic, oldest first."""
        where = self.chats[chat.id] if isinstance(chat, Person) else chat
        return [
            str(message.get("text") or message.get("caption") or f"<{_file_of(message)}>")
            for _, message in sorted(where.messages.items())
            if not thread or message.get("message_thread_id") == thread
        ]

    def from_bot(self, chat: Chat | Person, thread: int = 0) -> list[str]:
        """The same of the bot alone."""
        where = self.chats[chat.id] if isinstance(chat, Person) else chat
        return [
            str(message.get("text") or message.get("caption") or f"<{_file_of(message)}>")
            for _, message in sorted(where.messages.items())
            if message["from"]["id"] == self.bot.id and (not thread or message.get("message_thread_id") == thread)
        ]

    def labels(self, chat: Chat | Person) -> list[str]:
        """The buttons on show in a chat, oldest first."""
        where = self.chats[chat.id] if isinstance(chat, Person) else chat
        return [
            button["text"]
            for _, message in sorted(where.messages.items())
            for row in message.get("reply_markup", {}).get("inline_keyboard", [])
            for button in row
        ]

    def calls(self, method: str) -> list[Call]:
        """What was asked of one method and done."""
        return [call for call in self.log if call.method == method and not call.error]

    async def until(self, holds: Callable[[], object], seconds: float = 40.0) -> None:
        """Waits until something is so."""
        async with asyncio.timeout(seconds):
            while not holds():
                self.changed.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(0.05):
                        await self.changed.wait()

    async def until_asked(self, ask: Callable[[], Awaitable[T]], holds: Callable[[T], bool]) -> None:
        """Waits until something is so that must be asked for."""
        async with asyncio.timeout(40):
            while not holds(await ask()):  # noqa: ASYNC110 -- other threads work
                await asyncio.sleep(0.05)

    def post(self, chat: Chat, thread: int, content: Json) -> Json:
        """The bot writes."""
        return self._message(chat, self.bot.json | {"username": self.username}, thread, content)

    def _message(self, where: Chat, sender: Json, thread: int, content: Json, **more: Any) -> Json:
        number = where.next_message
        where.next_message += 1
        message: Json = {
            "message_id": number,
            "from": sender,
            "chat": where.json,
            "date": int(self.now()),
            **({"message_thread_id": thread, "is_topic_message": True} if thread else {}),
            **content,
            **more,
        }
        where.messages[number] = message
        return message

    def _tell(self, kind: str, value: Json) -> None:
        if self.allowed and kind not in self.allowed:
            return
        if wrong := judge_update({"update_id": 1, kind: value}):
            self.complaints.append(f"sent {kind}: {wrong}")
        self.tells(kind, value)

    def _member(self, status: str) -> Json:
        until = {"until_date": 0} if status == "kicked" else {}
        return {"status": status, "user": self.bot.json, **until}


def _file_of(message: Json) -> str:
    return next((kind for kind in ("photo", "document", "video", "audio") if kind in message), "service")
