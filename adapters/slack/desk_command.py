"""`/desk`: what an agent has, what waits, and whether he takes conversations now. Only he sees the answer.

Works in any channel and touches no conversation. Being away is written at once: it is about the agent.
"""

from adapters.desk.lines import Line, View, build_queue
from adapters.desk.reader import Reader
from adapters.desk.view import DeskView
from adapters.markdown import escape_mrkdwn
from adapters.slack.payload import CHANNEL, Json, Known
from adapters.storage.staff import set_available
from adapters.storage.store import SqlStore
from adapters.storage.views import find_conversation, read_open
from bot.model import Author, PlaceRole

MOST = 10
"""Conversations in one answer."""


class DeskCommand:
    """Answers `/desk`."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def answer(self, payload: Json, known: Known, view: DeskView) -> str:
        """The answer to `/desk next`, `mine`, `away` and `back`; help for anything else."""
        author = known.agents.get(str(payload.get("user_id")))
        if author is None:
            return view.say("refused_no_right")
        match str(payload.get("text") or "").strip().lower():
            case "mine":
                return await self._list(View.MINE, MOST, author, known, view)
            case "next":
                return await self._list(View.UNASSIGNED, 1, author, known, view)
            case ("away" | "back") as word:
                await self._store.db.write(lambda conn: set_available(conn, author.key, available=word == "back"))
                return view.say("console_away" if word == "away" else "console_available")
        return "`/desk next` · `/desk mine` · `/desk away` · `/desk back`"

    async def _list(self, which: View, most: int, author: Author, known: Known, view: DeskView) -> str:
        reader = Reader(agent=author, desk=view.desk, language=view.desk.default_language, now=view.now)
        talks = await self._store.db.read(read_open)
        lines = build_queue(talks, which, "", reader).lines[:most]
        if not lines:
            return view.say("console_nobody_waiting" if which is View.UNASSIGNED else "console_none")
        return "\n".join([await self._show(line, known) for line in lines])

    async def _show(self, line: Line, known: Known) -> str:
        """One conversation, with the way to its thread."""
        talk = await self._store.db.read(lambda conn: find_conversation(conn, line.id))
        places = talk.places if talk else ()
        at = next(
            (p.address for p in places if p.role is PlaceRole.DESK and p.live and p.address.channel == CHANNEL), None
        )
        number = f"#{line.number}"
        if at is not None and at.thread and known.site:
            number = f"<{known.site}archives/{at.chat}/p{at.thread.replace('.', '')}|{number}>"
        return f"{number} {escape_mrkdwn(line.name)} · {escape_mrkdwn(line.words)} · {line.age}"
