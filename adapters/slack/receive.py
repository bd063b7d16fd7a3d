"""Takes payloads in, from the web or from a socket. Verify, store, acknowledge, in this order.

The request is answered 200, and the envelope acknowledged, only after the inbox has committed; that is all that
happens here. Followers are told afterwards and change nothing.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol
from urllib.parse import parse_qs

from adapters.slack.api import Api, ApiError, RefusedError
from adapters.slack.payload import Json, Known
from adapters.slack.people import People
from adapters.slack.read import kind_of, read_payload
from adapters.slack.refusals import judge, wait_of
from adapters.slack.signature import is_genuine
from bot.health import Health
from bot.model import Event
from bot.ports import Clock, Inbox, SendClass, UnavailableError

PART = "slack events"
"""Its name in health."""
LARGEST_BODY = 1024 * 1024
LONGEST_PAUSE = 30.0
_ALARMS = {
    "app_rate_limited": "Slack drops events: the app gets more than 30,000 an hour.",
    "app_uninstalled": "The app was removed from the workspace. Install it again.",
    "tokens_revoked": "Slack has revoked the app's tokens. Install the app again and set the new ones.",
}
_PLACE_ALARMS = {
    "channel_archive": "is archived",
    "group_archive": "is archived",
    "channel_deleted": "is deleted",
    "group_deleted": "is deleted",
    "channel_left": "has put the bot out",
    "group_left": "has put the bot out",
    "channel_shared": "is shared with another organisation",
}

log = logging.getLogger(__name__)


class Follower(Protocol):
    """Told of every payload that has been stored."""

    def follow(self, payload: Json, event: Event) -> None:
        """Follows one event of a payload."""


class Receiver:
    """What comes in from Slack."""

    def __init__(
        self,
        api: Api,
        inbox: Inbox,
        people: People,
        clock: Clock,
        health: Health,
        *,
        secrets: Sequence[str] = (),
        followers: Sequence[Follower] = (),
        direct_messages: bool = True,
        mentions: bool = True,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Takes the parts it works with.

        Args:
            api: For asking who we are.
            inbox: Where events go.
            people: Knows the agents and the names.
            clock: Tells when something came in.
            health: Is told how it goes.
            secrets: The signing secrets; without one nothing is taken from the web.
            followers: Told of what has been stored.
            direct_messages: Whether customers may write in direct messages.
            mentions: Whether they may by mentioning the bot.
            sleep: How it waits before it asks again.
        """
        self._api, self._inbox, self._people, self._clock, self._health = api, inbox, people, clock, health
        self._secrets, self._followers, self._sleep = tuple(secrets), followers, sleep
        self._known = Known(team="", user="", direct_messages=direct_messages, mentions=mentions)

    @property
    def team(self) -> str:
        """The workspace; empty until the platform has told."""
        return self._known.team

    async def accept_request(
        self, headers: Mapping[str, str], body: Callable[[], Awaitable[bytes]]
    ) -> int | tuple[int, str]:
        """Takes one request from the web; returns the status to answer with, and words where they are asked for.

        Args:
            headers: Of the request, names in small letters; what was given twice has a comma between.
            body: Reads the body.
        """
        if not headers.get("content-length", "0").isdigit() or int(headers.get("content-length", "0")) > LARGEST_BODY:
            return 413
        content = await body()
        if len(content) > LARGEST_BODY:
            return 413
        if not is_genuine(headers, content, self._secrets, self._clock.now().timestamp()):
            return 401
        payload = read_body(content, headers.get("content-type", ""))
        if payload is None:
            return 400
        if payload.get("type") == "url_verification":
            return 200, str(payload.get("challenge") or "")
        try:
            await self.take(payload)
        except UnavailableError as error:
            self._health.set(PART, ok=False, reason=str(error))
            return 503
        return 200

    async def take(self, payload: Json) -> None:
        """Stores the events of a payload, then lets others follow.

        Raises:
            UnavailableError: Nothing was stored.
        """
        known = await self._people.complete(self._whose(payload), payload)
        events = read_payload(payload, known, self._clock.now())
        if events:
            await self._inbox.accept(events)
        self._tell_health(payload, known)
        for event in events:
            for follower in self._followers:
                follower.follow(payload, event)

    async def learn_name(self) -> None:
        """Asks who we are and where, until there is an answer."""
        failures = 0
        while True:
            try:
                me = await self._api.call("auth.test")
            except ApiError as error:
                failures += 1
                self._health.set(PART, ok=False, reason=say_trouble(error))
                await self._sleep(pause_after(error, failures))
            else:
                self.note_name(me)
                self._health.set(PART, ok=True)
                return

    def note_name(self, me: Json) -> None:
        """Notes who we are."""
        known = self._known
        self._known = Known(
            team=str(me.get("team_id") or ""),
            user=str(me.get("user_id") or ""),
            bot=str(me.get("bot_id") or ""),
            app=str(me.get("app_id") or ""),
            direct_messages=known.direct_messages,
            mentions=known.mentions,
        )

    def _whose(self, payload: Json) -> Known:
        """Who we are; as the platform says in the payload while it has not answered us."""
        if self._known.team:
            return self._known
        granted = next((each for each in payload.get("authorizations") or () if isinstance(each, dict)), {})
        team = granted.get("team_id") or payload.get("team_id") or (payload.get("team") or {}).get("id")
        return Known(
            team=str(team or ""),
            user=str(granted.get("user_id") or ""),
            app=str(payload.get("api_app_id") or ""),
            direct_messages=self._known.direct_messages,
            mentions=self._known.mentions,
        )

    def _tell_health(self, payload: Json, known: Known) -> None:
        kind = kind_of(payload)
        event = payload.get("event")
        chat = event.get("channel") if isinstance(event, dict) else None
        if kind in _ALARMS:
            self._health.set(PART, ok=False, reason=_ALARMS[kind])
        elif kind in _PLACE_ALARMS and chat in known.desks:
            self._health.set(PART, ok=False, reason=f"The agents' channel {chat} {_PLACE_ALARMS[kind]}.")
            log.warning("slack_desk_gone", extra={"channel": chat})


def read_body(content: bytes, kind: str) -> Json | None:
    """The payload in a body: JSON, a form with JSON in it, or a form of a slash command; None if it is none."""
    try:
        text = content.decode()
        if "form" in kind:
            form = {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}
            payload = json.loads(form["payload"]) if "payload" in form else form
        else:
            payload = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return payload if isinstance(payload, dict) else None


def pause_after(error: ApiError, failures: int) -> float:
    """Seconds until something that is needed is asked again."""
    if judge(error).became is SendClass.WAIT and isinstance(error, RefusedError):
        return wait_of(error) or 5.0
    if judge(error).became is SendClass.ACCOUNT:
        return LONGEST_PAUSE
    return float(min(2 ** min(failures - 1, 10), LONGEST_PAUSE))


def say_trouble(error: ApiError) -> str:
    """A line for whoever looks after the server."""
    if judge(error).became is SendClass.ACCOUNT:
        return f"Slack refuses the token or a right of it ({error}). Install the app again and set its tokens."
    return str(error)
