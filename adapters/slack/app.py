"""Bolt's app: what requests and envelopes run through, and its one middleware: it stores before anything is answered.

Bolt answers 200 when a listener raises and 500 only when a middleware does, so there are no listeners. It looks nobody
up to authorise a request: that would cost a call to the platform before the acknowledgement, and an answer of 200
without a row when the platform says no. Our own words are dropped where payloads are read, which knows them better.
"""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.response import BoltResponse

from adapters.slack.payload import Json
from adapters.slack.receive import Receiver
from bot.ports import UnavailableError

IN_TIME = 2.5
"""Seconds within which something is stored; the platform waits 3."""
NAME = "firstline"
_TROUBLE = (AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What Bolt raises for an object whose fields are of the wrong kind."""


class Storing(AsyncMiddleware):
    """Stores what came in, and answers; nothing runs after it."""

    def __init__(self, receiver: Receiver, on_gap: Callable[[float], None]) -> None:
        self._receiver, self._on_gap = receiver, on_gap
        self._failing_since: float | None = None

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002 -- Bolt gives it by name
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002, ARG002 -- as above
    ) -> BoltResponse:
        """Stores one payload, and is the last to see it."""
        return await self.store(req.body)

    async def store(self, payload: Json) -> BoltResponse:
        """What the platform hears: 200 after the commit, 503 if there was none in time."""
        try:
            async with asyncio.timeout(IN_TIME):
                answer = await self._receiver.take(payload)
        except (UnavailableError, TimeoutError) as error:
            self._receiver.alarms.tell(str(error) or "The database is too slow.")
            self._failing_since = self._failing_since or time.monotonic()
            return BoltResponse(status=503)
        if self._failing_since is not None:
            self._on_gap(time.monotonic() - self._failing_since)
            self._failing_since = None
        return BoltResponse(status=200, body=dict(answer) if isinstance(answer, Mapping) else answer)


class BoltApp:
    """Bolt's app for one workspace."""

    def __init__(self, receiver: Receiver, token: str, on_gap: Callable[[float], None]) -> None:
        """Takes what stores, the bot token, and who is told for how many seconds nothing could be stored."""
        logger = logging.getLogger("slack_bolt")
        logger.setLevel(logging.WARNING)  # at INFO it writes the whole body of what it refuses
        self._storing = Storing(receiver, on_gap)

        async def authorize() -> AuthorizeResult:
            me = receiver.known
            return AuthorizeResult(
                enterprise_id=None, team_id=me.team, bot_id=me.bot, bot_user_id=me.user, bot_token=token
            )

        self.bolt = AsyncApp(
            name=NAME,
            logger=logger,
            signing_secret="",
            authorize=authorize,
            request_verification_enabled=False,
            ignoring_self_events_enabled=False,
            attaching_function_token_enabled=False,
        )
        self.bolt.use(self._storing)

    async def dispatch(self, payload: Json) -> BoltResponse:
        """Has Bolt take a payload that came over the web and is known to be genuine.

        Bolt gets it as plain JSON: of a slash command with the word "payload" in its text it would leave nothing. What
        it cannot make a request of, as the platform never sends it, is stored without it.
        """
        try:
            request = AsyncBoltRequest(body=json.dumps(payload), headers={"content-type": "application/json"})
        except _TROUBLE:
            return await self._storing.store(payload)
        return await self.bolt.async_dispatch(request)
