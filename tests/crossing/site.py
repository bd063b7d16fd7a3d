"""A desk on both platforms: the real `firstline serve` as a process that can be killed, and two fakes on real sockets.

Here stands how it is set up and brought back to life; what people do and see is told by `sides`.
"""

import asyncio
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

from adapters.slack.service import HOOK
from config.channels import SlackMode, TelegramMode
from tests.fakes.slack import FakeSlack, SlackServer
from tests.fakes.slack.platform import APP_TOKEN, SECRET, TOKEN
from tests.fakes.telegram import FakeTelegram, TelegramServer
from tests.faults.driver import Server, find_port

FIRSTLINE = "from adapters.cli.main import run; run()"
CHANNEL, GROUP = "C0SUPPORT", -1001234567890
"""Where agents work: a channel of Slack, a group of Telegram."""
SETTLED_SECONDS = 20.0
"""A first post left in doubt is looked into after 15 s; so much later a new life begins."""
PATIENCE = 120.0
"""Seconds until something that never comes fails a test; nothing takes that long."""
DESK = {
    "config/desk.yml": """
desk:
  name: Crossing
  languages: [en]
  default_language: en
""",
    "kb/articles/all.yml": """
articles:
  - id: password
    title: Change my password
    questions: [How do I change my password?]
    answer: Your password is changed on the page called My account.
""",
    "kb/flows/all.yml": """
flows:
  - id: light
    title: Look at the light
    starts_when: [My router shows a strange light]
    steps:
      - ask: colour
        text: "Which colour is the light?"
        choices: [{value: red, label: Red}, {value: green, label: Green}]
      - ask: cable
        text: "Which cable is in the router?"
        choices: [{value: thick, label: Thick}, {value: thin, label: Thin}]
      - escalate: care
""",
}
_POLICY = """
escalation:
  teams:
    care: {{title: {{en: Customer care}}, tier: 1, languages: [en], web: yes, {places}}}
  default_team: care
  triggers:
    - {{id: asked-for-human, when: asks_for_human, ask_first: no}}
"""
_CHANNELS = """
channels:
  server: {{public_url: '{url}'}}
  telegram:
    token: TELEGRAM_TOKEN
    mode: {telegram_mode}
    webhook_secret: TELEGRAM_WEBHOOK_SECRET
    base_url: {telegram_url}/bot
    base_file_url: {telegram_url}/file/bot
  slack:
    mode: {slack_mode}
    bot_token: SLACK_BOT_TOKEN
    app_token: SLACK_APP_TOKEN
    signing_secret: SLACK_SIGNING_SECRET
    api_base: {slack_url}/api/
"""
_IN_SLACK, _IN_TELEGRAM = f"slack: {CHANNEL}", f'telegram: "{GROUP}"'
PLACES = {"slack": _IN_SLACK, "telegram": _IN_TELEGRAM, "both": f"{_IN_SLACK}, {_IN_TELEGRAM}"}
"""How the policy says where the team works."""


class Site:
    """The process with both platforms around it."""

    def __init__(self, folder: Path, slack_mode: SlackMode, telegram_mode: TelegramMode) -> None:
        self.lead = 0.0
        """Seconds that the process and Slack are ahead of the real time."""
        self.slack = FakeSlack(lambda: time.time() + self.lead)
        self.slack.retries = (1.0,) * 60
        self.telegram = FakeTelegram()
        self.port = find_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder, self._slack_mode, self._telegram_mode = folder, slack_mode, telegram_mode
        desk, data = folder / "desk", folder / "data"
        self.database = data / "firstline.db"
        command = ["-c", FIRSTLINE, "serve", str(desk), "--port", str(self.port), "--data", str(data)]
        self._log = folder / "server.log"
        self._server = Server([sys.executable, *command], self._log)

    def write_desk(self, agents: str, slack: SlackServer, telegram: TelegramServer) -> None:
        """The desk folder; the platforms are known to it by their base URLs alone."""
        slack.hook_url = f"{self.url}{HOOK}" if self._slack_mode is SlackMode.HTTP else ""
        channels = _CHANNELS.format(
            url=self.url,
            slack_mode=self._slack_mode,
            slack_url=slack.url,
            telegram_mode=self._telegram_mode,
            telegram_url=telegram.url,
        )
        policy = _POLICY.format(places=PLACES[agents])
        files = DESK | {"config/channels.yml": channels, "escalation/policy.yml": policy}
        for name, text in files.items():
            path = self._folder / "desk" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    async def start(self) -> None:
        """Begins a life."""
        is_up = await self._server.start(
            PACE="1000",
            CLOCK_AHEAD=str(self.lead / 3600),
            TELEGRAM_TOKEN=self.telegram.token,
            TELEGRAM_WEBHOOK_SECRET="a-secret-for-the-webhook",
            SLACK_BOT_TOKEN=TOKEN,
            SLACK_APP_TOKEN=APP_TOKEN,
            SLACK_SIGNING_SECRET=SECRET,
        )
        assert is_up, self._log.read_text(encoding="utf-8")

    async def kill(self) -> None:
        """Ends the life at once."""
        await self._server.kill_after(0)

    async def revive(self) -> None:
        """Begins a life in which nothing waits to be looked into: what was in doubt is, by the clock, long over."""
        while left := self.ask("SELECT group_concat(id) FROM delivery WHERE state = 'sending'"):
            await self.start()
            await self.until(lambda: not self.ask(_STILL_SENDING.format(left)))
            await self.kill()
            self.lead += SETTLED_SECONDS
        await self.start()

    async def stop(self) -> int:
        """Ends the last life gracefully; its exit status."""
        return await self._server.stop()

    def ask(self, query: str) -> object:
        """One value out of the database, asked from outside; none while there is no database."""
        if not self.database.exists():
            return None
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as conn:
            if conn.execute("SELECT count(*) FROM sqlite_master WHERE name = 'delivery'").fetchone()[0]:
                return conn.execute(query).fetchone()[0]
        return None

    @property
    def is_quiet(self) -> bool:
        """Whether everything that came in has taken effect and is shown."""
        return self.ask(_WAITING) == 0 and self.slack.outbox.empty() and not self.telegram.updates

    @property
    def requests(self) -> int:
        """How many requests the platforms have had that write something."""
        methods = [*(call.method for call in self.slack.log), *(call.method for call in self.telegram.log)]
        return sum(method in _WRITES for method in methods)

    async def until(self, holds: Callable[[], object]) -> None:
        """Waits until something is so."""
        async with asyncio.timeout(PATIENCE):
            while not holds():  # noqa: ASYNC110 -- the other side is a process
                await asyncio.sleep(0.02)


_WRITES = {"chat.postMessage", "files.completeUploadExternal", "createForumTopic", "sendMessage", "sendDocument"}
_STILL_SENDING = "SELECT count(*) FROM delivery WHERE state = 'sending' AND shown_revision = 0 AND id IN ({})"
_WAITING = """
SELECT (SELECT count(*) FROM inbox WHERE state = 'new') + (SELECT count(*) FROM delivery WHERE state = 'sending'
  OR (state = 'unsure' AND next_try_at IS NOT NULL) OR (state = 'idle' AND revision > shown_revision))
"""


@asynccontextmanager
async def site_of(
    folder: Path, *, agents: str, slack_mode: SlackMode, telegram_mode: TelegramMode
) -> AsyncIterator[Site]:
    """A site with both platforms up and its desk written; nothing may have gone over the wire that they do not know."""
    site = Site(folder, slack_mode, telegram_mode)
    async with SlackServer(site.slack) as slack, TelegramServer(site.telegram) as telegram:
        site.write_desk(agents, slack, telegram)
        try:
            yield site
        finally:
            await site.kill()
    assert (site.slack.complaints, site.telegram.complaints) == ([], [])
