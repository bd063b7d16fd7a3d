"""Stores what a payload says, whichever way it came; `app` acknowledges it afterwards.

Followers are told of what has been stored and change nothing. Whether the platform can reach us, and we it, is told to
health.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from adapters.slack.alarms import Alarms
from adapters.slack.api import Api, ApiError, RefusedError
from adapters.slack.dialogue import Dialogue, Reply
from adapters.slack.payload import Json, Known, dicts_in, team_of
from adapters.slack.people import People
from adapters.slack.read import read_payload
from adapters.slack.refusals import judge, wait_of
from bot.health import Health
from bot.model import Event, Unknown
from bot.ports import Clock, Inbox, Receipt, SendClass

LONGEST_PAUSE = 30.0


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
        followers: Sequence[Follower] = (),
        dialogue: Dialogue | None = None,
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
            followers: Told of what has been stored.
            dialogue: Asked for what the acknowledgement says.
            direct_messages: Whether customers may write in direct messages.
            mentions: Whether they may by mentioning the bot.
            sleep: How it waits before it asks again.
        """
        self._api, self._inbox, self._people, self._clock = api, inbox, people, clock
        self.alarms = Alarms(health)
        self.taken = 0
        """Payloads that came by themselves."""
        self._followers, self._dialogue, self._sleep = followers, dialogue, sleep
        self._known = Known(team="", user="", direct_messages=direct_messages, mentions=mentions)

    @property
    def known(self) -> Known:
        """Who we are and where; empty until the platform has told."""
        return self._known

    async def take(self, payload: Json) -> Mapping[str, object] | str:
        """Stores the events of a payload, then lets others follow.

        Returns:
            What the platform is told besides that it is stored; empty for nothing.

        Raises:
            UnavailableError: Nothing was stored.
        """
        known = await self._people.complete(self._whose(payload), payload)
        now = self._clock.now()
        self.taken += 1
        events = read_payload(payload, known, now)
        reply = await self._dialogue.answer(payload, known, events) if self._dialogue else Reply()
        if not reply.stores:
            return reply.says
        if events:
            await self._inbox.accept(events)
        self.alarms.note(payload, known, now)
        for event in events:
            for follower in self._followers:
                follower.follow(payload, event)
        return reply.says

    async def catch_up(self, payload: Json) -> bool:
        """Stores what a payload says that nobody brought; whether it was new. Raises as `take` does."""
        known = await self._people.complete(self._known, payload)
        events = [
            each for each in read_payload(payload, known, self._clock.now()) if not isinstance(each.body, Unknown)
        ]
        receipts = await self._inbox.accept(events) if events else []
        return Receipt.STORED in receipts

    async def learn_name(self) -> None:
        """Asks who we are and where, until there is an answer."""
        failures = 0
        while True:
            try:
                me = await self._api.call("auth.test")
            except ApiError as error:
                failures += 1
                self.alarms.tell(say_trouble(error))
                await self._sleep(pause_after(error, failures))
            else:
                self.note_name(me)
                self.alarms.clear()
                return

    def note_name(self, me: Json) -> None:
        """Notes who we are."""
        known = self._known
        self._known = Known(
            team=str(me.get("team_id") or ""),
            user=str(me.get("user_id") or ""),
            bot=str(me.get("bot_id") or ""),
            app=str(me.get("app_id") or ""),
            site=str(me.get("url") or ""),
            direct_messages=known.direct_messages,
            mentions=known.mentions,
        )

    def _whose(self, payload: Json) -> Known:
        """Who we are; as the platform says in the payload while it has not answered us."""
        if self._known.team:
            return self._known
        granted = next(iter(dicts_in(payload.get("authorizations"))), {})
        return Known(
            team=str(granted.get("team_id") or team_of(payload) or ""),
            user=str(granted.get("user_id") or ""),
            app=str(payload.get("api_app_id") or ""),
            direct_messages=self._known.direct_messages,
            mentions=self._known.mentions,
        )


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
