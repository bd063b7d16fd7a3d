"""Shows messages on Slack: to customers in their chats, to agents in a thread for each hand-off.

The sender calls `send` with one message and one place and records what came of it; nothing is retried here. How a
message looks is `render`'s and `render_desk`'s, the requests are `posting`'s.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from adapters.slack.api import Api, ApiError, RefusedError
from adapters.slack.pace import CHANGE, MARK, POST, Pace
from adapters.slack.payload import CHANNEL
from adapters.slack.posting import Posting, cannot_change
from adapters.slack.refusals import THREAD, judge
from adapters.slack.render import Rendered, render_message
from adapters.slack.render_desk import render_card, render_line, render_record
from adapters.standing import SHORT_WAIT, Reading, Standing, correct, read_ids
from bot.model import Address, Conversation, ConversationId, MessageKind, PlaceRole
from bot.ports import Brings, Capabilities, SendClass, SendResult, Shipment

CAPABILITIES = Capabilities(
    buttons=25,
    edit=True,
    delete=True,
    verify=True,
    settles=timedelta(seconds=15),
    typing=False,
    text_limit=2_900,
    brings=frozenset({Brings.DELETES, Brings.REACTIONS}),
)
MARGIN = 5.0
"""Seconds before a message fell behind from which on it is looked for: clocks differ."""


class SlackChannel:
    """The channel that writes to Slack."""

    name = CHANNEL
    capabilities = CAPABILITIES

    def __init__(
        self, api: Api, reading: Reading, pace: Pace | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Takes the account, what to read, and a clock of seconds that only moves on."""
        self._api, self._reading, self._clock = api, reading, clock
        self.pace = pace or Pace()
        self._posting = Posting(api, reading.open_file)
        self._made_again: set[tuple[ConversationId, str]] = set()

    async def send(self, shipment: Shipment) -> SendResult:
        """Shows the message's latest revision. What the platform answers is told, never raised."""
        chat, kind = shipment.place.address.chat, POST if shipment.is_first else CHANGE
        wait = await self._wait_turn(kind, chat)
        if wait:
            return SendResult(became=SendClass.WAIT, wait=wait, reason="others come first")
        try:
            if shipment.place.role is not PlaceRole.DESK:
                return await self._show(shipment)
            talk = await self._reading.talk(shipment.conversation)
            if talk is None:
                return SendResult(became=SendClass.CONTENT, reason="The conversation is gone.")
            return await self._show_on_desk(shipment, talk)
        except ApiError as error:
            return self._judged(kind, chat, error)

    async def find(self, shipment: Shipment) -> SendResult:
        """Looks for a first post in doubt by the metadata that every post carries."""
        at = shipment.place.address
        if shipment.message.kind is MessageKind.CARD:
            at = replace(at, thread="")
        since = shipment.behind_since.timestamp() - MARGIN
        try:
            standing = await self._posting.find(shipment.delivery, at, since)
            rendered = await self._render(shipment)
        except ApiError as error:
            return self._judged(CHANGE, at.chat, error)
        is_whole = rendered.parts and len(standing.parts) == len(rendered.parts)
        if not is_whole:
            return SendResult(became=SendClass.NOT_SENT)
        thread = standing.parts[0] if shipment.message.kind is MessageKind.CARD else ""
        return SendResult(became=SendClass.SENT, external_ids=standing.ids, thread=thread)

    async def hint(self, at: Address, agent: str, text: str) -> None:
        """Shows one person a line in a thread; best effort."""
        where = {"channel": at.chat, "user": agent, "thread_ts": at.thread or None}
        await self.try_call(POST, "chat.postEphemeral", text=text, **where)

    async def try_call(self, kind: str, method: str, **parameters: object) -> bool:
        """Asks for something that may as well not happen; says whether it need not be tried again."""
        chat = str(parameters.get("channel") or "")
        if self.pace.ask(kind, chat, self._clock()) > 0:
            return False
        try:
            await self._api.call(method, **parameters)
        except ApiError as error:
            result = self._judged(kind, chat, error)
            return isinstance(error, RefusedError) and result.became is not SendClass.WAIT
        return True

    async def mark(self, at: Address, ts: str, name: str, *, on: bool) -> bool:
        """Puts a reaction on a message or takes it off; says whether it need not be tried again."""
        method = "reactions.add" if on else "reactions.remove"
        return await self.try_call(MARK, method, channel=at.chat, timestamp=ts, name=name)

    async def _wait_turn(self, kind: str, chat: str) -> float:
        """Waits a little for the turn; the seconds to come back after, 0 if it has come."""
        began = self._clock()
        while (wait := self.pace.ask(kind, chat, self._clock())) > 0:
            if self._clock() - began + wait > SHORT_WAIT:
                return wait
            await asyncio.sleep(wait)
        return 0.0

    def _judged(self, kind: str, chat: str, error: ApiError) -> SendResult:
        result = judge(error)
        if result.became is SendClass.WAIT:
            return replace(result, wait=self.pace.hold(kind, chat, result.wait, self._clock()))
        return result

    async def _show(self, shipment: Shipment) -> SendResult:
        """In a customer's chat."""
        standing = None if shipment.is_first else read_ids(shipment.external_ids)
        if shipment.message.kind is MessageKind.CUSTOMER:
            return SendResult(became=SendClass.SENT, external_ids=shipment.external_ids)
        if shipment.message.withdrawn:
            await self._posting.remove(shipment.place.address, standing or Standing())
            return SendResult(became=SendClass.SENT)
        at, rendered = shipment.place.address, await self._render(shipment)
        try:
            shown = await self._posting.show(shipment.delivery, at, rendered, standing)
        except RefusedError as error:
            if standing is None or not cannot_change(error):
                raise
            corrected = correct(shipment, self._reading.view())
            if corrected is None:
                return SendResult(became=SendClass.SENT, external_ids=shipment.external_ids)
            rendered = render_message(corrected, shipment.number)
            shown = await self._posting.show(shipment.delivery, at, rendered, None)
        return SendResult(became=SendClass.SENT, external_ids=shown.ids)

    async def _show_on_desk(self, shipment: Shipment, talk: Conversation) -> SendResult:
        """In the thread of a hand-off; its card is the root."""
        at, is_card = shipment.place.address, shipment.message.kind is MessageKind.CARD
        if not is_card and not at.thread:
            return SendResult(became=SendClass.PLACE_GONE, reason="There is no thread for this hand-off.")
        rendered = await self._render(shipment)
        standing = None if shipment.is_first else read_ids(shipment.external_ids)
        if is_card and at.thread and standing is not None:
            standing = replace(standing, parts=(at.thread,))  # a card that was posted again for another message
        where = replace(at, thread="") if is_card else at
        try:
            shown = await self._posting.show(shipment.delivery, where, rendered, standing)
        except RefusedError as error:
            if not is_card and cannot_change(error):
                return SendResult(became=SendClass.SENT, external_ids=shipment.external_ids)
            if not (is_card and cannot_change(error)) and error.error not in THREAD:
                raise
            return await self._begin_again(shipment, talk, rendered, error)
        return SendResult(became=SendClass.SENT, external_ids=shown.ids, thread=shown.parts[0] if is_card else "")

    async def _begin_again(
        self, shipment: Shipment, talk: Conversation, rendered: Rendered, error: RefusedError
    ) -> SendResult:
        """The card is gone, and the thread with it: once a new one is posted, and this message in its thread."""
        key, at = (shipment.conversation, shipment.place.id), replace(shipment.place.address, thread="")
        if key in self._made_again or not shipment.place.live:
            became = SendClass.PLACE_GONE if error.error in THREAD else SendClass.CONTENT
            return SendResult(became=became, reason=str(error))
        self._made_again.add(key)
        is_card = shipment.message.kind is MessageKind.CARD
        card = rendered if is_card else render_card(talk, shipment.place, self._reading.view())
        root = await self._posting.show(shipment.delivery if is_card else -shipment.delivery, at, card, None)
        thread = root.parts[0]
        if is_card:
            return SendResult(became=SendClass.SENT, external_ids=root.ids, thread=thread)
        try:
            shown = await self._posting.show(shipment.delivery, replace(at, thread=thread), rendered, None)
        except ApiError as again:
            return replace(self._judged(POST, at.chat, again), thread=thread)
        return SendResult(became=SendClass.SENT, external_ids=shown.ids, thread=thread)

    async def _render(self, shipment: Shipment) -> Rendered:
        """How the message looks in its place."""
        if shipment.place.role is not PlaceRole.DESK:
            return render_message(shipment.message, shipment.number)
        talk = await self._reading.talk(shipment.conversation)
        if talk is None:
            return Rendered(parts=())
        match shipment.message.kind:
            case MessageKind.CARD:
                return render_card(talk, shipment.place, self._reading.view())
            case MessageKind.TRANSCRIPT:
                upto = int(shipment.message.text or 0)
                messages = await self._reading.messages(shipment.conversation)
                return render_record(messages, upto, f"{shipment.number}.txt")
            case _:
                return render_line(shipment.message, talk, self._reading.view())
