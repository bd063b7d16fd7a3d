"""Telegram as one part of a server: put together from its settings, run until told to stop."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from adapters.desk.view import DeskView
from adapters.files import FileStore
from adapters.line_marks import Marks
from adapters.storage.moving import move_chat
from adapters.storage.store import SqlStore
from adapters.surface import Fetch, open_file, reading_of, until
from adapters.telegram.api import BASE_FILE_URL, BASE_URL, Account, Api, ApiError
from adapters.telegram.courtesy import Courtesy
from adapters.telegram.dialogue import Dialogue
from adapters.telegram.marks import TelegramMarker
from adapters.telegram.menu import show_menus
from adapters.telegram.pace import Pace
from adapters.telegram.payload import CHANNEL, FILE
from adapters.telegram.people import People
from adapters.telegram.receive import Receiver
from adapters.telegram.send import TelegramChannel
from adapters.telegram.watching import watch_webhook
from bot.current import CurrentDesk
from bot.health import Health
from bot.model import Attachment
from bot.ports import Channel, Clock
from config.channels import Telegram as Settings
from config.channels import TelegramMode


class Telegram:
    """Everything that speaks with Telegram for one bot."""

    def __init__(
        self,
        settings: Settings,
        secrets: Mapping[str, str],
        *,
        store: SqlStore,
        current: CurrentDesk,
        clock: Clock,
        health: Health,
        files: FileStore,
        folder: Path,
        public_url: str,
        fetchers: Mapping[str, Fetch] | None = None,
        pace: Pace | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Puts the parts together; nothing is asked of the platform yet.

        What other platforms keep is got from them by the `fetchers`, as long as they are in there when it is wanted.
        """
        account = account_of(settings, secrets)
        self._mode, self._health, self._current = settings.mode, health, current
        self.api = Api(account)

        def view() -> DeskView:
            return DeskView(desk=current.desk, now=clock.now())

        async def move(old: str, new: str) -> None:
            await store.db.write(lambda conn: move_chat(conn, CHANNEL, old, new))

        async def read_file(attachment: Attachment) -> bytes | None:
            return await open_file(attachment, files, folder, {CHANNEL: self.fetch, **(fetchers or {})})

        reading = reading_of(store, view, read_file)
        channel = TelegramChannel(self.api, reading, move, pace)
        self.channel: Channel = channel
        self._marks = Marks(TelegramMarker(channel), store, view)
        self._courtesy = Courtesy(channel, store, Dialogue(channel, store, view))
        secret = secrets[settings.webhook_secret] if settings.webhook_secret else ""

        self.receiver = Receiver(
            self.api,
            store,
            People(store, current, clock, self.api),
            clock,
            health,
            secret=secret,
            followers=[self._courtesy],
            sleep=sleep,
            move=move,
        )
        self.hook_path = f"/hooks/telegram/{hashlib.sha256(f'path {secret}'.encode()).hexdigest()[:32]}"
        """Where the webhook is; it cannot be guessed, and another secret gives another one."""
        self._hook_url = public_url + self.hook_path

    @property
    def status(self) -> str:
        """One line for whoever starts the server."""
        groups = sum(1 for team in self._current.desk.policy.teams.values() if team.telegram)
        return f"telegram  bot {self.api.account.key}, {self._mode.value}, {groups} agents' groups"

    @property
    def hooks(self) -> dict[str, Callable[[Mapping[str, str], Callable[[], Awaitable[bytes]]], Awaitable[int]]]:
        """What the web must serve, by its path; nothing while we ask for updates ourselves."""
        return {self.hook_path: self.receiver.accept_webhook} if self._mode is TelegramMode.WEBHOOK else {}

    async def fetch(self, file: str) -> bytes | None:
        """Gets a file that somebody sent, by its attachment's id; none if it is not to be had."""
        own_id = file.removeprefix(FILE).partition(":")[2]
        try:
            found = await self.api.call("getFile", file_id=own_id)
            path = str(found.get("file_path") or "") if isinstance(found, dict) else ""
            return await self.api.fetch(path) if path else None
        except ApiError:
            return None

    async def run(self, stop: asyncio.Event) -> None:
        """Receives and marks until `stop`; sending is the sender's."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._marks.run(stop))
                tasks.create_task(until(stop, self._receive(stop)))
                tasks.create_task(until(stop, show_menus(self.api, self._current.desk)))
        finally:
            await self._courtesy.stop()
            await self.api.close()

    async def _receive(self, stop: asyncio.Event) -> None:
        if self._mode is TelegramMode.POLLING:
            await self.receiver.poll(stop)
            return
        await self.receiver.set_webhook(self._hook_url)
        await watch_webhook(self.api, self._health)


def account_of(settings: Settings, secrets: Mapping[str, str]) -> Account:
    """The bot that the settings name."""
    return Account(
        token=secrets[settings.token],
        base_url=str(settings.base_url or BASE_URL),
        base_file_url=str(settings.base_file_url or BASE_FILE_URL),
    )
