"""What customers and agents do and see, said once for Slack and Telegram, so that a story can be told either way."""

from typing import Any, Protocol

from tests.crossing.site import CHANNEL, GROUP
from tests.fakes.slack import FakeSlack
from tests.fakes.telegram import FakeTelegram

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00" + b"0" * 50
PDF = b"%PDF-1.4 one page with nothing on it"


class Side(Protocol):
    """One person in one place."""

    def says(self, text: str) -> str:
        """Writes; returns what names the message."""

    def edits(self, own_id: str, text: str) -> None:
        """Changes his words."""

    def sends(self, name: str, media_type: str, content: bytes) -> None:
        """Sends a file."""

    def presses(self, label: str) -> None:
        """Presses the newest button with this label."""

    def texts(self) -> list[str]:
        """What the bot has written there, oldest first."""

    def files(self) -> list[bytes]:
        """The files the bot has brought there."""

    def labels(self) -> list[str]:
        """The buttons on show."""

    def marks(self, own_id: str) -> list[str]:
        """The signs on his message."""


class OnSlack:
    """Somebody in his direct chat with the bot, or in the only thread of the agents' channel."""

    KEPT = "lock"

    def __init__(self, fake: FakeSlack, name: str, *, is_agent: bool = False) -> None:
        self._fake, self._is_agent = fake, is_agent
        self.user = fake.person(name)
        self._chat = CHANNEL if is_agent else fake.direct(self.user)
        if is_agent:
            members = fake.channels[CHANNEL].members if CHANNEL in fake.channels else set()
            fake.channel(CHANNEL, self.user, *members)

    @property
    def _thread(self) -> str:
        messages = self._fake.channels[self._chat].messages
        return next(iter(messages), "") if self._is_agent else ""

    def says(self, text: str) -> str:
        """Writes in the chat or thread."""
        return self._fake.says(self.user, text, chat=self._chat, thread=self._thread)

    def edits(self, own_id: str, text: str) -> None:
        """Changes his words."""
        self._fake.edits(self.user, self._chat, own_id, text)

    def sends(self, name: str, media_type: str, content: bytes) -> None:
        """Shares a file."""
        id_ = f"F{len(self._fake.files) + 1:04d}"
        shown = {"id": id_, "name": name, "mimetype": media_type, "size": len(content)}
        self._fake.files[id_] = {**shown, "shares": {}, "content": content}
        more: dict[str, Any] = {"subtype": "file_share", "files": [shown]}
        self._fake.says(self.user, "", chat=self._chat, thread=self._thread, **more)

    def presses(self, label: str) -> None:
        """Presses the newest button with this label."""
        self._fake.presses(self.user, label, chat=self._chat)

    def texts(self) -> list[str]:
        """What the bot has written, files left out."""
        return [text for text in self._fake.from_bot(self._chat, self._thread) if text]

    def files(self) -> list[bytes]:
        """The files the bot has shared."""
        return [
            bytes(self._fake.files[file["id"]]["content"])
            for message in self._fake.channels[self._chat].messages.values()
            if message.get("user") != self.user and message.get("bot_id")
            for file in message.get("files", [])
        ]

    def labels(self) -> list[str]:
        """The buttons on show."""
        return self._fake.labels(self._chat)

    def marks(self, own_id: str) -> list[str]:
        """The signs on his message."""
        return list(self._fake.channels[self._chat].messages[own_id].get("marks", []))


class OnTelegram:
    """Somebody in his chat with the bot, or in the only topic of the agents' group."""

    KEPT = "🙈"

    def __init__(self, fake: FakeTelegram, name: str, *, is_agent: bool = False) -> None:
        self._fake = fake
        self.person = fake.person(name)
        self._is_agent = is_agent
        if is_agent and GROUP not in fake.chats:
            fake.forum(GROUP, "Support")
        self._chat = fake.chats[GROUP if is_agent else self.person.id]
        self._chat.members.add(self.person.id)

    @property
    def _thread(self) -> int:
        """The newest that the bot has written in: a topic whose opening was cut off may be left behind empty."""
        written = [number for number, each in self._chat.messages.items() if each.get("message_thread_id")]
        return int(self._chat.messages[max(written)]["message_thread_id"]) if written else 0

    def says(self, text: str) -> str:
        """Writes in the chat or topic."""
        return str(self._fake.says(self.person, text, chat=self._chat, thread=self._thread))

    def edits(self, own_id: str, text: str) -> None:
        """Changes his words."""
        self._fake.edits(self.person, int(own_id), text, chat=self._chat)

    def sends(self, name: str, media_type: str, content: bytes) -> None:
        """Sends a file as a document."""
        document = {"file_id": self._fake.uploads(content), "file_unique_id": "u", "file_name": name}
        more: dict[str, Any] = {"document": document | {"mime_type": media_type, "file_size": len(content)}}
        self._fake.says(self.person, chat=self._chat, thread=self._thread, **more)

    def presses(self, label: str) -> None:
        """Presses the newest button with this label."""
        self._fake.presses(self.person, label, chat=self._chat)

    def texts(self) -> list[str]:
        """What the bot has written, files left out."""
        return [text for text in self._fake.from_bot(self._chat, self._thread) if not text.startswith("<")]

    def files(self) -> list[bytes]:
        """The files the bot has sent."""
        found: list[bytes] = []
        for _, message in sorted(self._chat.messages.items()):
            file = message.get("document") or next(iter(message.get("photo", [])), None)
            if file and message["from"]["id"] == self._fake.bot.id:
                found.append(self._fake.files[file["file_id"]])
        return found

    def labels(self) -> list[str]:
        """The buttons on show."""
        return self._fake.labels(self._chat)

    def marks(self, own_id: str) -> list[str]:
        """The signs on his message."""
        return self._chat.reactions.get(int(own_id), [])
