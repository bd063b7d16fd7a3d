"""Socket mode: two of Bolt's sockets to the platform at once, so that one stays while the other is renewed.

An envelope is acknowledged only after the inbox has committed; what could not be stored in time is not, and comes
again. The library keeps the sockets open and opens new ones.
"""

import asyncio
import logging
from collections.abc import Callable

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackClientError

from adapters.slack.api import Account, Api, ApiError
from adapters.slack.receive import pause_after, say_trouble
from bot.health import Health

PART = "slack sockets"
"""Its name in health."""
SOCKETS = 2
OPENS_IN = 10.0
"""Seconds that a socket has for opening; then another address is asked for."""
LOOK = 1.0
SILENT = 30.0
"""Seconds without any socket after which health says so."""

log = logging.getLogger(__name__)


class Sockets:
    """The sockets of one app."""

    def __init__(self, app: Account, bolt: AsyncApp, health: Health) -> None:
        """Takes the app-level token with the platform's address, and what takes envelopes."""
        self._app, self._bolt, self._health = app, bolt, health
        self._handlers: list[AsyncSocketModeHandler] = []

    async def run(self, on_gap: Callable[[float], None]) -> None:
        """Receives until it is cancelled.

        Args:
            on_gap: Told once there is a socket again, with the seconds for which there was none.
        """
        api = Api(self._app)
        logger = logging.getLogger("slack_bolt")
        try:
            for _ in range(SOCKETS):
                handler = AsyncSocketModeHandler(
                    self._bolt, self._app.token, logger=logger, web_client=api.web_client()
                )
                self._handlers.append(handler)
                await self._connect(handler, api)
            await self._watch(on_gap)
        finally:
            for handler in self._handlers:
                await handler.close_async()  # type: ignore[no-untyped-call]  # the library leaves it without types
            await api.close()

    async def _connect(self, handler: AsyncSocketModeHandler, api: Api) -> None:
        """Opens a socket at an address that we ask for ourselves: the library would try for ever and tell nobody."""
        failures = 0
        while True:
            try:
                handler.client.wss_uri = str((await api.call("apps.connections.open")).get("url"))
                async with asyncio.timeout(OPENS_IN):
                    await handler.connect_async()  # type: ignore[no-untyped-call]  # as above
            except ApiError as error:
                failures += 1
                self._health.set(PART, ok=False, reason=say_trouble(error))
                await asyncio.sleep(pause_after(error, failures))
            except TimeoutError:
                self._health.set(PART, ok=False, reason="Slack's socket does not open.")
            else:
                self._health.set(PART, ok=True)
                return

    async def renew(self) -> None:
        """Opens other sockets in place of those that are there; one that does not open is left to the library."""
        for handler in self._handlers:
            try:
                await handler.client.connect_to_new_endpoint(force=True)
            except (SlackClientError, aiohttp.ClientError, TimeoutError) as error:
                log.warning("slack_socket_not_renewed", extra={"error": type(error).__name__})

    async def _watch(self, on_gap: Callable[[float], None]) -> None:
        silent, former = 0.0, self._sessions()
        while True:
            await asyncio.sleep(LOOK)
            states = [await handler.client.is_connected() for handler in self._handlers]
            now = self._sessions()
            if any(states) and (silent or not former & now):
                on_gap(silent + LOOK)
            silent, former = (0.0, now) if any(states) else (silent + LOOK, now)
            if silent >= SILENT:
                self._health.set(PART, ok=False, reason=f"No socket to Slack for {silent:.0f} s.")
            elif not silent:
                self._health.set(PART, ok=True)

    def _sessions(self) -> set[int]:
        """Which connections there are; if all of them are others than before, something may have been missed."""
        return {id(handler.client.current_session) for handler in self._handlers}
