"""The topics of an agents' group: one for each hand-off, opened, named, closed and opened again. All repeatable."""

from adapters.telegram.api import Api, RefusedError
from adapters.telegram.refusals import Snag, find_snag
from adapters.telegram.render_desk import Topic
from bot.model import Address

MOST_KNOWN = 5_000


class Topics:
    """What we know about topics, so that nothing is asked for that is so already."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._shown: dict[Address, Topic] = {}

    async def open(self, chat: str, topic: Topic) -> str:
        """Opens a topic; returns the number that names it.

        Raises:
            RefusedError, NotSentError, LostError: What the request ended with.
        """
        made = await self._api.call("createForumTopic", chat_id=int(chat), name=topic.name)
        return str(made["message_thread_id"]) if isinstance(made, dict) else ""

    async def show(self, at: Address, topic: Topic) -> None:
        """Makes a topic look as it should. Raises as `open` does."""
        shown = self._shown.get(at)
        if shown is None or shown.name != topic.name:
            await self._ask("editForumTopic", at, name=topic.name)
        if shown is None or shown.is_open != topic.is_open:
            await self._ask("reopenForumTopic" if topic.is_open else "closeForumTopic", at)
        self.note(at, topic)

    async def reopen(self, at: Address) -> None:
        """Opens a topic that was closed by hand. Raises as `open` does."""
        self._shown.pop(at, None)
        await self._ask("reopenForumTopic", at)

    def note(self, at: Address, topic: Topic) -> None:
        """Remembers how a topic looks."""
        if len(self._shown) >= MOST_KNOWN:
            self._shown.clear()
        self._shown[at] = topic

    async def _ask(self, method: str, at: Address, **parameters: object) -> None:
        try:
            await self._api.call(method, chat_id=int(at.chat), message_thread_id=int(at.thread), **parameters)
        except RefusedError as error:
            if find_snag(error) is not Snag.UNCHANGED:
                raise
