"""Socket mode: two sockets to the platform at once, so that one stays while the other is renewed.

An envelope is acknowledged only after the inbox has committed; what could not be stored in time is not, and comes
again. The library keeps the sockets open and opens new ones.
"""

import asyncio
import logging

from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from adapters.slack.api import Account, Api
from adapters.slack.receive import Receiver
from bot.health import Health
from bot.ports import UnavailableError

PART = "slack sockets"
"""Its name in health."""
SOCKETS = 2
IN_TIME = 2.5
"""Seconds within which an envelope is stored; the platform waits 3."""
LOOK = 1.0
SILENT = 30.0
"""Seconds without any socket after which health says so."""

log = logging.getLogger(__name__)


class Sockets:
    """The sockets of one app."""

    def __init__(self, app: Account, receiver: Receiver, health: Health) -> None:
        """Takes the app-level token with the platform's address, and what takes payloads in."""
        self._app, self._receiver, self._health = app, receiver, health

    async def run(self) -> None:
        """Receives until it is cancelled."""
        api = Api(self._app)
        clients: list[SocketModeClient] = []
        try:
            for _ in range(SOCKETS):
                client = SocketModeClient(app_token=self._app.token, web_client=api.web_client())
                client.socket_mode_request_listeners.append(self._take)
                clients.append(client)
                await self._connect(client)
            await self._watch(clients)
        finally:
            for client in clients:
                await client.close()  # type: ignore[no-untyped-call]  # the library leaves it without types
            await api.close()

    async def _connect(self, client: SocketModeClient) -> None:
        failures = 0
        while True:
            try:
                await client.connect()  # type: ignore[no-untyped-call]  # the library leaves it without types
            except (SlackClientError, OSError, TimeoutError) as error:
                failures += 1
                self._health.set(PART, ok=False, reason=f"No socket to Slack: {_say(error)}.")
                await asyncio.sleep(min(2.0**failures, SILENT))
            else:
                self._health.set(PART, ok=True)
                return

    async def _watch(self, clients: list[SocketModeClient]) -> None:
        silent = 0.0
        while True:
            await asyncio.sleep(LOOK)
            states = [await client.is_connected() for client in clients]
            silent = 0.0 if any(states) else silent + LOOK
            if silent >= SILENT:
                self._health.set(PART, ok=False, reason=f"No socket to Slack for {silent:.0f} s.")
            elif not silent:
                self._health.set(PART, ok=True)

    async def _take(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        try:
            async with asyncio.timeout(IN_TIME):
                await self._receiver.take(request.payload)
        except (UnavailableError, TimeoutError) as error:
            self._health.set(PART, ok=False, reason=str(error) or "The database is too slow.")
            return
        await client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))


def _say(error: Exception) -> str:
    word = error.response.get("error") if isinstance(error, SlackApiError) else None
    return str(word or type(error).__name__)
