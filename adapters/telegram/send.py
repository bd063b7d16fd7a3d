"""Shows messages on Telegram: to customers in their chats, to agents in a topic for each hand-off.

The sender calls `send` with one message and one place and records what came of it; nothing is retried here. How a
message looks is `render`'s and `render_desk`'s, the requests are `posting`'s.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from adapters.desk.view import DeskView
from adapters.standing import SHORT_WAIT, Reading, Standing, correct, read_ids
from adapters.telegram.api import Api, ApiError, RefusedError
from adapters.telegram.pace import Pace
from adapters.telegram.payload import CHANNEL
from adapters.telegram.posting import Posting
from adapters.telegram.refusals import Snag, find_snag, judge
from adapters.telegram.render import Rendered, render_message
from adapters.telegram.render_desk import (
    render_card,
    render_line,
    render_record,
    render_topic,
)
from adapters.telegram.topics import Topics
from bot.model import Address, Conversation, ConversationId, MessageKind, PlaceRole
from bot.ports import Brings, Capabilities, SendClass, SendResult, Shipment

CAPABILITIES = Capabilities(
    buttons=10,
    edit=True,
    delete=True,
    verify=False,
    settles=timedelta(),
    typing=True,
    text_limit=4_096,
    brings=frozenset({Brings.REACTIONS, Brings.REACH}),
)
LONGEST_ASIDE = 20.0
"""Seconds after which a place that waits for its turn is asked again at the latest."""


class TelegramChannel:
    """The channel that writes to Telegram."""

    name = CHANNEL
    capabilities = CAPABILITIES

    def __init__(
        self,
        api: Api,
        reading: Reading,
        move: Callable[[str, str], Awaitable[None]],
        pace: Pace | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Takes the account and the parts it works with.

        Args:
            api: For asking the platform.
            reading: What to see beyond one message.
            move: Writes down that a chat has another address.
            pace: How fast it may write.
            clock: Seconds that only move on.
            sleep: How to wait on that clock.
        """
        self._api, self._reading, self._move, self._clock, self._sleep = api, reading, move, clock, sleep
        self.pace = pace or Pace()
        self._posting = Posting(api, reading.open_file)
        self._topics = Topics(api)
        self._made_again: set[tuple[ConversationId, str]] = set()

    async def send(self, shipment: Shipment) -> SendResult:
        """Shows the message's latest revision. What the platform answers is told, never raised."""
        talk = await self._reading.talk(shipment.conversation) if shipment.place.role is PlaceRole.DESK else None
        chat = shipment.place.address.chat
        urgent = talk is None or shipment.message.kind is MessageKind.CARD or _is_claimed(talk)
        wait = await self._wait_turn(chat, shipment, urgent=urgent)
        if wait:
            return SendResult(became=SendClass.WAIT, wait=wait, reason="others in this chat come first")
        try:
            return await (self._show(shipment) if talk is None else self._show_on_desk(shipment, talk))
        except ApiError as error:
            return await self._judged(chat, error)

    async def find(self, shipment: Shipment) -> SendResult:  # noqa: ARG002 -- the port asks for it
        """The platform cannot be asked what stands in a chat."""
        return SendResult(became=SendClass.UNSURE)

    async def hint(self, at: Address, agent: str, text: str) -> None:  # noqa: ARG002 -- the port names one person
        """Says one line in a topic; nobody can be shown anything alone. Best effort."""
        thread = int(at.thread) if at.thread else None
        await self.try_call(at.chat, "sendMessage", chat_id=int(at.chat), message_thread_id=thread, text=text)

    async def try_call(self, chat: str, method: str, **parameters: object) -> bool:
        """Asks for something that may as well not happen, unless the chat must be left alone; says if it did."""
        if self.pace.is_held(chat, self._clock()):
            return False
        try:
            await self._api.call(method, **parameters)
        except ApiError as error:
            result = judge(error)
            if result.became is SendClass.WAIT:
                self.pace.hold(chat, result.wait, self._clock())
            return False
        return True

    async def _wait_turn(self, chat: str, shipment: Shipment, *, urgent: bool) -> float:
        """Waits a little for the turn; the seconds to come back after, 0 if it has come."""
        who = f"{shipment.conversation}:{shipment.place.id}"
        began = self._clock()
        while (wait := self.pace.ask(chat, who, urgent=urgent, now=self._clock())) > 0:
            if self._clock() - began + wait > SHORT_WAIT:
                return min(wait, LONGEST_ASIDE) if not self.pace.is_held(chat, self._clock()) else wait
            await self._sleep(wait)
        return 0.0

    async def _judged(self, chat: str, error: ApiError) -> SendResult:
        result = judge(error)
        if find_snag(error) is Snag.MIGRATED and isinstance(error, RefusedError):
            # Nothing was done; from the next try on the place has the new address.
            await self._move(chat, str(error.parameters.get("migrate_to_chat_id") or ""))
            return SendResult(became=SendClass.NOT_SENT, reason=str(error))
        if result.became is SendClass.WAIT:
            return replace(result, wait=self.pace.hold(chat, result.wait, self._clock()))
        return result

    async def _show(self, shipment: Shipment) -> SendResult:
        """In a customer's chat."""
        standing = None if shipment.is_first else read_ids(shipment.external_ids)
        if shipment.message.kind is MessageKind.CUSTOMER:
            return SendResult(became=SendClass.SENT, external_ids=shipment.external_ids)
        if shipment.message.withdrawn:
            await self._posting.remove(shipment.place.address, standing or Standing())
            return SendResult(became=SendClass.SENT)
        rendered = render_message(shipment.message, shipment.number)
        try:
            shown = await self._posting.show(shipment.delivery, shipment.place.address, rendered, standing)
        except ApiError as error:
            if standing is None or find_snag(error) is not Snag.CANNOT_EDIT:
                raise
            corrected = correct(shipment, self._reading.view())
            if corrected is None:
                return SendResult(became=SendClass.SENT, external_ids=shipment.external_ids)
            rendered = render_message(corrected, shipment.number)
            shown = await self._posting.show(shipment.delivery, shipment.place.address, rendered, None)
        return SendResult(became=SendClass.SENT, external_ids=shown.ids)

    async def _show_on_desk(self, shipment: Shipment, talk: Conversation) -> SendResult:
        """In the topic of a hand-off; a card without one opens it."""
        at, thread = shipment.place.address, ""
        view = self._reading.view()
        if not at.thread:
            if shipment.message.kind is not MessageKind.CARD:
                return SendResult(became=SendClass.PLACE_GONE, reason="There is no topic for this hand-off.")
            topic = render_topic(talk, shipment.place, view)
            thread = await self._topics.open(at.chat, topic)
            at = replace(at, thread=thread)
            self._topics.note(at, topic)
            self.pace.spend(at.chat, self._clock())
        try:
            shown = await self._show_line(shipment, talk, at, view)
        except ApiError as error:
            if find_snag(error) is not Snag.TOPIC_GONE:
                return replace(await self._judged(at.chat, error), thread=thread)
            return await self._begin_again(shipment, talk, view, error)
        return SendResult(became=SendClass.SENT, external_ids=shown.ids, thread=thread)

    async def _show_line(self, shipment: Shipment, talk: Conversation, at: Address, view: DeskView) -> Standing:
        """One message in a topic; a topic that somebody closed is opened for it, a lost card posted again."""
        rendered = await self._render(shipment, talk, view)
        standing = None if shipment.is_first else read_ids(shipment.external_ids)
        is_card = shipment.message.kind is MessageKind.CARD
        for is_again in (False, True):
            try:
                shown = await self._posting.show(shipment.delivery, at, rendered, standing)
                break
            except ApiError as error:
                snag = find_snag(error)
                if is_again or snag not in (Snag.TOPIC_CLOSED, Snag.CANNOT_EDIT):
                    raise
                if snag is Snag.TOPIC_CLOSED:
                    await self._topics.reopen(at)
                else:
                    standing = None
        if is_card:
            await self._finish_card(shipment, talk, at, shown, view)
        return shown

    async def _finish_card(
        self, shipment: Shipment, talk: Conversation, at: Address, shown: Standing, view: DeskView
    ) -> None:
        """What belongs to a card besides its words: it is pinned, and the topic named, open or closed."""
        if shown.ids != shipment.external_ids:
            pinned = {"chat_id": int(at.chat), "message_id": int(shown.parts[0]), "disable_notification": True}
            await self.try_call(at.chat, "pinChatMessage", **pinned)
        await self._topics.show(at, render_topic(talk, shipment.place, view))

    async def _begin_again(self, shipment: Shipment, talk: Conversation, view: DeskView, error: ApiError) -> SendResult:
        """The topic is gone: once a new one is opened, with the card and this message in it."""
        key = (shipment.conversation, shipment.place.id)
        if key in self._made_again or not shipment.place.live:
            return await self._judged(shipment.place.address.chat, error)
        self._made_again.add(key)
        topic = render_topic(talk, shipment.place, view)
        thread = await self._topics.open(shipment.place.address.chat, topic)
        at = replace(shipment.place.address, thread=thread)
        self._topics.note(at, topic)
        fresh = replace(shipment, shown_revision=0, external_ids=())
        try:
            if shipment.message.kind is not MessageKind.CARD:
                await self._posting.show(-shipment.delivery, at, render_card(talk, shipment.place, view), None)
            shown = await self._show_line(fresh, talk, at, view)
        except ApiError as again:
            return replace(await self._judged(at.chat, again), thread=thread)
        return SendResult(became=SendClass.SENT, external_ids=shown.ids, thread=thread)

    async def _render(self, shipment: Shipment, talk: Conversation, view: DeskView) -> Rendered:
        """How the message looks on a desk."""
        match shipment.message.kind:
            case MessageKind.CARD:
                return render_card(talk, shipment.place, view)
            case MessageKind.TRANSCRIPT:
                upto = int(shipment.message.text or 0)
                messages = await self._reading.messages(shipment.conversation)
                return render_record(messages, upto, f"{shipment.number}.txt")
            case _:
                return render_line(shipment.message, talk, view)


def _is_claimed(talk: Conversation) -> bool:
    return talk.handoff is not None and talk.handoff.agent is not None
