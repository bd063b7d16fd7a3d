"""Socket mode: two of Bolt's sockets to the platform at once, so that one stays while the other is renewed.

An envelope is acknowledged only after the inbox has committed; what could not be stored in time is not, and comes
again. The library keeps the sockets open and opens new ones.
"""

import asyncio
import logging
from collections.abc import Callable

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

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


class Sockets:
    """The sockets of one app."""

    def __init__(self, app: Account, bolt: AsyncApp, health: Health) -> None:
        """Takes the app-level token with the platform's address, and what takes envelopes."""
        self._app, self._bolt, self._health = app, bolt, health

    async def run(self, on_gap: Callable[[float], None]) -> None:
        """Receives until it is cancelled.

        Args:
            on_gap: Told once there is a socket again, with the seconds for which there was none.
        """
        api = Api(self._app)
        handlers: list[AsyncSocketModeHandler] = []
        logger = logging.getLogger("slack_bolt")
        try:
            for _ in range(SOCKETS):
                handler = AsyncSocketModeHandler(
                    self._bolt, self._app.token, logger=logger, web_client=api.web_client()
                )
                handlers.append(handler)
                await self._connect(handler, api)
            await self._watch(handlers, on_gap)
        finally:
            for handler in handlers:
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

    async def _watch(self, handlers: list[AsyncSocketModeHandler], on_gap: Callable[[float], None]) -> None:
        silent = 0.0
        while True:
            await asyncio.sleep(LOOK)
            states = [await handler.client.is_connected() for handler in handlers]
            if any(states) and silent:
                on_gap(silent)
            silent = 0.0 if any(states) else silent + LOOK
            if silent >= SILENT:
                self._health.set(PART, ok=False, reason=f"No socket to Slack for {silent:.0f} s.")
            elif not silent:
                self._health.set(PART, ok=True)
