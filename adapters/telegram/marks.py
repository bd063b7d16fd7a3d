"""The marks of agents' lines as reactions; what they must act on also gets a line with buttons below their own."""

from adapters.line_marks import Mark, Sign
from adapters.telegram.payload import CHANNEL
from adapters.telegram.render import rows_of
from adapters.telegram.send import TelegramChannel

SIGNS = {Sign.DELIVERED: "👌", Sign.KEPT: "🙈", Sign.WAITING: "✍", Sign.FAILED: "👎", Sign.UNSURE: "🤔"}
"""Of the few reactions that Telegram lets a bot use; it has one on a message."""


class TelegramMarker:
    """Shows marks in topics."""

    name = CHANNEL

    def __init__(self, channel: TelegramChannel) -> None:
        self._channel = channel

    async def put(self, mark: Mark, former: Sign) -> bool:  # noqa: ARG002 -- a new reaction takes the place of the old
        """Puts the one reaction that a bot has on a message."""
        reaction = [{"type": "emoji", "emoji": SIGNS[mark.sign]}] if mark.sign else []
        where = {"chat_id": int(mark.at.chat), "message_id": int(mark.own_id)}
        return await self._channel.try_call(mark.at.chat, "setMessageReaction", reaction=reaction, **where)

    async def advise(self, mark: Mark) -> bool:
        """Says the advice in the topic, in answer to the line."""
        keyboard = rows_of([{"text": label, "callback_data": value} for label, value in mark.buttons])
        return await self._channel.try_call(
            mark.at.chat,
            "sendMessage",
            chat_id=int(mark.at.chat),
            message_thread_id=int(mark.at.thread),
            text=mark.advice,
            reply_parameters={"message_id": int(mark.own_id), "allow_sending_without_reply": True},
            reply_markup={"inline_keyboard": keyboard} if keyboard else None,
        )
