"""The marks of agents' lines as reactions; what they must act on also gets a line with buttons in the thread."""

from adapters.line_marks import Mark, Sign
from adapters.markdown import escape_mrkdwn
from adapters.slack.blocks import Button, buttons_block, words_block
from adapters.slack.pace import POST
from adapters.slack.payload import CHANNEL
from adapters.slack.send import SlackChannel

SIGNS = {
    Sign.DELIVERED: "white_check_mark",
    Sign.KEPT: "lock",
    Sign.WAITING: "hourglass_flowing_sand",
    Sign.FAILED: "warning",
    Sign.UNSURE: "grey_question",
}


class SlackMarker:
    """Shows marks in threads."""

    name = CHANNEL

    def __init__(self, channel: SlackChannel) -> None:
        self._channel = channel

    async def put(self, mark: Mark, former: Sign) -> bool:
        """Takes the former reaction off and puts the new one on."""
        if former and not await self._channel.mark(mark.at, mark.own_id, SIGNS[former], on=False):
            return False
        return not mark.sign or await self._channel.mark(mark.at, mark.own_id, SIGNS[mark.sign], on=True)

    async def advise(self, mark: Mark) -> bool:
        """Says the advice in the thread."""
        blocks = [words_block(mark.advice)]
        if mark.buttons:
            buttons = [Button(label=label, value=value) for label, value in mark.buttons]
            blocks.append(buttons_block(buttons, f"advice:{mark.own_id}"))
        return await self._channel.try_call(
            POST,
            "chat.postMessage",
            channel=mark.at.chat,
            thread_ts=mark.at.thread,
            text=escape_mrkdwn(mark.advice),
            blocks=blocks,
        )
