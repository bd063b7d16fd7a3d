"""What stands in the workspace, what people do there, and what the platform tells an app about it."""

import asyncio
import itertools
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tests.fakes.slack.interface import Interface
from tests.fakes.slack.judging import SCOPES
from tests.fakes.slack.names import APP, APP_TOKEN, BOT_ID, BOT_USER, SECRET, TEAM, TOKEN, Json, buttons_of

__all__ = ["APP", "APP_TOKEN", "BOT_ID", "BOT_USER", "SECRET", "TEAM", "TOKEN", "Json"]


class Trouble(StrEnum):
    """What may go wrong with a request."""

    DONE_BUT_ERROR = "done_but_error"
    """Carried out, but answered with 500."""
    DONE_BUT_DROPPED = "done_but_dropped"
    """Carried out, and the connection cut."""
    NOT_DONE = "not_done"
    """Answered 500 and not carried out."""
    WAIT = "wait"
    """429 with `Retry-After`."""
    REFUSED = "refused"
    """`ok: false` with an error."""
    HTML = "html"
    """Carried out, and answered with a page."""
    EMPTY = "empty"
    """Carried out, and answered with nothing."""
    HANG = "hang"
    """Not carried out, and not answered before `let_go`."""


RETRIES = (0.0, 60.0, 300.0)
"""The platform's schedule."""


@dataclass(kw_only=True)
class ResponseUrl:
    """Where the app may answer something that one person did."""

    user: str
    made_at: float
    uses: int = 0


@dataclass(kw_only=True)
class Fault:
    """One request of a method that goes wrong."""

    method: str
    trouble: Trouble
    error: str = "internal_error"
    wait: str = "1"
    chance: float = 0.0
    """If not 0, every request of the method goes wrong with this probability, for as long as the fault stands."""


@dataclass(kw_only=True)
class Call:
    """A request as it came."""

    method: str
    given: Json
    at: float
    ok: bool = False
    waits: float = 0.0
    """Seconds that the app was told to wait."""


@dataclass(kw_only=True)
class Channel:
    """A channel or a direct chat."""

    id: str
    members: set[str]
    messages: dict[str, Json] = field(default_factory=dict)
    archived: bool = False

    @property
    def is_direct(self) -> bool:
        """Whether it is a direct chat with the bot."""
        return self.id.startswith("D")


class FakeSlack:
    """One workspace with one app."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        """Takes the platform's clock: seconds since 1970."""
        self.now = now
        self.users: dict[str, Json] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, Json] = {}
        self.faults: list[Fault] = []
        self.log: list[Call] = []
        self.complaints: list[str] = []
        self.ephemerals: list[Json] = []
        """What single people were shown."""
        self.ui = Interface(self)
        """Forms and the app's page."""
        self.triggers: dict[str, tuple[str, float]] = {}
        """Who did something that may open a form, and when; each is good once."""
        self.trigger_life = 3.0
        self.response_urls: dict[str, ResponseUrl] = {}
        self.url = ""
        """Where the server is, once it runs."""
        self.scopes: frozenset[str] = frozenset({*SCOPES.values(), "im:history", "channels:history", "channels:read"})
        """What the app is allowed."""
        self.limits: dict[str, tuple[int, float]] = {}
        """How many requests of a method in how many seconds, for posts in each channel; none unless a test says so."""
        self.let_go = asyncio.Event()
        """Ends what hangs."""
        self.is_dumb = False
        """While it is, the app is told of nothing that happens, and never will be."""
        self.retries: tuple[float, ...] = RETRIES
        """Seconds after which an event that was not taken is brought again."""
        self.chance = random.Random(1)
        """Draws which requests go wrong."""
        self.taken: set[str] = set()
        """The moments of the messages that the app has been told of and has taken."""
        self.unruly: random.Random | None = None
        """If set, some events come twice or after the next one."""
        self.outbox: asyncio.Queue[tuple[str, Json]] = asyncio.Queue()
        """What the app is told: kind and payload."""
        self.changed = asyncio.Event()
        self._ids = itertools.count(1)
        self._last_ts = 0.0
        self._person(BOT_USER, "firstline", is_bot=True)

    def person(self, name: str, **also: bool | str) -> str:
        """Somebody with a direct chat with the bot; returns his id."""
        user = f"U{name.upper()}"
        self._person(user, name, **also)
        self.channels[self.direct(user)] = Channel(id=self.direct(user), members={user, BOT_USER})
        return user

    def direct(self, user: str) -> str:
        """The direct chat of somebody with the bot."""
        return f"D{user[1:]}"

    def channel(self, id_: str, *members: str) -> Channel:
        """A channel with the bot in it."""
        self.channels[id_] = Channel(id=id_, members={*members, BOT_USER})
        return self.channels[id_]

    def next_ts(self) -> str:
        """A moment later than all before."""
        self._last_ts = max(self.now(), self._last_ts + 0.000001)
        return f"{self._last_ts:.6f}"

    def says(self, user: str, text: str, *, chat: str = "", thread: str = "", **also: object) -> str:
        """Somebody writes; returns the moment that names the message."""
        chat = chat or self.direct(user)
        message: Json = {"type": "message", "user": user, "text": text, "ts": self.next_ts(), "team": TEAM, **also}
        if thread:
            message["thread_ts"] = thread
        self.put(self.channels[chat], message)
        if f"<@{BOT_USER}>" in text and not self.channels[chat].is_direct:
            mention = {key: value for key, value in message.items() if key != "subtype"} | {"type": "app_mention"}
            self.tell({**mention, "channel": chat, "event_ts": message["ts"]})
        return str(message["ts"])

    def shares(
        self,
        user: str,
        name: str,
        content: bytes,
        text: str = "",
        *,
        chat: str = "",
        thread: str = "",
        is_gone: bool = False,
    ) -> str:
        """Somebody shares a file with some words; one that is gone can be read by nobody."""
        id_ = f"F{len(self.files) + 1:04d}"
        self.files[id_] = {"id": id_, "name": name, "shares": {}, "content": content, "gone": is_gone}
        shown = {"id": id_, "name": name, "mimetype": "image/png", "filetype": "png", "size": len(content)}
        return self.says(user, text, chat=chat, thread=thread, subtype="file_share", files=[shown], upload=True)

    def files_in(self, chat: str) -> list[tuple[str, bytes]]:
        """The files that stand in a chat, each with its name."""
        shown = [file for message in self.channels[chat].messages.values() for file in message.get("files") or []]
        return [(file["name"], self.files[file["id"]]["content"]) for file in shown]

    def put(self, channel: Channel, message: Json) -> None:
        """A message stands in a channel, and the app hears of it."""
        channel.messages[message["ts"]] = message
        self.tell({**message, **self._where(channel), "event_ts": message["ts"]})
        self.touch()

    def edits(self, user: str, chat: str, ts: str, text: str) -> None:
        """Somebody changes his message."""
        channel = self.channels[chat]
        self.change(channel, ts, {"text": text, "edited": {"user": user, "ts": self.next_ts()}})

    def change(self, channel: Channel, ts: str, new: Json) -> None:
        """A message changes, and the app hears of it."""
        former = channel.messages[ts]
        channel.messages[ts] = {**former, **new}
        self.tell(
            {
                "type": "message",
                "subtype": "message_changed",
                "message": channel.messages[ts],
                "previous_message": former,
                "hidden": True,
                "ts": self.next_ts(),
                "event_ts": self.next_ts(),
                **self._where(channel),
            }
        )
        self.touch()

    def withdraw(self, chat: str, ts: str) -> None:
        """A message is deleted, and the app hears of it."""
        channel = self.channels[chat]
        former = channel.messages.pop(ts)
        self.tell(
            {
                "type": "message",
                "subtype": "message_deleted",
                "deleted_ts": ts,
                "previous_message": former,
                "hidden": True,
                "ts": self.next_ts(),
                "event_ts": self.next_ts(),
                **self._where(channel),
            }
        )
        self.touch()

    def presses(self, user: str, label: str, chat: str = "", **also: object) -> None:
        """Somebody presses the newest button with this label."""
        chat = chat or self.direct(user)
        found = next(
            (message, element)
            for message in reversed(self.channels[chat].messages.values())
            for element in buttons_of(message)
            if element["text"]["text"] == label
        )
        self.press(user, chat, found[0], found[1], **also)

    def press(self, user: str, chat: str, message: Json, element: Json, **also: object) -> None:
        """Somebody presses a button, or what he has made of it."""
        action = {**element, "block_id": "b", "action_ts": self.next_ts()}
        container = {"type": "message", "message_ts": message["ts"], "channel_id": chat, "is_ephemeral": False}
        if "thread_ts" in message:
            container["thread_ts"] = message["thread_ts"]
        payload = {
            "type": "block_actions",
            "user": {"id": user, "team_id": TEAM, "username": user.lower()},
            "api_app_id": APP,
            "team": {"id": TEAM, "domain": "first"},
            "container": container,
            "channel": {"id": chat, "name": "x"},
            "message": message,
            "trigger_id": self.trigger(user),
            "response_url": self.response_url(user),
            "actions": [action],
            **also,
        }
        self.outbox.put_nowait(("interactive", payload))

    def trigger(self, user: str) -> str:
        """What somebody did and may open a form once."""
        id_ = f"{next(self._ids)}.{TEAM}"
        self.triggers[id_] = (user, self.now())
        return id_

    def response_url(self, user: str) -> str:
        """An address at which the app may answer somebody."""
        id_ = f"R{next(self._ids)}"
        self.response_urls[id_] = ResponseUrl(user=user, made_at=self.now())
        return f"{self.url}/response/{id_}"

    def types(self, user: str, command: str, text: str = "", chat: str = "C0ANY") -> None:
        """Somebody types a slash command."""
        payload = {
            "command": command,
            "text": text,
            "user_id": user,
            "team_id": TEAM,
            "channel_id": chat,
            "api_app_id": APP,
            "trigger_id": self.trigger(user),
            "response_url": self.response_url(user),
        }
        self.outbox.put_nowait(("slash_commands", payload))

    def tell(self, event: Json, **also: object) -> None:
        """The app is told of something that happened."""
        payload = {
            "token": "unused",
            "team_id": TEAM,
            "api_app_id": APP,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{next(self._ids):08d}",
            "event_time": int(self.now()),
            "authorizations": [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True}],
            **also,
        }
        if not self.is_dumb:
            self.outbox.put_nowait(("events_api", payload))

    def touch(self) -> None:
        """Something changed; who waits looks again."""
        self.changed.set()

    async def until(self, holds: Callable[[], Any], seconds: float = 60.0) -> None:
        """Waits until something holds."""
        async with asyncio.timeout(seconds):
            while not holds():
                self.changed.clear()
                try:
                    await asyncio.wait_for(self.changed.wait(), 0.1)
                except TimeoutError:
                    continue

    def from_bot(self, chat: str, thread: str = "") -> list[str]:
        """What the bot has said in a chat, or in a thread of it."""
        return [
            seen_in(message)
            for message in self.channels[chat].messages.values()
            if message.get("user") == BOT_USER and (not thread or message.get("thread_ts") == thread)
        ]

    def labels(self, chat: str) -> list[str]:
        """All buttons on show in a chat."""
        messages = self.channels[chat].messages.values()
        return [element["text"]["text"] for message in messages for element in buttons_of(message)]

    def due(self, method: str) -> Fault | None:
        """What goes wrong with this request of a method, if anything does."""
        for fault in self.faults:
            if fault.method == method and not fault.chance:
                self.faults.remove(fault)
                return fault
            if fault.method == method and self.chance.random() < fault.chance:
                return fault
        return None

    def calls(self, method: str) -> list[Call]:
        """The requests of a method."""
        return [call for call in self.log if call.method == method]

    def _person(self, user: str, name: str, **also: bool | str) -> None:
        self.users[user] = {
            "id": user,
            "team_id": TEAM,
            "name": name.lower(),
            "deleted": False,
            "is_bot": False,
            "is_restricted": False,
            "profile": {"display_name": name, "real_name": name},
            **also,
        }

    def _where(self, channel: Channel) -> Json:
        return {"channel": channel.id, "channel_type": "im" if channel.is_direct else "channel"}


def seen_in(message: Json) -> str:
    """What a person sees of a message."""
    lines: list[str] = []
    for block in message.get("blocks") or []:
        if block["type"] == "section":
            lines.append(block["text"]["text"])
        elif block["type"] == "context":
            lines += [element["text"] for element in block["elements"]]
    return "\n".join(lines) or str(message.get("text", ""))
