"""Slack as one part of a server: put together from its settings, run until told to stop."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from adapters.desk.view import DeskView
from adapters.files import FileStore
from adapters.line_marks import Marks
from adapters.slack.api import BASE_URL, Account, Api, ApiError
from adapters.slack.app import BoltApp
from adapters.slack.catchup import QUIET, CatchUp
from adapters.slack.courtesy import Courtesy
from adapters.slack.dialogue import Dialogue
from adapters.slack.door import Answer, Door
from adapters.slack.home import Home
from adapters.slack.marks import SlackMarker
from adapters.slack.pace import Pace
from adapters.slack.payload import CHANNEL, FILE
from adapters.slack.people import People
from adapters.slack.receive import Receiver
from adapters.slack.send import SlackChannel
from adapters.slack.sockets import Sockets
from adapters.storage.store import SqlStore
from adapters.surface import Fetch, open_file, reading_of, until
from bot.current import CurrentDesk
from bot.health import Health
from bot.model import Attachment
from bot.ports import Channel, Clock
from config.channels import Slack as Settings
from config.channels import SlackMode

HOOK = "/hooks/slack/events"
"""Where Slack brings events, presses and commands; it stands in the app's manifest."""


class Slack:
    """Everything that speaks with Slack for one app."""

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
        fetchers: Mapping[str, Fetch] | None = None,
        pace: Pace | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        quiet: float = QUIET,
    ) -> None:
        """Puts the parts together; nothing is asked of the platform yet.

        What other platforms keep is got from them by the `fetchers`, as long as they are in there when it is wanted.
        """
        bot, app = accounts_of(settings, secrets)
        self._mode, self._current, self._health, self._quiet = settings.mode, current, health, quiet
        self._app, self.api = app, Api(bot)
        self._people = People(store, current, clock, self.api)

        async def read_file(attachment: Attachment) -> bytes | None:
            return await open_file(attachment, files, folder, {CHANNEL: self.fetch, **(fetchers or {})})

        def view() -> DeskView:
            return DeskView(desk=current.desk, now=clock.now())

        reading = reading_of(store, view, read_file)
        channel = SlackChannel(self.api, reading, pace)
        self.channel: Channel = channel
        self._marks = Marks(SlackMarker(channel), store, view)
        self._courtesy = Courtesy(channel, store)
        self._dialogue = Dialogue(channel, store, current, clock)
        self._home = Home(channel, current, clock)
        self.receiver = Receiver(
            self.api,
            store,
            self._people,
            clock,
            health,
            followers=[self._courtesy, self._home],
            dialogue=self._dialogue,
            direct_messages=settings.direct_messages,
            mentions=settings.mentions,
            sleep=sleep,
        )
        self._catchup = CatchUp(self.api, self.receiver, store, clock, channel.pace, sleep=sleep)
        self._bolt = BoltApp(self.receiver, bot.token, self._catchup.note_gap)
        self._door = Door(self._bolt, clock, [secrets[name] for name in settings.signing_secret])

    @property
    def status(self) -> str:
        """One line for whoever starts the server."""
        channels = sum(1 for team in self._current.desk.policy.teams.values() if team.slack)
        return f"slack  {self._mode.value}, {channels} agents' channels"

    @property
    def hooks(
        self,
    ) -> dict[str, Callable[[Mapping[str, str], Callable[[], Awaitable[bytes]]], Awaitable[Answer]]]:
        """What the web must serve, by its path; nothing while events come over sockets."""
        return {HOOK: self._door.accept} if self._mode is SlackMode.HTTP else {}

    async def fetch(self, file: str) -> bytes | None:
        """Gets a file that somebody shared, by its attachment's id; none if it is not to be had."""
        try:
            info = (await self.api.call("files.info", file=file.removeprefix(FILE))).get("file")
            url = info.get("url_private_download") if isinstance(info, dict) else None
            is_known = isinstance(url, str) and url.startswith(_file_hosts(self.api))
            return await self.api.fetch(str(url)) if is_known else None
        except ApiError:
            return None

    async def run(self, stop: asyncio.Event) -> None:
        """Receives and marks until `stop`; sending is the sender's."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._marks.run(stop))
                tasks.create_task(until(stop, self._receive()))
        finally:
            await self._courtesy.stop()
            await self._dialogue.stop()
            await self._home.stop()
            await self._people.stop()
            await self.api.close()

    async def _receive(self) -> None:
        await self.receiver.learn_name()
        if self._app is None:
            await self._catchup.run(_nothing, self._quiet)
            return
        sockets = Sockets(self._app, self._bolt.bolt, self._health)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(sockets.run(self._catchup.note_gap))
            tasks.create_task(self._catchup.run(sockets.renew, self._quiet))


async def _nothing() -> None:
    """There are no sockets to renew."""


def accounts_of(settings: Settings, secrets: Mapping[str, str]) -> tuple[Account, Account | None]:
    """The app with its bot token, and in socket mode with its app-level token."""
    base_url = str(settings.api_base or BASE_URL)
    bot = Account(token=secrets[settings.bot_token], base_url=base_url)
    if settings.mode is not SlackMode.SOCKET or not settings.app_token:
        return bot, None
    return bot, Account(token=secrets[settings.app_token], base_url=base_url)


def _file_hosts(api: Api) -> tuple[str, ...]:
    """Beginnings of the addresses at which files may be fetched: the platform's own, or those of the base URL."""
    return ("https://files.slack.com/", api.account.base_url.partition("/api/")[0] + "/")
