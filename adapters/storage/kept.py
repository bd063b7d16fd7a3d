"""Conversations kept in memory between two events, so that a talk is not read anew for every word.

A kept one is used only if its row still says what was kept; the model is immutable, so it can be shared.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from adapters.storage.codec import encode
from adapters.storage.conversations import NEWEST, AnyRow
from bot.model import Conversation, ConversationId, Message

MOST = 500
"""Conversations kept, the ones used last."""


@dataclass(frozen=True, slots=True)
class _Kept:
    version: int
    customer: str
    """The customer's row as text: another conversation may have changed it."""
    conversation: Conversation


class KeptConversations:
    """The conversations used last. Reader threads and the event loop share it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, head: AnyRow) -> Conversation | None:
        """The conversation of a row, if it is kept and the row has not changed."""
        with self._lock:
            kept = self._kept.get(head.id)
        if kept is None or kept.version != head.version or kept.customer != head.customer_data:
            return None
        return kept.conversation

    def put(self, stored: Conversation, said: Iterable[Message] = ()) -> None:
        """Keeps a conversation as it has just been stored or read."""
        messages = {each.number: each for each in (*stored.messages, *said)}
        newest = tuple(messages[number] for number in sorted(messages)[-NEWEST:])
        kept = _Kept(stored.version, encode(stored.customer), replace(stored, messages=newest))
        with self._lock:
            self._kept[stored.id] = kept
            self._kept.move_to_end(stored.id)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)

    def forget(self, id_: ConversationId) -> None:
        """Keeps a conversation no longer."""
        with self._lock:
            self._kept.pop(id_, None)
