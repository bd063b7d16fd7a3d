"""The app's page: the greeting with its starters and [Talk to a human], the same for everybody.

Published when somebody opens it, unless it stands there already: the version is in the page itself, so nothing has to
be remembered. Best effort.
"""

import asyncio
import hashlib
import json
from datetime import datetime

from adapters.markdown import render_mrkdwn
from adapters.slack.blocks import Button, buttons_block, parts_of_mrkdwn
from adapters.slack.pace import CHANGE
from adapters.slack.payload import CHANNEL, Json
from adapters.slack.send import SlackChannel
from bot.current import CurrentDesk
from bot.decide import decide, open_conversation
from bot.desk import Desk
from bot.model import HUMAN, Address, Author, AuthorKind, ConversationId, Does, Event, Opened
from bot.ports import Clock

MOST_UNDER_WAY = 20


class Home:
    """Publishes the page to whoever opens it."""

    def __init__(self, channel: SlackChannel, current: CurrentDesk, clock: Clock) -> None:
        self._channel, self._current, self._clock = channel, current, clock
        self._tasks: set[asyncio.Task[bool]] = set()

    def follow(self, payload: Json, event: Event) -> None:  # noqa: ARG002 -- every follower is told of the event
        """Follows one event that has been stored."""
        opened = payload.get("event")
        if not isinstance(opened, dict) or opened.get("type") != "app_home_opened" or opened.get("tab") != "home":
            return
        page, standing = render_home(self._current.desk, self._clock.now()), opened.get("view")
        is_there = isinstance(standing, dict) and standing.get("private_metadata") == page["private_metadata"]
        if not is_there and len(self._tasks) < MOST_UNDER_WAY:
            asked = self._channel.try_call(CHANGE, "views.publish", user_id=str(opened.get("user")), view=page)
            task = asyncio.create_task(asked)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Leaves what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def render_home(desk: Desk, now: datetime) -> dict[str, object]:
    """The page of a desk. A starter is good without a question that is open: `start:N`."""
    at = Address(channel=CHANNEL, chat="home")
    author = Author(kind=AuthorKind.CUSTOMER, key="home")
    event = Event(key="home", at=at, author=author, body=Opened(entry="home"), sent_at=now)
    conversation = open_conversation(None, event, desk, (ConversationId("home"), 0), now)
    greeting = decide(conversation, event, desk, now).said[0]
    buttons = [
        Button(label=choice.label, value=HUMAN if choice.does is Does.HUMAN else f"start:{position}")
        for position, choice in enumerate(greeting.choices)
    ]
    blocks = [block for part in parts_of_mrkdwn(render_mrkdwn(greeting.text)) for block in part.blocks]
    rows = [buttons_block([button], f"home:{position}") for position, button in enumerate(buttons)]
    shown = [*blocks, *rows]
    version = hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:32]
    return {"type": "home", "private_metadata": version, "blocks": shown}
