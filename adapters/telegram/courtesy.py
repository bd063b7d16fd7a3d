"""What people expect of a chat besides the answer: a press that stops spinning, "typing…", why something was refused.

All of it is best effort: it follows what has been stored, and whatever becomes of it changes nothing.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any

from adapters.storage.store import SqlStore
from adapters.storage.views import outcome
from adapters.telegram.dialogue import Dialogue
from adapters.telegram.payload import CHANNEL, Json, Known, topic_of
from adapters.telegram.read import is_named_elsewhere
from adapters.telegram.send import TelegramChannel
from bot.model import AuthorKind, Commanded, Event, Said, Unknown

MOST_UNDER_WAY = 100
"""Courtesies at once; what comes on top is left out."""
PATIENCE = 2.0
"""Seconds that a press spins at most."""
LOOK = 0.05
THINKING, TYPING = 0.4, 4.0
"""Seconds until the bot is seen typing, and for how long that is seen each time."""
_UNDO = {"forum_topic_closed": "reopenForumTopic", "forum_topic_reopened": "closeForumTopic"}
LONGEST_NOTICE = 200
"""Characters of the notice that answers a press."""


class Courtesy:
    """Does what is polite, in the background."""

    def __init__(self, channel: TelegramChannel, store: SqlStore, dialogue: Dialogue) -> None:
        self._channel, self._store, self._dialogue = channel, store, dialogue
        self._tasks: set[asyncio.Task[None]] = set()

    def follow(self, update: Json, event: Event, known: Known) -> None:
        """Follows one update that has been stored."""
        query = update.get("callback_query")
        if is_named_elsewhere(update, known):
            self._begin(self._show_way(update["message"], known))
        elif event.author.kind is AuthorKind.AGENT and isinstance(event.body, Commanded | Unknown):
            self._begin(self._answer_agent(update, event, known))
        elif isinstance(query, dict):
            self._begin(self._answer_press(event, str(query.get("id")), ""))
        elif event.author.kind is AuthorKind.CUSTOMER and isinstance(event.body, Said):
            self._begin(self._show_typing(event))

    async def stop(self) -> None:
        """Leaves what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        if len(self._tasks) >= MOST_UNDER_WAY:
            work.close()
            return
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer_agent(self, update: Json, event: Event, known: Known) -> None:
        """Says why an act had no effect; else shows what was asked for."""
        query, refused = update.get("callback_query"), await self._find_refusal(event)
        if isinstance(query, dict):
            await self._answer_press(event, str(query.get("id")), refused)
        elif refused:
            await self._channel.hint(event.at, event.author.key, f"⚠ {refused}")
            await self._undo(update, event)
        if not refused:
            await self._dialogue.answer(update, event, known)

    async def _answer_press(self, event: Event, query: str, refused: str) -> None:
        notice = {"text": refused[:LONGEST_NOTICE], "show_alert": True} if refused else {}
        await self._channel.try_call(event.at.chat, "answerCallbackQuery", callback_query_id=query, **notice)

    async def _show_way(self, message: Json, known: Known) -> None:
        """In a group that is no desk there is one thing to say: where the bot can be written to."""
        chat, thread = str(message["chat"]["id"]), topic_of(message)
        where = {"chat_id": int(chat), "message_thread_id": int(thread) if thread else None}
        words = self._dialogue.say_way(str((message.get("from") or {}).get("language_code") or ""), known.username)
        await self._channel.try_call(chat, "sendMessage", text=words, **where)

    async def _undo(self, update: Json, event: Event) -> None:
        """A topic that somebody closed or opened by hand who may not resolve or reopen is put back."""
        message = update.get("message") or {}
        undo = next((method for kind, method in _UNDO.items() if kind in message), None)
        if undo is not None:
            where = {"chat_id": int(event.at.chat), "message_thread_id": int(event.at.thread)}
            await self._channel.try_call(event.at.chat, undo, **where)

    async def _show_typing(self, event: Event) -> None:
        pause = THINKING
        while True:
            await asyncio.sleep(pause)
            found = await self._store.db.read(lambda conn: outcome(conn, CHANNEL, event.at.account, event.key))
            if found is None or found.state != "new":
                return
            await self._channel.try_call(event.at.chat, "sendChatAction", chat_id=int(event.at.chat), action="typing")
            pause = TYPING

    async def _find_refusal(self, event: Event) -> str:
        """Why an act had no effect; empty if it had one, or if that is not known in time."""
        async with asyncio.timeout(PATIENCE) as time:
            try:
                while True:
                    found = await self._store.db.read(lambda conn: outcome(conn, CHANNEL, event.at.account, event.key))
                    if found is None or found.state != "new":
                        return found.refused if found else ""
                    await asyncio.sleep(LOOK)
            except asyncio.CancelledError:
                if time.when() is None or not time.expired():
                    raise
        return ""
